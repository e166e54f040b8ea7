// Package memory keeps a ledger in memory: for tests, small cases, and blocks
// that may still be reorganised.
//
// It is plain and obviously right, and the standard that faster ledgers are
// held against. It keeps nothing on disk; package disk does.
package memory

import (
	"sort"

	"clew"
	"clew/ledger"
)

// A Set is a fixed set of transfers and acts with all its indexes. It is a
// [ledger.Reader], and never changes.
type Set struct {
	transfers []clew.Transfer // in chain order
	addresses []clew.Address
	ids       map[clew.Address]uint32
	assets    []clew.Asset
	assetIDs  map[clew.Asset]uint32
	rows      [2][][]entry // by side and address
	pots      map[potKey]*pot
	byTx      map[clew.TxID][]uint32
	spent     map[clew.Output]entry

	from, to, asset []uint32 // columns for sweeps
	lo              []uint64

	acts   []clew.Act // in chain order
	actsOf map[clew.Address][]uint32
}

// An entry is one leg of one transfer.
type entry struct{ transfer, leg uint32 }

type potKey struct{ address, asset uint32 }

type pot struct {
	sides [2]potSide
	worst []clew.Amount // after each row out, the largest deficit so far
}

// A potSide holds one side's rows, with sums as far as these fit.
type potSide struct {
	entries []entry
	before  []clew.Amount // what earlier rows that count add up to
	total   clew.Amount
	over    bool // sums exceed 256 bits: before and total are worthless
}

// NewSet returns the set of transfers and acts, which must be in chain order,
// pass Check and not be changed any more.
func NewSet(transfers []clew.Transfer, acts ...clew.Act) *Set {
	s := &Set{
		transfers: transfers,
		ids:       map[clew.Address]uint32{},
		assetIDs:  map[clew.Asset]uint32{},
		pots:      map[potKey]*pot{},
		byTx:      map[clew.TxID][]uint32{},
		spent:     map[clew.Output]entry{},
	}
	for i := range transfers {
		s.add(uint32(i), &transfers[i])
	}
	s.addActs(acts)
	return s
}

func (s *Set) add(i uint32, t *clew.Transfer) {
	asset, ok := s.assetIDs[t.Asset]
	if !ok {
		asset = uint32(len(s.assets))
		s.assetIDs[t.Asset] = asset
		s.assets = append(s.assets, t.Asset)
	}
	from := s.addLegs(i, asset, ledger.Out, t, t.From)
	to := s.addLegs(i, asset, ledger.In, t, t.To)
	s.from, s.to, s.asset = append(s.from, from), append(s.to, to), append(s.asset, asset)
	s.lo = append(s.lo, t.Amount().Limbs()[0])
	if !t.Tx.IsZero() {
		s.byTx[t.Tx] = append(s.byTx[t.Tx], i)
	}
	for leg := range t.From {
		if output := t.From[leg].Spends; output != nil {
			s.spent[*output] = entry{i, uint32(leg)}
		}
	}
}

// addLegs adds one side of a transfer and returns its only address's number,
// or NoID.
func (s *Set) addLegs(i, asset uint32, side ledger.Side, t *clew.Transfer, legs []clew.Leg) uint32 {
	only := uint32(ledger.NoID)
	for leg := range legs {
		if legs[leg].Address.IsZero() {
			continue
		}
		id := s.intern(legs[leg].Address)
		if len(legs) == 1 {
			only = id
		}
		e := entry{i, uint32(leg)}
		s.rows[side][id] = append(s.rows[side][id], e)
		p := s.pots[potKey{id, asset}]
		if p == nil {
			p = &pot{}
			s.pots[potKey{id, asset}] = p
		}
		row := ledger.RowOf(t, side, leg)
		p.add(side, e, row.Amount, row.Counts(legs[leg].Address))
	}
	return only
}

func (s *Set) intern(a clew.Address) uint32 {
	id, ok := s.ids[a]
	if !ok {
		id = uint32(len(s.addresses))
		s.ids[a] = id
		s.addresses = append(s.addresses, a)
		s.rows[ledger.Out] = append(s.rows[ledger.Out], nil)
		s.rows[ledger.In] = append(s.rows[ledger.In], nil)
	}
	return id
}

func (p *pot) add(side ledger.Side, e entry, amount clew.Amount, counts bool) {
	own := &p.sides[side]
	own.entries = append(own.entries, e)
	own.before = append(own.before, own.total)
	if counts {
		total, fits := own.total.Add(amount)
		own.total, own.over = total, own.over || !fits
	}
	if side == ledger.Out {
		worst := own.total.MinusOrZero(p.sides[ledger.In].total)
		if n := len(p.worst); n > 0 {
			worst = worst.Max(p.worst[n-1])
		}
		p.worst = append(p.worst, worst)
	}
}

// Transfers returns the set's transfers in chain order. The caller must not
// change them.
func (s *Set) Transfers() []clew.Transfer { return s.transfers }

// Span returns the heights between which all transfers of the set lie.
func (s *Set) Span() clew.Window {
	if len(s.transfers) == 0 {
		return clew.Window{}
	}
	return clew.Window{From: s.transfers[0].Pos.Height, To: s.transfers[len(s.transfers)-1].Pos.Height + 1}
}

// firstAt returns how many entries come before p.
func (s *Set) firstAt(entries []entry, p clew.Pos) int {
	return sort.Search(len(entries), func(i int) bool { return !s.transfers[entries[i].transfer].Pos.Before(p) })
}
