package segment

import (
	"context"
	"errors"
	"fmt"
	"math"

	"clew"
)

// An ActSource yields acts in chain order.
type ActSource interface {
	// Next reads the next act into a and reports whether there was one.
	Next(a *clew.Act) (bool, error)
}

// ActsFromSlice returns a source that yields acts, which must not change.
func ActsFromSlice(acts []clew.Act) ActSource { return &actSlice{acts} }

type actSlice struct{ rest []clew.Act }

func (s *actSlice) Next(a *clew.Act) (bool, error) {
	if len(s.rest) == 0 {
		return false, nil
	}
	*a = s.rest[0]
	s.rest = s.rest[1:]
	return true, nil
}

// writeActs writes what a source yields, nil for nothing. Acts refer to nothing
// else in the file, so that they are written as they come, however many.
func (e *encoder) writeActs(ctx context.Context, source ActSource) error {
	if source == nil {
		return nil
	}
	w := &actWriter{e: e, coder: actCoder{chain: e.chain}, entries: sorter{spools: e.spools}}
	defer w.entries.drop()
	var a clew.Act
	for {
		if e.n.acts%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		more, err := source.Next(&a)
		if err != nil {
			return err
		}
		if !more {
			return w.finish()
		}
		if err := w.add(&a); err != nil {
			return err
		}
	}
}

type actWriter struct {
	e       *encoder
	coder   actCoder
	entries sorter
	last    clew.Pos
}

func (w *actWriter) add(a *clew.Act) error {
	n := &w.e.n
	switch {
	case n.acts > 0 && !w.last.Before(a.Pos):
		return fmt.Errorf("act at %s follows one at %s", a.Pos, w.last)
	case a.On.Chain() != w.e.chain:
		return fmt.Errorf("act at %s is on %q, not on %s", a.Pos, a.On.Chain(), w.e.chain)
	case a.Pos.Height == math.MaxUint64 || a.Pos.Class > clew.BlockLevel:
		return &clew.InputError{Field: "position", Value: a.Pos.String(), Want: "a height below 2^64-1 and a known class"}
	case n.acts == maxRows:
		return errors.New("too many acts for one segment")
	}
	if err := a.Check(); err != nil {
		return err
	}
	pos := [4]uint64{a.Pos.Height, uint64(a.Pos.Index), uint64(a.Pos.Class), uint64(a.Pos.Ordinal)}
	if n.acts == 0 {
		n.firstAct = pos
	}
	entries, count := actEntries(a, uint32(n.acts))
	for _, entry := range entries[:count] {
		w.entries.add(entry, 0)
	}
	w.coder.add(a)
	n.lastAct, w.last = pos, a.Pos
	if n.acts++; w.coder.count == actGroup {
		w.endGroup()
	}
	return nil
}

func (w *actWriter) endGroup() {
	acts := w.e.sections[secActs]
	acts.write(w.coder.bytes)
	w.e.sections[secActEnds].u64(acts.size)
	w.coder.reset()
}

// finish writes the last group and the index.
func (w *actWriter) finish() error {
	if w.coder.count > 0 {
		w.endGroup()
	}
	count := w.entries.count
	if count == 0 {
		return nil
	}
	if count > math.MaxUint32 {
		return errors.New("too many acts for one segment")
	}
	w.e.n.actEntries = count
	counts := make([]uint32, 1<<dirBits(count))
	shift := 64 - dirBits(count)
	index := w.e.sections[secActIndex]
	err := w.entries.each(func(p pair) {
		index.u64(p.key)
		counts[p.key>>shift]++
	})
	writeDir(w.e.sections[secActDir], counts)
	return err
}

// A mergedActs yields the acts of several segments below a height. One that
// several hold at the same position comes once, as the first of them has it.
type mergedActs struct {
	below   uint64 // 0: all
	cursors []*actCursor
	order   *tournament
	begun   bool
	last    clew.Pos
}

// An actCursor is at an act of a part.
type actCursor struct {
	reader actReader
	at     uint64
	now    *clew.Act // nil at the end
	below  uint64
}

func (c *actCursor) load() {
	c.now = nil
	if c.at == c.reader.s.n.acts {
		return
	}
	if a := c.reader.act(c.at); c.below == 0 || a.Pos.Height < c.below {
		c.now = a
	}
}

func mergeActs(parts []*Segment, below uint64) *mergedActs {
	m := &mergedActs{below: below}
	for _, s := range parts {
		c := &actCursor{reader: actReader{s: s}, below: below}
		c.load()
		m.cursors = append(m.cursors, c)
	}
	m.order = newTournament(len(m.cursors), func(i int) bool { return m.cursors[i].now != nil },
		func(i, j int) bool { return m.cursors[i].now.Pos.Before(m.cursors[j].now.Pos) })
	return m
}

// Next reads the next act into a.
func (m *mergedActs) Next(a *clew.Act) (bool, error) {
	for m.order.len() > 0 {
		c := m.cursors[m.order.first()]
		*a = *c.now
		c.at++
		c.load()
		m.order.fix()
		if m.begun && a.Pos == m.last {
			continue
		}
		m.begun, m.last = true, a.Pos
		return true, nil
	}
	return false, nil
}
