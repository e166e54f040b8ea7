package segment

import (
	"clew"
	"clew/ledger"
)

// A side reads the rows of addresses on one side.
type side struct {
	s     *Segment
	first section // of the side's sections
}

func (d *side) section(id section) section { return d.first + id }

// bounds returns the records of an address.
func (d *side) bounds(id uint32) (first, end uint64) {
	starts := d.section(sideStarts)
	d.s.need(starts, 4*uint64(id), 8)
	b := d.s.parts[starts][4*uint64(id):]
	first, end = uint64(le.Uint32(b)), uint64(le.Uint32(b[4:]))
	if first > end || end > d.s.n.records[d.index()] {
		panic(&damageError{d.s.damage("%s: out of order", sectionNames[starts])})
	}
	return first, end
}

func (d *side) index() int { return int((d.first - secSides) / sideSections) }

// heavyRank returns the place of an address among the heavy ones, if it is one.
func (s *Segment) heavyRank(id uint32) (uint64, bool) {
	before, is := s.rank(secHeavyBits, secHeavyRanks, uint64(id))
	return uint64(before), is
}

// record returns a record's bytes with slack; it must have been touched.
func (d *side) record(i uint64) []byte {
	at := i * d.s.layout.size
	return d.s.parts[d.section(sideRecords)][at:]
}

// touch checks records first to end.
func (d *side) touch(first, end uint64) {
	if first < end {
		d.s.need(d.section(sideRecords), first*d.s.layout.size, (end-first)*d.s.layout.size)
	}
}

// A view is the rows of one address on one side, of one asset or of all, in
// chain order.
type view struct {
	d        *side
	first    uint64 // record
	n        uint64 // rows
	order    uint64 // place of the chain order in its section
	width    uint64 // bytes of a slot there; 0: records are in chain order
	picked   bool   // picks says which records, counted from first
	picks    [lightRows]uint8
	near     bool // the records were asked for
	anchored bool
	anchors  uint64 // place of the sums, in words
	of       uint32 // the address
	counts   bool   // rows of the asset can enter sums
}

// open sets v to the rows of an address; with one, of one asset.
func (v *view) open(d *side, id uint32, one bool, asset uint32) {
	v.d, v.of = d, id
	v.width, v.picked, v.anchored = 0, false, false
	d.soonBounds(id)
	first, end := d.bounds(id)
	v.openAt(first, end, one, asset)
}

// openAt is open for an address whose bounds are known.
func (v *view) openAt(first, end uint64, one bool, asset uint32) {
	d, id := v.d, v.of
	v.first, v.n = first, end-first
	if v.n == 0 {
		return
	}
	if !v.near {
		prefetchLines(d.s.records[d.index()][first*d.s.layout.size : min(end, first+fillBatch)*d.s.layout.size])
	}
	if !one {
		v.openAll(id)
		return
	}
	if rank, heavy := d.s.heavyRank(id); heavy {
		v.openGroup(rank, end, asset)
		return
	}
	d.touch(first, end)
	v.picked = true
	n := 0
	for i := range v.n {
		if d.s.layout.asset.get(d.record(first+i)) == asset {
			v.picks[n] = uint8(i)
			n++
		}
	}
	v.n = uint64(n)
}

func (v *view) openAll(id uint32) {
	if v.n <= 1 {
		return
	}
	s := v.d.s
	rank, heavy := s.heavyRank(id)
	if !heavy {
		return
	}
	groups, end, order := v.d.heavy(rank)
	if end-groups > 1 {
		v.order, v.width = order, uint64(orderWidth(v.n))
	}
}

// heavy returns the groups of a heavy address, and where its order is.
func (d *side) heavy(rank uint64) (first, end, order uint64) {
	id := d.section(sideHeavy)
	d.s.need(id, rank*heavyBytes, 2*heavyBytes)
	b := d.s.parts[id][rank*heavyBytes:]
	return uint64(le.Uint32(b)), uint64(le.Uint32(b[heavyBytes:])), le.Uint64(b[4:])
}

// group returns an entry of the groups.
func (d *side) group(i uint64) (asset uint32, first uint64, anchors uint32) {
	id := d.section(sideGroups)
	d.s.need(id, i*groupBytes, groupBytes)
	b := d.s.parts[id][i*groupBytes:]
	return le.Uint32(b), uint64(le.Uint32(b[4:])), le.Uint32(b[8:])
}

// openGroup finds the group of an asset among those of a heavy address whose
// records end at end.
func (v *view) openGroup(rank, end uint64, asset uint32) {
	d := v.d
	lo, all, _ := d.heavy(rank)
	hi := all
	for lo < hi {
		mid := lo + (hi-lo)/2
		if have, _, _ := d.group(mid); have < asset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	v.n = 0
	if lo == all {
		return
	}
	have, first, anchors := d.group(lo)
	if have != asset {
		return
	}
	if lo+1 < all {
		_, end, _ = d.group(lo + 1)
	}
	if first < v.first || first > end {
		panic(&damageError{d.s.damage("%s: out of order", sectionNames[d.section(sideGroups)])})
	}
	v.first, v.n = first, end-first
	if anchors != noAnchors {
		v.anchored, v.anchors = true, uint64(anchors)
	}
}

// at returns the record of a row.
func (v *view) at(i uint64) uint64 {
	switch {
	case v.picked:
		return v.first + uint64(v.picks[i])
	case v.width == 0:
		return v.first + i
	}
	id := v.d.section(sideOrder)
	at := v.order + i*v.width
	v.d.s.need(id, at, v.width)
	slot := uint64(le.Uint32(v.d.s.parts[id][at:])) & (1<<(8*v.width) - 1)
	if slot >= v.n {
		panic(&damageError{v.d.s.damage("%s: out of range", sectionNames[id])})
	}
	return v.first + slot
}

// records finds and touches the records of the rows from first on, many at a
// time where they are scattered.
func (v *view) records(first uint64, list []uint32) {
	n := uint64(len(list))
	switch {
	case v.picked: // touched when v was opened
		for i := range list {
			list[i] = uint32(v.first + uint64(v.picks[first+uint64(i)]))
		}
		return
	case v.width == 0:
		for i := range list {
			list[i] = uint32(v.first + first + uint64(i))
		}
		v.d.touch(v.first+first, v.first+first+n)
		return
	}
	v.slots(first, list)
	s := v.d.s
	prefetchEach(s.records[v.d.index()], list, s.layout.size)
	s.needAll(v.d.section(sideRecords), s.layout.size, uint32(s.n.records[v.d.index()]), list)
}

// slots finds the records of the rows from first on, which are in chain order
// by a table.
func (v *view) slots(first uint64, list []uint32) {
	s, id := v.d.s, v.d.section(sideOrder)
	at, mask := v.order+first*v.width, uint64(1)<<(8*v.width)-1
	s.need(id, at, uint64(len(list))*v.width)
	slots := s.parts[id][at:]
	for i := range list {
		slot := uint64(le.Uint32(slots[uint64(i)*v.width:])) & mask
		if slot >= v.n {
			panic(&damageError{s.damage("%s: out of range", sectionNames[id])})
		}
		list[i] = uint32(v.first + slot)
	}
}

// bytes returns the record of a row, touched.
func (v *view) bytes(i uint64) []byte {
	r := v.at(i)
	v.d.touch(r, r+1)
	return v.d.record(r)
}

// pos returns the position of a row.
func (v *view) pos(i uint64) clew.Pos {
	b, l := v.bytes(i), &v.d.s.layout
	height, _ := v.d.s.block(uint64(l.block.get(b)))
	return clew.Pos{Height: height, Index: l.index.get(b), Class: clew.Class(l.class.get(b)), Ordinal: l.ordinal.get(b)}
}

// window returns the rows between q's bounds.
func (v *view) window(q *ledger.Query) (first, end uint64) {
	first, end = 0, v.n
	wanted := min(uint64(q.Limit), askMost)
	if (q.From != clew.Pos{}) {
		if q.Newest {
			first = v.search(q.From)
		} else {
			first = v.seekRow(q.From, 0, wanted)
		}
	}
	if (q.Until != clew.Pos{}) {
		if q.Newest {
			end = max(first, v.seekRow(q.Until, wanted, 0))
		} else {
			end = max(first, v.search(q.Until))
		}
	}
	return first, end
}

// recordAmount returns the exact amount in a record.
func (s *Segment) recordAmount(b []byte) clew.Amount {
	lo := le.Uint64(b)
	if !s.layout.high {
		return clew.Units(lo)
	}
	hi := le.Uint16(b[8:])
	if hi == wideHi {
		return s.wide(lo)
	}
	return clew.AmountOf([4]uint64{lo, uint64(hi)})
}
