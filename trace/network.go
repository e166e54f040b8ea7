package trace

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"clew"
	"clew/ledger"
)

// A reach makes the networks of ways on chains of accounts: a node for each
// stretch of a pot's history in which it first is paid and then pays, arcs for
// transfers, and arcs from one stretch of a pot to the next, as wide as its
// balance was least between them: no more of it can have stayed marked. Within
// a stretch no balance binds: what is marked came in by the arcs into it, and
// leaves by those out of it.
type reach struct {
	*accounts
	balances map[clew.Pot]*balance
	into     map[entrance]int32 // arcs into the sink of what goes into conversions
}

// A balance is a pot on the way through its history.
type balance struct {
	asset clew.Asset
	node  int32
	now   clew.Amount
	least clew.Amount // since it last was paid in this stretch: so much can have stayed marked
	paid  bool        // it has paid in this stretch
	grown bool        // it has been paid clean value since
}

// layWays lays all ways of a finished walk by poison.
func (w *walk) layWays(ctx context.Context) error {
	e := &reach{accounts: newAccounts(w), balances: map[clew.Pot]*balance{}, into: map[entrance]int32{}}
	marked := make([]map[clew.Pos]bool, len(w.views))
	for i := range marked {
		marked[i] = map[clew.Pos]bool{}
	}
	for _, u := range w.uses {
		marked[u.view.index][u.pos] = true
	}
	for i, v := range w.views {
		if err := e.layAll(ctx, v, marked[i]); err != nil {
			return err
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(e.balances), comparePots) {
		b := e.balances[id]
		e.ways.of(id.Asset).exit(b.node, id, b.least)
	}
	return e.convertWays(ctx)
}

func comparePots(p, q clew.Pot) int {
	return cmp.Or(compareAddresses(p.Address, q.Address), compareAssets(p.Asset, q.Asset))
}

// layAll lays the transfers of one chain that poison marked, in order, with the
// clean ones that change the balances of the same pots.
func (e *reach) layAll(ctx context.Context, v *view, marked map[clew.Pos]bool) error {
	rows, err := e.rows(ctx, v)
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b row) int { return v.moment(a.pos, a.asset).compare(v.moment(b.pos, b.asset)) })
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
	return nil
}

// rows returns every transfer of the pots of one chain that were walked, from
// the first that brought them marked value on.
func (e *reach) rows(ctx context.Context, v *view) ([]row, error) {
	var rows []row
	for _, sp := range e.begins(v) {
		rows = append(rows, sp.row)
	}
	for id, p := range e.pots {
		if p.stop != "" || p.view != v {
			continue
		}
		for _, side := range []ledger.Side{ledger.Out, ledger.In} {
			q := ledger.Query{Address: id.Address, Side: side, Asset: id.Asset, From: p.first, Limit: ledger.MaxPage}
			page, more, err := v.reader.Rows(ctx, q, nil)
			if err != nil {
				return nil, err
			}
			if more || len(rows)+len(page) > 4*maxRangeUses {
				return nil, tooManyWays()
			}
			for i := range page {
				if page[i].Peer != id.Address && !page[i].Amount.IsZero() && !e.beyond(page[i].Time) {
					rows = append(rows, v.row(id.Address, side, &page[i]))
				}
			}
		}
	}
	return rows, nil
}

// lay puts one transfer into the network of its asset.
func (e *reach) lay(ctx context.Context, v *view, r row, marked bool) error {
	sp := v.special[r.pos]
	if sp == nil {
		sp = &special{}
	}
	followed := sp.enters != nil && sp.enters.broken == ""
	if sp.enters != nil {
		marked = false // it opens no pot, and brings none anything marked
	}
	from := e.balances[r.nearPot()]
	to, err := e.entered(ctx, v, r, marked)
	if err != nil {
		return err
	}
	if from != nil && from.grown {
		e.step(from)
	}
	e.come(to, r, marked)
	n := e.ways.of(r.asset)
	target := int32(0)
	switch {
	case followed:
		target = e.conversion(n, sp.enters)
	case sp.enters != nil || to == nil:
		target = n.place(r.farPot())
	default:
		target = to.node
	}
	if from != nil {
		e.pay(n, from, sp, r, target)
	}
	if len(sp.origins) > 0 || sp.givesMarked() {
		n.start(target, r.amount)
	}
	return nil
}

// come adds what a transfer brings to a pot.
func (e *reach) come(to *balance, r row, marked bool) {
	if to == nil {
		return
	}
	if marked && to.paid {
		e.step(to)
	}
	to.now, to.grown = to.now.Plus(r.amount), to.paid
	if !to.paid {
		to.least = to.now
	}
}

// pay lets a transfer carry what is marked in the pot that pays it.
func (e *reach) pay(n *ways, from *balance, sp *special, r row, target int32) {
	switch {
	case len(sp.origins) > 0:
		n.again(from.node, r.amount)
	case sp.givesMarked():
		n.exit(from.node, r.nearPot(), r.amount) // a conversion does not say what became of it
	default:
		n.net.arc(from.node, target, r.amount)
	}
	from.now = from.now.MinusOrZero(r.amount)
	from.least, from.paid = from.least.Min(from.now), true
}

// step takes a pot on to its next stretch.
func (e *reach) step(b *balance) {
	net := &e.ways.of(b.asset).net
	node := net.node()
	net.arc(b.node, node, b.least)
	b.node, b.least, b.paid, b.grown = node, b.now, false, false
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
	held, err := e.heldAt(ctx, p, r.pos)
	if err != nil {
		return nil, err
	}
	b := &balance{node: e.ways.of(id.Asset).net.node(), asset: id.Asset, now: held}
	e.balances[id] = b
	return b, nil
}
