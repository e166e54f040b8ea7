package ask

import (
	"context"
	"fmt"
	"slices"

	"clew"
	"clew/exposure"
	"clew/ledger"
	"clew/taint"
)

// An outcome is where value went in the plain version: to an address that is
// named, or to an end.
type outcome struct {
	side    exposure.Side
	asset   clew.Asset
	address clew.Address
	direct  bool
	reason  exposure.Reason
}

// plain is the exposure of two hops written as the definition reads: every
// history is read whole and replayed from its end, with the pots of package
// taint. It has the limit of degree alone, and no memory of anything.
type plain struct {
	snapshot ledger.Snapshot
	subject  clew.Address
	known    exposure.Knower
	degree   uint64
	skip     map[clew.Pot]bool // what does not count
	got      map[outcome]clew.Amount
}

// A passing is marked value on its way by one transfer.
type passing struct {
	pos    clew.Pos
	amount clew.Amount
}

func (p *plain) answer(ctx context.Context) error {
	for _, side := range []exposure.Side{exposure.Incoming, exposure.Outgoing} {
		own := ledger.In
		if side == exposure.Outgoing {
			own = ledger.Out
		}
		rows, err := p.all(ctx, p.subject, own)
		if err != nil {
			return err
		}
		next := map[clew.Pot][]passing{}
		for _, r := range rows {
			pot := clew.Pot{Address: r.Peer, Asset: r.Asset}
			if side == exposure.Incoming && p.skip[pot] {
				continue
			}
			if p.ends(side, &r, r.Amount, 1) {
				continue
			}
			next[pot] = append(next[pot], passing{r.Pos, r.Amount})
		}
		for pot, came := range next {
			if err := p.replay(ctx, side, own, pot, came); err != nil {
				return err
			}
		}
	}
	return nil
}

// all returns the rows of an address on a side that move something elsewhere.
func (p *plain) all(ctx context.Context, a clew.Address, side ledger.Side) ([]ledger.Row, error) {
	rows, _, err := p.snapshot.Rows(ctx, ledger.Query{Address: a, Side: side, Limit: ledger.MaxPage}, nil)
	return slices.DeleteFunc(rows, func(r ledger.Row) bool { return !r.Counts(a) || r.Amount.IsZero() }), err
}

// ends books a transfer's marked value if it goes no further.
func (p *plain) ends(side exposure.Side, r *ledger.Row, amount clew.Amount, hops int) bool {
	o := outcome{side: side, asset: r.Asset}
	nobody := r.Peer.IsZero() || r.Peer.IsIssuer()
	switch {
	case r.Peer == p.subject:
		o.reason = exposure.RoundTrip
	case side == exposure.Outgoing && r.Pos.Class == clew.Fee:
		o.reason = exposure.Fees
	case nobody && side == exposure.Incoming:
		o.reason = exposure.Issued
	case nobody:
		o.reason = exposure.Destroyed
	case p.known.Know(r.Peer, "") != nil:
		o.address, o.direct = r.Peer, hops == 1
	case hops == 2:
		o.reason = exposure.BeyondHops
	default:
		return false
	}
	p.book(o, amount)
	return true
}

func (p *plain) book(o outcome, amount clew.Amount) {
	if !amount.IsZero() {
		p.got[o] = p.got[o].Plus(amount)
	}
}

// replay plays the history of a pot, forward, or for what came in backward.
func (p *plain) replay(ctx context.Context, side exposure.Side, own ledger.Side, pot clew.Pot, came []passing) error {
	var sides [2][]ledger.Row
	for _, s := range []ledger.Side{ledger.Out, ledger.In} {
		n, err := p.snapshot.Count(ctx, pot.Address, s)
		if err != nil {
			return err
		}
		if n > p.degree {
			for _, c := range came {
				p.book(outcome{side: side, asset: pot.Asset, reason: exposure.Busy}, c.amount)
			}
			return nil
		}
		if sides[s], err = p.all(ctx, pot.Address, s); err != nil {
			return err
		}
		sides[s] = slices.DeleteFunc(sides[s], func(r ledger.Row) bool { return r.Asset != pot.Asset })
	}
	marked := map[clew.Pos]clew.Amount{}
	for _, c := range came {
		marked[c.pos] = c.amount
	}
	events := slices.Concat(sides[0], sides[1])
	enters := map[clew.Pos]bool{}
	for _, r := range sides[1-own] {
		enters[r.Pos] = true
	}
	slices.SortFunc(events, func(a, b ledger.Row) int { return a.Pos.Cmp(b.Pos) })
	held := balances(events, func(r *ledger.Row) bool { return enters[r.Pos] == (own == ledger.Out) })
	if side == exposure.Incoming {
		slices.Reverse(events)
		held.start = held.end
	}
	return p.play(side, pot, events, enters, marked, held.start)
}

// held is what a pot has before its first transfer and after its last.
type held struct{ start, end clew.Amount }

func balances(events []ledger.Row, in func(*ledger.Row) bool) held {
	var came, left, opening clew.Amount
	for i := range events {
		r := &events[i]
		if in(r) {
			came = came.Plus(r.Amount)
			continue
		}
		left = left.Plus(r.Amount)
		opening = opening.Max(left.MinusOrZero(came))
	}
	return held{opening, opening.Plus(came).Minus(left)}
}

func (p *plain) play(side exposure.Side, pot clew.Pot, events []ledger.Row, enters map[clew.Pos]bool, marked map[clew.Pos]clew.Amount, start clew.Amount) error {
	units, err := taint.NewPot(taint.Method{Policy: taint.Haircut})
	if err != nil {
		return err
	}
	if err := units.Receive(taint.Tape{}.Append(taint.CleanRun(start))); err != nil {
		return err
	}
	for i := range events {
		r := &events[i]
		if enters[r.Pos] {
			mark := marked[r.Pos]
			if err := units.Receive(taint.Tape{}.Append(taint.OriginRun(mark, 0), taint.CleanRun(r.Amount.Minus(mark)))); err != nil {
				return err
			}
			continue
		}
		tape, _ := units.Spend(r.Amount, nil)
		if part := tape.Marked(); !part.IsZero() {
			p.ends(side, r, part, 2)
		}
	}
	reason := exposure.AtRest
	if side == exposure.Incoming {
		reason = exposure.Opening
	}
	p.book(outcome{side: side, asset: pot.Asset, reason: reason}, units.Marked())
	return nil
}

// differs says where an answer is not what the plain version gives.
func differs(ctx context.Context, snapshot ledger.Snapshot, a *exposure.Answer, known exposure.Knower) error {
	p := &plain{snapshot: snapshot, subject: a.Subject, known: known, degree: uint64(a.Method.Limits.Degree), skip: map[clew.Pot]bool{}, got: map[outcome]clew.Amount{}}
	have := map[outcome]clew.Amount{}
	for i := range a.Sides {
		f := &a.Sides[i]
		for _, u := range f.Uncounted {
			p.skip[clew.Pot{Address: u.Address, Asset: u.Asset}] = true
		}
		for _, r := range f.Rows {
			have[outcome{side: f.Side, asset: r.Asset, address: r.Address, direct: r.Direct}] = r.Amount
		}
		for _, r := range f.Residual {
			have[outcome{side: f.Side, asset: r.Asset, reason: r.Reason}] = r.Amount
		}
	}
	if err := p.answer(ctx); err != nil {
		return err
	}
	for o, want := range p.got {
		if have[o] != want {
			return fmt.Errorf("exposure of %s: %+v is %s, and %s in the plain version", a.Subject, o, have[o], want)
		}
	}
	if len(have) != len(p.got) {
		return fmt.Errorf("exposure of %s: %d rows and residuals, %d in the plain version", a.Subject, len(have), len(p.got))
	}
	return nil
}
