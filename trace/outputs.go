package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// An outputSeed is a leg of a Bitcoin transaction that an origin begins with:
// an output or, for what an address sent, an input.
type outputSeed struct {
	pos    clew.Pos
	side   ledger.Side // In: an output; Out: an input
	leg    int
	amount clew.Amount
	time   clew.Time
	to     clew.Address // of an output
	origin int
}

// An outputs engine walks a chain on which value rests in outputs: each is a
// pot of its own, filled once and emptied whole. A transaction mixes its
// inputs, and the policy says which output carries what. It serves every
// policy, forward and, where the policy allows, backward; first in, first out
// is the interval engine's rule by the order of inputs and outputs.
type outputs struct {
	*walk
	view   *view
	ways   *outputWays // nil: not wanted
	agenda *agenda[load]
	seeds  map[clew.Pos][]outputSeed
	ids    map[clew.TxID]clew.Pos // of transactions found by name
}

// A load is marked value that a transaction takes in by one leg: forward an
// input; backward an output, which is asked where it came from.
type load struct {
	leg  int
	tape taint.Tape // empty: an origin's beginning, found in seeds
	hop  int
}

// newOutputs makes the engine for one chain, with what is due whatever outputs
// hold.
func newOutputs(w *walk, v *view) *outputs {
	e := &outputs{walk: w, view: v, seeds: map[clew.Pos][]outputSeed{}, ids: map[clew.TxID]clew.Pos{}, agenda: newAgenda[load](1, w.backward)}
	if w.ways != nil {
		e.ways = newOutputWays(w.ways.of(clew.NativeAsset(v.chain)))
	}
	for _, s := range v.outputs {
		e.seeds[s.pos] = append(e.seeds[s.pos], s)
		if e.ways != nil {
			e.ways.seed(&s, s.side == e.nearSide())
		}
		e.await(v, row{pos: s.pos, time: s.time})
	}
	for _, legs := range v.dealings { // in any order: what is due at one place is taken at once
		for _, d := range legs {
			if (d.outOf.custody != nil || d.leaves != nil) && !w.beyond(d.row.time) {
				e.await(v, d.row)
			}
		}
	}
	return e
}

func (e *outputs) head(int) (moment, clew.Time, bool) { return e.agenda.head(0) }

func (e *outputs) await(v *view, r row) {
	e.agenda.push(0, due[load]{v.moment(r.pos, clew.Asset{}), r.time, load{leg: -1}})
}

// step takes the transaction that is due next. It is not cut short.
func (e *outputs) step(ctx context.Context, _ int) error {
	e.reversed = false
	first, _ := e.agenda.pop(0)
	return e.take(context.WithoutCancel(ctx), first)
}

// finish has nothing to do: what lies in outputs is booked when they are made.
func (e *outputs) finish(context.Context) error { return nil }

// A mixing is one transaction on the way through: what is marked on the side
// where value enters it, and on the side where it leaves.
type mixing struct {
	transfer clew.Transfer
	row      row
	enters   []taint.Tape // forward by input; backward by output
	leaves   []taint.Tape
	taken    taint.Tape // backward: what went into accounts at services
	hop      int
}

// take passes on one transaction with all that enters it.
func (e *outputs) take(ctx context.Context, first due[load]) error {
	pos := first.at.pos()
	t, err := e.view.reader.Transfer(ctx, pos)
	if err != nil {
		return fmt.Errorf("trace: a transaction that was walked: %w", err)
	}
	e.work.Rows++
	m := e.mixing(&t)
	near, _ := e.sides(&t)
	for _, l := range e.agenda.popSame(0, first.at, []load{first.item}) {
		if l.leg >= 0 {
			missing := near[l.leg].Amount.MinusOrZero(l.tape.Total())
			m.enters[l.leg] = slices.Clone(l.tape).Append(taint.CleanRun(missing))
			m.hop = min(m.hop, l.hop+1)
		}
	}
	return e.pass(ctx, m)
}

// mixing returns a transaction into which nothing marked has come yet.
func (e *outputs) mixing(t *clew.Transfer) *mixing {
	near, far := e.sides(t)
	m := &mixing{transfer: *t, row: row{pos: t.Pos, time: t.Time, asset: t.Asset, amount: t.Amount()},
		enters: make([]taint.Tape, len(near)), leaves: make([]taint.Tape, len(far)), hop: 1 << 30}
	return m
}

// sides returns the legs by which value enters a transaction on the walk's way
// through it, and those by which it leaves. Fees are paid last, so forward
// they are the last leg, and backward the first of all that is asked.
func (e *outputs) sides(t *clew.Transfer) (near, far []clew.Leg) {
	if e.backward {
		return t.To, e.filled(t)
	}
	return e.filled(t), t.To
}

// filled returns a transaction's inputs. What those that are not held bring is
// put into the first of them.
func (e *outputs) filled(t *clew.Transfer) []clew.Leg {
	legs := slices.Clone(t.From)
	var known clew.Amount
	for _, l := range legs {
		known = known.Plus(l.Amount)
	}
	for i := range legs {
		if legs[i].Unknown {
			legs[i].Amount = t.Amount().Minus(known)
			break
		}
	}
	return legs
}

// pass carries marks through a transaction and books or follows what leaves.
func (e *outputs) pass(ctx context.Context, m *mixing) error {
	if e.backward {
		if err := e.withdraw(m, m.enters); err != nil {
			return err
		}
	}
	e.begin(m, e.nearSide(), m.enters)
	if err := e.lookAcross(ctx, m); err != nil {
		return err
	}
	marked := slices.ContainsFunc(m.enters, taint.Tape.IsMarked)
	if marked {
		e.endIfSpent()
	}
	near, far := e.sides(&m.transfer)
	if marked && e.ended != "" {
		for i, tape := range m.enters {
			e.book(AtSizeLimit, near[i].Address, m.row, tape)
		}
	} else if marked {
		e.takeIn(m)
		if err := e.mix(m, near, far); err != nil {
			return err
		}
	}
	if !e.backward {
		if err := e.withdraw(m, m.leaves); err != nil {
			return err
		}
	}
	e.begin(m, e.farSide(), m.leaves)
	return e.passOn(ctx, m, far)
}

// passOn records a transaction, and books or follows what leaves it.
func (e *outputs) passOn(ctx context.Context, m *mixing, far []clew.Leg) error {
	if len(m.taken) == 0 && !slices.ContainsFunc(m.leaves, taint.Tape.IsMarked) {
		return nil
	}
	e.note(m)
	for i, tape := range m.leaves {
		if !tape.IsMarked() {
			continue
		}
		if err := e.leave(ctx, m, i, far[i], tape); err != nil {
			return err
		}
	}
	return nil
}

// nearSide and farSide return which side of a transaction value enters it by,
// and leaves it by, on the walk's way.
func (e *outputs) nearSide() ledger.Side {
	if e.backward {
		return ledger.In
	}
	return ledger.Out
}

func (e *outputs) farSide() ledger.Side { return 1 - e.nearSide() }

// begin lays the marks of the origins that begin with legs on one side.
func (e *outputs) begin(m *mixing, side ledger.Side, tapes []taint.Tape) {
	for _, s := range e.seeds[m.transfer.Pos] {
		if s.side != side {
			continue
		}
		sp := &special{origins: []int{s.origin}}
		r := m.row
		r.amount = s.amount
		tapes[s.leg], m.hop = e.walk.begin(r, sp, tapes[s.leg], m.hop)
	}
}

// note records the transaction as used.
func (e *outputs) note(m *mixing) {
	if m.hop == 1<<30 {
		m.hop = 0
	}
	all := m.taken
	for _, tape := range m.leaves {
		all = all.Append(tape...)
	}
	e.use(e.view, m.row, all, m.hop, nil)
	if !e.in.Legs || e.backward {
		return
	}
	legs := make([][]Part, len(m.leaves))
	for i, tape := range m.leaves {
		legs[i] = e.parts(tape)
	}
	e.uses[len(e.uses)-1].legs = legs
}

// leave books what one leg carries, or follows it to the transaction that
// spends it or, backward, that created it.
func (e *outputs) leave(ctx context.Context, m *mixing, i int, leg clew.Leg, tape taint.Tape) error {
	d := e.view.dealings[m.row.pos][i]
	if d != nil && !e.backward && d.takes() && e.ended == "" {
		e.giveTo(d, tape, m.hop)
		return nil
	}
	if d != nil && !e.backward && d.refused != nil {
		d.refused.in = e.plus(d.refused.in, tape.Marked())
	}
	kind, err := e.stopAt(ctx, m, leg, tape)
	if err != nil {
		return err
	}
	if kind != "" {
		e.exit(m, i, leg)
		e.book(kind, leg.Address, m.rowOf(leg), tape)
		return nil
	}
	pos, next, time, err := e.onward(ctx, m, i, leg)
	switch {
	case errors.Is(err, clew.ErrNotFound):
		e.exit(m, i, leg)
		return e.stay(ctx, m, leg, tape)
	case err != nil:
		return err
	case e.beyond(time):
		e.hits["until"]++
		e.exit(m, i, leg)
		e.book(AtTimeLimit, leg.Address, m.rowOf(leg), tape)
		return nil
	}
	if e.ways != nil {
		from := e.ways.leave(m.row.pos, e.farSide(), i, leg.Amount)
		e.ways.enter(from, pos, e.nearSide(), next, leg.Amount)
	}
	e.agenda.push(0, due[load]{e.view.moment(pos, clew.Asset{}), time, load{leg: next, tape: tape, hop: m.hop}})
	return nil
}

// exit notes, where all ways are wanted, that what a leg carries ends here.
func (e *outputs) exit(m *mixing, i int, leg clew.Leg) {
	if e.ways != nil {
		from := e.ways.leave(m.row.pos, e.farSide(), i, leg.Amount)
		e.ways.exit(from, clew.Pot{Address: leg.Address, Asset: m.row.asset}, leg.Amount)
	}
}

// stopAt returns why what a leg carries goes no further; "" if it does.
func (e *outputs) stopAt(ctx context.Context, m *mixing, leg clew.Leg, tape taint.Tape) (PlaceKind, error) {
	switch {
	case e.ended != "":
		return AtSizeLimit, nil
	case leg.Unknown:
		e.gaps = append(e.gaps, clew.Gap{Kind: clew.GapHistory, Chain: e.view.chain, Asset: m.row.asset, Amount: tape.Marked(),
			Window: clew.Window{From: m.row.pos.Height, To: m.row.pos.Height + 1}, Note: "an output that was spent here is not held"})
		return NotHeld, nil
	case leg.Address.IsZero() && e.backward:
		return AtIssuance, nil
	case leg.Address.IsZero():
		return PaidAsFee, nil
	}
	judged, err := e.judge(ctx, e.view, leg.Address, m.row.asset)
	if err != nil || judged.kind != "" {
		return judged.kindOrNone(), err
	}
	if !e.poison && e.isDust(tape) {
		e.hits["dust"]++
		return Dust, nil
	}
	if m.hop >= e.in.Limits.Hops {
		e.hits["hops"]++
		return AtHopLimit, nil
	}
	e.work.Pots++
	return "", nil
}

func (v *verdict) kindOrNone() PlaceKind {
	if v == nil {
		return ""
	}
	return v.kind
}

// onward returns the transaction that spends an output, and by which input;
// backward, the one that created what an input spends, and by which output.
func (e *outputs) onward(ctx context.Context, m *mixing, i int, leg clew.Leg) (clew.Pos, int, clew.Time, error) {
	if !e.backward {
		pos, input, err := e.view.reader.Spender(ctx, m.row.pos, uint32(i))
		if err != nil {
			return pos, 0, 0, err
		}
		var time clew.Time
		if e.in.Limits.Until.Known() {
			t, err := e.view.reader.Transfer(ctx, pos)
			if err != nil {
				return pos, 0, 0, err
			}
			e.work.Rows++
			time = t.Time
		}
		return pos, int(input), time, nil
	}
	if leg.Spends == nil {
		return clew.Pos{}, 0, 0, fmt.Errorf("what an input spends: %w", clew.ErrNotFound)
	}
	created, err := e.view.reader.Transaction(ctx, leg.Spends.Tx)
	if err != nil {
		return clew.Pos{}, 0, 0, err
	}
	e.work.Rows++
	t := &created[0]
	if int(leg.Spends.Index) >= len(t.To) {
		return t.Pos, 0, 0, fmt.Errorf("output %d of %s: %w", leg.Spends.Index, t.Tx, clew.ErrNotFound)
	}
	return t.Pos, int(leg.Spends.Index), t.Time, nil
}

// stay books what lies in an output that nothing held spends; backward, in one
// whose creation is not held.
func (e *outputs) stay(ctx context.Context, m *mixing, leg clew.Leg, tape taint.Tape) error {
	p := &pot{id: clew.Pot{Address: leg.Address, Asset: m.row.asset}, view: e.view, hop: m.hop,
		first: m.row.pos, last: m.row.pos, latest: m.row.time}
	if e.ended == "" && !e.backward && e.view.lacks(p.id, m.row.pos.Height) == "" {
		e.book(AtRest, leg.Address, m.row, tape)
		return nil
	}
	return e.rest(ctx, p, tape)
}
