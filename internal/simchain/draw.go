package simchain

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"clew"
)

// A draw makes the choices of a world. The generator is a fixed algorithm, and
// numbers are brought into bounds by one multiplication, so that a seed gives the
// same choices on every machine.
type draw struct{ source *rand.PCG }

func newDraw(seed, stream uint64) draw { return draw{rand.NewPCG(seed, stream)} }

// below returns a number from 0 to n-1; n is not 0. Its bias is n in 2^64.
func (d draw) below(n uint64) uint64 {
	hi, _ := bits.Mul64(d.source.Uint64(), n)
	return hi
}

// index returns a place in a list of n.
func (d draw) index(n int) int { return int(d.below(uint64(n))) }

// between returns a number from least to most.
func (d draw) between(least, most uint64) uint64 { return least + d.below(most-least+1) }

// chance reports true in so many cases of a hundred.
func (d draw) chance(percent uint64) bool { return d.below(100) < percent }

// weighed returns a place in a list of weights, as often as its weight says.
func (d draw) weighed(weights []int) int {
	all := 0
	for _, w := range weights {
		all += w
	}
	at := d.index(all)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// amount returns one between least and most of which small ones are as frequent
// as large ones: each doubling is as likely.
func (d draw) amount(least, most uint64) uint64 {
	doublings := bits.Len64(most/least) - 1
	low := least << d.below(uint64(doublings)+1)
	return min(most, d.between(low, 2*low))
}

func (d draw) fill(b []byte) {
	for i := 0; i < len(b); i += 8 {
		var eight [8]byte
		binary.LittleEndian.PutUint64(eight[:], d.source.Uint64())
		copy(b[i:], eight[:])
	}
}

func (d draw) txID() (id clew.TxID) {
	d.fill(id[:])
	return id
}

// shuffle puts list into any order.
func shuffle[T any](d draw, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := d.index(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}

// pick returns one of list.
func pick[T any](d draw, list []T) T { return list[d.index(len(list))] }
