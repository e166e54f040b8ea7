package launder

// ScatterGatherRule names the rule of what is scattered and gathered again.
const ScatterGatherRule = "scatter-gather"

// A ScatterGather finds who pays many others, each of whom passes most of it, and
// no more, on to one and the same other, all within the window. Of a party between
// that is often paid, only the newest payments are looked at.
//
// Known failure: who splits a payment on the way, adds to it, or swaps it, is not
// seen; customers who carry what one exchange paid them to another look so.
type ScatterGather struct {
	shapes[ends]
	reach sketch // whom one end paid
}

// ends are the two ends of a scatter-gather.
type ends struct{ from, to Pot }

// NewScatterGather makes a recogniser for a stream.
func NewScatterGather(st *Stream, q ShapeQuestion) (*ScatterGather, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	return &ScatterGather{shapes: newShapes[ends](w, ScatterGatherRule,
		paramOf("parties between, at least", q.Ways), paramOf("passed on by each, at least, of 1,000", q.Passed))}, nil
}

// Add takes the next transfer.
func (s *ScatterGather) Add(m *Moved) {
	for _, seq := range s.w.take(m) {
		e := s.w.edge(seq)
		between := s.w.at(e.from)
		if between.known || s.w.at(e.to).ins.len() < s.q.Ways {
			continue
		}
		s.w.round++
		code, most := codeOf(e.amount), codeOf(grossOf(e.amount, s.q.Passed))
		for _, in := range s.w.newest(&between.ins, s.q.Look) {
			if in.code < code || in.code > most {
				continue
			}
			first := s.w.at(in.peer)
			if in.seq < seq && in.peer != e.to && first.mark != s.w.round && first.outs.len() >= s.q.Ways && !first.known && passesOn(s.w.edge(in.seq).amount, e.amount, s.q.Passed) {
				first.mark = s.w.round
				s.search(in.peer, e.to)
			}
		}
	}
	s.tick()
}

// A way leads from one end to the other.
type way struct{ in, out uint64 }

// search looks for ways between two ends.
func (s *ScatterGather) search(from, to uint32) {
	sketched := !s.w.at(from).outs.cut
	if sketched && !s.mayMeet(from, to) {
		return
	}
	between := map[uint32]bool{}
	var ways []way
	for _, out := range s.w.live(&s.w.at(to).ins) {
		if out.peer == from || sketched && !s.reach.has(out.peer) || s.w.at(out.peer).known {
			continue
		}
		if in, ok := s.way(from, out); ok {
			ways = append(ways, way{in, out.seq})
			between[out.peer] = true
		}
	}
	if len(between) < s.q.Ways {
		return
	}
	o := s.join(s.q.Ways, ends{s.w.at(from).pot, s.w.at(to).pot})
	last, grown := o.lastSeq, o.count > 0
	for _, y := range ways {
		if !grown || y.out > last {
			s.grow(&o.growth, y.in, Scatters, Between)
			s.grow(&o.growth, y.out, Between, Gathers)
		}
	}
	o.width = max(o.width, len(between))
	o.cut = o.cut || s.w.at(from).outs.cut || s.w.at(to).ins.cut
}

// mayMeet reports whether enough of those who pay one end may have been paid by the
// other. It marks whom that one paid.
func (s *ScatterGather) mayMeet(from, to uint32) bool {
	s.reach = sketch{}
	for _, e := range s.w.live(&s.w.at(from).outs) {
		s.reach.add(e.peer)
	}
	n := 0
	for _, e := range s.w.live(&s.w.at(to).ins) {
		if s.reach.has(e.peer) {
			n++
		}
	}
	return n >= s.q.Ways
}

// A sketch is a set of vertices that may say of one that it is in it, although it is
// not: never the other way round.
type sketch [64]uint64

func (s *sketch) add(at uint32) { s[at*0x9e3779b1>>26] |= 1 << (at & 63) }

func (s *sketch) has(at uint32) bool { return s[at*0x9e3779b1>>26]>>(at&63)&1 != 0 }

// way returns the newest payment from an end that a payment passes on.
func (s *ScatterGather) way(from uint32, out entry) (uint64, bool) {
	ins := s.w.newest(&s.w.at(out.peer).ins, s.q.Look)
	for i := len(ins) - 1; i >= 0; i-- {
		in := ins[i]
		if in.peer == from && in.seq < out.seq && in.code >= out.code && passesOn(s.w.edge(in.seq).amount, s.w.edge(out.seq).amount, s.q.Passed) {
			return in.seq, true
		}
	}
	return 0, false
}
