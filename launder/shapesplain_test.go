package launder

import (
	"cmp"
	"slices"

	"clew"
)

// A plainPayment is a payment of the plain models, by its place in the ledger.
type plainPayment struct {
	from, to, asset int
	amount          uint64
	time            clew.Time
}

// plainShapes are definitions of the shapes, with the whole ledger in hand.
type plainShapes struct {
	q    ShapeQuestion
	list []plainPayment
}

// A plainGroup is a finding of the plain models.
type plainGroup struct {
	keys, members map[int]bool
	last          clew.Time
	width         int
}

// A plainGrowth joins what was seen at one time with what shares a key and was seen
// within the window.
type plainGrowth struct {
	q      ShapeQuestion
	groups []*plainGroup
}

func (p *plainGrowth) seen(now clew.Time, width int, keys, members []int) {
	g := &plainGroup{map[int]bool{}, map[int]bool{}, now, width}
	for _, k := range keys {
		g.keys[k] = true
	}
	for _, m := range members {
		g.members[m] = true
	}
	p.groups = append(slices.DeleteFunc(p.groups, func(o *plainGroup) bool {
		shares := false
		for _, k := range keys {
			shares = shares || o.keys[k]
		}
		if !shares || o.last+p.q.Within < now {
			return false
		}
		for k := range o.keys {
			g.keys[k] = true
		}
		for m := range o.members {
			g.members[m] = true
		}
		g.width = max(g.width, o.width)
		return true
	}), g)
}

func (p *plainGrowth) told() (list []toldShape) {
	for _, g := range p.groups {
		s := toldShape{width: g.width}
		for m := range g.members {
			s.members = append(s.members, m)
		}
		slices.Sort(s.members)
		list = append(list, s)
	}
	return sortedShapes(list)
}

// A toldShape is what is compared of a finding.
type toldShape struct {
	members []int // payments, by their places
	width   int
}

func sortedShapes(list []toldShape) []toldShape {
	slices.SortFunc(list, func(a, b toldShape) int {
		return cmp.Or(slices.Compare(a.members, b.members), cmp.Compare(a.width, b.width))
	})
	return list
}

// window lists the payments of an asset up to one, within the window of it.
func (p plainShapes) window(i int) (list []int) {
	for j := 0; j <= i; j++ {
		if p.list[j].asset == p.list[i].asset && p.list[j].time >= p.list[i].time-p.q.Within {
			list = append(list, j)
		}
	}
	return list
}

func different(list []int, of func(int) int) int {
	met := map[int]bool{}
	for _, i := range list {
		met[of(i)] = true
	}
	return len(met)
}

func filter(list []int, which func(int) bool) (out []int) {
	for _, i := range list {
		if which(i) {
			out = append(out, i)
		}
	}
	return out
}

func (p plainShapes) key(party, asset int) int { return party*10 + asset }

func (p plainShapes) fans(out bool) []toldShape {
	g := plainGrowth{q: p.q}
	end := func(i int) (int, int) {
		if out {
			return p.list[i].from, p.list[i].to
		}
		return p.list[i].to, p.list[i].from
	}
	for i := range p.list {
		me, _ := end(i)
		mine := filter(p.window(i), func(j int) bool { at, _ := end(j); return at == me })
		if n := different(mine, func(j int) int { _, other := end(j); return other }); n >= p.q.Degree {
			g.seen(p.list[i].time, n, []int{p.key(me, p.list[i].asset)}, mine)
		}
	}
	return g.told()
}

// gatherScatters tries each payment out that follows one in as the turn.
func (p plainShapes) gatherScatters(parties int) []toldShape {
	var told []toldShape
	for asset := range 2 {
		for c := range parties {
			var mine []int
			for i, e := range p.list {
				if e.asset == asset && (e.from == c || e.to == c) {
					mine = append(mine, i)
				}
			}
			for at := 0; at < len(mine); {
				s, used := p.turn(c, mine, at)
				if used == 0 {
					at++
					continue
				}
				if s != nil {
					told = append(told, *s)
				}
				at += used
			}
		}
	}
	return sortedShapes(told)
}

// turn reads a payment out as the first of a scattering, and returns how many
// payments that takes; none if too little was gathered.
func (p plainShapes) turn(c int, mine []int, at int) (*toldShape, int) {
	first := p.list[mine[at]]
	if first.from != c {
		return nil, 0
	}
	var ins, outs []int
	in, out := uint64(0), uint64(0)
	for k := at - 1; k >= 0 && p.list[mine[k]].to == c; k-- {
		if p.list[mine[k]].time >= first.time-p.q.Within {
			ins = append(ins, mine[k])
			in += p.list[mine[k]].amount
		}
	}
	senders := different(ins, func(i int) int { return p.list[i].from })
	if senders < p.q.Degree {
		return nil, 0
	}
	k := at
	for ; k < len(mine); k++ {
		e := p.list[mine[k]]
		if e.to == c && e.amount >= in/straySize || e.from == c && e.time > first.time+p.q.Within {
			break
		}
		if e.from == c {
			outs = append(outs, mine[k])
			out += e.amount
		}
	}
	gets := different(outs, func(i int) int { return p.list[i].to })
	if gets < p.q.Degree || out < in*p.q.Passed/1000 {
		return nil, k - at
	}
	s := &toldShape{members: append(ins, outs...), width: min(senders, gets)}
	slices.Sort(s.members)
	return s, k - at
}

func (p plainShapes) passes(in, out int, share uint64) bool {
	a, b := p.list[in].amount, p.list[out].amount
	return in < out && b <= a && a*share/1000 <= b
}

func (p plainShapes) scatterGathers() []toldShape {
	g := plainGrowth{q: p.q}
	for i, last := range p.list {
		within := p.window(i)
		for u := range 100 {
			var members, between []int
			ends := false
			for _, out := range within {
				ways := filter(within, func(in int) bool {
					return p.list[in].from == u && p.list[in].to == p.list[out].from && p.passes(in, out, p.q.Passed)
				})
				if p.list[out].to == last.to && u != last.to && len(ways) > 0 {
					members, between, ends = append(members, ways[len(ways)-1], out), append(between, out), ends || out == i
				}
			}
			if n := different(between, func(j int) int { return p.list[j].from }); ends && n >= p.q.Ways {
				g.seen(last.time, n, []int{(u*100+last.to)*10 + last.asset}, members)
			}
		}
	}
	return g.told()
}

func (p plainShapes) cycles() []toldShape {
	g := plainGrowth{q: p.q}
	for i := range p.list {
		var best []int
		p.ways([]int{i}, p.window(i), func(path []int) {
			if best == nil || slices.Compare(path, best) > 0 {
				best = slices.Clone(path)
			}
		})
		if best != nil {
			g.seen(p.list[i].time, len(best), best, best)
		}
	}
	return g.told()
}

// ways visits every cycle that a path, the last payment first, is the end of.
func (p plainShapes) ways(path, within []int, visit func([]int)) {
	next := path[len(path)-1]
	home := p.list[path[0]].to
	for _, j := range within {
		if p.list[j].to != p.list[next].from || !p.passes(j, next, p.q.Hop) || p.list[j].time >= p.list[next].time || len(path) == p.q.Length {
			continue
		}
		longer := append(slices.Clone(path), j)
		if p.list[j].from == home {
			if len(longer) >= leastCycle {
				visit(longer)
			}
		} else if !slices.ContainsFunc(path, func(k int) bool { return p.list[k].from == p.list[j].from || p.list[k].to == p.list[j].from }) {
			p.ways(longer, within, visit)
		}
	}
}

// layers returns the two groups of a payment.
func (p plainShapes) layers(i int) (from, to, within []int) {
	within = p.window(i)
	me := p.list[i]
	pays := func(a, b int) bool {
		return slices.ContainsFunc(within, func(j int) bool { return p.list[j].from == a && p.list[j].to == b })
	}
	for j := range within {
		if e := p.list[within[j]]; within[j] != i && e.from == me.from && e.to == me.to {
			return nil, nil, nil
		}
	}
	for a := range 100 {
		if pays(me.from, a) {
			to = append(to, a)
		}
	}
	payers := different(filter(within, func(j int) bool { return p.list[j].to == me.to }), func(j int) int { return p.list[j].from })
	if len(to) < p.q.Layer || uint64(payers)*1000 < p.q.Density*uint64(p.q.Layer) {
		return nil, nil, nil
	}
	for a := range 100 {
		n := len(filter(to, func(b int) bool { return pays(a, b) }))
		if !slices.Contains(to, a) && uint64(n)*1000 >= p.q.Density*uint64(len(to)) && n > 0 {
			from = append(from, a)
		}
	}
	if len(from) < p.q.Layer {
		return nil, nil, nil
	}
	return from, to, within
}

func (p plainShapes) among(within, from, to []int) []int {
	return filter(within, func(j int) bool { return slices.Contains(from, p.list[j].from) && slices.Contains(to, p.list[j].to) })
}

func (p plainShapes) keys(list []int, asset int) (keys []int) {
	for _, a := range list {
		keys = append(keys, p.key(a, asset))
	}
	return keys
}

func (p plainShapes) bipartites() []toldShape {
	g := plainGrowth{q: p.q}
	for i, e := range p.list {
		if from, to, within := p.layers(i); len(from) > 0 {
			g.seen(e.time, min(len(from), len(to)), p.keys(from, e.asset), p.among(within, from, to))
		}
	}
	return g.told()
}

func (p plainShapes) stacks() []toldShape {
	g := plainGrowth{q: p.q}
	for i, e := range p.list {
		middle, last, within := p.layers(i)
		if len(middle) == 0 {
			continue
		}
		second := p.among(within, middle, last)
		var first []int
		for a := range 100 {
			n := 0
			for _, m := range middle {
				before := slices.ContainsFunc(within, func(j int) bool {
					return p.list[j].from == a && p.list[j].to == m && slices.ContainsFunc(second, func(k int) bool { return k > j && p.list[k].from == m })
				})
				if before {
					n++
				}
			}
			if !slices.Contains(middle, a) && !slices.Contains(last, a) && n > 0 && uint64(n)*1000 >= p.q.Density*uint64(len(middle)) {
				first = append(first, a)
			}
		}
		if len(first) >= p.q.Layer {
			g.seen(e.time, min(len(first), len(middle), len(last)), p.keys(middle, e.asset), append(p.among(within, first, middle), second...))
		}
	}
	return g.told()
}
