package launder

import (
	"cmp"
	"slices"
)

// fans are the findings of a rule of fans that grow: one of each vertex at most. A
// fan that grows only counts its payments. They are read from the window when it is
// told; those that leave the window before are written down then.
type fans struct {
	teller
	side       func(*vertex) *sideOf
	pays, gets RoleName
	all        slab[fan]
	open       []uint32 // of these
}

// A fan is many payments of one side of a vertex.
type fan struct {
	growth
	at       uint32 // the vertex
	place    int    // among those open
	firstSeq uint64 // the oldest of its payments
}

// newFans makes the fans of one side.
func newFans(w *window, side func(*vertex) *sideOf, rule string, pays, gets RoleName, param Param) (*fans, error) {
	f := &fans{teller: newTeller(w, rule, param), side: side, pays: pays, gets: gets}
	if rule == FanOutRule {
		w.fans[1] = f
	} else {
		w.fans[0] = f
	}
	return f, w.st.once(rule)
}

// grow adds what a side has more of than before to its fan.
func (f *fans) grow(at uint32, side *sideOf) {
	if side.fan > 0 && f.over(&f.all.at(side.fan).growth) {
		f.tell(side.fan)
	}
	if side.fan == 0 {
		if len(f.open) >= f.q.Open {
			f.evict()
		}
		side.fan = f.all.take()
		*f.all.at(side.fan) = fan{growth: f.begin(f.q.Degree), at: at, place: len(f.open)}
		f.open = append(f.open, side.fan)
	}
	o := f.all.at(side.fan)
	o.last = f.w.now
	last, grown := o.lastSeq, o.count > 0
	list := f.w.live(side)
	i := len(list)
	for i > 0 && (!grown || list[i-1].seq > last) {
		i--
	}
	for _, x := range list[i:] {
		if e := f.w.edge(x.seq); e.lead {
			if o.count == 0 {
				o.firstSeq = x.seq
			}
			o.add(f.w, x.seq, e)
		}
	}
	o.width, o.cut = max(o.width, int(side.others)), o.cut || side.cut
}

// leaves writes down the oldest payment of a side, which leaves the window, unless
// enough newer ones are in the fan.
func (f *fans) leaves(side *sideOf, seq uint64, e *edge) {
	o := f.all.at(side.fan)
	if !e.lead || seq < o.firstSeq || seq > o.lastSeq {
		return
	}
	keep := f.q.Keep
	if list := f.w.live(side); len(list) > keep && !side.mixed && list[keep].seq <= o.lastSeq {
		return
	}
	f.w.member(o.growth.place(keep), seq, e, f.pays, f.gets)
}

// members returns the newest payments of a fan, the oldest first.
func (f *fans) members(o *fan) []member {
	list := f.w.live(f.side(f.w.at(o.at)))
	n, i := 0, len(list)
	for i > 0 && n < f.q.Keep && list[i-1].seq >= o.firstSeq {
		if i--; list[i].seq <= o.lastSeq && f.w.edge(list[i].seq).lead {
			n++
		}
	}
	left := o.kept
	slices.SortFunc(left, func(a, b member) int { return cmp.Compare(a.seq, b.seq) })
	left = left[len(left)-min(len(left), f.q.Keep-n):]
	members := slices.Grow(slices.Clip(left), n)
	for _, x := range list[i:] {
		if e := f.w.edge(x.seq); x.seq <= o.lastSeq && e.lead {
			members = append(members, member{})
			f.w.member(&members[len(members)-1], x.seq, e, f.pays, f.gets)
		}
	}
	return members
}

// tell tells of a fan.
func (f *fans) tell(at uint32) {
	o := f.all.at(at)
	o.cut = o.cut || o.count > uint64(f.q.Keep)
	f.teller.tell(&o.growth, func() []member { return f.members(o) })
	last := f.open[len(f.open)-1]
	f.open[o.place], f.all.at(last).place = last, o.place
	f.open = f.open[:len(f.open)-1]
	vertex := o.at
	f.side(f.w.at(vertex)).fan = 0
	f.all.give(at)
	f.w.forget(vertex)
}

// tick tells of what cannot grow any more, now and then.
func (f *fans) tick() {
	if len(f.open) > 0 && f.due() {
		f.close(func(o *fan) bool { return f.over(&o.growth) })
	}
}

// End tells of what is open.
func (f *fans) End() { f.close(func(*fan) bool { return true }) }

// close tells of some, by when they grew last.
func (f *fans) close(which func(*fan) bool) {
	list := slices.DeleteFunc(slices.Clone(f.open), func(at uint32) bool { return !which(f.all.at(at)) })
	slices.SortFunc(list, func(a, b uint32) int { return byAge(&f.all.at(a).growth, &f.all.at(b).growth) })
	for _, at := range list {
		f.tell(at)
	}
}

// evict tells of the quarter that grew last the longest ago. No two fans of one rule
// have a payment in common.
func (f *fans) evict() {
	ages := make([]uint64, len(f.open))
	for i, at := range f.open {
		ages[i] = f.all.at(at).lastSeq
	}
	slices.Sort(ages)
	until := ages[len(ages)/4]
	f.close(func(o *fan) bool {
		if o.lastSeq > until {
			return false
		}
		o.cut = true
		f.dropped++
		return true
	})
}
