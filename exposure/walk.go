package exposure

import (
	"context"
	"slices"

	"clew"
	"clew/ledger"
	"clew/trace"
)

// A place is where value waits to be asked further: at an address on chains of
// accounts, in a transaction where value rests in outputs.
type place struct {
	pot clew.Pot
	tx  clew.Pos // of outputs; then the pot has no address
}

// A holder is a place with what came to it from the subject's side. Each number
// of hops has holders of its own: value that comes to an address by a short way
// and by a long one goes on each as far as the hops allow.
type holder struct {
	place
	entries []entry
	part    clew.Amount // of all entries
	weight  uint64      // of it, the share of the subject's total, in 2^-62
}

// An entry is marked value that came by one transfer.
type entry struct {
	pos  clew.Pos
	part clew.Amount
	leg  int // of outputs: by which the value comes into the transaction
	who  clew.Address
}

// walk follows a flow from the subject, hop by hop: all addresses that are one
// transfer away before any that is two. The largest shares are read first, so
// that a limit cuts the smallest.
func (s *session) walk(ctx context.Context, f *flow) error {
	for asset, b := range f.assets {
		b.counted = b.counted.Plus(b.unread)
		f.left(NotRead, asset, b.unread)
	}
	for i := range f.steps {
		if err := s.settle(ctx, f, &f.steps[i], 1); err != nil {
			return err
		}
	}
	for hops := 2; len(f.pending) > 0; hops++ {
		for _, h := range f.take() {
			if err := s.goOn(ctx, f, h, hops); err != nil {
				return err
			}
		}
	}
	return nil
}

// take returns what is pending, the largest shares first, and forgets it.
func (f *flow) take() []*holder {
	list := make([]*holder, 0, len(f.pending))
	for _, h := range f.pending {
		h.weight = f.weigh(h)
		list = append(list, h)
	}
	f.pending = map[place]*holder{}
	slices.SortFunc(list, func(a, b *holder) int {
		switch {
		case a.weight != b.weight && a.weight > b.weight:
			return -1
		case a.weight != b.weight:
			return 1
		}
		return a.place.compare(b.place)
	})
	return list
}

func (f *flow) weigh(h *holder) uint64 {
	w, _ := h.part.MulDiv(clew.Units(1<<62), f.assets[h.pot.Asset].counted)
	n, _ := w.Uint64()
	return n
}

func (p place) compare(q place) int {
	if c := compareAssets(p.pot.Asset, q.pot.Asset); c != 0 {
		return c
	}
	if c := compareAddresses(p.pot.Address, q.pot.Address); c != 0 {
		return c
	}
	return p.tx.Cmp(q.tx)
}

// settle says what becomes of a step: it met somebody, it ended, or it goes on.
func (s *session) settle(ctx context.Context, f *flow, t *step, hops int) error {
	if t.part.IsZero() {
		return nil
	}
	if reason := s.ends(f, t); reason != "" {
		f.left(reason, t.asset, t.part)
		return nil
	}
	if said := s.know(t.to); said != nil {
		s.meets(f, t, hops, said)
		return nil
	}
	if hops >= s.q.Limits.Hops {
		f.left(BeyondHops, t.asset, t.part)
		return nil
	}
	return s.wait(ctx, f, t)
}

// ends returns why a step ends whatever is known of its far side; "" if it
// does not.
func (s *session) ends(f *flow, t *step) Reason {
	switch nobody := t.to.IsZero() || t.to.IsIssuer(); {
	case t.lost:
		return NotHeld
	case t.to == s.q.Subject:
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
	at := place{pot: clew.Pot{Address: t.to, Asset: t.asset}}
	e := entry{pos: t.pos, part: t.part, who: t.to}
	if s.outputs {
		busy, err := s.isBusy(ctx, t.to)
		if err != nil {
			return err
		}
		if busy {
			f.left(Busy, t.asset, t.part)
			return nil
		}
		var reason Reason
		if at, e.leg, reason, err = s.next(ctx, f, t); err != nil || reason != "" {
			f.left(reason, t.asset, t.part)
			return err
		}
	}
	h := f.pending[at]
	if h == nil {
		h = &holder{place: at}
		f.pending[at] = h
	}
	h.entries = append(h.entries, e)
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
		f.left(NotRead, h.pot.Asset, h.part)
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	if s.outputs {
		return s.mix(ctx, f, h, hops)
	}
	busy, err := s.isBusy(ctx, h.pot.Address)
	if err != nil {
		return err
	}
	if busy {
		f.left(Busy, h.pot.Asset, h.part)
		return nil
	}
	return s.replay(ctx, f, h, hops)
}

// isBusy reports whether an address has more rows on a side than are read.
func (s *session) isBusy(ctx context.Context, a clew.Address) (bool, error) {
	busy, asked := s.busy[a]
	if !asked {
		for _, side := range []ledger.Side{ledger.In, ledger.Out} {
			n, err := s.q.Ledger.Count(ctx, a, side)
			if err != nil {
				return false, err
			}
			busy = busy || n > uint64(s.q.Limits.Degree)
		}
		s.busy[a] = busy
	}
	if busy {
		s.hits["degree"]++
	}
	return busy, nil
}

// rest books what a holder keeps at its end.
func (s *session) rest(f *flow, pot clew.Pot, amount clew.Amount, cut Reason) {
	switch {
	case amount.IsZero():
		return
	case cut != "":
	case !s.holds(pot):
		cut = NotHeld
	case f.side == Incoming:
		cut = Opening
	default:
		cut = AtRest
	}
	f.left(cut, pot.Asset, amount)
}

// holds reports whether what the ledger holds of a pot is all, from the
// ledger's first block to its last.
func (s *session) holds(pot clew.Pot) bool {
	return trace.Lacks(s.q.Ledger.Coverage(), pot, s.held()) == ""
}

// held returns the blocks of which the ledger holds anything.
func (s *session) held() clew.Window {
	span := s.q.Ledger.Span()
	return clew.Window{From: span.From, To: max(span.To, s.q.Ledger.AsOf().Height+1)}
}

// overflowed notes a pot whose sums do not fit.
func (s *session) overflowed(pot clew.Pot) {
	s.overflow = append(s.overflow, clew.Gap{Kind: clew.GapOverflow, Chain: pot.Asset.Chain(), Address: pot.Address, Asset: pot.Asset})
}
