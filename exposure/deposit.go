package exposure

import (
	"context"
	"slices"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// OfDeposit answers which inflows fund one deposit, first in, first out: what
// the transfers of a transaction that paid the subject are made of. The walk is
// that of package trace, backward, and stops at the first address of which
// anything is known. Query.Sides and Until are not used; what lies before Since
// is not followed.
//
// First in, first out says which units left by the order in which they came: a
// convention, which other orders would answer otherwise. A transaction that
// pays the subject nothing is a *clew.InputError.
func OfDeposit(ctx context.Context, q Query, tx clew.TxID) (*Answer, error) {
	q.Sides, q.Until = []Side{Incoming}, 0
	q, err := q.check()
	if err != nil {
		return nil, err
	}
	if q.Limits.Hops == 1 {
		return nil, &clew.InputError{Field: "hops", Value: "1", Want: "2 or more: what funds a deposit lies behind who paid it"}
	}
	s := newSession(&q, taint.FIFO)
	defer s.room.leave()
	f := s.flow(Incoming)
	f.all = true
	transfers, err := q.Ledger.Transaction(ctx, tx)
	if err != nil {
		return nil, err
	}
	s.answer.Work.Transfers += len(transfers)
	transfers = slices.DeleteFunc(transfers, func(t clew.Transfer) bool { return !s.pays(f, &t) })
	if len(transfers) == 0 {
		return nil, &clew.InputError{Field: "deposit", Value: tx.String(), Want: "a transaction that pays " + q.Subject.Text()}
	}
	for i := range transfers {
		s.answer.Method.Deposit = append(s.answer.Method.Deposit, transfers[i].Pos)
		if err := s.fund(ctx, f, &transfers[i]); err != nil {
			return nil, err
		}
	}
	s.answer.Sides = append(s.answer.Sides, s.close(f))
	return s.finish(ctx)
}

// pays notes what a transfer pays the subject, and reports whether that is
// anything.
func (s *session) pays(f *flow, t *clew.Transfer) bool {
	if !t.Asset.IsFungible() {
		return false
	}
	var sum clew.Amount
	for _, l := range t.To {
		if l.Address == s.q.Subject {
			sum = sum.Plus(l.Amount)
		}
	}
	if sum.IsZero() || !s.outputs && t.From[0].Address == s.q.Subject {
		return false
	}
	b := f.book(t.Asset)
	b.transfers++
	b.counted = b.counted.Plus(sum)
	return true
}

// fund follows what one transfer paid the subject back to where it came from.
func (s *session) fund(ctx context.Context, f *flow, t *clew.Transfer) error {
	l := s.q.Limits
	result, err := trace.Run(ctx, trace.Input{
		Ledgers:   []ledger.Snapshot{s.q.Ledger},
		Start:     trace.Start{Origins: []trace.Seed{{ID: "deposit", Name: "deposit", Chain: s.q.Ledger.Chain(), Transfers: []clew.Pos{t.Pos}, To: s.q.Subject}}},
		Direction: trace.Backward,
		Method:    taint.Method{Policy: taint.FIFO},
		Limits:    trace.Limits{Hops: l.Hops - 1, Addresses: l.Addresses, Transfers: l.Rows, Degree: l.Degree, Peers: 1, Until: s.q.Since},
		Namer:     endsAt{s},
		Spread:    trace.No,
	})
	if err != nil {
		return err
	}
	hops := map[clew.Pos]int{}
	for i := range result.Uses {
		hops[result.Uses[i].Transfer.Pos] = result.Uses[i].Hop + 1
	}
	for i := range result.Places {
		s.fundedAt(f, &result.Places[i], hops)
	}
	for _, hit := range result.Limits {
		if name, ok := limitNames[hit.Limit]; ok {
			s.hits[name] += hit.Times
		}
	}
	s.gapped = append(s.gapped, result.Gaps...)
	w := &s.answer.Work
	w.Addresses, w.Rows, w.Transfers = w.Addresses+result.Work.Addresses, w.Rows+result.Work.Rows, w.Transfers+result.Work.Transfers
	return nil
}

// limitNames gives the limits that are asked of a trace their names here.
var limitNames = map[string]string{"degree": "degree", "addresses": "addresses", "transfers": "rows", interrupted: interrupted}

// placeReasons gives the reason for each kind of place at which a trace ends,
// but for those of which something is known.
var placeReasons = map[trace.PlaceKind]Reason{
	trace.AtSuspected: Busy,
	trace.AtHopLimit:  BeyondHops,
	trace.AtSizeLimit: NotRead,
	trace.AtTimeLimit: OutOfTime,
	trace.NotHeld:     NotHeld,
	trace.AtIssuance:  Issued,
	trace.AtOpening:   Opening,
}

// fundedAt books a place at which the trace of a deposit ended.
func (s *session) fundedAt(f *flow, p *trace.Place, hops map[clew.Pos]int) {
	b := f.book(p.Asset)
	if p.Kind != trace.AtService {
		reason, ok := placeReasons[p.Kind]
		if !ok {
			reason = Reason(p.Kind)
		}
		b.left(reason, p.Amount)
		return
	}
	to := s.parties.of(p.Address)
	for i := range p.Arrivals {
		a := &p.Arrivals[i]
		switch {
		case to == subject && hops[a.Pos] == 1: // its own inputs of the deposit
			b.self, b.counted = b.self.Plus(a.Amount), b.counted.Minus(a.Amount)
		case to == subject:
			b.left(RoundTrip, a.Amount)
		default:
			t := step{pos: a.Pos, time: a.Time, book: b, from: s.parties.of(a.From), to: to, moved: a.Moved, part: a.Amount}
			s.meets(f, &t, hops[a.Pos], s.know(to))
		}
	}
}

// endsAt ends a trace at the subject, and wherever anything is known.
type endsAt struct{ *session }

// Stop returns a service, whatever is known: the kind of place is not looked at.
func (e endsAt) Stop(a clew.Address) (tag.Stop, *tag.Tag) {
	n := e.parties.of(a)
	if n == subject || e.know(n) != nil {
		return tag.Service, nil
	}
	return tag.NoStop, nil
}
