package exposure

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// ownOutputs takes the subject's legs where value rests in outputs. Each
// transaction mixes its inputs: what came in by an output came from all of
// them, in proportion, and what went out by an input went to all outputs and
// the fee.
func (s *session) ownOutputs(ctx context.Context, f *flow, rows []ledger.Row) error {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Pos == rows[0].Pos {
			n++
		}
		var sum clew.Amount
		for i := range rows[:n] {
			if f.counts(&rows[i]) {
				f.book(rows[i].Asset).saw(&rows[i], s.q.Subject)
				sum = sum.Plus(rows[i].Amount)
			}
		}
		if !sum.IsZero() {
			if err := s.ownMixing(ctx, f, rows[0].Pos, sum); err != nil {
				return err
			}
		}
		rows = rows[n:]
	}
	return nil
}

func (s *session) ownMixing(ctx context.Context, f *flow, pos clew.Pos, sum clew.Amount) error {
	t, err := s.q.Ledger.Transfer(ctx, pos)
	if err != nil {
		return err
	}
	s.answer.Work.Transfers++
	for _, next := range s.mixed(f, &t, subject, sum) {
		if next.to == subject {
			next.book.self = next.book.self.Plus(next.part)
			continue
		}
		f.steps = append(f.steps, next)
	}
	return nil
}

// mixed shares what came into a transaction over the legs by which it goes on.
func (s *session) mixed(f *flow, t *clew.Transfer, from int32, part clew.Amount) []step {
	legs, b := t.To, f.book(t.Asset)
	if f.backward() {
		legs = filled(t)
	}
	weights := make([]clew.Amount, len(legs))
	for i := range legs {
		weights[i] = legs[i].Amount
	}
	var steps []step
	for i, share := range taint.Spread(part, weights) {
		if !share.IsZero() {
			l := &legs[i]
			steps = append(steps, step{pos: t.Pos, time: t.Time, book: b, from: from, to: s.parties.of(l.Address), moved: l.Amount, part: share,
				leg: i, spends: l.Spends, lost: l.Unknown})
		}
	}
	return steps
}

// filled returns a transaction's inputs. What those that are not held bring is
// put into the first of them.
func filled(t *clew.Transfer) []clew.Leg {
	legs := slices.Clone(t.From)
	left := t.Amount()
	for i := range legs {
		left = left.MinusOrZero(legs[i].Amount)
	}
	if i := slices.IndexFunc(legs, func(l clew.Leg) bool { return l.Unknown }); i >= 0 {
		legs[i].Amount = left
	}
	return legs
}

// mix asks the transaction that spends outputs, or that made them, where the
// marked value of its legs went on.
func (s *session) mix(ctx context.Context, f *flow, h *holder, hops int) error {
	f.reached++
	f.rows++
	s.answer.Work.Addresses++
	s.answer.Work.Transfers++
	t, err := s.q.Ledger.Transfer(ctx, h.tx)
	if err != nil {
		return fmt.Errorf("a transaction that was met: %w", err)
	}
	f.rows += len(t.From) + len(t.To)
	from := s.entries[0].who
	for _, e := range s.entries {
		if e.who != from {
			from = s.parties.of(clew.Address{})
		}
	}
	steps := s.mixed(f, &t, from, h.part)
	for i := range steps {
		if err := s.settle(ctx, f, &steps[i], hops); err != nil {
			return err
		}
	}
	return nil
}

// next returns the transaction in which an output that a step came to is asked
// further, or why there is none.
func (s *session) next(ctx context.Context, f *flow, t *step) (pos clew.Pos, reason Reason, err error) {
	if f.backward() {
		return s.creator(ctx, t)
	}
	pot := clew.Pot{Address: s.parties.list[t.to].address, Asset: t.book.asset}
	pos, _, err = s.q.Ledger.Spender(ctx, t.pos, uint32(t.leg))
	switch {
	case errors.Is(err, clew.ErrNotFound) && s.holds(pot):
		return pos, AtRest, nil
	case errors.Is(err, clew.ErrNotFound):
		return pos, NotHeld, nil
	case err != nil:
		return pos, "", err
	}
	if s.q.Until.Known() {
		spender, err := s.q.Ledger.Transfer(ctx, pos)
		s.answer.Work.Transfers++
		if err != nil || spender.Time > s.q.Until {
			return pos, OutOfTime, err
		}
	}
	return pos, "", nil
}

// creator returns the transaction that made what a step's input spends.
func (s *session) creator(ctx context.Context, t *step) (clew.Pos, Reason, error) {
	if t.spends == nil {
		return clew.Pos{}, NotHeld, nil
	}
	made, err := s.q.Ledger.Transaction(ctx, t.spends.Tx)
	s.answer.Work.Transfers++
	switch {
	case errors.Is(err, clew.ErrNotFound) || err == nil && int(t.spends.Index) >= len(made[0].To):
		return clew.Pos{}, NotHeld, nil
	case err != nil:
		return clew.Pos{}, "", err
	case s.q.Since.Known() && made[0].Time.Known() && made[0].Time < s.q.Since:
		return clew.Pos{}, OutOfTime, nil
	}
	return made[0].Pos, "", nil
}
