package disk

import (
	"context"
	"errors"

	"clew"
	"clew/ledger"
)

// held is what incoming facts may be held in already.
type held struct {
	parts  []ledger.Reader // whose spans overlap what comes
	madeUp []ledger.Reader // that may have ordinals made up
}

// readers returns all that is held. The caller holds writing, so it stays open.
func (s *Store) readers() []ledger.Reader {
	var all []ledger.Reader
	for _, one := range s.segments {
		all = append(all, one)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return append(all, s.headParts()...)
}

// heldFrom returns what is held that facts within a window may be in. The caller
// holds writing, so it stays open.
func (s *Store) heldFrom(span clew.Window) held {
	var h held
	overlaps := func(own clew.Window) bool { return own.From < span.To && span.From < own.To }
	for _, one := range s.segments {
		if overlaps(one.Span()) || overlaps(one.ActSpan()) {
			h.parts = append(h.parts, one)
		}
		if one.ref.MadeUp {
			h.madeUp = append(h.madeUp, one)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.blocks); n > 0 && s.blocks[0].Ref.Height < span.To && span.From <= s.blocks[n-1].Ref.Height {
		h.parts = append(h.parts, s.headParts()...)
	}
	return h
}

// holds reports whether some or all positions that are given are held. Where
// ordinals may be made up it says some without looking.
func (h held) holds(ctx context.Context, given ledger.Reader, from clew.Pos) (some, all bool, err error) {
	if len(h.madeUp) > 0 || len(h.parts) == 0 {
		return len(h.madeUp) > 0, false, nil
	}
	filter, source := newFilter(ctx, h, from), newSweepSource(ctx, given, from)
	defer filter.close()
	defer source.close()
	all = true
	for {
		more, err := source.step()
		if !more || err != nil {
			return some, all, err
		}
		here, err := filter.seek(source.pos())
		if err != nil {
			return false, false, err
		}
		some, all = some || here, all && here
		if some && !all {
			return some, all, nil
		}
	}
}

// A filter knows held transfers again among ones at the chain's own positions
// that come in chain order.
type filter struct {
	held  *sweepSource // nil: none overlaps
	more  bool
	likes *likes // nil: no ordinals are made up
}

func newFilter(ctx context.Context, h held, from clew.Pos) *filter {
	f := &filter{more: true}
	if len(h.parts) > 0 {
		f.held = newSweepSource(ctx, ledger.Join(h.parts...), from)
	}
	if len(h.madeUp) > 0 {
		f.likes = newLikes(ctx, ledger.Join(h.madeUp...))
		f.likes.madeUpOnly = true
	}
	return f
}

func (f *filter) close() {
	if f.held != nil {
		f.held.close()
	}
}

// holds reports whether t is held already.
func (f *filter) holds(t *clew.Transfer) (bool, error) {
	if f.held != nil {
		here, err := f.seek(t.Pos)
		if here || err != nil {
			return here, err
		}
	}
	if f.likes != nil {
		return f.likes.take(t)
	}
	return false, nil
}

// seek moves on to p and reports whether a held transfer is there.
func (f *filter) seek(p clew.Pos) (bool, error) {
	for f.more && (f.held.chunk.Len() == 0 || f.held.pos().Before(p)) {
		more, err := f.held.step()
		if err != nil {
			return false, err
		}
		f.more = more
	}
	return f.more && f.held.pos() == p, nil
}

// likes finds held transfers that are like given ones, each once.
type likes struct {
	ctx        context.Context
	held       ledger.Reader
	madeUpOnly bool
	used       map[clew.Pos]bool
}

func newLikes(ctx context.Context, held ledger.Reader) *likes {
	return &likes{ctx: ctx, held: held, used: map[clew.Pos]bool{}}
}

// take reports whether t is like a held transfer that no earlier one was, and
// uses that up.
func (l *likes) take(t *clew.Transfer) (bool, error) {
	candidates, err := l.candidates(t)
	if err != nil {
		return false, err
	}
	for i := range candidates {
		c := &candidates[i]
		if (!l.madeUpOnly || ledger.IsMadeUp(c.Pos)) && !l.used[c.Pos] && ledger.Like(c, t) {
			l.used[c.Pos] = true
			return true, nil
		}
	}
	return false, nil
}

// candidates returns the held transfers of t's transaction, or of its height
// where the transaction is not known.
func (l *likes) candidates(t *clew.Transfer) ([]clew.Transfer, error) {
	if !t.Tx.IsZero() {
		found, err := l.held.Transaction(l.ctx, t.Tx)
		if errors.Is(err, clew.ErrNotFound) {
			return nil, nil
		}
		return found, err
	}
	var found []clew.Transfer
	err := l.held.Sweep(l.ctx, clew.Pos{Height: t.Pos.Height}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			if c.Rest.Pos(i).Height != t.Pos.Height {
				return errStop
			}
			one, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			found = append(found, one)
		}
		return nil
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return found, err
}

func isNotFound(err error) bool { return errors.Is(err, clew.ErrNotFound) }
