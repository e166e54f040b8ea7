package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
	"clew/ledger/vfs"
)

// A live segment is open as long as the ledger or a snapshot holds it, and its
// file is there as long. The store's mu guards the counts.
type live struct {
	*segment.Segment
	ref   segmentRef
	holds int
	dead  bool // not in the ledger any more: the file goes with the last hold
}

func openSegment(d vfs.FS, chain clew.Chain, ref segmentRef) (*live, error) {
	opened, err := segment.Open(d, ref.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: missing: %w", ref.Name, ledger.ErrDamaged)
	}
	if err != nil {
		return nil, err
	}
	if info := opened.Info(); info.Chain != chain || info.Transfers != ref.Transfers || info.Acts != ref.Acts {
		opened.Close()
		return nil, fmt.Errorf("%s: holds %d transfers and %d acts of %s, and the manifest says %d and %d of %s: %w",
			ref.Name, info.Transfers, info.Acts, info.Chain, ref.Transfers, ref.Acts, chain, ledger.ErrDamaged)
	}
	return &live{Segment: opened, ref: ref, holds: 1}, nil
}

// reach returns the heights between which all transfers and acts lie.
func (l *live) reach() clew.Window {
	span, acts := l.Span(), l.ActSpan()
	switch {
	case span.Empty():
		return acts
	case acts.Empty():
		return span
	}
	return clew.Window{From: min(span.From, acts.From), To: max(span.To, acts.To)}
}

// drop gives up one hold.
func (l *live) drop(d vfs.FS) {
	if l.holds--; l.holds > 0 {
		return
	}
	_ = l.Close() // it was only read
	if l.dead {
		_ = d.Remove(l.ref.Name) // what stays is removed when the ledger is next opened
	}
}

// A snapshot holds segments and the head as they stood.
type snapshot struct {
	ledger.Reader
	store    *Store
	segments []*live
	asOf     clew.BlockRef
	coverage *clew.Coverage
	recent   []clew.BlockRef
}

// Snapshot returns the ledger as it stands.
func (s *Store) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	shot := &snapshot{store: s}
	var parts []ledger.Reader
	for _, one := range s.segments {
		one.holds++
		shot.segments = append(shot.segments, one)
		parts = append(parts, one)
	}
	shot.Reader = ledger.Join(append(parts, s.headParts()...)...)
	shot.coverage, shot.recent = coverageOf(s.manifest, s.blocks), recentOf(s.manifest, s.blocks)
	asOf, err := s.asOf(ctx, shot)
	if err != nil {
		shot.release()
		return nil, err
	}
	shot.asOf = asOf
	return shot, nil
}

// Chain returns the chain that the ledger is of.
func (s *snapshot) Chain() clew.Chain { return s.store.chain }

// AsOf returns the last block of which anything is held.
func (s *snapshot) AsOf() clew.BlockRef { return s.asOf }

// Coverage says which history is held.
func (s *snapshot) Coverage() *clew.Coverage { return s.coverage }

// Recent returns the blocks of the log and those that the manifest remembers.
func (s *snapshot) Recent() []clew.BlockRef { return s.recent }

// Close releases the segments. It may be called twice.
func (s *snapshot) Close() error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.release()
	return nil
}

func (s *snapshot) release() {
	for _, one := range s.segments {
		one.drop(s.store.fs)
	}
	s.segments = nil
}

// coverageOf returns what a manifest's files and the log's blocks hold.
func coverageOf(m *manifest, blocks []clew.Block) *clew.Coverage {
	c := ledger.CloneCoverage(&m.Coverage)
	if n := len(blocks); n > 0 {
		c.AddWhole(clew.Window{From: blocks[0].Ref.Height, To: blocks[n-1].Ref.Height + 1})
	}
	return c
}

// recentOf returns the last blocks appended.
func recentOf(m *manifest, blocks []clew.Block) []clew.BlockRef {
	recent := make([]clew.BlockRef, 0, len(m.Refs)+len(blocks))
	recent = append(recent, m.Refs...)
	for i := range blocks {
		recent = append(recent, blocks[i].Ref)
	}
	return recent
}

// tipOf returns where the next block goes.
func tipOf(m *manifest, blocks []clew.Block) ledger.Tip {
	if ref, ok := lastBlock(m, blocks); ok {
		return ledger.Tip{Next: ref.Height + 1, Block: ref.Hash}
	}
	if n := len(m.Coverage.Whole); n > 0 {
		return ledger.Tip{Next: m.Coverage.Whole[n-1].To}
	}
	return ledger.Tip{Any: true}
}

// lastBlock returns the last block appended, if any is held. After a rollback
// beyond what the manifest remembers it has a height only.
func lastBlock(m *manifest, blocks []clew.Block) (clew.BlockRef, bool) {
	if n := len(blocks); n > 0 {
		return blocks[n-1].Ref, true
	}
	if n := len(m.Refs); n > 0 {
		return m.Refs[n-1], true
	}
	return clew.BlockRef{}, false
}

// asOf returns the last block held, or makes one from what loads hold.
func (s *Store) asOf(ctx context.Context, shot *snapshot) (clew.BlockRef, error) {
	end := max(ledger.EndOf(shot.coverage), shot.Span().To, shot.ActSpan().To)
	if ref, ok := lastBlock(s.manifest, s.blocks); ok && ref.Height+1 >= end {
		return ref, nil
	}
	if end == 0 {
		return clew.BlockRef{}, nil
	}
	ref, seen := clew.BlockRef{Height: end - 1}, false
	for _, part := range shot.segments {
		if !part.Span().Has(ref.Height) {
			continue
		}
		// A block holds few transfers, so the last one is found by walking.
		err := part.Sweep(ctx, clew.Pos{Height: ref.Height}, func(c *ledger.Chunk) error {
			for i := range c.Len() {
				if c.Rest.Pos(i).Height != ref.Height {
					return errStop
				}
				ref.Time, seen = c.Rest.Time(i), true
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			return clew.BlockRef{}, err
		}
	}
	if seen {
		return ref, nil
	}
	last, _, err := shot.Acts(ctx, ledger.ActQuery{From: clew.Pos{Height: ref.Height}, Newest: true, Limit: 1}, nil)
	if err != nil || len(last) == 0 {
		return ref, err
	}
	ref.Time = last[0].Time
	return ref, nil
}

// errStop ends a sweep that has seen enough.
var errStop = errors.New("seen enough")
