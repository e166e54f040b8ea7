package ingest

import (
	"cmp"
	"slices"

	"clew"
)

// place gives rows that do not say their transaction's index the one that
// another row of the transaction says. Where none does, it makes places up and
// reports false: transactions stand in the order of their rows, in which
// Ethereum ETL writes them, each right after the one before; and a log stands
// with the one before it.
func (g *gathering) place() bool {
	tokens := slices.ContainsFunc(g.tokens, func(t tokenRow) bool { return !t.indexed })
	if len(g.bareTxs)+len(g.bareFrames)+len(g.bareLogs) == 0 && !tokens {
		return true
	}
	p := placing{known: g.known(), taken: map[uint32]bool{}}
	for _, index := range p.known {
		p.taken[index] = true
	}
	bare := g.bareTxs
	for i := range g.Txs {
		t := &g.Txs[i]
		if len(bare) > 0 && bare[0] == i {
			t.Index, bare = p.index(t.ID), bare[1:]
		}
		p.next = t.Index + 1
	}
	for _, i := range g.bareFrames {
		g.Frames[i].Index = p.index(g.Frames[i].Tx)
	}
	if len(g.bareLogs) > 0 || tokens {
		g.stray = p.logs(g.spots())
	}
	return !p.madeUp
}

// known returns the indexes that rows say.
func (g *gathering) known() map[clew.TxID]uint32 {
	known := map[clew.TxID]uint32{}
	note := func(id clew.TxID, index uint32) {
		if !id.IsZero() {
			known[id] = index
		}
	}
	said := func(bare []int, n int, note func(i int)) {
		for i := range n {
			if len(bare) > 0 && bare[0] == i {
				bare = bare[1:]
				continue
			}
			note(i)
		}
	}
	for i := range g.receipts {
		if r := &g.receipts[i]; r.indexed {
			note(r.id, r.tx.Index)
		}
	}
	for i := range g.tokens {
		if t := &g.tokens[i]; t.indexed {
			note(t.token.Tx, t.token.Index)
		}
	}
	said(g.bareLogs, len(g.Logs), func(i int) { note(g.Logs[i].Tx, g.Logs[i].Index) })
	said(g.bareFrames, len(g.Frames), func(i int) { note(g.Frames[i].Tx, g.Frames[i].Index) })
	said(g.bareTxs, len(g.Txs), func(i int) { note(g.Txs[i].ID, g.Txs[i].Index) })
	return known
}

// A spot is a log or a token transfer: where in its block, and of what.
type spot struct {
	log   uint32
	bare  bool
	tx    clew.TxID
	index *uint32
}

// spots returns the block's logs and token transfers in order.
func (g *gathering) spots() []spot {
	spots := make([]spot, 0, len(g.Logs)+len(g.tokens))
	bare := g.bareLogs
	for i := range g.Logs {
		l := &g.Logs[i]
		at := spot{log: l.Log, tx: l.Tx, index: &l.Index}
		if at.bare = len(bare) > 0 && bare[0] == i; at.bare {
			bare = bare[1:]
		}
		spots = append(spots, at)
	}
	for i := range g.tokens {
		t := &g.tokens[i]
		spots = append(spots, spot{log: t.token.Log, bare: !t.indexed, tx: t.token.Tx, index: &t.token.Index})
	}
	slices.SortStableFunc(spots, func(a, b spot) int { return cmp.Compare(a.log, b.log) })
	return spots
}

// A placing finds the places of a block's transactions.
type placing struct {
	known  map[clew.TxID]uint32
	taken  map[uint32]bool // by a transaction that is known
	next   uint32          // after the transaction before
	madeUp bool
}

// index returns the index of a transaction; if it is not known, the next one
// that is free.
func (p *placing) index(id clew.TxID) uint32 {
	if index, ok := p.known[id]; ok {
		return index
	}
	p.madeUp = true
	index := p.next
	for p.taken[index] {
		index++
	}
	p.next, p.taken[index] = index+1, true
	if !id.IsZero() {
		p.known[id] = index
	}
	return index
}

// logs returns how many there are of transactions that are not known.
func (p *placing) logs(spots []spot) (stray uint64) {
	var before uint32
	for _, s := range spots {
		if index, ok := p.known[s.tx]; ok && s.bare {
			*s.index = index
		} else if s.bare {
			*s.index, p.madeUp = before, true
			stray++
		}
		before = *s.index
	}
	return stray
}
