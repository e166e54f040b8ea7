package disk

import (
	"context"
	"fmt"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
)

// Commit makes the load part of the ledger by one replacement of the manifest.
func (l *load) Commit(ctx context.Context, adds clew.Coverage) (ledger.Report, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.store
	s.writing.Lock()
	defer s.writing.Unlock()
	if l.done || l.failed != nil {
		return ledger.Report{}, cmpErr(l.failed, errLoadEnded)
	}
	if err := s.begin(ctx); err != nil {
		return ledger.Report{}, err
	}
	if adds.Chain != "" && adds.Chain != s.chain {
		return ledger.Report{}, fmt.Errorf("coverage of %s for a ledger of %s", adds.Chain, s.chain)
	}
	c := s.newChange()
	// Acts come first: what is done for them can be done again if what follows
	// fails.
	acts, err := l.commitActs(ctx, c)
	var added uint64
	if err == nil {
		added, err = l.commitTransfers(ctx, c)
	}
	if err != nil {
		return ledger.Report{}, c.abandon(err)
	}
	ledger.AddCoverage(&c.manifest.Coverage, &adds)
	if err := c.commit(); err != nil {
		l.failed = err
		return ledger.Report{}, err
	}
	report := ledger.Report{Added: added, Duplicate: l.given - added, ActsAdded: acts, ActsDuplicate: l.acts.count - acts}
	l.end()
	s.seal = s.mergeTiers(ctx) // as after sealing
	return report, nil
}

func (l *load) commitTransfers(ctx context.Context, c *change) (uint64, error) {
	if l.source.Exact {
		return l.commitExact(ctx, c)
	}
	return l.commitInexact(ctx, c)
}

// commitExact makes a segment of the streams, and returns how many transfers
// are new.
func (l *load) commitExact(ctx context.Context, c *change) (uint64, error) {
	if len(l.run.facts) > 0 {
		if l.failed = l.flush(); l.failed != nil {
			return 0, l.failed
		}
	}
	if l.failed = l.endStream(); l.failed != nil {
		return 0, l.failed
	}
	if len(l.streams) == 0 {
		return 0, nil
	}
	span := l.streams[0].info.Span
	for _, s := range l.streams {
		span = clew.Window{From: min(span.From, s.info.Span.From), To: max(span.To, s.info.Span.To)}
	}
	return l.commitStreams(ctx, c, l.store.heldFrom(span), clew.Pos{Height: span.From})
}

// promote makes the only stream's segment part of the ledger as it is.
func (l *load) promote(c *change) (uint64, error) {
	only := l.streams[0]
	name := c.nextName(segmentPrefix)
	if err := l.store.fs.Rename(only.name, name); err != nil {
		return 0, err
	}
	l.streams = nil
	if err := c.open(name, only.info, false); err != nil {
		l.failed = err
		return 0, err
	}
	return only.info.Transfers, nil
}

// commitStreams makes one segment of the streams without what is held. That
// takes a look at every transfer only where some are held and some are not.
func (l *load) commitStreams(ctx context.Context, c *change, h held, from clew.Pos) (uint64, error) {
	var parts []*segment.Segment
	var readers []ledger.Reader
	defer func() {
		for _, part := range parts {
			_ = part.Close() // it was only read
		}
	}()
	for _, s := range l.streams {
		part, err := segment.Open(l.store.fs, s.name)
		if err != nil {
			return 0, err
		}
		parts, readers = append(parts, part), append(readers, part)
	}
	given := ledger.Join(readers...)
	some, all, err := h.holds(ctx, given, from)
	switch {
	case err != nil || all:
		return 0, err
	case !some && len(parts) == 1:
		return l.promote(c)
	case !some:
		name := c.nextName(segmentPrefix)
		info, err := segment.Merge(ctx, l.store.fs, name, parts, l.store.options.Segment)
		if err != nil {
			return 0, err
		}
		return info.Transfers, c.open(name, info, false)
	}
	source := &freshSource{given: newSweepSource(ctx, given, clew.Pos{}), filter: newFilter(ctx, h, from)}
	defer source.given.close()
	defer source.filter.close()
	err = c.write(ctx, source, nil, false)
	return source.added, err
}

// A freshSource yields what a sweep gives and a filter does not hold.
type freshSource struct {
	given  *sweepSource
	filter *filter
	added  uint64
	begun  bool
	last   clew.Pos
}

// Next reads the next transfer into t.
func (f *freshSource) Next(t *segment.Flat) (bool, error) {
	for {
		more, err := f.given.Next(t)
		if !more || err != nil {
			return false, err
		}
		if f.begun && t.Whole.Pos == f.last {
			continue
		}
		f.begun, f.last = true, t.Whole.Pos
		known, err := f.filter.holds(t.Whole)
		if err != nil {
			return false, err
		}
		if !known {
			f.added++
			return true, nil
		}
	}
}

// maxLike is how many transfers, or acts, of an inexact load may be held already: which
// of them were met is in memory, some 60 bytes each.
const maxLike = 1 << 23

// commitInexact finds out one by one which transfers are new, and gives these
// positions of their own.
func (l *load) commitInexact(ctx context.Context, c *change) (uint64, error) {
	if l.given == 0 {
		return 0, nil
	}
	given, err := l.sorted(ctx)
	if err != nil {
		return 0, err
	}
	defer given.close()
	source := &inexactSource{ctx: ctx, given: given, held: ledger.Join(l.store.readers()...), most: maxLike}
	source.likes = newLikes(ctx, source.held)
	if err := c.write(ctx, source, nil, true); err != nil {
		return 0, fmt.Errorf("load of %s: %w", l.source.Name, err)
	}
	return source.added, nil
}

// An inexactSource yields what is new of a load, each at the next free
// position.
type inexactSource struct {
	ctx   context.Context
	given *sorted[clew.Transfer]
	held  ledger.Reader
	likes *likes
	most  int // that may be held already
	last  clew.Pos
	added uint64
	whole clew.Transfer
}

// Next reads the next transfer into t.
func (s *inexactSource) Next(t *segment.Flat) (bool, error) {
	for {
		one, more, err := s.given.next()
		if !more || err != nil {
			return false, err
		}
		known, err := s.likes.take(&one)
		switch {
		case err != nil:
			return false, err
		case len(s.likes.used) > s.most:
			return false, fmt.Errorf("more than %d transfers that are held already, where places are made up; load it in parts", s.most)
		case known:
			continue
		}
		if one.Pos, err = s.free(one.Pos); err != nil {
			return false, err
		}
		s.last, s.added, s.whole = one.Pos, s.added+1, one
		*t = segment.Flat{Whole: &s.whole}
		return true, nil
	}
}

// free returns the first position from p on, marked as made up, that no
// transfer has.
func (s *inexactSource) free(p clew.Pos) (clew.Pos, error) {
	p.Ordinal |= ledger.MadeUp
	if s.added > 0 && !s.last.Before(p) {
		p = ledger.Next(s.last)
	}
	for {
		_, err := s.held.Transfer(s.ctx, p)
		if isNotFound(err) {
			return p, nil
		}
		if err != nil {
			return p, err
		}
		p = ledger.Next(p)
	}
}
