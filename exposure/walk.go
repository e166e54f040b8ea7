package exposure

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/trace"
)

// A place is where value waits to be asked further: at an address on chains of
// accounts, in a transaction where value rests in outputs.
type place struct {
	potKey
	tx clew.Pos // of outputs; then there is no party
}

// A potKey is one party's pot.
type potKey struct {
	party int32
	book  int32
}

// A holder is a place with what came to it from the subject's side. Each number
// of hops has holders of its own: value that comes to an address by a short way
// and by a long one goes on each as far as the hops allow.
type holder struct {
	place
	book  *book
	first int32       // of its entries, in the flow's
	part  clew.Amount // of all entries
}

// An entry is marked value that came by one transfer.
type entry struct {
	pos  clew.Pos
	part clew.Amount
	who  int32 // whose output it was
	next int32 // of the same holder; negative: none
}

// walk follows a flow from the subject, hop by hop: all addresses that are one
// transfer away before any that is two. The largest shares are read first, so
// that a limit cuts the smallest.
func (s *session) walk(ctx context.Context, f *flow) error {
	for _, b := range f.assets {
		b.counted = b.counted.Plus(b.unread)
		b.left(NotRead, b.unread)
	}
	for i := range f.steps {
		f.steps[i].book.value(s, &f.steps[i])
		if err := s.settle(ctx, f, &f.steps[i], 1); err != nil {
			return err
		}
	}
	for hops := 2; len(f.pending) > 0; hops++ {
		holders := s.take(f)
		for _, next := range s.turns {
			if err := s.goOn(ctx, f, &holders[next.holder], hops); err != nil {
				return err
			}
		}
	}
	return nil
}

// A turn is when a holder is asked: the largest share first.
type turn struct {
	weight uint64
	holder int32
}

// take returns the holders that are pending, and forgets them. Their turns and
// entries are the session's until the next call.
func (s *session) take(f *flow) []holder {
	list := slices.Clone(f.holders)
	s.turns = s.turns[:0]
	for i := range list {
		s.turns = append(s.turns, turn{Share{list[i].part, list[i].book.counted}.weight(), int32(i)})
	}
	slices.SortFunc(s.turns, func(a, b turn) int {
		if a.weight != b.weight {
			return cmp.Compare(b.weight, a.weight)
		}
		return s.compare(&list[a.holder], &list[b.holder])
	})
	s.asked, f.entries = f.entries, s.asked[:0]
	clear(f.pending)
	f.holders = f.holders[:0]
	return list
}

// compare gives holders an order that depends on nothing else.
func (s *session) compare(a, b *holder) int {
	if c := compareAssets(a.book.asset, b.book.asset); c != 0 {
		return c
	}
	return cmp.Or(compareAddresses(s.parties.list[a.party].address, s.parties.list[b.party].address), a.tx.Cmp(b.tx))
}

// settle says what becomes of a step: it met somebody, it ended, or it goes on.
func (s *session) settle(ctx context.Context, f *flow, t *step, hops int) error {
	if reason := s.ends(f, t); reason != "" {
		t.book.left(reason, t.part)
		return nil
	}
	said := s.know(t.to)
	if said == nil && f.side == Outgoing {
		var err error
		if said, err = s.link(ctx, t.to); err != nil {
			return err
		}
	}
	if said != nil {
		s.meets(f, t, hops, said)
		return nil
	}
	if hops >= s.q.Limits.Hops {
		t.book.left(BeyondHops, t.part)
		return nil
	}
	return s.wait(ctx, f, t)
}

// ends returns why a step ends whatever is known of its far side; "" if it
// does not.
func (s *session) ends(f *flow, t *step) Reason {
	nobody := s.parties.list[t.to].nobody
	switch {
	case t.lost:
		return NotHeld
	case t.to == subject:
		return RoundTrip
	case f.side == Outgoing && (t.pos.Class == clew.Fee || nobody && s.outputs):
		return Fees
	case nobody && f.side == Incoming:
		return Issued
	case nobody:
		return Destroyed
	}
	return ""
}

// wait keeps a step for the next hop.
func (s *session) wait(ctx context.Context, f *flow, t *step) error {
	at := place{potKey: potKey{t.to, t.book.number}}
	if s.outputs {
		busy, err := s.isBusy(ctx, t.to)
		if err != nil {
			return err
		}
		reason := Busy
		if !busy {
			at.party = subject // of nobody in particular
			if at.tx, reason, err = s.next(ctx, f, t); err != nil {
				return err
			}
		}
		if reason != "" {
			t.book.left(reason, t.part)
			return nil
		}
	}
	n, ok := f.pending[at]
	if !ok {
		n = int32(len(f.holders))
		f.pending[at] = n
		f.holders = append(f.holders, holder{place: at, book: t.book, first: -1})
	}
	h := &f.holders[n]
	f.entries = append(f.entries, entry{pos: t.pos, part: t.part, who: t.to, next: h.first})
	h.first = int32(len(f.entries) - 1)
	h.part = h.part.Plus(t.part)
	return nil
}

// goOn asks a holder for what lies one hop farther.
func (s *session) goOn(ctx context.Context, f *flow, h *holder, hops int) error {
	limit := ""
	switch {
	case ctx.Err() != nil:
		limit = interrupted
	case f.reached >= s.q.Limits.Addresses:
		limit = "addresses"
	case f.rows >= s.q.Limits.Rows:
		limit = "rows"
	}
	if limit != "" {
		s.hits[limit]++
		h.book.left(NotRead, h.part)
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	s.entries = s.entries[:0]
	for i := h.first; i >= 0; i = s.asked[i].next {
		s.entries = append(s.entries, s.asked[i])
	}
	if s.outputs {
		return s.mix(ctx, f, h, hops)
	}
	busy, err := s.isBusy(ctx, h.party)
	if err != nil {
		return err
	}
	if busy {
		h.book.left(Busy, h.part)
		return nil
	}
	return s.replay(ctx, f, h, hops)
}

// rest books what a holder keeps at its end.
func (s *session) rest(f *flow, b *book, a clew.Address, amount clew.Amount, cut Reason) {
	switch {
	case amount.IsZero():
		return
	case cut != "":
	case !s.holds(clew.Pot{Address: a, Asset: b.asset}):
		cut = NotHeld
	case f.side == Incoming:
		cut = Opening
	default:
		cut = AtRest
	}
	b.left(cut, amount)
}

// holds reports whether what the ledger holds of a pot is all, from the
// ledger's first block to its last.
func (s *session) holds(pot clew.Pot) bool {
	return trace.Lacks(s.q.Ledger.Coverage(), pot, s.held()) == ""
}

// held returns the blocks of which the ledger holds anything, or knows that
// there is nothing.
func (s *session) held() clew.Window {
	span := s.q.Ledger.Span()
	if whole := s.q.Ledger.Coverage().Whole; len(whole) > 0 {
		span.From = min(span.From, whole[0].From)
	}
	return clew.Window{From: span.From, To: max(span.To, s.q.Ledger.AsOf().Height+1)}
}

// overflowed notes a pot whose sums do not fit.
func (s *session) overflowed(pot clew.Pot) {
	s.gapped = append(s.gapped, clew.Gap{Kind: clew.GapOverflow, Chain: pot.Asset.Chain(), Address: pot.Address, Asset: pot.Asset})
}
