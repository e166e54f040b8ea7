package trace

import (
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/ledger"
)

// An outputSearch looks for paths on a chain on which value rests in outputs:
// each is a pot of its own, filled once and spent whole. Transactions are taken
// in chain order, so all that leads to an output is known before the
// transaction that spends it is taken.
type outputSearch struct {
	*search
	agenda  *agenda[entry]
	sent    *cursor // inputs of the address that paths begin at
	arrived labels
}

// An entry is how paths come into a transaction: by an input that spends an
// output on their way, or by the inputs of the address that they begin at.
type entry struct {
	pos    clew.Pos // of the transaction
	begins bool     // by inputs of that address
	input  uint32   // otherwise, the input
	labels []ranked // and the paths to what it spends
}

func newOutputSearch(s *search) *outputSearch {
	q := ledger.Query{Address: s.from, Side: ledger.Out, Asset: s.query.Asset, From: s.query.Since, Limit: firstPage}
	return &outputSearch{search: s, agenda: newAgenda[entry](1, false), sent: &cursor{view: s.view, more: true, query: q}}
}

// run takes the transactions that paths come to, in chain order.
func (s *outputSearch) run(ctx context.Context) (*labels, error) {
	steady := context.WithoutCancel(ctx)
	if err := s.schedule(steady, s.query.Since); err != nil {
		return nil, err
	}
	for {
		first, ok := s.agenda.pop(0)
		if !ok || s.over(ctx) {
			return &s.arrived, nil
		}
		if err := s.take(steady, first); err != nil {
			return nil, err
		}
	}
}

// schedule puts on the agenda the next transaction, from a position on, that
// spends an output of the address that paths begin at.
func (s *outputSearch) schedule(ctx context.Context, from clew.Pos) error {
	for c := s.sent; ; {
		if c.at == len(c.rows) {
			if !c.more {
				return nil
			}
			if err := c.load(ctx, &s.work); err != nil {
				return err
			}
			continue
		}
		r := &c.rows[c.at]
		c.at++
		switch {
		case r.Pos.Before(from) || !s.fits(r.Amount):
		case s.beyond(r.Time):
			s.hits["until"]++ // a later block may have an earlier time
		default:
			s.push(entry{pos: r.Pos, begins: true})
			return nil
		}
	}
}

func (s *outputSearch) push(e entry) {
	s.agenda.push(0, due[entry]{at: s.view.moment(e.pos, clew.Asset{}), item: e})
}

// take carries the paths that come into a transaction on by its outputs.
func (s *outputSearch) take(ctx context.Context, first due[entry]) error {
	pos := first.item.pos
	entries := s.agenda.popSame(0, first.at, []entry{first.item})
	t, err := s.view.reader.Transfer(ctx, pos)
	if err != nil {
		return fmt.Errorf("trace: a transaction on the way: %w", err)
	}
	s.work.Rows++
	var came []ranked
	for i := range entries {
		if entries[i].begins {
			if err := s.schedule(ctx, ledger.Next(pos)); err != nil {
				return err
			}
		}
		came = s.enter(came, &t, &entries[i])
	}
	if s.beyond(t.Time) {
		s.hits["until"]++
		return nil
	}
	for i := range t.To {
		if err := s.leave(ctx, &t, i, came); err != nil {
			return err
		}
	}
	return nil
}

// enter adds to the labels that came into a transaction those of an entry. They
// lack the output by which they leave it.
func (s *outputSearch) enter(came []ranked, t *clew.Transfer, e *entry) []ranked {
	r := row{pos: t.Pos, time: t.Time, asset: t.Asset}
	for _, l := range e.labels {
		came, _ = s.insert(came, &label{row: r, before: l.label, width: l.width, hops: l.hops,
			step: &Step{From: l.address, Input: e.input, Spends: l.step.Pays}}, compareWidth)
	}
	for i, leg := range t.From {
		if e.begins && leg.Address == s.from && s.fits(leg.Amount) {
			came, _ = s.insert(came, &label{row: r, width: leg.Amount,
				step: &Step{From: leg.Address, Input: uint32(i), Spends: leg.Amount}}, compareWidth)
		}
	}
	return came
}

// leave carries what came into a transaction on by one of its outputs: to
// where paths end, or into the transaction that spends it.
func (s *outputSearch) leave(ctx context.Context, t *clew.Transfer, output int, came []ranked) error {
	leg := &t.To[output]
	if len(came) == 0 || leg.Address.IsZero() || leg.Address == s.from || !s.fits(leg.Amount) {
		return nil
	}
	if leg.Address == s.to {
		for _, l := range came {
			s.keep(&s.arrived, s.through(l.label, leg, output), true, true)
		}
		return nil
	}
	pos, input, err := s.view.reader.Spender(ctx, t.Pos, uint32(output))
	switch {
	case errors.Is(err, clew.ErrNotFound):
		return nil
	case err != nil:
		return err
	case !t.Pos.Before(pos):
		return nil // no chain has it: an output is spent after it is made
	}
	judged, err := s.judge(ctx, s.view, leg.Address, s.query.Asset)
	if err != nil || judged.kind != "" {
		return err
	}
	next := entry{pos: pos, input: input}
	for _, l := range came {
		if l.hops+1 >= s.query.Limits.Hops {
			s.hits["hops"]++
			continue
		}
		next.labels, _ = s.insert(next.labels, s.through(l.label, leg, output), compareWidth)
	}
	if len(next.labels) > 0 {
		s.work.Pots++
		s.push(next)
	}
	return nil
}

// through returns the label at an output that a transaction makes of one that
// came into it.
func (s *outputSearch) through(l *label, leg *clew.Leg, output int) *label {
	step := *l.step
	step.To, step.Output, step.Pays = leg.Address, uint32(output), leg.Amount
	at := *l
	at.row.amount, at.row.near, at.row.far = step.Width(), step.From, step.To
	at.width, at.hops, at.address, at.step = l.width.Min(leg.Amount), l.hops+1, leg.Address, &step
	s.work.Hops = max(s.work.Hops, at.hops)
	return &at
}
