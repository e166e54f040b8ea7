package launder

import (
	"cmp"
	"slices"

	"clew"
)

// An answer to whether something can be, which may not be found in time.
type answer uint8

const (
	notKnown answer = iota
	possible
	impossible
)

// Bounds of the search for a division.
const (
	divideSteps = 50_000
	mostDivided = 100 // of more nothing is said
)

// divides says whether the inputs can be divided among so many members that each
// brings the amount that most outputs have and its change, or that amount alone,
// but for what it may earn. All inputs of one script are one member's.
func (s *shape) divides(change []coin, members int, fees bounds) answer {
	if members > mostDivided {
		return notKnown
	}
	d := division{steps: divideSteps, needs: make([]uint64, members)}
	for i := range d.needs {
		d.needs[i] = s.most
		if i < len(change) {
			d.needs[i] += change[i].amount
		}
		d.needs[i] -= min(d.needs[i], fees.under)
		d.needed += d.needs[i]
	}
	of := map[clew.Address]uint64{}
	for _, c := range s.ins {
		of[c.address] += c.amount
		d.spare += c.amount
	}
	if d.spare < d.needed {
		return impossible
	}
	d.spare -= d.needed
	for _, sum := range of {
		d.parts = append(d.parts, sum)
	}
	slices.SortFunc(d.parts, func(a, b uint64) int { return cmp.Compare(b, a) })
	slices.SortFunc(d.needs, func(a, b uint64) int { return cmp.Compare(b, a) })
	switch {
	case d.place(0):
		return possible
	case d.steps == 0:
		return notKnown
	}
	return impossible
}

// A division is under way.
type division struct {
	parts  []uint64 // the largest first
	needs  []uint64 // of members, what they still lack
	needed uint64   // their sum at the start
	spare  uint64   // what may be over in all
	steps  int
}

// place gives the parts from one on to members, and reports whether that meets
// all needs: what is over in all is what there is to spare, so that it does once
// every part has a place.
func (d *division) place(i int) bool {
	if i == len(d.parts) {
		return true
	}
	for j, need := range d.needs {
		if slices.Contains(d.needs[:j], need) {
			continue // like one that was tried
		}
		over := d.parts[i] - min(d.parts[i], need)
		if over > d.spare {
			continue
		}
		if d.steps == 0 {
			return false
		}
		d.steps--
		d.needs[j], d.spare = need-min(need, d.parts[i]), d.spare-over
		if d.place(i + 1) {
			return true
		}
		d.needs[j], d.spare = need, d.spare+over
	}
	return false
}
