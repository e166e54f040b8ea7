package trace

import (
	"cmp"
	"context"
	"math"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// accounts are the pots that hold marked value, as the engines keep them that
// replay histories. An account opens when marked value first enters its pot,
// with what the pot held before as clean units, and closes when none is left.
//
// Backward they replay the history from its end: a pot is paid by the transfers
// that it made, and pays those that it received. A queue, a stack and a mixture
// are each their own mirror, so the policies are the same; a tape has the units
// of its transfer from the last to the first.
type accounts struct {
	*walk
	open map[clew.Pot]*account
	last []moment   // by view: the last transfer taken
	any  []bool     // by view: whether one was
	tape taint.Tape // reused
}

// An account is one pot's units by the policy.
type account struct {
	*pot
	units  taint.Pot
	closed bool
	said   *said // nil: there are no readings of it
	next   int   // of them, the first that it was not brought to
}

func newAccounts(w *walk) *accounts {
	w.reversed = w.backward
	a := &accounts{walk: w, open: map[clew.Pot]*account{}, last: make([]moment, len(w.views)), any: make([]bool, len(w.views))}
	w.unitsOf = func(id clew.Pot) taint.Pot {
		if of := a.open[id]; of != nil {
			return of.units
		}
		return nil
	}
	return a
}

// taken reports whether the transfer at a moment was taken before, and notes
// that it is now.
func (a *accounts) taken(view int, at moment) bool {
	if a.any[view] && a.last[view] == at {
		return true
	}
	a.last[view], a.any[view] = at, true
	return false
}

// take books one transfer in the accounts on both sides. It returns the account
// that it opened, if it did.
func (a *accounts) take(ctx context.Context, v *view, r row) (*account, error) {
	if len(v.netted) > 0 {
		if r.amount = v.netted.of(r.pos, r.amount); r.amount.IsZero() {
			return nil, nil
		}
	}
	from, to := a.open[r.nearPot()], a.open[r.farPot()]
	if a.ended != "" || a.beyond(r.time) {
		from = nil // what it holds stays
	}
	if err := cmp.Or(a.settle(from, r.pos.Height), a.settle(to, r.pos.Height)); err != nil {
		return nil, err
	}
	return a.bring(ctx, v, r, a.spend(from, r.amount), from, to)
}

// spend takes an amount out of an account, and returns what it is. Without one
// all of it is clean. The tape is used again by the next call.
func (a *accounts) spend(from *account, amount clew.Amount) taint.Tape {
	tape, missing := a.tape[:0], amount
	if from != nil {
		tape, missing = from.units.Spend(amount, tape)
	}
	a.tape = tape.Append(taint.CleanRun(missing))
	return a.tape
}

// bring takes on what left the account on the near side, if there is one, to
// the one on the far side, if that is open. It returns the account that it
// opened, if it did.
func (a *accounts) bring(ctx context.Context, v *view, r row, tape taint.Tape, from, to *account) (*account, error) {
	carried, entered, err := a.pass(ctx, v, r, tape, from.potOf(), to.potOf())
	if err != nil || a.ended != "" {
		return nil, err // the accounts are shut: what comes now is booked as it comes
	}
	var opened *account
	if entered != nil && to == nil {
		if to, err = a.openAt(ctx, entered, r.pos); a.cut(ctx, err) {
			a.book(AtSizeLimit, r.far, r, carried)
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		opened = to
	}
	if to != nil {
		if entered == nil {
			carried = a.spend(nil, r.amount)
		}
		if err := a.receive(to, r, carried); err != nil {
			return nil, err
		}
	}
	a.close(from)
	return opened, nil
}

// potOf returns the pot of an account; nil without one.
func (a *account) potOf() *pot {
	if a == nil {
		return nil
	}
	return a.pot
}

// openAt opens an account just before a transfer.
func (a *accounts) openAt(ctx context.Context, p *pot, pos clew.Pos) (*account, error) {
	units, err := taint.NewPot(a.in.Method)
	if err != nil {
		return nil, err
	}
	held, err := a.heldAt(ctx, p, pos)
	if err != nil {
		return nil, err
	}
	held = p.view.netted.heldAt(p.id, pos, a.backward, held)
	if err := units.Receive(taint.Tape{}.Append(taint.CleanRun(held))); err != nil {
		return nil, err
	}
	opened := &account{pot: p, units: units}
	opened.readFrom(a.said[p.id], pos.Height)
	a.open[p.id] = opened
	return opened, nil
}

// fewRows is up to how many rows an address has for what went through one of
// its pots to be one look-up. With more, the flow up to a place can cost the
// pot's whole history, and the two sums are looked up instead.
const fewRows = 64

// heldAt returns what a pot held just before a transfer or, backward, just
// after it: its opening balance, and what came in less what left since.
func (a *accounts) heldAt(ctx context.Context, p *pot, pos clew.Pos) (clew.Amount, error) {
	if s := a.said[p.id]; s != nil {
		return s.heldBefore(pos), nil
	}
	opening, err := p.view.opening(ctx, p.id)
	if err != nil {
		return clew.Amount{}, err
	}
	if a.backward {
		pos = ledger.Next(pos)
	}
	if judged := a.verdicts[p.id.Address]; judged != nil && judged.counted && judged.degree <= fewRows {
		flow, err := p.view.reader.Flow(ctx, p.id, pos)
		return opening.Plus(flow.In).Minus(flow.Out), err
	}
	in, err := p.view.sumBefore(ctx, p.id, ledger.In, pos)
	if err != nil {
		return clew.Amount{}, err
	}
	out, err := p.view.sumBefore(ctx, p.id, ledger.Out, pos)
	if err != nil {
		return clew.Amount{}, err
	}
	return opening.Plus(in).Minus(out), nil
}

// close closes an account that has no marked value left. Poison never ends: it
// marks whatever comes to a pot that it touched.
func (a *accounts) close(from *account) {
	if from == nil || a.poison || !from.units.Marked().IsZero() {
		return
	}
	from.closed = true
	delete(a.open, from.id)
}

// finish books what lies in the accounts.
func (a *accounts) finish(ctx context.Context) error {
	for _, p := range a.sortedOpen() {
		if err := a.settle(p, math.MaxUint64); err != nil {
			return err
		}
		if err := a.rest(ctx, p.pot, p.units.Contents(nil)); err != nil {
			return err
		}
	}
	return nil
}
