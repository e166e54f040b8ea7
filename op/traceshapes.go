package op

import (
	"context"
	"slices"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/report"
	"clew/tag"
)

// Bounds of what a trace says of shapes and paces.
const (
	shapeTransfers    = 1 << 17 // that are looked at on a chain
	shapeTransactions = 2_000   // whose acts are read on a chain
	shapeFindings     = 50      // that are told
	actsOfOne         = 256     // of a transaction
)

// findShapes looks for shapes and paces among the transfers that marked value went
// through: inferences, which change nothing else.
func (q *question) findShapes(ctx context.Context, env *Env) error {
	byChain := q.recorded()
	index, _ := q.input.Namer.(*tag.Index)
	if index == nil || len(byChain) == 0 {
		return nil
	}
	found := &typologySearch{env: env, page: &report.Typologies{}, most: shapeFindings}
	setup, err := found.setup(index)
	if err != nil {
		return err
	}
	x := &report.Shapes{Acts: true}
	rules := slices.DeleteFunc(launder.Rules(), func(r launder.Rule) bool { return r.ID == launder.PeelRule })
	for _, s := range q.all() {
		transfers := byChain[s.Chain()]
		if n := len(transfers) - shapeTransfers; n > 0 {
			transfers, x.Unread = transfers[:shapeTransfers], x.Unread+uint64(n)
		}
		if len(transfers) < 2 {
			continue // of one nothing is a shape
		}
		stream, err := launder.NewStream(setup, rules)
		if err == nil {
			err = shapesOn(ctx, s, stream, transfers, x)
		}
		if err != nil {
			return err
		}
	}
	found.trim(shapeFindings)
	x.Findings, x.Found = found.page.Findings, found.page.Found
	x.Rules = slices.DeleteFunc(rules, func(r launder.Rule) bool {
		return !slices.ContainsFunc(x.Findings, func(f launder.Finding) bool { return f.Rule == r.ID })
	})
	if x.Found > 0 || x.Unread > 0 {
		q.trace.Shapes = x
	}
	return q.nameShapes(ctx, x)
}

// nameShapes says of the swaps among shapes what was swapped, and where.
func (q *question) nameShapes(ctx context.Context, x *report.Shapes) error {
	for _, s := range q.all() {
		if err := nameSwaps(ctx, s, x.Findings); err != nil {
			return err
		}
	}
	return nil
}

// recorded returns the transfers of the trace that ledgers record, by chain, in order.
func (q *question) recorded() map[clew.Chain][]*clew.Transfer {
	byChain := map[clew.Chain][]*clew.Transfer{}
	for i := range q.trace.Result.Uses {
		if u := &q.trace.Result.Uses[i]; u.Basis == clew.Fact && u.Transfer.Aggregate == nil {
			byChain[u.Transfer.Asset.Chain()] = append(byChain[u.Transfer.Asset.Chain()], &u.Transfer)
		}
	}
	for _, transfers := range byChain {
		slices.SortFunc(transfers, func(a, b *clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
	}
	return byChain
}

// shapesOn gives the transfers of one chain to a stream, each transaction's acts before
// them.
func shapesOn(ctx context.Context, s ledger.Snapshot, stream *launder.Stream, transfers []*clew.Transfer, x *report.Shapes) error {
	last, read := clew.TxID{}, 0
	for _, t := range transfers {
		if t.Tx != last && !t.Tx.IsZero() {
			if last, read = t.Tx, read+1; read > shapeTransactions || !s.ActSpan().Has(t.Pos.Height) {
				x.Acts = false
			} else if err := addActs(ctx, s, stream, t); err != nil {
				return err
			}
		}
		stream.Add(t, nil)
		x.Read++
	}
	stream.End()
	x.Lost = append(x.Lost, stream.Forgotten()...)
	return nil
}

// addActs gives a stream what bridges and memos say in a transfer's transaction.
func addActs(ctx context.Context, s ledger.Snapshot, stream *launder.Stream, t *clew.Transfer) error {
	from := clew.Pos{Height: t.Pos.Height, Index: t.Pos.Index}
	until := ledger.Next(clew.Pos{Height: t.Pos.Height, Index: t.Pos.Index, Class: ^clew.Class(0), Ordinal: ^uint32(0)})
	acts, _, err := s.Acts(ctx, ledger.ActQuery{Kinds: []clew.ActKind{clew.BridgeSent, clew.BridgeReceived, clew.Memo}, From: from, Until: until, Limit: actsOfOne}, nil)
	if err != nil {
		return err
	}
	for i := range acts {
		stream.AddAct(&acts[i])
	}
	return nil
}
