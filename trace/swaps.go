package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/taint"
)

// swaps are what a walk finds by itself of conversions: when it comes to a
// transaction by which marked value is paid, it looks, before it takes any of
// its transfers, whether what the payer has less and more of afterwards nets to a
// swap. So the engines need not know of them: they are conversions like those
// that a case declares.
type swaps []looked // by view

// A looked is what is known of the transaction that the walk is at on one chain.
type looked struct {
	at      envelope
	any     bool                         // the walk was at one
	rounds  bool                         // looked for
	rows    map[clew.Pos]bool            // looked at
	read    map[clew.Pos][]clew.Transfer // by row: what [walk.swapTransfers] gave
	of      map[payer]bool               // looked at
	bridged map[clew.Address]bool        // looked at for bridges
}

// A payer is who may have made a swap by a transaction.
type payer struct {
	tx clew.TxID
	by clew.Address
}

// lookForConversions makes a walk find swaps and bridges, unless the question
// leaves them out.
func (w *walk) lookForConversions(context.Context) error {
	w.swapNames = map[string]int{}
	if w.in.WithoutSwaps && w.in.WithoutBridges {
		return nil
	}
	w.swaps = make(swaps, len(w.views))
	for i := range w.swaps {
		w.swaps[i] = looked{rows: map[clew.Pos]bool{}, read: map[clew.Pos][]clew.Transfer{}, of: map[payer]bool{}, bridged: map[clew.Address]bool{}}
	}
	return nil
}

// come notes that the walk comes to a transaction, and reports whether it was not
// there before.
func (w *walk) come(v *view, place envelope) bool {
	l := &w.swaps[v.index]
	if l.any && l.at == place {
		return false
	}
	l.at, l.any, l.rounds, v.netted = place, true, false, nil
	clear(l.rows)
	clear(l.read)
	clear(l.of)
	clear(l.bridged)
	return true
}

// lookInto looks into the transaction of what is due next on a chain. If it
// finds conversions, what is due of the transaction goes back on the agenda in
// the order that they give it, with what comes out of them, and it returns true.
// It is told which row an item stands at and whether marked value may leave by
// it, and how the item of a row that must be taken is made.
func lookInto[T any](ctx context.Context, w *walk, a *agenda[T], index int, first due[T], at func(T) (row, bool), taken func(row) T) (bool, error) {
	if w.swaps == nil || w.ended != "" {
		return false, nil
	}
	v, place := w.views[index], envelope{first.at.height, first.at.index}
	fresh := w.come(v, place)
	all := a.popWhile(index, func(m moment) bool {
		return m == first.at || fresh && envelope{m.height, m.index} == place
	}, []due[T]{first})
	var pay paying
	for _, d := range all {
		r, pays := at(d.item)
		pay.add(v, r, pays)
	}
	found, err := w.findConversions(ctx, v, place, pay, fresh)
	if err != nil {
		return false, err
	}
	if len(found) == 0 {
		for _, d := range all[1:] {
			a.push(index, d)
		}
		return false, nil
	}
	w.tieSwaps(v, place, found)
	for _, d := range all {
		r, _ := at(d.item)
		a.push(index, due[T]{v.moment(r.pos, r.asset), d.time, d.item})
	}
	for _, c := range found {
		for _, r := range c.comesOutBy() {
			a.push(index, due[T]{v.moment(r.pos, r.asset), r.time, taken(r)})
		}
	}
	return true, nil
}

// findSwap returns the conversion that the holder of marked value makes by a
// row's transaction, if its transfers may be taken for one. One that is refused
// is noted at them. If the transaction is already being walked, what comes out
// must still be ahead. Transfers of those found before are not taken twice.
func (w *walk) findSwap(ctx context.Context, v *view, r row, before []*crossing, fresh bool) (*crossing, error) {
	s, tx, err := w.netSwap(ctx, v, r)
	if err != nil || s == nil {
		return nil, err
	}
	c := w.crossingOf(v, s, tx)
	if s.Refused != launder.NoRefusal && len(c.near) == 0 {
		c.near = []row{r}
	}
	switch {
	case len(c.near) == 0 || w.declared(v, c) || w.endsAtOther(c):
		return nil, nil
	case !w.sees(s, c, tx):
		w.refuse(v, c, s)
		return nil, nil
	case slices.ContainsFunc(before, c.clashes):
		return nil, nil
	case !fresh && slices.ContainsFunc(c.comesOutBy(), func(o row) bool { return o.pos.Before(r.pos) != w.backward }):
		return nil, nil
	case w.outranked(v, s, c, r.near, tx):
		return nil, nil
	}
	if !v.snapshot.Coverage().HoldsWhole(clew.Window{From: r.pos.Height, To: r.pos.Height + 1}) {
		c.conversion.Note += "; its block is not held whole, so that others may have got something by it"
	}
	return c, nil
}

// sees reports whether a swap is one that a walk crosses; if not, it is refused.
func (w *walk) sees(s *launder.Swap, c *crossing, tx []clew.Transfer) bool {
	switch {
	case s.Refused != launder.NoRefusal:
	case !w.believed(s, c, tx):
		s.Refused = unbelieved
	case w.backward && len(c.back) > 0:
		s.Refused = backInPart
	}
	return s.Refused == launder.NoRefusal
}

// netSwap returns what the transaction of a row nets to for the holder of marked
// value, with its transfers; nil if that is no swap, or was looked at before.
func (w *walk) netSwap(ctx context.Context, v *view, r row) (*launder.Swap, []clew.Transfer, error) {
	seen := &w.swaps[v.index]
	if seen.rows[r.pos] {
		return nil, nil, nil
	}
	seen.rows[r.pos] = true
	tx, err := w.readOnce(ctx, v, r)
	if w.cut(ctx, err) || err != nil && errors.Is(err, clew.ErrNotFound) {
		return nil, nil, nil
	}
	if tx = v.netted.beside(tx); err != nil || len(tx) == 0 {
		return nil, nil, err
	}
	by := payer{tx[0].Tx, r.near}
	if seen.of[by] {
		return nil, nil, nil
	}
	seen.of[by] = true
	return w.find(tx, r.near, r.asset), tx, nil
}

// Why the walk itself does not cross a swap.
const (
	unbelieved launder.Refusal = "what it leads to is a token of which nothing is said, by contracts of which nothing is said: any contract can log a transfer"
	backInPart launder.Refusal = "some of what went in came back, and backward what came of it is not told apart"
)

// swapTransfers returns the transfers of a row's transaction, if the holder got
// something by it, or the other side gave something on, or is where value is said to
// be exchanged: so what only pays is not read whole.
func (w *walk) swapTransfers(ctx context.Context, v *view, r row) ([]clew.Transfer, error) {
	if !r.asset.IsFungible() || r.pos.Class >= clew.Fee || r.near.IsZero() || v.chain.IsBitcoin() {
		return nil, nil
	}
	said := w.named(r.far)
	changes := r.far.IsZero() || r.far.IsIssuer() || said != nil && said.kind == Unconverted
	for _, q := range []ledger.Query{{Address: r.near, Side: v.far()}, {Address: r.far, Side: v.near()}} {
		if changes {
			break
		}
		q.From, q.Until, q.Limit = clew.Pos{Height: r.pos.Height, Index: r.pos.Index}, clew.Pos{Height: r.pos.Height, Index: r.pos.Index, Class: clew.Fee}, 1
		rows, _, err := v.reader.Rows(ctx, q, v.page[:0])
		if err != nil {
			return nil, err
		}
		v.page = rows
		w.work.Rows += len(rows)
		changes = len(rows) > 0
	}
	if !changes {
		return nil, nil
	}
	t, err := v.reader.Transfer(ctx, r.pos)
	if err != nil || t.Tx.IsZero() {
		return nil, err
	}
	tx, err := v.snapshot.Transaction(ctx, t.Tx)
	w.work.Rows += len(tx)
	return tx, err
}

// crossingOf makes a conversion of a swap, with the rows that it is of.
func (w *walk) crossingOf(v *view, s *launder.Swap, tx []clew.Transfer) *crossing {
	at := map[clew.Pos]row{}
	for i := range tx {
		if len(tx[i].From) == 1 && len(tx[i].To) == 1 {
			at[tx[i].Pos] = v.rowOf(&tx[i])
		}
	}
	rows := func(list []clew.Pos) (rows []row) {
		for _, pos := range list {
			rows = append(rows, at[pos])
		}
		return rows
	}
	in, out := rows(s.In), rows(s.Out)
	if s.Refused != launder.NoRefusal && !w.backward {
		in = rows(s.Entering)
	}
	if w.backward {
		in, out = out, in
	}
	c := &crossing{conversion: &s.Conversion, nearView: v, farView: v, near: in, far: out, back: rows(s.Back)}
	c.parts = make([]taint.Tape, len(in))
	return c
}

// declared reports whether a case, a record or another conversion says what
// becomes of a transfer: that stands. What comes out of a bridge may be swapped,
// and what a swap brings may go into one. What an origin begins with goes to whom its
// transfers name: what was stolen is not followed to what its owner got.
func (w *walk) declared(v *view, c *crossing) bool {
	says := func(r row) *special {
		if sp := v.special[r.pos]; sp != nil {
			return sp
		}
		return &special{}
	}
	fixed := func(sp *special) bool { return sp.into.custody != nil || sp.outOf.custody != nil }
	return slices.ContainsFunc(c.near, func(r row) bool {
		sp := says(r)
		return len(sp.origins) > 0 || fixed(sp) || sp.enters != nil || sp.leaves != nil && sp.leaves.link == nil
	}) || slices.ContainsFunc(slices.Concat(c.far, c.back), func(r row) bool {
		sp := says(r)
		return fixed(sp) || sp.leaves != nil || sp.enters != nil && sp.enters.link == nil
	})
}

// clashes reports whether two conversions of one transaction cannot both be
// crossed: they are of some same transfer, or turn two assets into each other.
func (c *crossing) clashes(d *crossing) bool {
	if slices.ContainsFunc(c.turns(), func(turn [2]clew.Asset) bool { return slices.Contains(d.turns(), [2]clew.Asset{turn[1], turn[0]}) }) {
		return true
	}
	all := slices.Concat(d.near, d.far, d.back)
	return slices.ContainsFunc(slices.Concat(c.near, c.far, c.back), func(r row) bool {
		return slices.ContainsFunc(all, func(o row) bool { return r.pos == o.pos })
	})
}

// endsAtOther reports whether what goes in comes to an address where a walk ends
// for another reason than that value is exchanged there.
func (w *walk) endsAtOther(c *crossing) bool {
	crosses := slices.ContainsFunc(c.far, func(r row) bool { return w.entered(c.farView, r) != nil })
	return slices.ContainsFunc(c.near, func(r row) bool {
		said := w.named(r.far)
		return said != nil && said.kind != Unconverted && !(crosses && said.kind == InBridge)
	})
}

// tagged reports whether a claim says what an address is.
func (w *walk) tagged(a clew.Address) bool {
	if w.in.Namer == nil {
		return false
	}
	_, claim := w.in.Namer.Stop(a)
	return claim != nil
}

// refuse notes at the transfers of a swap that it is not crossed, and why: for
// each asset that went in. They are walked like all others.
func (w *walk) refuse(v *view, c *crossing, s *launder.Swap) {
	byAsset := map[clew.Asset]*crossing{}
	for _, r := range c.near {
		of := byAsset[r.asset]
		if of == nil {
			of = &crossing{broken: string(s.Refused), nearView: v, conversion: &clew.Conversion{ID: launder.SwapID(clew.Swap, s.Tx), Kind: clew.Swap,
				InChain: v.chain, OutChain: v.chain, Basis: clew.Inferred, By: launder.NetBalanceChange}}
			byAsset[r.asset] = of
			w.nameSwap(of)
		}
		of.near = append(of.near, r)
		side := &of.conversion.In
		if w.backward {
			side = &of.conversion.Out
		}
		*side = append(*side, r.pos)
		v.mark(r).refused = of
	}
}

// nameSwap keeps a conversion found, under a name of its own.
func (w *walk) nameSwap(c *crossing) {
	w.crossings = append(w.crossings, c)
	id := c.conversion.ID
	if w.swapNames[id]++; w.swapNames[id] > 1 {
		c.conversion.ID = fmt.Sprintf("%s-%d", id, w.swapNames[id])
	}
}

// tieSwaps lets conversions found in one transaction lead from their transfers
// to others. Where something comes out before all went in, by the order of the
// chain, their assets are given an order.
func (w *walk) tieSwaps(v *view, place envelope, found []*crossing) {
	ordered := !slices.ContainsFunc(found, func(c *crossing) bool {
		return slices.ContainsFunc(c.comesOutBy(), func(o row) bool {
			return slices.ContainsFunc(c.near, func(r row) bool { return o.pos.Before(r.pos) != w.backward })
		})
	})
	if !ordered {
		breakCycles(v, found)
	}
	for _, c := range found {
		w.nameSwap(c)
		for i, r := range c.near {
			sp := v.mark(r)
			sp.enters, sp.enterLeg = c, i
		}
		for i, r := range c.comesOutBy() {
			sp := v.mark(r)
			sp.leaves, sp.leaveLeg = c, i
		}
	}
}
