package launder

// FanInRule names the rule of fan-ins.
const FanInRule = "fan-in"

// A FanIn finds who is paid by many others within the window, one asset at a time.
// The payers of one Bitcoin transaction are taken for one.
//
// Known failure: exchanges, shops, fund-raisers and miners' pools are paid so, and
// whoever gathers his own coins.
type FanIn struct {
	shapes[Pot]
	w *window
}

// NewFanIn makes a recogniser for a stream.
func NewFanIn(st *Stream, q ShapeQuestion) (*FanIn, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	return &FanIn{newShapes[Pot](&w.q, FanInRule, st.found, paramOf("others who pay, at least", q.Degree)), w}, nil
}

// Add takes the next transfer.
func (f *FanIn) Add(m *Moved) {
	for _, seq := range f.w.take(m) {
		e := f.w.edge(seq)
		v := f.w.at(e.to)
		if v.ins.others >= f.w.q.Degree && e.lead && !v.known {
			o := f.join(f.w.now, f.w.q.Degree, v.pot)
			o.fan(&f.shapes, f.w, &v.ins, Pays, Gathers)
		}
	}
	f.tick(f.w.now)
}
