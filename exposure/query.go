package exposure

import (
	"context"
	"maps"
	"slices"

	"clew"
	"clew/ledger"
	"clew/price"
	"clew/taint"
	"clew/trace"
	"clew/watchlist"
)

// A Query is a question about one address. It is not changed, and not kept.
type Query struct {
	Ledger  ledger.Snapshot // of the subject's chain
	Subject clew.Address

	// Sides are the ways that are asked about; none: both.
	Sides []Side

	// Day is when attributions must hold; it is for the Knower.
	Day watchlist.Date

	// Since and Until bound the transfers that are looked at, both included; a
	// zero one does not. The times of a chain's blocks are taken to rise.
	Since, Until clew.Time

	Limits Limits // a zero field stands for its default
	Knower Knower
	Linker Linker      // nil: nothing is inferred
	Pricer Pricer      // nil: nothing is worth anything that is known
	Basis  price.Basis // of the Pricer

	// Vetted reports whether somebody looked up the contract of a token, which
	// then is no spam, whoever pays it to many. Nil: of none.
	Vetted func(clew.Asset) bool
}

// A Pricer says what amounts are worth.
type Pricer interface {
	// Worth returns what an amount is worth that moved at a time, by the basis
	// of the question; ok is false where that is not known.
	Worth(asset clew.Asset, amount clew.Amount, moved clew.Time) (worth price.Money, ok bool)
}

// check returns q with defaults in place, or says what is wrong with it, as a
// *clew.InputError.
func (q Query) check() (Query, error) {
	var err error
	if q.Limits, err = q.Limits.withDefaults(); err != nil {
		return q, err
	}
	switch {
	case q.Ledger == nil:
		return q, &clew.InputError{Field: "ledger", Want: "the ledger of the address's chain"}
	case q.Knower == nil:
		return q, &clew.InputError{Field: "tags", Want: "somebody who knows addresses"}
	case q.Subject.IsZero() || q.Subject.Chain() != q.Ledger.Chain():
		return q, &clew.InputError{Field: "address", Value: q.Subject.String(), Want: "an address on " + q.Ledger.Chain().Name()}
	case q.Until.Known() && q.Until < q.Since:
		return q, &clew.InputError{Field: "until", Value: q.Until.String(), Want: "a time not before " + q.Since.String()}
	}
	for _, s := range q.Sides {
		if s != Incoming && s != Outgoing {
			return q, &clew.InputError{Field: "side", Value: string(s), Want: "incoming or outgoing"}
		}
	}
	if q.Pricer == nil {
		q.Basis = ""
	}
	if q.Vetted == nil {
		q.Vetted = func(clew.Asset) bool { return false }
	}
	return q, nil
}

// wants reports whether a side is asked about.
func (q *Query) wants(s Side) bool { return len(q.Sides) == 0 || slices.Contains(q.Sides, s) }

// Of answers a question by haircut: every unit that leaves an unattributed
// address carries what the address held of each party, in proportion, at that
// moment. Paths of at most Limits.Hops transfers count, each to the first
// address of which anything is known.
//
// A mistake in the question is a *clew.InputError. If ctx ends while addresses
// beside the subject are read, what was under way is booked as not read,
// Partial is set, and the error is nil. The same question has the same answer.
func Of(ctx context.Context, q Query) (*Answer, error) {
	q, err := q.check()
	if err != nil {
		return nil, err
	}
	s := newSession(&q, taint.Haircut)
	defer s.room.leave()
	in, err := s.own(ctx, Incoming)
	if err != nil {
		return nil, err
	}
	out, err := s.own(ctx, Outgoing)
	if err != nil {
		return nil, err
	}
	if q.wants(Incoming) {
		if err := s.setAside(ctx, in, out); err != nil {
			return nil, err
		}
	}
	for _, f := range []*flow{in, out} {
		if !q.wants(f.side) {
			continue
		}
		if err := s.walk(ctx, f); err != nil {
			return nil, err
		}
		s.meetPieces(f)
		f.note(Empty, f.empty)
		f.note(Items, f.items)
		s.answer.Sides = append(s.answer.Sides, s.close(f))
	}
	return s.finish(ctx)
}

// A session is what answering one question shares.
type session struct {
	q      *Query
	answer *Answer
	*room
	hits    map[string]int
	gapped  []clew.Gap // that were met
	outputs bool       // value rests in outputs
}

func newSession(q *Query, policy taint.Policy) *session {
	s := &session{q: q, room: rooms.Get().(*room), hits: map[string]int{}, outputs: q.Ledger.Chain().IsBitcoin()}
	s.answer = &Answer{
		Subject: q.Subject,
		Method:  Method{Policy: policy, Day: q.Day, Basis: q.Basis, Since: q.Since, Until: q.Until, Limits: q.Limits},
		AsOf:    trace.AsOf{Chain: q.Ledger.Chain(), Block: q.Ledger.AsOf(), Coverage: *q.Ledger.Coverage()},
	}
	s.parties.of(q.Subject)
	return s
}

// finish names the transactions of rows, and says what is missing.
func (s *session) finish(ctx context.Context) (*Answer, error) {
	a := s.answer
	for i := range a.Sides {
		if err := s.name(context.WithoutCancel(ctx), &a.Sides[i]); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.hits)) {
		a.Limits = append(a.Limits, trace.LimitHit{Limit: name, Value: a.Method.Limits.value(name), Times: s.hits[name]})
	}
	a.Partial = s.hits[interrupted] > 0
	for _, g := range append(s.gaps(), s.gapped...) {
		if !slices.Contains(a.Gaps, g) {
			a.Gaps = append(a.Gaps, g)
		}
	}
	return a, nil
}

// namesMost is how many transactions of one side are looked up for their names.
const namesMost = 100

// name gives the transfers of rows the names of their transactions.
func (s *session) name(ctx context.Context, f *Flow) error {
	left := namesMost
	for i := range f.Rows {
		for j := range f.Rows[i].Transfers {
			met := &f.Rows[i].Transfers[j]
			if left == 0 {
				return nil
			}
			left--
			t, err := s.q.Ledger.Transfer(ctx, met.Pos)
			if err != nil {
				return err
			}
			s.answer.Work.Transfers++
			met.Tx = t.Tx
		}
	}
	return nil
}
