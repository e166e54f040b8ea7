package segment

import (
	"cmp"
	"slices"

	"clew"
)

// A cursor reads rows of one address on one side, one after another.
type cursor interface {
	// at returns the row under the cursor; nil at the end. It is valid until
	// the cursor moves.
	at() *record

	// amount returns the exact amount of the row under the cursor.
	amount() clew.Amount

	// next moves the cursor.
	next()
}

// A potWriter writes the rows of each address on both sides, and sums for the
// pots of heavy addresses.
type potWriter struct {
	e        *encoder
	layout   layout
	fungible []bool // by asset
	sides    [2]potSide
	heavy    rankWriter
	heavyN   uint64 // heavy addresses so far
	address  uint32 // the next
	deficit  clew.Amount
}

// A potSide writes one side.
type potSide struct {
	starts, records, heavy, groups, order, anchors *spool

	n       uint64 // records so far
	groupsN uint64

	// Of the pot in hand.
	rows  int
	sum   clew.Amount
	over  bool
	steps []step

	keys []orderKey // of the heavy address in hand, if it has several assets
}

// A step is what a pot's first rows add up to, and its deficit after them.
type step struct{ sum, deficit clew.Amount }

const (
	heavyBytes = 12 // first group, place in the order section
	groupBytes = 12 // asset, first row, place in the sums section
)

func newPotWriter(e *encoder, fungible []bool) *potWriter {
	w := &potWriter{e: e, layout: e.n.layout(), fungible: fungible}
	w.heavy = rankWriter{words: e.sections[secHeavyBits], ranks: e.sections[secHeavyRanks]}
	for i := range w.sides {
		s := e.sections[secSides+section(i)*sideSections:]
		w.sides[i] = potSide{
			starts: s[sideStarts], records: s[sideRecords], heavy: s[sideHeavy],
			groups: s[sideGroups], order: s[sideOrder], anchors: s[sideAnchors],
		}
	}
	return w
}

// light adds the next address, with at most lightRows rows on each side, in
// chain order.
func (w *potWriter) light(out, in []record) {
	w.begin(false)
	for i := range out {
		w.write(&w.sides[0], &out[i])
	}
	for i := range in {
		w.write(&w.sides[1], &in[i])
	}
}

func (w *potWriter) begin(heavy bool) {
	for i := range w.sides {
		w.sides[i].starts.u32(uint32(w.sides[i].n))
	}
	w.heavy.put(heavy)
	w.address++
}

func (w *potWriter) write(s *potSide, r *record) {
	w.layout.encodeTo(s.records, r)
	s.n++
}

// heavyAddress adds the next address, whose rows come ordered by asset and
// then by position.
func (w *potWriter) heavyAddress(out, in cursor) {
	self := w.address
	w.begin(true)
	w.heavyN++
	starts := [2]uint64{w.sides[0].n, w.sides[1].n}
	groups := [2]uint64{w.sides[0].groupsN, w.sides[1].groupsN}
	for i := range w.sides {
		w.sides[i].heavy.u32(uint32(groups[i]))
		w.sides[i].heavy.u64(w.sides[i].order.size)
		w.sides[i].keys = w.sides[i].keys[:0]
	}
	if w.e.spools.scratch {
		w.copyRows(&w.sides[0], out)
		w.copyRows(&w.sides[1], in)
	}
	for out.at() != nil || in.at() != nil {
		asset := uint32(nobody)
		if r := out.at(); r != nil {
			asset = r.asset
		}
		if r := in.at(); r != nil {
			asset = min(asset, r.asset)
		}
		w.pot(self, asset, out, in)
	}
	for i := range w.sides {
		s := &w.sides[i]
		if s.groupsN-groups[i] > 1 {
			w.writeOrder(s, s.n-starts[i])
		}
	}
}

// copyRows writes rows without sums and chain order, which merging parts that
// follow one another does not look at.
func (w *potWriter) copyRows(s *potSide, c cursor) {
	for r := c.at(); r != nil; r = c.at() {
		w.write(s, r)
		c.next()
	}
}

// pot writes the rows of one asset. What leaves at a position leaves before
// what comes in there.
func (w *potWriter) pot(self, asset uint32, out, in cursor) {
	counts := w.fungible[asset]
	starts := [2]uint64{w.sides[0].n, w.sides[1].n}
	for i := range w.sides {
		s := &w.sides[i]
		s.rows, s.sum, s.over, s.steps = 0, clew.Amount{}, false, s.steps[:0]
	}
	w.deficit = clew.Amount{}
	for {
		o, i := out.at(), in.at()
		mineOut := o != nil && o.asset == asset
		mineIn := i != nil && i.asset == asset
		switch {
		case mineOut && (!mineIn || !w.before(i, o)):
			w.row(0, o, out, counts && o.peer != self)
			w.deficit = w.deficit.Max(w.sides[0].sum.MinusOrZero(w.sides[1].sum))
			out.next()
		case mineIn:
			w.row(1, i, in, counts && i.peer != self)
			in.next()
		default:
			w.endPot(asset, starts)
			return
		}
	}
}

// row writes one row, and before it what comes before if that is due.
func (w *potWriter) row(side int, r *record, c cursor, counts bool) {
	s := &w.sides[side]
	if s.rows > 0 && s.rows%anchorEvery == 0 {
		s.steps = append(s.steps, step{s.sum, w.deficit})
	}
	s.rows++
	s.keys = append(s.keys, w.orderKey(r, uint32(len(s.keys))))
	w.write(s, r)
	if counts && !s.over {
		sum, fits := s.sum.Add(c.amount())
		s.sum, s.over = sum, !fits
		if s.over {
			s.sum = clew.MaxAmount
		}
	}
}

// endPot writes the groups of a pot, and its sums if it is large.
func (w *potWriter) endPot(asset uint32, starts [2]uint64) {
	large := w.sides[0].rows > anchorEvery || w.sides[1].rows > anchorEvery
	for i := range w.sides {
		s := &w.sides[i]
		if s.rows == 0 {
			continue
		}
		at := uint32(noAnchors)
		if large {
			s.steps = append(s.steps, step{s.sum, w.deficit})
			at = uint32(s.anchors.size / 8)
			s.writeSteps(i == 0)
		}
		s.groups.u32(asset)
		s.groups.u32(uint32(starts[i]))
		s.groups.u32(at)
		s.groupsN++
	}
}

// writeSteps writes sums in as many words as the last needs, and for out
// deficits beside them. A sum that does not fit stands as the largest amount.
func (s *potSide) writeSteps(deficits bool) {
	words := amountWords(s.sum)
	header := uint64(words)
	if s.over {
		header |= overFlag
	}
	s.anchors.u64(header)
	for i := range s.steps {
		s.writeWords(s.steps[i].sum, words)
		if deficits {
			s.writeWords(s.steps[i].deficit, words)
		}
	}
}

// overFlag in the word before a pot's sums says that they do not fit.
const overFlag = 1 << 8

func (s *potSide) writeWords(a clew.Amount, words int) {
	limbs := a.Limbs()
	for _, limb := range limbs[:words] {
		s.anchors.u64(limb)
	}
}

// amountWords returns how many 64-bit words a takes.
func amountWords(a clew.Amount) int {
	limbs := a.Limbs()
	n := 4
	for n > 0 && limbs[n-1] == 0 {
		n--
	}
	return n
}

// An orderKey sorts rows of one side in chain order.
type orderKey struct {
	block   uint64 // the first block of the height, and the index
	ordinal uint64 // class, ordinal
	leg     uint32
	slot    uint32
}

func compareOrderKeys(a, b orderKey) int {
	return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.leg, b.leg))
}

func (w *potWriter) orderKey(r *record, slot uint32) orderKey {
	return orderKey{
		block:   uint64(w.e.heightRank(r.block))<<32 | uint64(r.index),
		ordinal: uint64(r.class)<<32 | uint64(r.ordinal),
		leg:     r.leg,
		slot:    slot,
	}
}

// before reports whether a comes at an earlier position than b.
func (w *potWriter) before(a, b *record) bool { return w.e.comparePos(a, b) < 0 }

// writeOrder writes the slots of n rows in chain order.
func (w *potWriter) writeOrder(s *potSide, n uint64) {
	slices.SortFunc(s.keys, compareOrderKeys)
	width := orderWidth(n)
	var b [8]byte
	for i := range s.keys {
		le.PutUint32(b[:], s.keys[i].slot)
		s.order.write(b[:width])
	}
}

// finish ends the tables.
func (w *potWriter) finish() {
	for i := range w.sides {
		s := &w.sides[i]
		s.starts.u32(uint32(s.n))
		s.heavy.u32(uint32(s.groupsN))
		s.heavy.u64(s.order.size)
		w.e.n.records[i], w.e.n.groups[i] = s.n, s.groupsN
	}
	w.e.n.heavy = w.heavyN
	w.heavy.finish()
}
