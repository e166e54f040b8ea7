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
	c.Transfers, c.blocks = slices.Clone(m.Transfers), slices.Clone(m.blocks)
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
		m.take(b.Transfers, true)
		m.blocks = append(m.blocks, b.Ref)
		m.Coverage.AddWhole(clew.Window{From: b.Ref.Height, To: b.Ref.Height + 1})
	}
	m.settle()
}

// Rollback drops every block at height and above.
func (m *Model) Rollback(height uint64) {
	m.Transfers = slices.DeleteFunc(m.Transfers, func(t clew.Transfer) bool { return t.Pos.Height >= height })
	m.blocks = slices.DeleteFunc(m.blocks, func(b clew.BlockRef) bool { return b.Height >= height })
	m.Coverage.TruncateTo(height)
	m.settle()
}

// Load adds a load.
func (m *Model) Load(source ledger.Source, transfers []clew.Transfer, adds clew.Coverage) ledger.Report {
	transfers = slices.Clone(transfers)
	slices.SortStableFunc(transfers, func(a, b clew.Transfer) int {
		if source.Exact {
			return a.Pos.Cmp(b.Pos)
		}
		return ledger.Compare(&a, &b)
	})
	before := len(m.Transfers)
	m.take(transfers, source.Exact)
	added := len(m.Transfers) - before
	ledger.AddCoverage(&m.Coverage, &adds)
	m.settle()
	return ledger.Report{Added: uint64(added), Duplicate: uint64(len(transfers) - added)}
}

// take adds the transfers that are not held, one by one.
func (m *Model) take(transfers []clew.Transfer, exact bool) {
	var added []clew.Transfer
	used := make([]bool, len(m.Transfers))
	for i, t := range transfers {
		if exact && (m.has(t.Pos) || slices.ContainsFunc(transfers[:i], func(u clew.Transfer) bool { return u.Pos == t.Pos })) {
			continue
		}
		like := slices.IndexFunc(m.Transfers, func(u clew.Transfer) bool {
			return (!exact || u.Pos.Ordinal >= 1<<31) && sameMovement(t, u)
		})
		for like >= 0 && used[like] {
			next := slices.IndexFunc(m.Transfers[like+1:], func(u clew.Transfer) bool {
				return (!exact || u.Pos.Ordinal >= 1<<31) && sameMovement(t, u)
			})
			if next < 0 {
				like = -1
				break
			}
			like += 1 + next
		}
		if like >= 0 {
			used[like] = true
			continue
		}
		if !exact {
			t.Pos.Ordinal += 1 << 31
			for m.has(t.Pos) || slices.ContainsFunc(added, func(u clew.Transfer) bool { return u.Pos == t.Pos }) {
				t.Pos.Ordinal++
			}
		}
		added = append(added, t)
	}
	m.Transfers = append(m.Transfers, added...)
	slices.SortFunc(m.Transfers, func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
}

func (m *Model) has(p clew.Pos) bool {
	return slices.ContainsFunc(m.Transfers, func(t clew.Transfer) bool { return t.Pos == p })
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
	for _, t := range m.Transfers {
		if t.Pos.Height == m.AsOf.Height {
			m.AsOf.Time = t.Time
		}
	}
}
