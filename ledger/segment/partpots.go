package segment

import (
	"context"
	"slices"
	"sort"

	"clew"
)

// encodePots writes the rows of n addresses.
func (p *part) encodePots(ctx context.Context, e *encoder, n int) error {
	for side := range p.refs {
		p.groupRefs(side, n)
	}
	var lists [2][]record
	var cursors [2]partCursor
	for from := uint32(0); int(from) < n; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		to := p.batch(from, uint32(n))
		for side := range lists {
			starts := p.starts[side]
			lists[side] = p.records(lists[side][:0], p.grouped[side][starts[from]:starts[to]], side)
		}
		p.encodeBatch(e, from, to, lists, &cursors)
		from = to
	}
	return nil
}

// potBatch is how many rows are gathered at once, so that the memory is asked
// for many at a time.
const potBatch = 1024

// batch returns the end of the addresses from one on, at least one of them,
// that have few enough rows to be gathered at once.
func (p *part) batch(from, n uint32) (to uint32) {
	for to = from + 1; to < n; to++ {
		for side := range p.starts {
			if p.starts[side][to+1]-p.starts[side][from] > potBatch {
				return to
			}
		}
	}
	return to
}

// encodeBatch writes the rows of addresses, of which lists holds all.
func (p *part) encodeBatch(e *encoder, from, to uint32, lists [2][]record, cursors *[2]partCursor) {
	for id := from; id < to; id++ {
		heavy := false
		var own [2][]record
		for side := range lists {
			starts := p.starts[side]
			own[side] = lists[side][starts[id]-starts[from] : starts[id+1]-starts[from]]
			heavy = heavy || len(own[side]) > lightRows
		}
		if !heavy {
			e.pots.light(own[0], own[1])
			continue
		}
		for side := range cursors {
			cursors[side].sort(p, own[side])
		}
		e.pots.heavyAddress(&cursors[0], &cursors[1])
	}
}

// groupRefs sorts the refs of a side by address, keeping their order, and
// finds where each of n addresses begins.
func (p *part) groupRefs(side, n int) {
	refs := p.refs[side]
	starts := slices.Grow(p.starts[side][:0], n+2)[:n+2]
	clear(starts)
	for i := range refs {
		starts[refs[i].address+2]++
	}
	for i := range n {
		starts[i+2] += starts[i+1]
	}
	grouped := slices.Grow(p.grouped[side][:0], len(refs))[:len(refs)]
	for i := range refs {
		next := &starts[refs[i].address+1] // ends as the start of the address after
		grouped[*next] = refs[i].at
		*next++
	}
	p.starts[side], p.grouped[side] = starts, grouped
}

// askRows is how many transfers the memory is asked for at once.
const askRows = 128

// lows reads the low bits of amounts, before all else of the same transfers.
func (p *part) lows(lows *[askRows]uint64, refs []uint32) {
	for i, at := range refs {
		if at&legBit == 0 {
			lows[i] = p.rows[at].lo
		}
	}
}

// records appends the rows that refs stand for.
func (p *part) records(list []record, refs []uint32, side int) []record {
	none := p.names.count
	var lows [askRows]uint64
	for i, at := range refs {
		if i%askRows == 0 {
			p.lows(&lows, refs[i:min(i+askRows, len(refs))])
		}
		var l *partLeg
		row := at
		if at&legBit != 0 {
			l = &p.legs[at&^legBit]
			row = l.row
		}
		r := &p.rows[row]
		rec := record{lo: lows[i%askRows], hi: r.hi, block: r.block, index: r.index, ordinal: r.ordinal, class: r.class, asset: r.asset, peer: r.to}
		if side == 1 {
			rec.peer = r.from
		}
		if l != nil {
			rec.lo, rec.hi, rec.peer, rec.leg = l.lo, l.hi, l.peer, l.leg
			if l.many {
				rec.many = 1
			}
		} else if rec.hi == wideHi {
			rec.lo = p.wideOf(row)
		}
		if rec.peer == nobody {
			rec.peer = none
		}
		list = append(list, rec)
	}
	return list
}

// wideOf returns the number of a transfer's wide amount.
func (p *part) wideOf(row uint32) uint64 {
	return uint64(sort.Search(len(p.wides), func(i int) bool { return p.wides[i].row >= row }))
}

// A partCursor reads records by asset.
type partCursor struct {
	p       *part
	records []record
	keys    []uint64
	sorted  []record
}

// sort begins to read list, which is in chain order, by asset.
func (c *partCursor) sort(p *part, list []record) {
	c.p, c.keys, c.sorted = p, c.keys[:0], c.sorted[:0]
	for i := range list {
		c.keys = append(c.keys, uint64(list[i].asset)<<32|uint64(i))
	}
	slices.Sort(c.keys)
	for _, k := range c.keys {
		c.sorted = append(c.sorted, list[uint32(k)])
	}
	c.records = c.sorted
}

func (c *partCursor) at() *record {
	if len(c.records) == 0 {
		return nil
	}
	return &c.records[0]
}

func (c *partCursor) next() { c.records = c.records[1:] }

func (c *partCursor) amount() clew.Amount {
	r := &c.records[0]
	if r.hi == wideHi {
		return c.p.wides[r.lo].amount
	}
	return clew.AmountOf([4]uint64{r.lo, uint64(r.hi)})
}
