package trace

import (
	"context"

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
	if i > 0 && i+1 < c.Len() && envelopeOf(c.Rest.Pos(i-1)) != place && envelopeOf(c.Rest.Pos(i+1)) != place {
		return -1, nil // one transfer is no swap
	}
	fresh := s.swaps[s.view.index].come(place)
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
	found, err := s.findAt(ctx, place, pay, fresh)
	if !found {
		return -1, err
	}
	s.points = append([]envelope{place}, s.points...)
	for fresh && i-step >= 0 && i-step < c.Len() && envelopeOf(c.Rest.Pos(i-step)) == place {
		i -= step
	}
	return i, nil
}

// lookAtPoint does so with the rows of a point that the sweep comes to.
func (s *sweep) lookAtPoint(ctx context.Context, place envelope, rows []row) error {
	if s.swaps == nil || !s.swaps[s.view.index].come(place) {
		return nil
	}
	_, err := s.findAt(ctx, place, rows, true)
	return err
}

// findAt finds the swaps that the payers of rows of one transaction make, and
// reports whether there are any.
func (s *sweep) findAt(ctx context.Context, place envelope, rows []row, fresh bool) (bool, error) {
	if s.swaps == nil || s.ended != "" {
		return false, nil
	}
	var found []*crossing
	for _, r := range rows {
		if s.open[r.nearPot()] == nil || s.beyond(r.time) {
			continue
		}
		c, err := s.findSwap(ctx, s.view, r, found, fresh)
		if err != nil {
			return false, err
		}
		if c != nil {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return false, nil
	}
	s.tieSwaps(s.view, place, found)
	for _, c := range found {
		for _, r := range c.comesOutBy() {
			s.special[place] = append(s.special[place], s.view.special[r.pos])
		}
	}
	return true, nil
}
