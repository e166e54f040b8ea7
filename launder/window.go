package launder

import (
	"math/bits"

	"clew"
)

// A window holds the payments of late, as a graph that all shapes read. Its clock
// never goes back: a block that says it is older than the one before counts as of
// the same time.
//
// What it holds is bounded: payments over all and of each party on each side. The
// newest stay; what goes before its time is counted.
type window struct {
	q        ShapeQuestion
	st       *Stream // which knows addresses
	now      clew.Time
	serial   uint64       // of the last transfer taken, see Moved
	fresh    []uint64     // its payments
	blocks   []*edgeBlock // of payments, from block number base on
	spare    *edgeBlock
	base     uint64
	tail     uint64 // the oldest payment held
	next     uint64 // the number of the next one
	vertices blocks[vertex]
	names    blocks[vertexName]
	rooms    rooms
	fans     [2]*fans // of who is paid, and of who pays; nil: not asked for
	free     []uint32
	round    uint32 // of marks on vertices
	payers   payerCount

	layered            uint64 // the payment, and one, of which the layers were looked for last
	layerFrom, layerTo []uint32

	dropped uint64
}

// An edgeBlock is payments laid out together.
type edgeBlock [1 << blockBits]edge

// An edge is one payment.
type edge struct {
	from, to uint32 // vertices
	lead     bool   // it counts where payers of one transaction are taken for one
	laterOut bool   // there is a newer one between the same two that counts, among those of from
	laterIn  bool   // among those of to
	held     uint8  // which rules have it in a finding already
	in, out  int32  // legs
	clock    clew.Time
	time     clew.Time
	amount   clew.Amount
	pos      clew.Pos
	tx       clew.TxID
}

// A vertex is value of one asset with one party.
type vertex struct {
	pot   Pot
	party Party
	asset AssetNo
	mark  uint32 // of the round in which it was met last
	outs  sideOf
	ins   sideOf
	known bool
}

// A vertexName is the address of a vertex's party: kept apart, for it is read when a
// finding grows alone.
type vertexName struct {
	key   [32]byte
	form  clew.Form
	chain uint16
}

// address returns the address of a vertex's party.
func (w *window) address(at uint32) clew.Address {
	name := w.names.at(at)
	s := partySlot{key: name.key, form: name.form, chain: name.chain}
	return s.address(w.st.parties)
}

// An entry is a payment as one of its vertices sees it.
type entry struct {
	seq  uint64
	peer uint32
	code uint32 // of the amount, see codeOf
}

func newWindow(st *Stream, q ShapeQuestion) *window {
	return &window{st: st, q: q}
}

// edge returns a payment that is held.
func (w *window) edge(seq uint64) *edge {
	return &w.blocks[seq>>blockBits-w.base][seq&(1<<blockBits-1)]
}

// at returns a vertex.
func (w *window) at(i uint32) *vertex { return w.vertices.at(i) }

// take reads a transfer once, whoever asks first, and returns its payments.
func (w *window) take(m *Moved) []uint64 {
	if m.serial == w.serial {
		return w.fresh
	}
	w.serial, w.fresh = m.serial, w.fresh[:0]
	w.now = max(w.now, m.Time)
	for w.tail < w.next && w.edge(w.tail).clock+w.q.Within < w.now {
		w.drop()
	}
	for i := range m.Payments {
		p := &m.Payments[i]
		if w.next-w.tail >= uint64(w.q.Entries) {
			w.drop()
			w.dropped++
		}
		w.add(m, p)
	}
	return w.fresh
}

// add puts a payment at the end.
func (w *window) add(m *Moved, p *Payment) {
	seq := w.next
	w.next++
	if seq>>blockBits-w.base == uint64(len(w.blocks)) {
		if w.spare == nil {
			w.spare = new(edgeBlock)
		}
		w.blocks, w.spare = append(w.blocks, w.spare), nil
	}
	from := w.vertex(m, p.FromPot, p.From, p.KnownFrom)
	to := w.vertex(m, p.ToPot, p.To, p.KnownTo)
	e := w.edge(seq)
	*e = edge{from: from, to: to, lead: p.Leads(), in: int32(p.In), out: int32(p.Out), clock: w.now, time: m.Time, amount: p.Amount, pos: m.Pos, tx: m.Tx}
	if e.lead {
		w.count(from, to)
	}
	code := codeOf(p.Amount)
	w.push(&w.at(from).outs, entry{seq, to, code}, true, e.lead)
	w.push(&w.at(to).ins, entry{seq, from, code}, false, e.lead)
	w.fresh = append(w.fresh, seq)
}

// push puts a payment at the end of a side; where that is full, the oldest goes.
func (w *window) push(s *sideOf, e entry, out, lead bool) {
	w.append(s, e)
	s.mixed = s.mixed || !lead
	if s.len() > w.q.Hub {
		w.leave(s, out)
		s.cut = true
		w.dropped++
	}
}

// leave takes the oldest payment from a side.
func (w *window) leave(s *sideOf, out bool) {
	seq := w.oldest(s)
	e := w.edge(seq)
	if s.fan > 0 {
		w.fansOf(out).leaves(s, seq, e)
	}
	if e.lead && (out && !e.laterOut || !out && !e.laterIn) {
		s.others--
	}
	s.pop()
}

// fansOf returns the fans of one side.
func (w *window) fansOf(out bool) *fans {
	if out {
		return w.fans[1]
	}
	return w.fans[0]
}

// count notes a payment between two as another pair, or the newer of a pair that is
// there.
func (w *window) count(from, to uint32) {
	outs, ins := &w.at(from).outs, &w.at(to).ins
	prior, ok := uint64(0), false
	if outs.len() <= ins.len() {
		prior, ok = w.last(outs, to)
	}
	if !ok && (outs.len() > ins.len() || outs.cut) {
		prior, ok = w.last(ins, from)
	}
	if !ok && ins.cut && outs.len() > ins.len() {
		prior, ok = w.last(outs, to)
	}
	if ok && outs.len() > 0 && prior >= w.oldest(outs) {
		w.edge(prior).laterOut = true
	} else {
		outs.others++
	}
	if ok && ins.len() > 0 && prior >= w.oldest(ins) {
		w.edge(prior).laterIn = true
	} else {
		ins.others++
	}
}

// last returns the newest payment of a side with a peer, of those that count.
func (w *window) last(s *sideOf, peer uint32) (uint64, bool) {
	list := w.live(s)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].peer == peer && (!s.mixed || w.edge(list[i].seq).lead) {
			return list[i].seq, true
		}
	}
	return 0, false
}

// vertex returns the vertex of a party's value in the asset that moved.
func (w *window) vertex(m *Moved, pot Pot, p Party, known bool) uint32 {
	held := w.st.parties.held(pot)
	if held.vertex > 0 {
		return held.vertex - 1
	}
	var at uint32
	if n := len(w.free); n > 0 {
		at, w.free = w.free[n-1], w.free[:n-1]
	} else {
		at = w.vertices.add()
		w.names.add()
	}
	v, who := w.at(at), w.st.parties.at(p)
	v.pot, v.party, v.asset, v.known = pot, p, m.AssetNo, known
	*w.names.at(at) = vertexName{who.key, who.form, who.chain}
	held.vertex = at + 1
	return at
}

// drop forgets the oldest payment.
func (w *window) drop() {
	e := w.edge(w.tail)
	if s := &w.at(e.from).outs; s.len() > 0 && w.oldest(s) == w.tail {
		w.leave(s, true)
	}
	if s := &w.at(e.to).ins; s.len() > 0 && w.oldest(s) == w.tail {
		w.leave(s, false)
	}
	w.forget(e.from)
	w.forget(e.to)
	w.tail++
	if w.tail>>blockBits > w.base {
		w.spare = w.blocks[0]
		w.blocks = w.blocks[:copy(w.blocks, w.blocks[1:])]
		w.base++
	}
}

// forget frees a vertex without payments.
func (w *window) forget(at uint32) {
	v := w.at(at)
	if v.party == 0 || v.outs.len() > 0 || v.ins.len() > 0 {
		return
	}
	if v.outs.fan > 0 || v.ins.fan > 0 { // until it is told
		v.outs.cut, v.ins.cut, v.outs.mixed, v.ins.mixed = false, false, false, false
		return
	}
	w.st.parties.held(v.pot).vertex = 0
	w.giveRoom(&v.outs)
	w.giveRoom(&v.ins)
	*v = vertex{}
	w.free = append(w.free, at)
}

// codeOf returns a number that never goes down where an amount goes up: its length
// in bits and the first of them.
func codeOf(a clew.Amount) uint32 {
	l := a.Limbs()
	for i := 3; i >= 0; i-- {
		if l[i] == 0 {
			continue
		}
		n := bits.Len64(l[i])
		top := l[i] << (64 - n)
		if i > 0 && n < 64 {
			top |= l[i-1] >> n
		}
		return uint32(64*i+n)<<23 | uint32(top>>41)
	}
	return 0
}

// passesOn reports whether at least a share of what came in goes on, and no more
// than that came in.
func passesOn(in, out clew.Amount, share uint64) bool {
	least, ok := in.MulDiv(clew.Units(share), clew.Units(1000))
	return ok && out.Cmp(in) <= 0 && least.Cmp(out) <= 0
}
