// Package check sums up rows, so that engines which answered the same question
// can be shown to have given the same rows.
//
// The generator's own sums, taken from what it made before any file or engine,
// are among those compared.
package check

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"clew/bench/gen"
)

// A Sum is the sum of rows seen so far. The zero Sum is of none.
type Sum struct {
	Rows uint64 `json:"rows"`
	Set  uint64 `json:"set"`  // the same in whatever order rows came
	List uint64 `json:"list"` // of the rows in the order in which they came
}

// Edge adds a row with everything but its transaction.
func (s *Sum) Edge(r *gen.Row) { s.add(r, r.Pos, r.Time) }

// Move adds what a sweep reads of a row: from, to, asset and amount.
func (s *Sum) Move(r *gen.Row) { s.add(r, 0, 0) }

func (s *Sum) add(r *gen.Row, pos uint64, time uint32) {
	h := fold(0, pos)
	h = fold(h, uint64(time)<<32|uint64(r.Asset))
	h = fold(h, AddressHash(r.From))
	h = fold(h, AddressHash(r.To))
	for _, limb := range r.Amount {
		h = fold(h, limb)
	}
	s.Number(h)
}

// Number adds a number as a row of its own.
func (s *Sum) Number(h uint64) {
	h = fold(h, 0)
	s.Rows++
	s.Set += h
	s.List = fold(s.List, h)
}

// AddressHash returns 64 bits of an address.
func AddressHash(a gen.Address) uint64 {
	h := fold(0, binary.LittleEndian.Uint64(a[0:]))
	h = fold(h, binary.LittleEndian.Uint64(a[8:]))
	return fold(h, uint64(binary.LittleEndian.Uint32(a[16:])))
}

// fold mixes x into h.
func fold(h, x uint64) uint64 {
	hi, lo := bits.Mul64(h^0x9e3779b97f4a7c15, x^0xd1b54a32d192ed03)
	return bits.RotateLeft64(h, 23) ^ hi ^ lo ^ x*0xff51afd7ed558ccd
}

// An Answer is what one engine summed up for one question.
type Answer struct {
	Engine   string
	Question string
	Ordered  bool // the order of rows is part of the question
	Sum      Sum
}

// Agree returns an error that names question and engines where two answers to
// one question differ.
func Agree(answers []Answer) error {
	first := map[string]Answer{}
	for _, a := range answers {
		b, seen := first[a.Question]
		if !seen {
			first[a.Question] = a
			continue
		}
		same := a.Sum.Rows == b.Sum.Rows && a.Sum.Set == b.Sum.Set && (!a.Ordered || !b.Ordered || a.Sum.List == b.Sum.List)
		if !same {
			return fmt.Errorf("%s: %s gave %d rows with checksum %016x/%016x, but %s %d rows with %016x/%016x", a.Question,
				b.Engine, b.Sum.Rows, b.Sum.Set, b.Sum.List, a.Engine, a.Sum.Rows, a.Sum.Set, a.Sum.List)
		}
	}
	return nil
}
