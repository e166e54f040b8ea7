package eval

import (
	"cmp"
	"slices"
)

// A plan is a transfer between an address of the thief's and somebody ordinary, who
// is drawn when it is due.
type plan struct {
	second int64
	who    uint32
	in     bool
	cents  uint64
}

// How the thief's addresses deal with others.
const (
	near        = 20 * 60 // seconds: mean distance of unrelated transfers from the thief's own
	around      = 6 * 60 * 60
	sameAmount  = 150 // of a thousand amounts are the thief's to the cent
	spreadOfOwn = 65  // notes: deviation of the others from the thief's, 0.7
)

// plans returns what every address of the flows does besides, in the order of time:
// at least as much as the thief moved through it comes from others, and at least as
// much goes to others, in amounts of the same size and, but for services, while the
// thief uses it. What goes out came in before, so that nothing is paid from the
// thief's money.
func (b *Background) plans(d *draws) []plan {
	own := make([][]*passage, len(b.thief))
	for i := range b.guilty {
		g := &b.guilty[i]
		own[g.from], own[g.to] = append(own[g.from], g), append(own[g.to], g)
	}
	var all []plan
	for n := range own {
		if len(own[n]) > 0 {
			all = append(all, b.plansOf(d, uint32(n), own[n])...)
		}
	}
	slices.SortStableFunc(all, func(p, q plan) int { return cmp.Compare(p.second, q.second) })
	return all
}

func (b *Background) plansOf(d *draws, who uint32, own []*passage) []plan {
	in, out := uint64(0), uint64(0)
	for _, g := range own {
		if g.to == who {
			in += g.cents
		} else {
			out += g.cents
		}
	}
	var list []plan
	paid, got := uint64(0), uint64(0)
	for paid < max(in, out) {
		p := plan{b.when(d, who, own), who, false, d.like(own)}
		paid += p.cents
		list = append(list, p)
	}
	for got < paid {
		p := plan{b.when(d, who, own), who, true, d.like(own)}
		got += p.cents
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(p, q plan) int { return cmp.Compare(p.second, q.second) })
	return funded(list)
}

// funded changes the order so that whatever goes out came in before.
func funded(list []plan) []plan {
	holds := uint64(0)
	for i := range list {
		for j := i; !list[i].in && holds < list[i].cents; j++ {
			if list[j].in { // what comes in next comes first
				list[i].in, list[j].in = true, false
				list[i].cents, list[j].cents = list[j].cents, list[i].cents
			}
		}
		if list[i].in {
			holds += list[i].cents
		} else {
			holds -= list[i].cents
		}
	}
	return list
}

// like draws an amount of the size of the thief's own.
func (d *draws) like(own []*passage) uint64 {
	cents := own[d.below(uint64(len(own)))].cents
	if d.chance(sameAmount) {
		return cents
	}
	cents = shifted(cents, d.around(spreadOfOwn))
	if d.chance(300) {
		return rounded(cents, 1+int(d.below(2)))
	}
	return cents
}

// when draws a time: of services over all the ledger, of others near a transfer of
// the thief's or anywhere in its life there.
func (b *Background) when(d *draws, who uint32, own []*passage) int64 {
	first, last := own[0].second-around, own[len(own)-1].second+around
	if b.ends[who] {
		first, last = b.first, b.last
	} else if d.chance(667) {
		at := own[d.below(uint64(len(own)))].second
		if d.chance(500) {
			return max(at-d.wait(near), b.first)
		}
		return min(at+d.wait(near), b.last)
	}
	first, last = max(first, b.first), min(last, b.last)
	return first + int64(d.below(uint64(last-first)))
}
