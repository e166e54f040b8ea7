package disk

import (
	"context"
	"errors"
	"iter"
	"math/bits"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
)

// Merge moves all blocks below finality to segments, and makes one of all
// segments.
func (s *Store) Merge(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.begin(ctx); err != nil {
		return err
	}
	if n := len(s.blocks) - s.options.Finality; n > 0 {
		if s.seal = s.sealBlocks(ctx, n); s.seal != nil {
			return s.seal
		}
	}
	if len(s.segments) < 2 {
		return nil
	}
	return s.mergeSome(ctx, s.segments)
}

func (s *Store) mergeSome(ctx context.Context, parts []*live) error {
	c := s.newChange()
	if err := c.merge(ctx, parts, segment.Options{}); err != nil {
		return c.abandon(err)
	}
	for _, one := range parts {
		c.remove(one)
	}
	return c.commit()
}

// tierWidth is how many segments of about one size are let be.
const tierWidth = 4

// mergeTiers merges segments of about one size wherever there are tierWidth of
// them, so that there are never more than a few of each size.
func (s *Store) mergeTiers(ctx context.Context) error {
	for {
		tiers := map[int][]*live{}
		full := -1
		for _, one := range s.segments {
			tier := bits.Len64((one.ref.Transfers+one.ref.Acts)>>12) / 2
			tiers[tier] = append(tiers[tier], one)
			if len(tiers[tier]) >= tierWidth && (full < 0 || tier < full) {
				full = tier
			}
		}
		if full < 0 {
			return nil
		}
		if err := s.mergeSome(ctx, tiers[full]); err != nil {
			return err
		}
	}
}

// A sweepSource yields what a reader sweeps.
type sweepSource struct {
	next  func() (*ledger.Chunk, bool)
	close func()
	err   error

	chunk *ledger.Chunk
	at    int
	whole clew.Transfer
}

func newSweepSource(ctx context.Context, r ledger.Reader, from clew.Pos) *sweepSource {
	s := &sweepSource{chunk: &ledger.Chunk{}}
	s.next, s.close = iter.Pull(func(yield func(*ledger.Chunk) bool) {
		s.err = r.Sweep(ctx, from, func(c *ledger.Chunk) error {
			if !yield(c) {
				return errStop
			}
			return nil
		})
	})
	return s
}

// step moves to the next transfer and reports whether there is one.
func (s *sweepSource) step() (bool, error) {
	for s.at++; s.at >= s.chunk.Len(); s.at = 0 {
		chunk, ok := s.next()
		if !ok {
			return false, s.err
		}
		if s.chunk = chunk; chunk.Len() > 0 {
			s.at = 0
			break
		}
	}
	return true, nil
}

func (s *sweepSource) pos() clew.Pos { return s.chunk.Rest.Pos(s.at) }

// Next reads the next transfer into t.
func (s *sweepSource) Next(t *segment.Flat) (bool, error) {
	more, err := s.step()
	if !more || err != nil {
		return false, err
	}
	if s.whole, err = s.chunk.Rest.Transfer(s.at); err != nil {
		return false, err
	}
	*t = segment.Flat{Whole: &s.whole}
	return true, nil
}

// Verify reads every byte of the ledger. Its error names what is damaged.
func (s *Store) Verify(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return errClosed
	}
	var errs []error
	if _, err := readManifest(s.fs); err != nil {
		errs = append(errs, err)
	}
	content, err := s.fs.ReadFile(s.manifest.Log)
	if err != nil {
		errs = append(errs, err)
	} else {
		acknowledged := s.manifest.LogBytes
		if s.log != nil {
			acknowledged = s.log.size
		}
		_, err := replay(s.manifest.Log, content, acknowledged, s.chain, func([]clew.Block) error { return nil }, func(uint64) {})
		errs = append(errs, err)
	}
	for _, one := range s.segments {
		if err := one.Verify(ctx); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, ctx.Err())...)
}
