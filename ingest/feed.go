package ingest

import (
	"context"

	"clew"
)

// Chunks on their way from the reader to the loads.
const (
	chunkRows  = 4096
	chunkCount = 4 // how many there are, which bounds the memory
)

// A chunk holds transfers of one lane with their legs, and acts.
type chunk struct {
	lane      lane
	transfers []clew.Transfer
	legs      []clew.Leg
	acts      []clew.Act
}

func (c *chunk) add(t *clew.Transfer) {
	c.transfers = append(c.transfers, *t)
	last := &c.transfers[len(c.transfers)-1]
	last.From, last.To = c.addLegs(t.From), c.addLegs(t.To)
}

// addLegs copies legs. Where the chunk's memory must grow, those of earlier
// transfers stay where they are.
func (c *chunk) addLegs(legs []clew.Leg) []clew.Leg {
	n := len(c.legs)
	c.legs = append(c.legs, legs...)
	return c.legs[n:len(c.legs):len(c.legs)]
}

// A feed passes chunks to the loads and back.
type feed struct {
	full  chan *chunk
	empty chan *chunk
	spare int // chunks not made yet; of the reader
}

func newFeed() feed {
	return feed{full: make(chan *chunk, chunkCount), empty: make(chan *chunk, chunkCount+lanesMax), spare: chunkCount}
}

// take returns an empty chunk for a lane. Each lane fills one, so the first of
// each comes on top.
func (f *feed) take(ctx context.Context, l lane) (*chunk, error) {
	var c *chunk
	select {
	case c = <-f.empty:
	default:
		if f.spare > 0 {
			f.spare--
			c = &chunk{transfers: make([]clew.Transfer, 0, chunkRows), legs: make([]clew.Leg, 0, 2*chunkRows)}
			break
		}
		select {
		case c = <-f.empty:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	c.lane, c.transfers, c.legs, c.acts = l, c.transfers[:0], c.legs[:0], c.acts[:0]
	return c, nil
}

func (f *feed) send(ctx context.Context, c *chunk) error {
	select {
	case f.full <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
