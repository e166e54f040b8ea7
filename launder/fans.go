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
	open       []*fan
}

// A fan is many payments of one side of a vertex.
type fan struct {
	growth
	at       uint32 // the vertex
	place    int    // among those open
	firstSeq uint64 // the oldest of its payments
	of       *fans
}

// newFans makes the fans of one side.
func newFans(w *window, side func(*vertex) *sideOf, rule string, pays, gets RoleName, param Param) (*fans, error) {
	return &fans{teller: newTeller(w, rule, param), side: side, pays: pays, gets: gets}, w.st.once(rule)
}

// grow adds what a side has more of than before to its fan.
func (f *fans) grow(at uint32, side *sideOf) {
	o := side.fan
	if o != nil && f.over(&o.growth) {
		f.tell(o)
		o = nil
	}
	if o == nil {
		if len(f.open) >= f.q.Open {
			f.evict()
		}
		o = &fan{growth: f.begin(f.q.Degree), at: at, place: len(f.open), of: f}
		f.open, side.fan = append(f.open, o), o
	}
	o.last = f.w.now
	last, grown := o.lastSeq, o.count > 0
	list := side.live()
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
	o.width, o.cut = max(o.width, side.others), o.cut || side.cut
}

// leaves writes down the oldest payment of a side, which leaves the window, unless
// enough newer ones are in the fan.
func (o *fan) leaves(side *sideOf, seq uint64, e *edge) {
	if !e.lead || seq < o.firstSeq || seq > o.lastSeq {
		return
	}
	keep := o.of.q.Keep
	if list := side.live(); len(list) > keep && !side.mixed && list[keep].seq <= o.lastSeq {
		return
	}
	o.of.w.member(o.growth.place(keep), seq, e, o.of.pays, o.of.gets)
}

// members returns the newest payments of a fan, the oldest first.
func (o *fan) members() []member {
	f := o.of
	list := f.side(f.w.at(o.at)).live()
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
func (f *fans) tell(o *fan) {
	o.cut = o.cut || o.count > uint64(f.q.Keep)
	f.teller.tell(&o.growth, o.members)
	last := f.open[len(f.open)-1]
	f.open[o.place], last.place = last, o.place
	f.open = f.open[:len(f.open)-1]
	f.side(f.w.at(o.at)).fan = nil
	f.w.forget(o.at)
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
	list := slices.DeleteFunc(slices.Clone(f.open), func(o *fan) bool { return !which(o) })
	slices.SortFunc(list, func(a, b *fan) int { return byAge(&a.growth, &b.growth) })
	for _, o := range list {
		f.tell(o)
	}
}

// evict tells of the quarter that grew last the longest ago. No two fans of one rule
// have a payment in common.
func (f *fans) evict() {
	ages := make([]uint64, len(f.open))
	for i, o := range f.open {
		ages[i] = o.lastSeq
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
