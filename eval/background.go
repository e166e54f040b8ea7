package eval

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"clew"
)

// A Background is the ordinary traffic that a theft is measured in: a ledger of so
// many transfers of people, services and contracts, made from a seed, in which the
// transfers of the theft stand unchanged. It is frozen: what it makes is held by
// hashes in tests, and no ranker was measured in it before.
//
// It is made in the order of time and is never all in memory. How it is made, from
// which sources, and what is only assumed stands in docs/METHODS.md. Every number of
// it is an integer, so that every machine makes the same.
type Background struct {
	flows     *Flows
	seed      uint64
	transfers uint64
	unit      clew.Amount // what a cent is in the asset of the flows
	asset     clew.Asset
	thief     []clew.Address // everybody in the flows, in order
	guilty    []passage      // the flows
	ends      map[uint32]bool
	payers    map[uint32]int // how many paid an end
	first     int64          // seconds, of the ledger
	last      int64
}

// A passage is one row of a background. Addresses are numbers; see Address.
type passage struct {
	second   int64 // since 1970
	from, to uint32
	cents    uint64
	guilty   bool
}

// Bounds of a background.
const (
	LeastBackground = 10_000     // transfers
	MostBackground  = 20_000_000 // transfers
	mostCents       = 1 << 44    // of one transfer
)

// How the ledger lies around the theft.
const (
	leadIn = 8            // it begins an eighth of the theft's span before
	tail   = 24 * 60 * 60 // and ends so many seconds after it
	hour   = int64(60 * 60)
)

// NewBackground plants flows of one asset, which are counted in dollars, with times.
func NewBackground(f *Flows, seed, transfers uint64) (*Background, error) {
	if transfers < LeastBackground || transfers > MostBackground {
		return nil, &clew.InputError{Field: "transfers", Value: fmt.Sprint(transfers), Want: fmt.Sprintf("%d to %d", LeastBackground, MostBackground)}
	}
	if len(f.Transfers) == 0 || uint64(len(f.Transfers)) > transfers/4 {
		return nil, &clew.InputError{Field: "flows", Value: fmt.Sprint(len(f.Transfers)), Want: "one transfer at least, and one in four of the background at most"}
	}
	b := &Background{flows: f, seed: seed, transfers: transfers, asset: f.Transfers[0].Asset, ends: map[uint32]bool{}, payers: map[uint32]int{}}
	if err := b.number(); err != nil {
		return nil, err
	}
	if err := b.inCents(); err != nil {
		return nil, err
	}
	b.settle()
	span := b.guilty[len(b.guilty)-1].second - b.guilty[0].second
	b.first, b.last = b.guilty[0].second-span/leadIn-hour, b.guilty[len(b.guilty)-1].second+tail
	return b, nil
}

// number gives everybody in the flows a number.
func (b *Background) number() error {
	for i := range b.flows.Transfers {
		t := &b.flows.Transfers[i]
		if len(t.From) != 1 || len(t.To) != 1 || t.Asset != b.asset || t.From[0].Address.IsZero() || t.To[0].Address.IsZero() {
			return &clew.InputError{Field: "flows", Value: t.Pos.String(), Want: "transfers of one asset from one address to one address"}
		}
		b.thief = append(b.thief, t.From[0].Address, t.To[0].Address)
	}
	slices.SortFunc(b.thief, compareAddresses)
	b.thief = slices.Compact(b.thief)
	for _, a := range b.flows.Ends {
		if n, is := b.find(a); is {
			b.ends[n] = true
		}
	}
	return nil
}

// find returns the number of an address of the flows.
func (b *Background) find(a clew.Address) (uint32, bool) {
	n, is := slices.BinarySearchFunc(b.thief, a, compareAddresses)
	return uint32(n), is
}

// inCents states the flows in cents: of a hundredth of a dollar of 18 decimals where
// all are whole in it, or as they are.
func (b *Background) inCents() error {
	b.unit = clew.Units(10_000_000_000_000_000)
	for i := range b.flows.Transfers {
		a := b.flows.Transfers[i].Amount()
		if _, whole := inUnits(a, b.unit); !whole {
			b.unit = clew.Units(1)
		}
	}
	paid := map[[2]uint32]bool{}
	for i := range b.flows.Transfers {
		t := &b.flows.Transfers[i]
		cents, _ := inUnits(t.Amount(), b.unit)
		if cents > mostCents || cents == 0 || !t.Time.Known() {
			return &clew.InputError{Field: "flows", Value: t.Amount().String(), Want: "amounts in dollars, with times"}
		}
		from, _ := b.find(t.From[0].Address)
		to, _ := b.find(t.To[0].Address)
		if from == to {
			continue
		}
		if !paid[[2]uint32{from, to}] {
			b.payers[to]++
		}
		paid[[2]uint32{from, to}] = true
		b.guilty = append(b.guilty, passage{int64(t.Time), from, to, cents, true})
	}
	return nil
}

// inUnits returns how many units an amount is, rounded down, and whether it is whole
// in them.
func inUnits(a, unit clew.Amount) (n uint64, whole bool) {
	q, _ := a.MulDiv(clew.Units(1), unit)
	n, small := q.Uint64()
	if !small {
		return 1 << 63, true
	}
	back, _ := q.MulDiv(unit, clew.Units(1))
	return n, back == a
}

// settle puts the flows in the order of time, and within a second so that value
// comes to an address before it leaves it, as far as it can: what is written down
// does not say what order a block had.
func (b *Background) settle() {
	slices.SortStableFunc(b.guilty, func(p, q passage) int { return cmp.Compare(p.second, q.second) })
	reached := map[uint32]bool{}
	for _, a := range b.flows.Sources {
		if n, is := b.find(a); is {
			reached[n] = true
		}
	}
	for i := 0; i < len(b.guilty); {
		end := i
		for end < len(b.guilty) && b.guilty[end].second == b.guilty[i].second {
			end++
		}
		left := slices.Clone(b.guilty[i:end])
		for more := true; more; {
			more = false
			left = slices.DeleteFunc(left, func(p passage) bool {
				if !reached[p.from] {
					return false
				}
				b.guilty[i], reached[p.to], more = p, true, true
				i++
				return true
			})
		}
		i += copy(b.guilty[i:end], left)
	}
}

// address returns who has a number: first those of the flows, in the order of their
// bytes, then everybody else.
func (b *Background) address(n uint32) clew.Address {
	if int(n) < len(b.thief) {
		return b.thief[n]
	}
	d := draws{b.seed<<32 ^ uint64(n)<<1 ^ 0x6261636b}
	like := b.thief[0]
	key := like.Key()
	for i := range key {
		key[i] = byte(d.below(256))
	}
	a, err := clew.MakeAddress(like.Chain(), like.Form(), key)
	if err != nil {
		panic(err) // as long as one of its kind
	}
	return a
}

// Hash returns what the whole background hashes to: SHA-256 of each transfer in
// order, as second, sender, receiver, cents and whether it is of the flows.
func (b *Background) Hash(ctx context.Context) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	err = b.each(ctx, func(p *passage) error {
		var row [8 + 4 + 4 + 8 + 1]byte
		binary.BigEndian.PutUint64(row[:], uint64(p.second))
		binary.BigEndian.PutUint32(row[8:], p.from)
		binary.BigEndian.PutUint32(row[12:], p.to)
		binary.BigEndian.PutUint64(row[16:], p.cents)
		if p.guilty {
			row[24] = 1
		}
		_, err := h.Write(row[:])
		return err
	})
	return [sha256.Size]byte(h.Sum(nil)), err
}
