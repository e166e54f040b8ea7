package trace

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// A reach is the network of ways on chains of accounts: a node for each moment
// at which a pot that marked value can have come to pays or is paid by another
// such pot, arcs for transfers, and arcs from one moment of a pot to the next,
// as wide as its balance: no more of it can be marked.
type reach struct {
	*accounts
	ways
	balances map[clew.Pot]*balance
}

// A balance is a pot on the way through its history.
type balance struct {
	node  int32
	now   clew.Amount
	least clew.Amount // since its node: so much can have stayed marked
}

// reach builds the network by a walk that marks all that can be marked, under
// the same stops and limits.
func (w *walk) reach(ctx context.Context) (*reach, error) {
	in := *w.in
	in.Method.Policy, in.Spread, in.Engine = taint.Poison, No, Queue
	in.Limits.Dust = clew.Amount{}
	fresh, err := newWalk(context.WithoutCancel(ctx), &in)
	if err != nil {
		return nil, err
	}
	fresh.wide = wideRows
	if err := walkQueue(ctx, fresh); err != nil {
		return nil, err
	}
	w.work.Rows += fresh.work.Rows
	switch {
	case fresh.ended == interrupted:
		return nil, context.Cause(ctx)
	case fresh.ended != "":
		return nil, &tooWideError{LimitHit{Limit: fresh.ended, Value: strconv.Itoa(in.Limits.Transfers), Times: 1}}
	case len(fresh.uses) > maxRangeArcs:
		return nil, tooManyWays()
	}
	e := &reach{accounts: newAccounts(fresh), ways: newWays(), balances: map[clew.Pot]*balance{}}
	e.limited = fresh.limited()
	return e, e.build(ctx)
}

// build lays the transfers that poison marked into the network, in order, with
// the clean ones that change the balances of the same pots.
func (e *reach) build(ctx context.Context) error {
	marked := map[clew.Pos]bool{}
	for _, u := range e.uses {
		marked[u.pos] = true
	}
	rows, err := e.rows(ctx)
	if err != nil {
		return err
	}
	v := e.views[0]
	slices.SortFunc(rows, func(a, b row) int { return a.pos.Cmp(b.pos) })
	for i, r := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i > 0 && rows[i-1].pos == r.pos {
			continue
		}
		if err := e.lay(ctx, v, r, marked[r.pos]); err != nil {
			return err
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(e.balances), comparePots) {
		b := e.balances[id]
		e.exit(b.node, id, b.least)
	}
	return nil
}

func comparePots(p, q clew.Pot) int {
	return cmp.Or(compareAddresses(p.Address, q.Address), compareAssets(p.Asset, q.Asset))
}

// rows returns every transfer of the pots that were walked, from the first that
// brought them marked value on.
func (e *reach) rows(ctx context.Context) ([]row, error) {
	var rows []row
	for _, sp := range e.begins(e.views[0]) {
		rows = append(rows, sp.row)
	}
	for id, p := range e.pots {
		if p.stop != "" {
			continue
		}
		for _, side := range []ledger.Side{ledger.Out, ledger.In} {
			q := ledger.Query{Address: id.Address, Side: side, Asset: id.Asset, From: p.first, Limit: ledger.MaxPage}
			page, more, err := p.view.reader.Rows(ctx, q, nil)
			if err != nil {
				return nil, err
			}
			if more || len(rows)+len(page) > 4*maxRangeArcs {
				return nil, tooManyWays()
			}
			for i := range page {
				if page[i].Peer != id.Address && !page[i].Amount.IsZero() && !e.beyond(page[i].Time) {
					rows = append(rows, p.view.row(id.Address, side, &page[i]))
				}
			}
		}
	}
	return rows, nil
}

// lay puts one transfer into the network.
func (e *reach) lay(ctx context.Context, v *view, r row, marked bool) error {
	from := e.balances[r.nearPot()]
	to, err := e.entered(ctx, v, r, marked)
	if err != nil {
		return err
	}
	begins := false
	if sp := v.special[r.pos]; sp != nil {
		begins = len(sp.origins) > 0
	}
	if from != nil {
		e.step(from)
	}
	if to != nil {
		if marked {
			e.step(to)
		}
		to.now = to.now.Plus(r.amount)
		if marked {
			to.least = to.now
		}
	}
	if begins {
		e.started = e.started.Plus(r.amount)
		e.pay(e.source, to, r)
	}
	if from == nil {
		return nil
	}
	if begins {
		e.again(from.node, r.amount)
	} else {
		e.pay(from.node, to, r)
	}
	from.now = from.now.MinusOrZero(r.amount)
	from.least = from.least.Min(from.now)
	return nil
}

// pay lets a transfer carry marked value to the pot that it pays, or out of
// the network where that is a stop.
func (e *reach) pay(node int32, to *balance, r row) {
	if to == nil {
		e.exit(node, r.farPot(), r.amount)
		return
	}
	e.net.arc(node, to.node, r.amount)
}

// step takes a pot on to its next moment.
func (e *reach) step(b *balance) {
	node := e.net.node()
	e.net.arc(b.node, node, b.least)
	b.node, b.least = node, b.now
}

// entered returns the pot that a transfer pays, if marked value can be in it.
func (e *reach) entered(ctx context.Context, v *view, r row, marked bool) (*balance, error) {
	id := r.farPot()
	if b := e.balances[id]; b != nil || !marked || e.nobody(r) != "" {
		return b, nil
	}
	p := e.pots[id]
	if p == nil || p.stop != "" || e.verdicts[r.far].kind != "" {
		return nil, nil
	}
	held, err := e.heldBefore(ctx, p, r.pos)
	if err != nil {
		return nil, err
	}
	b := &balance{node: e.net.node(), now: held}
	e.balances[id] = b
	return b, nil
}
