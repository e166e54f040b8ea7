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
type FanOut struct{ *fans }

// NewFanOut makes a recogniser for a stream, which has one at most.
func NewFanOut(st *Stream, q ShapeQuestion) (*FanOut, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	f, err := newFans(w, func(v *vertex) *sideOf { return &v.outs }, FanOutRule, Scatters, Gets, paramOf("others paid, at least", q.Degree))
	return &FanOut{f}, err
}

// Add takes the next transfer.
func (f *FanOut) Add(m *Moved) {
	for _, seq := range f.w.take(m) {
		e := f.w.edge(seq)
		if v := f.w.at(e.from); int(v.outs.others) >= f.q.Degree && e.lead && !v.known {
			f.grow(e.from, &v.outs)
		}
	}
	f.tick()
}
