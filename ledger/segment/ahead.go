package segment

// batchAhead is how many addresses' rows are asked for before the first is
// read.
const batchAhead = 128

// ahead asks for all that reading the rows of light addresses will touch, so
// that disk and memory have many requests at once: first where they lie, then
// the rows, then what these name. Heavy addresses are few, and ask for theirs
// alone. The last part is worth its time only if something is not in memory: if
// so was the case for the addresses before, or is for where these lie. It
// reports whether it was.
func (d *side) ahead(order []uint64, cold bool) bool {
	d.askStarts(order)
	for _, key := range order {
		cold = d.soonBounds(uint32(key>>32)) || cold
	}
	size, records := d.s.layout.size, d.s.records[d.index()]
	for _, key := range order {
		first, end := d.bounds(uint32(key >> 32))
		prefetchLines(records[first*size : min(end, first+2*fillBatch)*size])
		if end-first <= lightRows {
			cold = d.s.soon(d.section(sideRecords), first*size, (end-first)*size) || cold
		}
	}
	if !cold {
		return false
	}
	cold = false
	l := &d.s.layout
	for _, key := range order {
		first, end := d.bounds(uint32(key >> 32))
		if end-first > lightRows {
			continue
		}
		d.touch(first, end)
		for i := first; i < end; i++ {
			b := d.record(i)
			cold = d.s.soonNamed(l.peer.get(b), l.block.get(b)) || cold
		}
	}
	return cold
}

// askStarts asks the memory for where the rows of addresses lie, and which of
// these are heavy.
func (d *side) askStarts(order []uint64) {
	var ids, words [batchAhead]uint32
	for i, key := range order[:min(len(order), batchAhead)] {
		ids[i], words[i] = uint32(key>>32), uint32(key>>38)
	}
	prefetchEach(d.s.parts[d.section(sideStarts)], ids[:len(order)], 4)
	prefetchEach(d.s.parts[secHeavyBits], words[:len(order)], 8)
	prefetchEach(d.s.parts[secHeavyRanks], words[:len(order)], 4)
}

// soonBounds asks for where the rows of an address lie, and whether it is
// heavy.
func (d *side) soonBounds(id uint32) bool {
	if !d.s.soon(d.section(sideStarts), 4*uint64(id), 8) {
		return false // mostly so for the rest
	}
	d.s.soon(secHeavyBits, uint64(id>>6)*8, 8)
	d.s.soon(secHeavyRanks, uint64(id>>6)*4, 4)
	return true
}

// soonNamed asks for the peer and the block that a record names.
func (s *Segment) soonNamed(peer, block uint32) bool {
	asked := s.soon(secBlocks, uint64(block)*s.blocks.size, s.blocks.size)
	if peer >= s.names.count {
		return asked
	}
	f := s.names.formOf(peer)
	return s.soon(secKeys, f.keys+uint64(peer-f.first)*f.size, f.size) || asked
}
