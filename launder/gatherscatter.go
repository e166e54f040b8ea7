package launder

import (
	"slices"

	"clew"
)

// GatherScatterRule names the rule of what gathers and then scatters.
const GatherScatterRule = "gather-scatter"

// straySize is the part of what was gathered below which a payment does not end the
// scattering: anybody can send anybody a little.
const straySize = 100

// A GatherScatter finds who is paid by many others, with no payment of his own
// between, and then pays most of it to many, with no payment to him between but
// for little ones: each within the window of the first payment out.
//
// Known failure: who pays while he still gathers, or gathers while he pays, is not
// seen, as are services, which do both all the time.
type GatherScatter struct {
	teller
	runs map[Pot]*run
}

// A run is a scattering under way.
type run struct {
	turn    clew.Time // of the first payment out
	in, out clew.Amount
	gets    map[Party]bool
	o       growth
}

// NewGatherScatter makes a recogniser for a stream.
func NewGatherScatter(st *Stream, q ShapeQuestion) (*GatherScatter, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	return &GatherScatter{teller: newTeller(w, GatherScatterRule,
		paramOf("parties on each side, at least", q.Degree), paramOf("passed on of what is gathered, at least, of 1,000", q.Passed)), runs: map[Pot]*run{}}, nil
}

// Add takes the next transfer.
func (g *GatherScatter) Add(m *Moved) {
	for _, seq := range g.w.take(m) {
		e := g.w.edge(seq)
		if !e.lead {
			continue
		}
		if no := g.w.at(e.to).pot; len(g.runs) > 0 {
			if r := g.runs[no]; r != nil && !e.amount.Less(part(r.in, straySize)) {
				g.end(no, r)
			}
		}
		g.pays(seq, e)
	}
	if len(g.runs) > 0 && g.due() {
		g.endAll(func(r *run) bool { return r.turn+g.q.Within < g.w.now })
	}
}

// pays takes what a party pays: on with a scattering, or the first of one.
func (g *GatherScatter) pays(seq uint64, e *edge) {
	v := g.w.at(e.from)
	r := g.runs[v.pot]
	if r != nil && r.turn+g.q.Within < g.w.now {
		g.end(v.pot, r)
		r = nil
	}
	if r == nil {
		if r = g.begin(seq, v); r == nil {
			return
		}
	}
	r.out, _ = r.out.Add(e.amount)
	if len(r.gets) < g.q.Hub {
		r.gets[g.w.at(e.to).party] = true
	} else {
		r.o.cut = true
	}
	g.grow(&r.o, seq, Scatters, Gets)
}

// begin makes a scattering of what was gathered since the payment out before; nil
// if that came from too few.
func (g *GatherScatter) begin(seq uint64, v *vertex) *run {
	ins, before := g.w.live(&v.ins), uint64(0)
	for outs, i := g.w.live(&v.outs), v.outs.len()-1; i >= 0; i-- {
		if outs[i].seq < seq && (!v.outs.mixed || g.w.edge(outs[i].seq).lead) {
			before = outs[i].seq + 1
			break
		}
	}
	at := len(ins)
	for at > 0 && ins[at-1].seq >= before {
		at--
	}
	ins = ins[at:]
	if v.known || len(ins) < g.q.Degree || g.w.different(ins) < g.q.Degree {
		return nil
	}
	if len(g.runs) >= g.q.Open {
		g.evict()
	}
	r := &run{turn: g.w.now, gets: map[Party]bool{}, o: g.teller.begin(g.q.Degree)}
	r.o.width, r.o.cut = g.w.different(ins), v.ins.cut && at == 0
	for _, in := range ins {
		if e := g.w.edge(in.seq); e.lead {
			r.in, _ = r.in.Add(e.amount)
			g.grow(&r.o, in.seq, Pays, Gathers)
		}
	}
	g.runs[v.pot] = r
	return r
}

// different returns how many parties are at the other end of payments that count.
func (w *window) different(list []entry) (n int) {
	w.round++
	for _, e := range list {
		if v := w.at(e.peer); v.mark != w.round && w.edge(e.seq).lead {
			v.mark = w.round
			n++
		}
	}
	return n
}

// part returns one of so many equal parts of an amount.
func part(a clew.Amount, of uint64) clew.Amount {
	p, _ := a.MulDiv(clew.Units(1), clew.Units(of))
	return p
}

// end ends a scattering, and tells of it if it is one.
func (g *GatherScatter) end(no Pot, r *run) {
	delete(g.runs, no)
	least, _ := r.in.MulDiv(clew.Units(g.q.Passed), clew.Units(1000))
	if len(r.gets) < g.q.Degree || r.out.Less(least) {
		return
	}
	r.o.width = min(r.o.width, len(r.gets))
	g.tell(&r.o, func() []member { return r.o.kept })
}

func (g *GatherScatter) endAll(which func(*run) bool) {
	var list []*run
	by := map[*run]Pot{}
	for no, r := range g.runs {
		if which(r) {
			list, by[r] = append(list, r), no
		}
	}
	slices.SortFunc(list, func(a, b *run) int { return byAge(&a.o, &b.o) })
	for _, r := range list {
		g.end(by[r], r)
	}
}

// evict ends the quarter that began the longest ago.
func (g *GatherScatter) evict() {
	var turns []clew.Time
	for _, r := range g.runs {
		turns = append(turns, r.turn)
	}
	slices.Sort(turns)
	before := len(g.runs)
	g.endAll(func(r *run) bool { return r.turn <= turns[len(turns)/4] })
	g.dropped += uint64(before - len(g.runs))
}

// End tells of the scatterings under way.
func (g *GatherScatter) End() { g.endAll(func(*run) bool { return true }) }
