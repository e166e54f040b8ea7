package exposure

import (
	"context"
	"errors"
	"slices"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// Rows of an address are read a page at a time: few at first, for most have few.
const (
	firstPage = 64
	lastPage  = 1024
)

// A replayed pot is one address and asset, transfer by transfer from where
// marked value came to it, forward or, for what came in, back in time: then the
// pot is paid by the transfers that it made, and pays those that it received. A
// mixture is its own mirror, so the rule is the same both ways.
type replayed struct {
	*session
	flow    *flow
	holder  *holder
	pot     clew.Pot
	balance clew.Amount
	marked  clew.Amount
	enters  stream  // rows by which value comes from the subject's side
	leaves  stream  // rows by which it goes on
	entries []entry // that are still to come
	hops    int
	cut     Reason // why the rest goes no further, if something cut it
}

// A stream reads the rows of a pot on one side, in the order of the walk.
type stream struct {
	query ledger.Query
	rows  []ledger.Row
	at    int
	more  bool
}

// replay asks a pot what it did with what came to it, and settles each part
// that went on.
func (s *session) replay(ctx context.Context, f *flow, h *holder, hops int) error {
	f.reached++
	s.answer.Work.Addresses++
	p := &replayed{session: s, flow: f, holder: h, hops: hops}
	p.pot = clew.Pot{Address: s.parties.list[h.party].address, Asset: h.book.asset}
	p.entries = s.entries
	slices.SortFunc(p.entries, func(a, b entry) int {
		if f.backward() {
			return b.pos.Cmp(a.pos)
		}
		return a.pos.Cmp(b.pos)
	})
	err := p.open(ctx)
	if errors.Is(err, ledger.ErrOverflow) {
		s.overflowed(p.pot)
		h.book.left(NotHeld, h.part)
		return nil
	}
	if err == nil {
		err = p.run(ctx)
	}
	if err != nil {
		return err
	}
	rest := p.marked
	for _, e := range p.entries {
		rest = rest.Plus(e.part)
	}
	s.rest(f, h.book, p.pot.Address, rest, p.cut)
	return nil
}

// open reads the first pages, and finds what the pot held there.
func (p *replayed) open(ctx context.Context) error {
	pot, first := p.pot, p.entries[0].pos
	q := ledger.Query{Address: pot.Address, Asset: pot.Asset, Limit: firstPage, Sums: true}
	if p.flow.backward() {
		q.Newest, q.Until = true, ledger.Next(first)
	} else {
		q.From = first
	}
	p.enters.query, p.leaves.query = q, q
	p.enters.query.Side, p.leaves.query.Side = 1-p.flow.ledger, p.flow.ledger
	p.enters.more, p.leaves.more = true, true
	if err := errors.Join(p.load(ctx, &p.enters), p.load(ctx, &p.leaves)); err != nil {
		return err
	}
	flow, err := p.q.Ledger.Flow(ctx, pot, clew.LastPos)
	if err != nil {
		return err
	}
	in, out := &p.enters, &p.leaves
	if p.flow.backward() {
		in, out = out, in
	} else if len(p.leaves.rows) == 0 {
		return nil // nothing left after the first entry: what it held does not matter
	}
	came, fits := flow.Deficit.Add(in.before(pot.Address))
	if !fits {
		return ledger.ErrOverflow
	}
	p.balance = came.MinusOrZero(out.before(pot.Address))
	return nil
}

// before returns what the rows of a side add up to where the walk begins, by
// the first row of the stream.
func (s *stream) before(a clew.Address) clew.Amount {
	if len(s.rows) == 0 {
		return clew.Amount{}
	}
	r := &s.rows[0]
	if s.query.Newest && r.Counts(a) {
		return r.Before.Plus(r.Amount)
	}
	return r.Before
}

// load reads the next page of a stream, as far as the limit lets it.
func (p *replayed) load(ctx context.Context, s *stream) error {
	room := p.q.Limits.Rows - p.flow.rows
	if room <= 0 {
		p.hits["rows"]++
		p.cut, s.more, s.rows, s.at = NotRead, false, nil, 0
		return nil
	}
	q := s.query
	q.Limit = min(q.Limit, room)
	page := &p.pages[s.query.Side]
	rows, more, err := p.q.Ledger.Rows(ctx, q, (*page)[:0])
	if err != nil {
		return err
	}
	*page = rows
	p.flow.rows += len(rows)
	p.answer.Work.Rows += len(rows)
	s.rows, s.more, s.at = rows, more, 0
	if len(rows) > 0 {
		s.query = s.query.After(rows[len(rows)-1])
		s.query.Sums = false
	}
	s.query.Limit = min(4*s.query.Limit, lastPage)
	return nil
}

// run takes rows in the order of the walk until no marked value is left, or
// none that could go on.
func (p *replayed) run(ctx context.Context) error {
	for !p.marked.IsZero() || len(p.entries) > 0 {
		for _, s := range []*stream{&p.enters, &p.leaves} {
			if s.at == len(s.rows) && s.more {
				if err := p.load(ctx, s); err != nil {
					return err
				}
			}
		}
		if p.cut != "" || p.leaves.at == len(p.leaves.rows) {
			return nil
		}
		s := p.first()
		r := &s.rows[s.at]
		s.at++
		if r.Peer == p.pot.Address || r.Amount.IsZero() {
			continue
		}
		if s == &p.enters {
			p.enter(r)
			continue
		}
		if p.beyond(r.Time) {
			p.cut = OutOfTime
			return nil
		}
		if err := p.leave(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// first returns the stream whose row is next. Rows of the two are never at one
// position: that would be a transfer to itself.
func (p *replayed) first() *stream {
	if p.enters.at == len(p.enters.rows) {
		return &p.leaves
	}
	sooner := p.enters.rows[p.enters.at].Pos.Before(p.leaves.rows[p.leaves.at].Pos)
	if sooner != p.flow.backward() {
		return &p.enters
	}
	return &p.leaves
}

// enter takes a row by which value comes, marked as far as an entry says.
func (p *replayed) enter(r *ledger.Row) {
	p.balance = p.balance.Plus(r.Amount)
	if len(p.entries) > 0 && p.entries[0].pos == r.Pos {
		p.marked = p.marked.Plus(p.entries[0].part)
		p.entries = p.entries[1:]
	}
}

// leave takes a row by which value goes on, and settles the marked part of it.
func (p *replayed) leave(ctx context.Context, r *ledger.Row) error {
	n := r.Amount.Min(p.balance)
	if n.IsZero() {
		return nil
	}
	part := taint.Mixed(p.marked, n, p.balance)
	p.balance, p.marked = p.balance.Minus(n), p.marked.Minus(part)
	if part.IsZero() {
		return nil
	}
	t := step{pos: r.Pos, time: r.Time, book: p.holder.book, from: p.holder.party, to: p.parties.of(r.Peer), moved: r.Amount, part: part}
	return p.settle(ctx, p.flow, &t, p.hops)
}

// beyond reports whether a row is outside the time asked for.
func (p *replayed) beyond(t clew.Time) bool {
	if p.flow.backward() {
		return p.q.Since.Known() && t.Known() && t < p.q.Since
	}
	return p.q.Until.Known() && t > p.q.Until
}
