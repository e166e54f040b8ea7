package segment

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"
	"sync"

	"clew"
)

// A member is the rows of one address in one part.
type member struct {
	part    int
	address uint32 // the part's number
}

// A potMerger writes the rows of a range of addresses.
type potMerger struct {
	*merger
	w        *potWriter
	from, to uint32
	next     []uint32 // of each part, the first address that is not yet written
	joined   [2]joinedCursor
}

// potRanges is in how many ranges a large merge goes through the addresses at
// the same time.
const potRanges = 2

// writePots writes the rows of all addresses.
func (m *merger) writePots(ctx context.Context, w *potWriter) error {
	all := &potMerger{merger: m, w: w, to: m.nobody, next: make([]uint32, len(m.parts))}
	if !m.simple || m.nobody < potRanges*checkEvery {
		return all.run(ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	second := all.halve()
	defer second.w.drop()
	var wait sync.WaitGroup
	var secondErr error
	wait.Go(func() {
		if secondErr = guardParts(func() error { return second.run(ctx) }); secondErr != nil {
			cancel()
		}
	})
	err := guardParts(func() error { return all.run(ctx) })
	if err != nil {
		cancel()
	}
	wait.Wait()
	if secondErr != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return secondErr
	}
	return cmp.Or(err, w.join(second.w))
}

// halve leaves to p the addresses that have about half of the rows, and
// returns what writes the rest.
func (p *potMerger) halve() *potMerger {
	_, rows := p.before(p.to)
	half := (rows[0] + rows[1]) / 2
	at := sort.Search(int(p.to/64), func(i int) bool {
		_, rows := p.before(uint32(i) * 64)
		return rows[0]+rows[1] >= half
	})
	split := uint32(at) * 64
	next, rows := p.before(split)
	second := &potMerger{merger: p.merger, w: p.w.after(split, rows), from: split, to: p.to, next: next}
	p.to = split
	return second
}

// before returns how many of each part's addresses come before one, and how
// many rows these have on each side, if all stay.
func (p *potMerger) before(id uint32) (next []uint32, rows [2]uint64) {
	next = make([]uint32, len(p.parts))
	for i, s := range p.parts {
		at, _ := slices.BinarySearch(p.maps[i].addresses, id)
		next[i] = uint32(at)
		for side := range rows {
			if at > 0 {
				_, end := s.sides[side].bounds(uint32(at - 1))
				rows[side] += end
			}
		}
	}
	return next, rows
}

func (p *potMerger) run(ctx context.Context) error {
	var members []member
	batch := &lightBatch{m: p.merger, w: p.w}
	for id := p.from; id < p.to; id++ {
		if id%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		members = p.members(members[:0], id)
		if p.count(members, 0, lightRows) <= lightRows && p.count(members, 1, lightRows) <= lightRows {
			batch.add(members)
			continue
		}
		batch.flush()
		if err := ctx.Err(); err != nil {
			return err
		}
		p.w.heavyAddress(p.assetOrder(members, 0), p.assetOrder(members, 1))
	}
	batch.flush()
	return nil
}

// A lightBatch gathers the rows of light addresses, so that the new numbers of
// their peers are looked up many at a time.
type lightBatch struct {
	m    *merger
	w    *potWriter
	rows [2][]record
	from [2][]int32  // the part of each row
	ends [2][]uint32 // of each address's rows
}

func (b *lightBatch) add(members []member) {
	for side := range b.rows {
		b.gather(members, side)
		b.ends[side] = append(b.ends[side], uint32(len(b.rows[side])))
	}
	if max(len(b.rows[0]), len(b.rows[1]), len(b.ends[0])) > potBatch {
		b.flush()
	}
}

// gather adds the rows of an address on one side, with the part's own numbers
// of peers.
func (b *lightBatch) gather(members []member, side int) {
	rows, from := b.rows[side], b.from[side]
	for _, x := range members {
		s := b.m.parts[x.part]
		d := &s.sides[side]
		first, end := d.bounds(x.address)
		d.touch(first, end)
		records, size := s.records[side], s.layout.size
		prefetchLines(records[end*size : min(end*size+gatherAhead, uint64(len(records)))])
		for i := first; i < end; i++ {
			if bytes := recordAt(records, i*size); b.m.simple || b.m.stays(x.part, bytes) {
				rows = append(rows, record{})
				b.m.renumber(x.part, bytes, &rows[len(rows)-1])
				from = append(from, int32(x.part))
			}
		}
	}
	b.rows[side], b.from[side] = rows, from
}

// gatherAhead is how many bytes of a part's rows are asked for before the
// address that has them is met: the processor does not see that so many parts
// are each read from begin to end.
const gatherAhead = 192

// flush writes what was gathered.
func (b *lightBatch) flush() {
	for side := range b.rows {
		b.m.renumberPeers(b.rows[side], b.from[side])
	}
	var at [2]uint32
	for i := range b.ends[0] {
		var own [2][]record
		for side := range own {
			own[side] = b.rows[side][at[side]:b.ends[side][i]]
			at[side] = b.ends[side][i]
			if !b.m.simple {
				slices.SortFunc(own[side], b.compare)
			}
		}
		b.w.light(own[0], own[1])
	}
	for side := range b.rows {
		b.rows[side], b.from[side], b.ends[side] = b.rows[side][:0], b.from[side][:0], b.ends[side][:0]
	}
}

func (b *lightBatch) compare(x, y record) int {
	return cmp.Or(b.w.e.comparePos(&x, &y), cmp.Compare(x.leg, y.leg))
}

// renumberPeers gives peers the numbers of the whole.
func (m *merger) renumberPeers(rows []record, from []int32) {
	for i := range rows {
		part := from[i]
		if rows[i].peer == m.parts[part].names.count {
			rows[i].peer = m.nobody
		} else {
			rows[i].peer = m.maps[part].addresses[rows[i].peer]
		}
	}
}

// members finds the parts that hold an address.
func (p *potMerger) members(list []member, id uint32) []member {
	next := p.next
	for i := range p.maps {
		numbers := p.maps[i].addresses
		for int(next[i]) < len(numbers) && numbers[next[i]] == gone {
			next[i]++
		}
		if int(next[i]) < len(numbers) && numbers[next[i]] == id {
			list = append(list, member{i, next[i]})
			next[i]++
		}
	}
	return list
}

// count returns how many rows of an address stay on a side, or any number
// above most if they are more.
func (m *merger) count(members []member, side int, most uint64) uint64 {
	n := uint64(0)
	for _, x := range members {
		d := &m.parts[x.part].sides[side]
		first, end := d.bounds(x.address)
		if m.simple {
			n += end - first
			continue
		}
		d.touch(first, end)
		for i := first; i < end && n <= most; i++ {
			if m.stays(x.part, d.span(i)) {
				n++
			}
		}
	}
	return n
}

// span returns a record with what lies behind it; it must have been touched.
func (d *side) span(i uint64) *[recordSpan]byte {
	return recordAt(d.s.records[d.index()], i*d.s.layout.size)
}

// stays reports whether the row of a part's record is kept.
func (m *merger) stays(part int, b *[recordSpan]byte) bool {
	s, p := m.parts[part], &m.maps[part]
	l := &s.layout
	height, _ := s.block(uint64(l.block.of(b)))
	if m.below > 0 && height >= m.below {
		return false
	}
	if len(p.dropped) == 0 {
		return true
	}
	pos := clew.Pos{Height: height, Index: l.index.of(b), Class: clew.Class(l.class.of(b)), Ordinal: l.ordinal.of(b)}
	_, dropped := slices.BinarySearchFunc(p.dropped, pos, clew.Pos.Cmp)
	return !dropped
}

// renumber reads a record and gives all but its peer the numbers of the whole.
// It returns the part's number of a wide amount.
func (m *merger) renumber(part int, b *[recordSpan]byte, r *record) (wide uint64) {
	s, p := m.parts[part], &m.maps[part]
	s.layout.decode(b, r)
	r.block, r.asset = p.blocks[r.block], p.assets[r.asset]
	if wide = r.lo; r.hi == wideHi {
		if p.wide != nil {
			r.lo = uint64(p.wide[wide])
		} else {
			r.lo += uint64(p.wideBase)
		}
	}
	return wide
}

// assetOrder returns a cursor over the rows of an address by asset. It is valid
// until the next is asked for of the same side.
func (p *potMerger) assetOrder(members []member, side int) cursor {
	j := &p.joined[side]
	if j.t == nil {
		j.t = &tournament{more: j.more, less: j.less}
		j.w = p.w
	}
	for len(j.cursors) < len(members) {
		j.cursors = append(j.cursors, &memberCursor{m: p.merger})
	}
	for i, x := range members {
		j.cursors[i].open(x, side)
	}
	j.t.start(len(members))
	return j
}

// memberBatch is how many rows are read at once.
const memberBatch = 32

// A memberCursor reads the rows of an address in one part by asset.
type memberCursor struct {
	m      *merger
	part   int
	d      *side
	i, end uint64   // what is not yet read
	sorted []uint64 // of a light address: its records in the order of assets
	light  bool

	at, n int // of the rows read
	rows  [memberBatch]record
	from  [memberBatch]int32
	wides [memberBatch]uint64
}

func (c *memberCursor) open(x member, side int) {
	s := c.m.parts[x.part]
	c.part, c.d = x.part, &s.sides[side]
	c.i, c.end = c.d.bounds(x.address)
	_, heavy := s.heavyRank(x.address)
	if c.light = !heavy; c.light {
		c.sort()
	}
	c.load()
}

// sort orders the records of an address that is light in its part.
func (c *memberCursor) sort() {
	c.d.touch(c.i, c.end)
	c.sorted = c.sorted[:0]
	for i := c.i; i < c.end; i++ {
		asset := c.d.s.layout.asset.of(c.d.span(i))
		c.sorted = append(c.sorted, uint64(asset)<<32|i)
	}
	slices.Sort(c.sorted)
	c.i, c.end = 0, uint64(len(c.sorted))
}

// load reads the next rows that stay.
func (c *memberCursor) load() {
	c.at, c.n = 0, 0
	for ; c.i < c.end && c.n < memberBatch; c.i++ {
		at := c.i
		if c.light {
			at = c.sorted[c.i] & (1<<32 - 1)
		}
		c.d.touch(at, at+1)
		if b := c.d.span(at); c.m.simple || c.m.stays(c.part, b) {
			c.wides[c.n] = c.m.renumber(c.part, b, &c.rows[c.n])
			c.from[c.n] = int32(c.part)
			c.n++
		}
	}
	c.m.renumberPeers(c.rows[:c.n], c.from[:c.n])
}

func (c *memberCursor) next() {
	if c.at++; c.at == c.n {
		c.load()
	}
}

// A joinedCursor reads the rows of an address in all parts by asset.
type joinedCursor struct {
	cursors []*memberCursor
	t       *tournament
	w       *potWriter
}

func (j *joinedCursor) more(i int) bool { return j.cursors[i].at < j.cursors[i].n }

func (j *joinedCursor) less(i, k int) bool {
	a, b := &j.cursors[i].rows[j.cursors[i].at], &j.cursors[k].rows[j.cursors[k].at]
	if a.asset != b.asset {
		return a.asset < b.asset
	}
	if c := j.w.e.comparePos(a, b); c != 0 {
		return c < 0
	}
	return a.leg < b.leg
}

func (j *joinedCursor) at() *record {
	if j.t.len() == 0 {
		return nil
	}
	c := j.cursors[j.t.first()]
	return &c.rows[c.at]
}

func (j *joinedCursor) next() {
	j.cursors[j.t.first()].next()
	j.t.fix()
}

func (j *joinedCursor) amount() clew.Amount {
	c := j.cursors[j.t.first()]
	r := &c.rows[c.at]
	if r.hi == wideHi {
		return c.d.s.wide(c.wides[c.at])
	}
	return clew.AmountOf([4]uint64{r.lo, uint64(r.hi)})
}
