package launder

// BipartiteRule names the rule of bipartite shapes.
const BipartiteRule = "bipartite"

// A Bipartite finds two groups of which nearly everybody in the one pays nearly
// everybody in the other, within the window. It looks when one pays another for the
// first time in it: at those whom the payer pays, and at who else pays as many of
// them as the density asks; whoever is paid must be so by that share of the least
// group, or it does not look. Of parties with many payments, the newest are looked
// at. Findings that share a payer are one.
//
// Known failure: staff that several offices pay, the customers of a few shops, and
// routers with their pools, look so.
type Bipartite struct {
	shapes[Pot]
}

// NewBipartite makes a recogniser for a stream.
func NewBipartite(st *Stream, q ShapeQuestion) (*Bipartite, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	return &Bipartite{newShapes[Pot](w, BipartiteRule, paramOf("parties of each group, at least", q.Layer), paramOf("density, at least, of 1,000", q.Density))}, nil
}

// Add takes the next transfer.
func (b *Bipartite) Add(m *Moved) {
	for _, seq := range b.w.take(m) {
		if from, to := b.w.layers(seq); len(from) > 0 {
			b.grown(from, to)
		}
	}
	b.tick()
}

// inBipartite marks payments that are in a bipartite shape.
const inBipartite = 2

func (b *Bipartite) grown(from, to []uint32) {
	o := b.join(b.q.Layer, b.w.numbers(from)...)
	b.w.between(from, to, func(seq uint64, e *edge) {
		if e.held&inBipartite == 0 {
			e.held |= inBipartite
			b.grow(&o.growth, seq, Scatters, Gathers)
		}
	})
	o.width = max(o.width, min(len(from), len(to)))
}

// layers returns the two groups that a payment belongs to, each as large as asked
// for; none if there are no such.
func (w *window) layers(seq uint64) (from, to []uint32) {
	if w.layered == seq+1 {
		return w.layerFrom, w.layerTo
	}
	w.layered, w.layerFrom, w.layerTo = seq+1, w.layerFrom[:0], w.layerTo[:0]
	e := w.edge(seq)
	if w.at(e.from).known || w.at(e.to).known || int(w.at(e.from).outs.others) < w.q.Layer || uint64(w.at(e.to).ins.others)*1000 < w.q.Density*uint64(w.q.Layer) || !w.first(seq, e) {
		return nil, nil
	}
	w.layerTo = w.payees(e.from, w.layerTo)
	if len(w.layerTo) >= w.q.Layer && w.paidEnough(w.layerTo) {
		w.layerFrom = w.payersOf(w.layerTo, w.layerFrom)
	}
	if len(w.layerFrom) < w.q.Layer {
		w.layerFrom, w.layerTo = w.layerFrom[:0], w.layerTo[:0]
	}
	return w.layerFrom, w.layerTo
}

// first reports whether a payment is the first between two in the window.
func (w *window) first(seq uint64, e *edge) bool {
	for _, out := range w.newest(&w.at(e.from).outs, w.q.Look) {
		if out.peer == e.to && out.seq < seq {
			return false
		}
	}
	return true
}

// payees lists whom a vertex paid of late, the newest first.
func (w *window) payees(at uint32, list []uint32) []uint32 {
	w.round++
	outs := w.newest(&w.at(at).outs, w.q.Look)
	for i := len(outs) - 1; i >= 0; i-- {
		if v := w.at(outs[i].peer); v.mark != w.round && !v.known {
			v.mark = w.round
			list = append(list, outs[i].peer)
		}
	}
	return list
}

// paidEnough reports whether a group was paid as often as the parties of a layer
// before it must have paid it at least.
func (w *window) paidEnough(group []uint32) bool {
	payments := uint64(0)
	for _, at := range group {
		payments += uint64(min(w.at(at).ins.len(), w.q.Look))
	}
	return payments*1000 >= uint64(w.q.Layer)*w.q.Density*uint64(len(group))
}

// numbers returns the numbers of vertices.
func (w *window) numbers(list []uint32) []Pot {
	var numbers []Pot
	for _, at := range list {
		numbers = append(numbers, w.at(at).pot)
	}
	return numbers
}

// between visits the payments from one group to another, as far as they are looked
// at.
func (w *window) between(from, to []uint32, visit func(uint64, *edge)) {
	w.round++
	for _, at := range from {
		w.at(at).mark = w.round
	}
	for _, at := range to {
		for _, in := range w.newest(&w.at(at).ins, w.q.Look) {
			if w.at(in.peer).mark == w.round {
				visit(in.seq, w.edge(in.seq))
			}
		}
	}
}
