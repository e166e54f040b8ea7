package ledgertest

import (
	"slices"

	"clew"
	"clew/ledger"
)

// A Model does to a [State] what a store does to its ledger, slowly.
type Model struct {
	State
	blocks []clew.BlockRef
}

// NewModel returns an empty model of chain.
func NewModel(chain clew.Chain) *Model {
	return &Model{State: State{Chain: chain, Coverage: clew.Coverage{Chain: chain}}}
}

// Clone returns a copy that shares nothing that changes.
func (m *Model) Clone() *Model {
	c := *m
	c.Transfers, c.Acts, c.blocks = slices.Clone(m.Transfers), slices.Clone(m.Acts), slices.Clone(m.blocks)
	c.Coverage = *ledger.CloneCoverage(&m.Coverage)
	return &c
}

// Next returns the height that the next block must have, and whether any will
// do, and the hash of the block before.
func (m *Model) Next() (height uint64, any bool, parent clew.TxID) {
	if n := len(m.blocks); n > 0 {
		return m.blocks[n-1].Height + 1, false, m.blocks[n-1].Hash
	}
	if n := len(m.Coverage.Whole); n > 0 {
		return m.Coverage.Whole[n-1].To, false, clew.TxID{}
	}
	return 0, true, clew.TxID{}
}

// Append adds blocks that fit.
func (m *Model) Append(blocks ...clew.Block) {
	for _, b := range blocks {
		m.take(Facts{b.Transfers, b.Acts}, true)
		m.blocks = append(m.blocks, b.Ref)
		m.Coverage.AddWhole(clew.Window{From: b.Ref.Height, To: b.Ref.Height + 1})
	}
	m.settle()
}

// Rollback drops every block at height and above.
func (m *Model) Rollback(height uint64) {
	m.Transfers = slices.DeleteFunc(m.Transfers, func(t clew.Transfer) bool { return t.Pos.Height >= height })
	m.Acts = slices.DeleteFunc(m.Acts, func(a clew.Act) bool { return a.Pos.Height >= height })
	m.blocks = slices.DeleteFunc(m.blocks, func(b clew.BlockRef) bool { return b.Height >= height })
	m.Coverage.TruncateTo(height)
	m.settle()
}

// Facts are what a load gives.
type Facts struct {
	Transfers []clew.Transfer
	Acts      []clew.Act
}

// FactsOf returns what blocks hold.
func FactsOf(blocks []clew.Block) Facts {
	var all Facts
	for _, b := range blocks {
		all = all.And(Facts{b.Transfers, b.Acts})
	}
	return all
}

// And returns both.
func (f Facts) And(g Facts) Facts {
	return Facts{slices.Concat(f.Transfers, g.Transfers), slices.Concat(f.Acts, g.Acts)}
}

// Load adds a load.
func (m *Model) Load(source ledger.Source, given Facts, adds clew.Coverage) ledger.Report {
	given = given.And(Facts{})
	slices.SortStableFunc(given.Transfers, func(a, b clew.Transfer) int {
		if source.Exact {
			return a.Pos.Cmp(b.Pos)
		}
		return ledger.Compare(&a, &b)
	})
	slices.SortStableFunc(given.Acts, func(a, b clew.Act) int {
		if source.Exact {
			return a.Pos.Cmp(b.Pos)
		}
		return ledger.CompareActs(&a, &b)
	})
	transfers, acts := len(m.Transfers), len(m.Acts)
	m.take(given, source.Exact)
	transfers, acts = len(m.Transfers)-transfers, len(m.Acts)-acts
	ledger.AddCoverage(&m.Coverage, &adds)
	m.settle()
	return ledger.Report{
		Added: uint64(transfers), Duplicate: uint64(len(given.Transfers) - transfers),
		ActsAdded: uint64(acts), ActsDuplicate: uint64(len(given.Acts) - acts),
	}
}

// take adds what is not held, one by one.
func (m *Model) take(given Facts, exact bool) {
	m.Transfers = taken(m.Transfers, given.Transfers, exact, sameMovement,
		func(t clew.Transfer) clew.Pos { return t.Pos }, func(t *clew.Transfer, p clew.Pos) { t.Pos = p })
	m.Acts = taken(m.Acts, given.Acts, exact, sameAct,
		func(a clew.Act) clew.Pos { return a.Pos }, func(a *clew.Act, p clew.Pos) { a.Pos = p })
}

// taken returns what is held with what is given and not held.
func taken[T any](held, given []T, exact bool, same func(a, b T) bool, pos func(T) clew.Pos, move func(*T, clew.Pos)) []T {
	has := func(list []T, p clew.Pos) bool {
		return slices.ContainsFunc(list, func(x T) bool { return pos(x) == p })
	}
	var added []T
	used := make([]bool, len(held))
	for i, one := range given {
		p := pos(one)
		if exact && (has(held, p) || has(given[:i], p)) {
			continue
		}
		like := -1
		for at, u := range held {
			if !used[at] && (!exact || pos(u).Ordinal >= 1<<31) && same(one, u) {
				like = at
				break
			}
		}
		if like >= 0 {
			used[like] = true
			continue
		}
		if !exact {
			for p.Ordinal += 1 << 31; has(held, p) || has(added, p); p.Ordinal++ {
			}
			move(&one, p)
		}
		added = append(added, one)
	}
	if len(added) == 0 {
		return held
	}
	all := slices.Concat(held, added)
	slices.SortFunc(all, func(a, b T) int { return pos(a).Cmp(pos(b)) })
	return all
}

// sameAct compares all but place and time.
func sameAct(a, b clew.Act) bool {
	if a.Tx.IsZero() && (a.Pos.Height != b.Pos.Height || a.Time != b.Time) {
		return false
	}
	a.Pos, a.Time = b.Pos, b.Time
	return a == b
}

// sameMovement compares transaction, asset, legs and item.
func sameMovement(t, u clew.Transfer) bool {
	same := func(a, b clew.Leg) bool { return a.Address == b.Address && a.Amount == b.Amount }
	switch {
	case t.Tx != u.Tx || t.Asset != u.Asset:
		return false
	case !slices.EqualFunc(t.From, u.From, same) || !slices.EqualFunc(t.To, u.To, same):
		return false
	case (t.Item != nil) != (u.Item != nil) || t.Item != nil && *t.Item != *u.Item:
		return false
	}
	return !t.Tx.IsZero() || t.Pos.Height == u.Pos.Height && t.Time == u.Time
}

// settle finds the block that the ledger stands at.
func (m *Model) settle() {
	m.AsOf, m.Recent = clew.BlockRef{}, slices.Clone(m.blocks)
	var end uint64
	for _, t := range m.Transfers {
		end = max(end, t.Pos.Height+1)
	}
	for _, a := range m.Acts {
		end = max(end, a.Pos.Height+1)
	}
	for _, h := range m.Coverage.Held {
		end = max(end, h.Window.To)
	}
	for _, w := range m.Coverage.Whole {
		end = max(end, w.To)
	}
	if n := len(m.blocks); n > 0 && m.blocks[n-1].Height+1 == end {
		m.AsOf = m.blocks[n-1]
		return
	}
	if end == 0 {
		return
	}
	m.AsOf.Height = end - 1
	for _, a := range m.Acts {
		if a.Pos.Height == m.AsOf.Height {
			m.AsOf.Time = a.Time
		}
	}
	for _, t := range m.Transfers {
		if t.Pos.Height == m.AsOf.Height {
			m.AsOf.Time = t.Time
		}
	}
}
