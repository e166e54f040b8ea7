package trace

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// Rows that carry a stretch on are read a page at a time: few at first, for
// most stretches are short.
const (
	firstTile = 256
	lastTile  = 4096
)

// An intervals engine follows value first in, first out, by its position in
// the pots that it passes: the units of a pot's outgoing side are those of what
// it held before, and then those of its incoming side. So the rows that carry a
// stretch of units on are found by two searches, and nothing else of a pot's
// history is read. Backward it goes the same way the other way round.
//
// It takes transfers in order, all pieces of one together: so limits bite where
// they bite in the other engines, and wide traces do not take a transfer twice.
type intervals struct {
	*walk
	agenda *agenda[piece]
	held   map[*pot]taint.Tape // what no row carries on
	order  []*pot              // of held
	batch  []piece             // reused
	page   []ledger.Row        // reused
}

// A piece is a part of what one transfer carries.
type piece struct {
	row    row
	offset clew.Amount // units of the transfer before it
	tape   taint.Tape  // empty for the beginning of an origin, or what comes out of a conversion
	from   *pot        // nil for those
}

// newIntervals makes the engine, with what is due whatever pots hold.
func newIntervals(w *walk) *intervals {
	e := &intervals{walk: w, held: map[*pot]taint.Tape{}, agenda: newAgenda[piece](len(w.views), w.backward)}
	for _, v := range w.views {
		if v.chain.IsBitcoin() {
			continue
		}
		for _, sp := range w.begins(v) {
			e.await(v, sp.row)
		}
	}
	return e
}

func (e *intervals) head(view int) (moment, clew.Time, bool) { return e.agenda.head(view) }

func (e *intervals) await(v *view, r row) {
	e.agenda.push(v.index, due[piece]{v.moment(r.pos, r.asset), r.time, piece{row: r}})
}

// step takes what is due next, unless its transaction turns out to be one that
// conversions give another order.
func (e *intervals) step(ctx context.Context, view int) error {
	e.reversed = false
	first, _ := e.agenda.pop(view)
	again, err := lookInto(ctx, e.walk, e.agenda, view, first, func(p piece) (row, bool) { return p.row, p.from != nil },
		func(r row) piece { return piece{row: r} })
	if err != nil || again {
		return err
	}
	return e.take(ctx, e.views[view], first)
}

// take passes on one transfer with all that it carries.
func (e *intervals) take(ctx context.Context, v *view, first due[piece]) error {
	e.batch = e.agenda.popSame(v.index, first.at, append(e.batch[:0], first.item))
	r := first.item.row
	tape, from := assemble(e.batch, r.amount)
	carried, to, err := e.pass(ctx, v, r, tape, from, nil)
	if err != nil || to == nil {
		return err
	}
	return e.spread(ctx, to, r, carried)
}

// assemble puts the pieces of one transfer in order, with clean units between.
func assemble(pieces []piece, amount clew.Amount) (taint.Tape, *pot) {
	slices.SortFunc(pieces, func(a, b piece) int {
		return cmp.Or(a.offset.Cmp(b.offset), cmp.Compare(len(a.tape), len(b.tape)))
	})
	var tape taint.Tape
	var from *pot
	var at clew.Amount
	for _, p := range pieces {
		if p.from == nil {
			continue
		}
		from = p.from
		tape = tape.Append(taint.CleanRun(p.offset.Minus(at))).Append(p.tape...)
		at = p.offset.Plus(p.tape.Total())
	}
	return tape.Append(taint.CleanRun(amount.Minus(at))), from
}

// spread finds the rows that carry on what a transfer brought to a pot. If it
// is interrupted, what it has not found them for lies in the pot.
func (e *intervals) spread(ctx context.Context, p *pot, r row, tape taint.Tape) error {
	at, opening, err := e.arrivedAt(ctx, p, r)
	if e.cut(ctx, err) {
		e.keep(p, tape)
		return nil
	}
	if err != nil {
		return err
	}
	tape = slices.Clone(tape)
	for len(tape) > 0 {
		if tape[0].Marks.IsZero() {
			at, tape = at.Plus(tape[0].Amount), tape[1:]
			continue
		}
		n := 1
		for n < len(tape) && !tape[n].Marks.IsZero() {
			n++
		}
		stretch := tape[:n:n]
		end := at.Plus(stretch.Total())
		if err := e.follow(ctx, p, at, stretch, opening); err != nil {
			return err
		}
		at, tape = end, tape[n:]
	}
	return nil
}

// arrivedAt returns which of a pot's units is the first of those that a
// transfer brought, and how many were there before any.
func (e *intervals) arrivedAt(ctx context.Context, p *pot, r row) (at, opening clew.Amount, err error) {
	v := p.view
	if at, err = v.before(ctx, p.id, v.far(), r.pos); err != nil {
		return at, opening, err
	}
	if opening, err = v.opening(ctx, p.id); err != nil || e.backward {
		return at, opening, err
	}
	return at.Plus(opening), opening, nil
}

// follow puts on the agenda the rows that carry on the units of a pot from lo,
// which are those of a tape, and keeps what none carries. It uses the storage
// of the tape.
func (e *intervals) follow(ctx context.Context, p *pot, lo clew.Amount, tape taint.Tape, opening clew.Amount) error {
	if e.backward {
		// The first units that left were in the pot before all that came in.
		var old taint.Tape
		old, tape = tape.Cut(opening.MinusOrZero(lo))
		e.keep(p, old)
		lo = lo.MinusOrZero(opening)
	}
	hi := lo.Plus(tape.Total())
	for limit := firstTile; len(tape) > 0; limit = min(2*limit, lastTile) {
		rows, more, err := p.view.reader.Tile(ctx, p.id, p.view.near(), lo, hi, limit, e.page[:0])
		if e.cut(ctx, err) {
			break
		}
		if err != nil {
			return err
		}
		e.page = rows
		e.work.Rows += len(rows)
		for i := range rows {
			lo, tape = e.carryOn(p, lo, tape, &rows[i])
		}
		if !more {
			break
		}
	}
	e.keep(p, tape)
	return nil
}

// carryOn puts on the agenda what one row takes of a tape whose units begin at
// lo, and returns the rest. It uses the storage of the tape.
func (e *intervals) carryOn(p *pot, lo clew.Amount, tape taint.Tape, r *ledger.Row) (clew.Amount, taint.Tape) {
	if r.Amount.IsZero() || r.Peer == p.id.Address {
		return lo, tape
	}
	if lo.Less(r.Before) { // units that no row is of
		kept := tape.Take(r.Before.Minus(lo))
		e.keep(p, kept)
		lo = r.Before
	}
	end := r.Before.Plus(r.Amount)
	front := tape.Take(end.MinusOrZero(lo))
	if len(front) == 0 {
		return lo, tape
	}
	if e.beyond(r.Time) {
		e.keep(p, front)
		return end, tape
	}
	seen := p.view.row(p.id.Address, p.view.near(), r)
	e.agenda.push(p.view.index, due[piece]{p.view.moment(r.Pos, r.Asset), r.Time,
		piece{row: seen, offset: lo.Minus(r.Before), tape: front, from: p}})
	return end, tape
}

// keep adds to what lies in a pot.
func (e *intervals) keep(p *pot, tape taint.Tape) {
	if !tape.IsMarked() {
		return
	}
	held, ok := e.held[p]
	if !ok {
		e.order = append(e.order, p)
	}
	e.held[p] = held.Append(tape...)
}

// finish books what lies in the pots.
func (e *intervals) finish(ctx context.Context) error {
	for _, p := range e.order {
		if err := e.rest(ctx, p, e.held[p]); err != nil {
			return err
		}
	}
	return nil
}
