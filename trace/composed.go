package trace

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// A composed engine goes backward by the policies that keep no intervals: for
// each transfer it replays the history of the pot that sent it, and asks the
// policy which incoming transfers paid it. Latest transfers come first.
type composed struct {
	*walk
	agenda    *agenda[piece]
	histories map[clew.Pot]*history
	batch     []piece // reused
	touched   map[*pot]bool
}

// A history is all that went in and out of a pot, in the order of the chain;
// first comes what it held before.
type history struct {
	rows   []row
	events []taint.Event
}

// walkComposed runs the engine.
func walkComposed(ctx context.Context, w *walk) error {
	e := &composed{walk: w, histories: map[clew.Pot]*history{}, touched: map[*pot]bool{}}
	e.agenda = newAgenda[piece](len(w.views), true, nil)
	e.agenda.waits = w.waits(e.agenda.head)
	for _, v := range w.views {
		for _, sp := range w.begins(v) {
			e.agenda.push(v.index, due[piece]{v.moment(sp.row.pos, sp.row.asset), sp.row.time, piece{row: sp.row}})
		}
	}
	for {
		if ctx.Err() != nil && w.ended == "" {
			w.end(interrupted)
		}
		index, first, ok := e.agenda.pop()
		if !ok {
			return nil
		}
		if err := e.take(ctx, w.views[index], first); err != nil {
			return err
		}
	}
}

// take passes on one transfer with all that is asked of it.
func (e *composed) take(ctx context.Context, v *view, first due[piece]) error {
	e.batch = e.agenda.popSame(v.index, first.at, append(e.batch[:0], first.item))
	r := first.item.row
	tape, from := e.gather(r.amount)
	carried, to, err := e.pass(ctx, v, r, tape, from, nil)
	if err != nil || to == nil {
		return err
	}
	h, err := e.history(ctx, to)
	if e.cut(ctx, err) {
		return e.rest(ctx, to, carried)
	}
	if err != nil {
		return err
	}
	which := slices.IndexFunc(h.rows, func(have row) bool { return have.pos == r.pos })
	return e.ask(ctx, to, h, which, carried)
}

// gather puts together what is asked of one transfer.
func (e *composed) gather(amount clew.Amount) (taint.Tape, *pot) {
	switch e.in.Method.Policy {
	case taint.LIFO:
		return assemble(e.batch, amount)
	case taint.Haircut:
		var tape taint.Tape
		var from *pot
		slices.SortStableFunc(e.batch, func(a, b piece) int { return cmp.Compare(a.tape.Marks(), b.tape.Marks()) })
		for _, p := range e.batch {
			if p.from != nil {
				tape, from = tape.Append(p.tape...), p.from
			}
		}
		return tape.Append(taint.CleanRun(amount.MinusOrZero(tape.Total()))), from
	}
	var marks taint.Marks
	var from *pot
	for _, p := range e.batch {
		if p.from != nil {
			marks, from = marks|p.tape.Marks(), p.from
		}
	}
	return taint.Tape{}.Append(taint.Run{Amount: amount, Marks: marks}), from
}

// ask finds the incoming transfers that paid an outgoing one, as far as it is
// asked for.
func (e *composed) ask(ctx context.Context, p *pot, h *history, which int, tape taint.Tape) error {
	events := h.events[:which+1]
	switch e.in.Method.Policy {
	case taint.LIFO:
		return e.askPieces(ctx, p, h, events, tape, true)
	case taint.Poison:
		return e.askPieces(ctx, p, h, events, tape, false)
	}
	// A mixture has no order: every mark asks for its share by itself.
	for _, run := range tape {
		if run.Marks == 0 {
			continue
		}
		asked := append(slices.Clone(events[:which]), taint.Event{Amount: run.Amount})
		if err := e.askPieces(ctx, p, h, asked, taint.Tape{run}, false); err != nil {
			return err
		}
	}
	return nil
}

// askPieces puts on the agenda what paid the last of the events.
func (e *composed) askPieces(ctx context.Context, p *pot, h *history, events []taint.Event, tape taint.Tape, reversed bool) error {
	pieces, err := taint.Compose(e.in.Method.Policy, events, len(events)-1)
	if err != nil {
		return err
	}
	marks := tape.Marks()
	for _, asked := range pieces {
		var part taint.Tape
		if e.poison {
			part = taint.Tape{{Amount: asked.Amount, Marks: marks}}
		} else {
			part, tape = tape.Cut(asked.Amount)
		}
		if part.Marks() == 0 {
			continue
		}
		if reversed {
			part = slices.Clone(part)
			slices.Reverse(part)
		}
		if err := e.put(ctx, p, h, asked, part); err != nil {
			return err
		}
	}
	return nil
}

// put asks a piece of the transfer that paid it, or books it where none did.
func (e *composed) put(ctx context.Context, p *pot, h *history, asked taint.Piece, part taint.Tape) error {
	if asked.Event <= 0 || e.beyond(h.rows[asked.Event].time) {
		if e.poison && e.touched[p] {
			return nil // the same value, touched again
		}
		e.touched[p] = true
		return e.rest(ctx, p, part)
	}
	r := h.rows[asked.Event]
	e.agenda.push(p.view.index, due[piece]{p.view.moment(r.pos, r.asset), r.time,
		piece{row: r, offset: asked.Offset, tape: part, from: p}})
	return nil
}

// history reads a pot's history whole.
func (e *composed) history(ctx context.Context, p *pot) (*history, error) {
	if h := e.histories[p.id]; h != nil {
		return h, nil
	}
	opening, err := p.view.opening(ctx, p.id)
	if err != nil {
		return nil, err
	}
	h := &history{rows: []row{{asset: p.id.Asset, amount: opening}}}
	// Going backward, value leaves a pot by the rows on its incoming side.
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		q := ledger.Query{Address: p.id.Address, Side: side, Asset: p.id.Asset, Limit: lastPage}
		for more := true; more; {
			var page []ledger.Row
			if page, more, err = p.view.reader.Rows(ctx, q, p.view.page[:0]); err != nil {
				return nil, err
			}
			p.view.page = page
			e.work.Rows += len(page)
			for i := range page {
				if page[i].Peer != p.id.Address {
					h.rows = append(h.rows, p.view.row(p.id.Address, side, &page[i]))
				}
			}
			if len(page) > 0 {
				q.From = ledger.Next(page[len(page)-1].Pos)
			}
		}
	}
	slices.SortStableFunc(h.rows[1:], func(a, b row) int { return a.pos.Cmp(b.pos) })
	for i, r := range h.rows {
		h.events = append(h.events, taint.Event{In: i == 0 || r.near == p.id.Address, Amount: r.amount})
	}
	e.histories[p.id] = h
	return h, nil
}
