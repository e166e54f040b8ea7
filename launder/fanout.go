package launder

// FanOutRule names the rule of fan-outs.
const FanOutRule = "fan-out"

// A FanOut finds who pays many others within the window, one asset at a time. A
// finding grows while windows with as many meet, and is told when none does any
// more.
//
// Known failure: exchanges, payrolls, shops that refund, faucets and airdrops do
// little else.
//
// Source: E. Altman and others, "Realistic Synthetic Financial Transactions for
// Anti-Money Laundering Models" (2023), for this and the other shapes' names.
type FanOut struct {
	shapes[Pot]
	w *window
}

// NewFanOut makes a recogniser for a stream.
func NewFanOut(st *Stream, q ShapeQuestion) (*FanOut, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	return &FanOut{newShapes[Pot](&w.q, FanOutRule, st.found, paramOf("others paid, at least", q.Degree)), w}, nil
}

// Add takes the next transfer.
func (f *FanOut) Add(m *Moved) {
	for _, seq := range f.w.take(m) {
		e := f.w.edge(seq)
		v := f.w.at(e.from)
		if v.outs.others >= f.w.q.Degree && e.lead && !v.known {
			o := f.join(f.w.now, f.w.q.Degree, v.pot)
			o.fan(&f.shapes, f.w, &v.outs, Scatters, Gets)
		}
	}
	f.tick(f.w.now)
}

// fan adds the payments of one side to a finding.
func (o *growing[K]) fan(s *shapes[K], w *window, side *sideOf, from, to RoleName) {
	last, grown := o.lastSeq, o.count > 0
	list := side.live()
	at := len(list)
	for at > 0 && (!grown || list[at-1].seq > last) {
		at--
	}
	for _, e := range list[at:] {
		if w.edge(e.seq).lead {
			s.grow(o, w, e.seq, from, to)
		}
	}
	o.width, o.cut = max(o.width, side.others), o.cut || side.cut
}
