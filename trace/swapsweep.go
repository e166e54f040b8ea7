package trace

import (
	"context"
	"slices"

	"clew/ledger"
)

// lookAt looks whether swaps are made by the transaction of the transfer at i, at
// which the sweep stops, before any of it is taken. Its transfers lie between i
// and end, backward from end on. If it finds some, their transaction is the next
// point, and it returns where that begins in the chunk, on the walk's way: what
// was passed of it may matter now. Otherwise it returns -1.
func (s *sweep) lookAt(ctx context.Context, c *ledger.Chunk, i, end int) (int, error) {
	if s.swaps == nil {
		return -1, nil
	}
	place := envelopeOf(c.Rest.Pos(i))
	alone := i > 0 && i+1 < c.Len() && envelopeOf(c.Rest.Pos(i-1)) != place && envelopeOf(c.Rest.Pos(i+1)) != place
	if alone { // one transfer is no swap, and no loan that is repaid
		if may, err := s.mayBridge(ctx, s.view, place); err != nil || !may {
			return -1, err
		}
	}
	fresh := s.come(s.view, place)
	step, left := 1, end-i
	if s.backward {
		step, left = -1, i-end+1
	}
	var pay []row
	for k := i; left > 0 && (k == i || fresh && envelopeOf(c.Rest.Pos(k)) == place); k, left = k+step, left-1 {
		near := c.From[k]
		if s.backward {
			near = c.To[k]
		}
		if s.accountAt(near, c.Asset[k]) == nil {
			continue
		}
		if r, ok := s.rowAt(c, k); ok {
			pay = append(pay, r)
		}
	}
	if fresh {
		s.lookOver(ctx, c, i)
	}
	found, err := s.findAt(ctx, place, pay, fresh, alone)
	if !found {
		return -1, err
	}
	s.points = append([]envelope{place}, s.points...)
	for fresh && i-step >= 0 && i-step < c.Len() && envelopeOf(c.Rest.Pos(i-step)) == place {
		i -= step
	}
	return i, nil
}

// lookOver notes which rows marked value may leave by in the next chunk on the way, if
// the transaction at i may go on there. What it reads is not counted, for it depends
// on where chunks end: one transaction each. What fails is asked, and said, again.
func (s *sweep) lookOver(ctx context.Context, c *ledger.Chunk, i int) {
	s.beyondChunk = s.beyondChunk[:0]
	last := c.Rest.Pos(c.Len() - 1)
	if s.backward {
		last = c.Rest.Pos(0)
	}
	if s.in.WithoutSwaps || envelopeOf(c.Rest.Pos(i)) != envelopeOf(last) {
		return
	}
	rows := s.work.Rows
	tx, err := s.transactionOf(ctx, s.view, row{pos: c.Rest.Pos(i)})
	for k := range tx {
		if t := &tx[k]; err == nil && t.Pos != last && s.ahead(t.Pos, last) && len(t.From) == 1 && len(t.To) == 1 && !s.beyond(t.Time) {
			if r := s.view.rowOf(t); s.open[r.nearPot()] != nil {
				s.beyondChunk = append(s.beyondChunk, r)
				_, _ = s.readOnce(ctx, s.view, r)
			}
		}
	}
	s.work.Rows = rows
}

// lookAtPoint does so with the rows of a point that the sweep comes to.
func (s *sweep) lookAtPoint(ctx context.Context, place envelope, rows []row) error {
	if s.swaps == nil || !s.come(s.view, place) {
		return nil
	}
	s.beyondChunk = nil
	_, err := s.findAt(ctx, place, rows, true, false)
	return err
}

// findAt finds the swaps that the payers of rows of one transaction make, and
// reports whether there are any. Of a transfer that is alone in its transaction
// bridges alone are looked for.
func (s *sweep) findAt(ctx context.Context, place envelope, rows []row, fresh, alone bool) (bool, error) {
	if s.swaps == nil || s.ended != "" {
		return false, nil
	}
	pay := paying{paid: s.beyondChunk, swapped: slices.Clone(s.beyondChunk)}
	for _, r := range rows {
		if !s.beyond(r.time) {
			pay.add(s.view, r, s.open[r.nearPot()] != nil)
		}
	}
	if alone {
		pay.swapped, pay.paid = nil, nil
	}
	found, err := s.findConversions(ctx, s.view, place, pay, fresh)
	if err != nil || len(found) == 0 {
		return false, err
	}
	s.tieSwaps(s.view, place, found)
	for _, c := range found {
		for _, r := range c.comesOutBy() {
			s.special[place] = append(s.special[place], s.view.special[r.pos])
		}
	}
	return true, nil
}

// expect makes the sweep stop where a conversion comes out, later on its way.
func (s *sweep) expect(c *crossing) {
	for _, r := range c.comesOutBy() {
		if s.beyond(r.time) {
			continue
		}
		point := envelopeOf(r.pos)
		s.special[point] = append(s.special[point], s.view.special[r.pos])
		at := slices.IndexFunc(s.points, func(p envelope) bool {
			return p.compare(point) >= 0 && !s.backward || p.compare(point) <= 0 && s.backward
		})
		switch {
		case at < 0:
			s.points = append(s.points, point)
		case s.points[at] != point:
			s.points = slices.Insert(s.points, at, point)
		}
	}
}
