package launder

import "clew"

// CycleRule names the rule of cycles.
const CycleRule = "cycle"

// mostSearch is how many payments one search for a cycle looks at.
const mostSearch = 512

// A Cycle finds value that comes back to where it left from: three payments or
// more, each later than the one before, and each carrying on most of it and no
// more, through different parties none of which is known, within the window. Of
// the ways by which a payment may close one, the newest is told. Cycles that share
// payments are one finding.
//
// Known failure: what is lent and paid back through others, and what traders send
// in circles, looks so. Who adds to the sum on the way, splits it, or swaps it, is
// not seen. Circles within one block are left out: contracts make them to trade.
type Cycle struct {
	shapes[uint64]
	path   []uint64
	steps  int
	cutOff uint64 // searches that were given up
	cut    bool
}

// NewCycle makes a recogniser for a stream.
func NewCycle(st *Stream, q ShapeQuestion) (*Cycle, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	return &Cycle{shapes: newShapes[uint64](w, CycleRule,
		paramOf("payments, at most", q.Length), paramOf("carried on by each, at least, of 1,000", q.Hop))}, nil
}

// Dropped returns how many findings were told early, and searches given up.
func (c *Cycle) Dropped() uint64 { return c.dropped + c.cutOff }

// Add takes the next transfer.
func (c *Cycle) Add(m *Moved) {
	for _, seq := range c.w.take(m) {
		e := c.w.edge(seq)
		home, last := c.w.at(e.to), c.w.at(e.from)
		if home.outs.len() == 0 || last.ins.len() == 0 || home.known || last.known {
			continue
		}
		c.w.round++
		last.mark, home.mark = c.w.round, c.w.round
		c.path, c.steps, c.cut = append(c.path[:0], seq), 0, false
		if c.search(e.from, e.to, e) {
			c.grown()
		} else if c.steps > mostSearch {
			c.cutOff++
		}
	}
	c.tick()
}

// search goes back from a vertex to the first one, newest first, and reports whether
// it came there. The path holds the payments, the last first.
func (c *Cycle) search(at, home uint32, next *edge) bool {
	ins, code := c.w.newest(&c.w.at(at).ins, c.q.Look), codeOf(next.amount)
	most := codeOf(grossOf(next.amount, c.q.Hop))
	for i := len(ins) - 1; i >= 0; i-- {
		if c.steps++; c.steps > mostSearch {
			return false
		}
		in := &ins[i]
		if in.code < code || in.code > most || in.seq > c.path[0] {
			continue
		}
		e := c.w.edge(in.seq)
		if e.clock >= next.clock || !passesOn(e.amount, next.amount, c.q.Hop) {
			continue
		}
		if in.peer == home {
			if len(c.path)+1 >= leastCycle {
				c.path = append(c.path, in.seq)
				return true
			}
			continue
		}
		v := c.w.at(in.peer)
		if v.mark == c.w.round || v.known || len(c.path)+2 > c.q.Length {
			continue
		}
		v.mark = c.w.round
		c.path = append(c.path, in.seq)
		if c.search(in.peer, home, e) {
			return true
		}
		c.path, v.mark = c.path[:len(c.path)-1], 0
	}
	return false
}

// grossOf returns the most of which an amount can be what was carried on.
func grossOf(a clew.Amount, share uint64) clew.Amount {
	more, ok := a.Add(clew.Units(1))
	if ok {
		more, ok = more.MulDiv(clew.Units(1000), clew.Units(share))
	}
	if !ok {
		return clew.MaxAmount
	}
	return more
}

// inCycle marks payments that are in a cycle told of.
const inCycle = 1

// grown adds the path to a finding.
func (c *Cycle) grown() {
	o := c.join(leastCycle, c.path...)
	for i := len(c.path) - 1; i >= 0; i-- {
		e := c.w.edge(c.path[i])
		if e.held&inCycle == 0 {
			e.held |= inCycle
			c.grow(&o.growth, c.path[i], Pays, Gets)
		}
	}
	o.width = max(o.width, len(c.path))
}
