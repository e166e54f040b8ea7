package launder

// FanInRule names the rule of fan-ins.
const FanInRule = "fan-in"

// A FanIn finds who is paid by many others within the window, one asset at a time.
// The payers of one Bitcoin transaction are taken for one.
//
// Known failure: exchanges, shops, fund-raisers and miners' pools are paid so, and
// whoever gathers his own coins.
type FanIn struct{ *fans }

// NewFanIn makes a recogniser for a stream, which has one at most.
func NewFanIn(st *Stream, q ShapeQuestion) (*FanIn, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	f, err := newFans(w, func(v *vertex) *sideOf { return &v.ins }, FanInRule, Pays, Gathers, paramOf("others who pay, at least", q.Degree))
	return &FanIn{f}, err
}

// Add takes the next transfer.
func (f *FanIn) Add(m *Moved) {
	for _, seq := range f.w.take(m) {
		e := f.w.edge(seq)
		if v := f.w.at(e.to); int(v.ins.others) >= f.q.Degree && e.lead && !v.known {
			f.grow(e.to, &v.ins)
		}
	}
	f.tick()
}
