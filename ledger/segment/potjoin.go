package segment

import "cmp"

// after returns a writer for the addresses from one on, before which there are
// so many rows on each side, so that both can write at the same time. The
// address must be a multiple of 64.
func (w *potWriter) after(address uint32, rows [2]uint64) *potWriter {
	v := &potWriter{e: w.e, layout: w.layout, fungible: w.fungible, address: address}
	v.heavy = rankWriter{words: w.heavy.words.after(uint64(address) / 8), ranks: w.heavy.ranks.owner.new()}
	for i := range w.sides {
		s := &w.sides[i]
		v.sides[i] = potSide{
			starts: s.starts.after(4 * uint64(address)), records: s.records.after(w.layout.size * rows[i]),
			heavy: s.heavy.owner.new(), groups: s.groups.owner.new(), order: s.order.owner.new(), anchors: s.anchors.owner.new(),
			n: rows[i],
		}
	}
	return v
}

// join appends what a writer that came after w wrote. Places in order and
// sums, and numbers of groups, count from the first address.
func (w *potWriter) join(v *potWriter) error {
	v.heavy.finish()
	before := w.heavy.set
	err := cmp.Or(
		w.heavy.words.join(v.heavy.words),
		v.heavy.ranks.each(4, func(b []byte) { w.heavy.ranks.u32(before + le.Uint32(b)) }),
	)
	w.heavy.set, w.heavy.word, w.heavy.n = before+v.heavy.set, 0, 0 // whole words
	for i := range w.sides {
		err = cmp.Or(err, w.sides[i].join(&v.sides[i]))
	}
	w.heavyN += v.heavyN
	w.address = v.address
	return err
}

func (s *potSide) join(t *potSide) error {
	groups, order, anchors := s.groupsN, s.order.size, s.anchors.size/8
	err := cmp.Or(
		s.starts.join(t.starts),
		s.records.join(t.records),
		t.heavy.each(heavyBytes, func(b []byte) {
			s.heavy.u32(uint32(groups) + le.Uint32(b))
			s.heavy.u64(order + le.Uint64(b[4:]))
		}),
		t.groups.each(groupBytes, func(b []byte) {
			s.groups.write(b[:8])
			at := le.Uint32(b[8:])
			if at != noAnchors {
				at += uint32(anchors)
			}
			s.groups.u32(at)
		}),
		t.order.copyTo(s.order.write),
		t.anchors.copyTo(s.anchors.write),
	)
	s.n, s.groupsN = t.n, groups+t.groupsN
	return err
}

// drop frees what a writer that is not joined holds.
func (w *potWriter) drop() {
	for _, s := range []*spool{w.heavy.words, w.heavy.ranks} {
		s.drop()
	}
	for i := range w.sides {
		s := &w.sides[i]
		for _, one := range []*spool{s.starts, s.records, s.heavy, s.groups, s.order, s.anchors} {
			one.drop()
		}
	}
}
