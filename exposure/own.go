package exposure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"clew"
	"clew/ledger"
)

// A step is marked value that one transfer takes away from the subject, on the
// way that is walked: incoming, back to who paid.
type step struct {
	pos    clew.Pos
	time   clew.Time
	book   *book
	from   int32        // party nearer to the subject
	to     int32        // farther from it
	moved  clew.Amount  // by the transfer, or by these legs of it
	part   clew.Amount  // of it, what bears on the subject
	leg    int          // of the far side, where value rests in outputs
	spends *clew.Output // there and incoming: which output that is; nil: it is not held
	lost   bool         // the far side is not held
}

// A flow is one side under way.
type flow struct {
	side    Side
	ledger  ledger.Side // of the subject's rows, and of those that lead on
	assets  map[clew.Asset]*book
	last    *book  // that was asked for
	empty   int    // transfers that move nothing
	items   int    // of non-fungible assets
	pieces  []step // the same, of account chains, and of assets whose sums do not fit
	all     bool   // all of the subject's rows were read
	set     []Uncounted
	listed  map[potKey]bool // who would have been set aside, were it not on a list
	rows    int             // of others, read
	reached int             // others read
	*walking
}

func (r *room) flow(side Side) *flow {
	f := &flow{side: side, ledger: ledger.Out, assets: map[clew.Asset]*book{}, listed: map[potKey]bool{}}
	if side == Incoming {
		f.ledger = ledger.In
	}
	f.walking = &r.flows[f.ledger]
	return f
}

// backward reports whether the way that is walked goes back in time.
func (f *flow) backward() bool { return f.side == Incoming }

// own reads what the subject itself dealt, newest first, up to a limit. What
// lies beyond that is in the totals, by the ledger's own sums.
func (s *session) own(ctx context.Context, side Side) (*flow, error) {
	f := s.flow(side)
	from, until, err := s.window(ctx, f.ledger)
	if err != nil {
		return nil, err
	}
	q := ledger.Query{Address: s.q.Subject, Side: f.ledger, From: from, Until: until, Newest: true, Limit: s.q.Limits.Own}
	rows, more, err := s.q.Ledger.Rows(ctx, q, s.room.own[:0])
	if err != nil {
		return nil, err
	}
	s.room.own = rows
	s.answer.Work.Rows += len(rows)
	f.all = !more
	if more && s.q.wants(side) {
		s.hits["own"]++
	}
	f.steps = slices.Grow(f.steps, len(rows))
	if s.outputs {
		err = s.ownOutputs(ctx, f, rows)
	} else {
		s.ownRows(f, rows)
	}
	if err != nil {
		return nil, err
	}
	s.addUp(f)
	if f.all {
		return f, nil
	}
	return f, s.unread(ctx, f, q)
}

// ownRows takes the subject's rows on a chain of accounts.
func (s *session) ownRows(f *flow, rows []ledger.Row) {
	for i := range rows {
		r := &rows[i]
		if !f.counts(r) {
			if !r.Asset.IsFungible() {
				s.piece(f, r)
			}
			continue
		}
		b := f.book(r.Asset)
		b.saw(r, s.q.Subject)
		if b.over {
			s.piece(f, r)
			continue
		}
		if r.Peer == s.q.Subject {
			b.self = b.self.Plus(r.Amount)
			continue
		}
		f.steps = append(f.steps, step{pos: r.Pos, time: r.Time, book: b, from: subject, to: s.parties.of(r.Peer), moved: r.Amount, part: r.Amount})
	}
}

// piece keeps a row of an asset that has no amounts, or whose do not fit: whom it
// was dealt with may matter all the same.
func (s *session) piece(f *flow, r *ledger.Row) {
	if r.Peer != s.q.Subject {
		f.apart(step{pos: r.Pos, time: r.Time, book: &book{asset: r.Asset}, from: subject, to: s.parties.of(r.Peer), moved: r.Amount})
	}
}

// apart keeps a step with a book of its own, and nothing that bears on the sums.
func (f *flow) apart(t step) {
	t.book, t.part = &book{asset: t.book.asset, number: -1 - int32(len(f.pieces))}, clew.Amount{}
	f.pieces = append(f.pieces, t)
}

// meetPieces books what has no amount that counts and was dealt with addresses on
// official lists: no amount is too small for that, and none is none.
func (s *session) meetPieces(f *flow) {
	books := map[clew.Asset]*book{} // none of the flow's: they have no totals
	for i := range f.pieces {
		t := &f.pieces[i]
		if s.ends(f, t) != "" {
			continue
		}
		said := s.know(t.to)
		if said == nil || len(said.Listings) == 0 {
			continue
		}
		if b := books[t.book.asset]; b != nil {
			t.book = b
		}
		books[t.book.asset] = t.book
		s.meets(f, t, 1, said)
		if !t.book.asset.IsFungible() {
			f.items--
		}
	}
}

// counts reports whether a row moves an amount, and notes it if it does not.
func (f *flow) counts(r *ledger.Row) bool {
	switch {
	case !r.Asset.IsFungible():
		f.items++
	case r.Amount.IsZero():
		f.empty++
	default:
		return true
	}
	return false
}

// unread adds to each asset's total what was not read, by the ledger's sums.
// Assets of which no row was read are not known of.
func (s *session) unread(ctx context.Context, f *flow, q ledger.Query) error {
	q.Limit, q.Sums = 1, true
	for _, asset := range f.sorted() {
		b := f.assets[asset]
		q.Asset, q.Newest = asset, true
		last, _, err := s.q.Ledger.Rows(ctx, q, nil)
		if err == nil {
			q.Newest = false
			var first []ledger.Row
			if first, _, err = s.q.Ledger.Rows(ctx, q, nil); err == nil {
				b.unread = last[0].Before.Minus(first[0].Before).MinusOrZero(b.seen)
				if last[0].Counts(s.q.Subject) {
					b.unread = last[0].Before.Plus(last[0].Amount).Minus(first[0].Before).MinusOrZero(b.seen)
				}
			}
		}
		switch {
		case errors.Is(err, ledger.ErrOverflow):
			s.overflowed(clew.Pot{Address: s.q.Subject, Asset: asset})
		case err != nil:
			return err
		}
		s.answer.Work.Rows += 2
	}
	return nil
}

// window returns the positions between which the subject's rows on a side are
// within the time asked for.
func (s *session) window(ctx context.Context, side ledger.Side) (from, until clew.Pos, err error) {
	if s.q.Since.Known() {
		if from, err = s.firstAt(ctx, side, s.q.Since); err != nil {
			return from, until, err
		}
	}
	if s.q.Until.Known() {
		until, err = s.firstAt(ctx, side, s.q.Until+1)
		if until == (clew.Pos{}) { // which would mean no end
			from, until = clew.LastPos, clew.LastPos
		}
	}
	return from, until, err
}

// firstAt returns the height of the first of the subject's rows on a side that
// is not before a time; the last position if there is none.
func (s *session) firstAt(ctx context.Context, side ledger.Side, at clew.Time) (clew.Pos, error) {
	span := s.q.Ledger.Span()
	var failed error
	q := ledger.Query{Address: s.q.Subject, Side: side, Limit: 1}
	n := sort.Search(int(span.To-span.From), func(i int) bool {
		q.From = clew.Pos{Height: span.From + uint64(i)}
		rows, _, err := s.q.Ledger.Rows(ctx, q, nil)
		s.answer.Work.Rows += len(rows)
		if err != nil {
			failed = err
		}
		return err != nil || len(rows) == 0 || rows[0].Time >= at
	})
	if failed != nil {
		return clew.Pos{}, fmt.Errorf("searching for a time: %w", failed)
	}
	return clew.Pos{Height: span.From + uint64(n)}, nil
}
