package attribution

import (
	"fmt"
	"slices"
)

// leastBefore is how many others must have paid an address before value of a theft
// came to it, for that to speak against the thief: somebody pays its first fee.
const leastBefore = 3

// usedBefore tells of addresses that are evidence, that others used them before value
// of either theft came: then they may be somebody else's.
func (c *comparing) usedBefore(shared []Shared) {
	var of []Shared
	most := 0
	for _, s := range shared {
		if n := s.before(); s.Kind == Evidence && n >= leastBefore {
			of, most = append(of, s), max(most, n)
		}
	}
	if len(of) == 0 {
		return
	}
	c.rows = append(c.rows, Row{Kind: Contrary, Item: ItemAddresses, Group: Links, Shared: of, Strength: Weak, Rests: byJudgement,
		Says: fmt.Sprintf("up to %d others paid what is shared before value of either theft came: it may be somebody else's", most)})
}

// before returns how many others paid the address before value of the theft that it
// came to first.
func (s *Shared) before() int {
	if s.That.First < s.This.First {
		return s.That.Before
	}
	return s.This.Before
}

// atOnce tells that own addresses of both thefts signed in the same minutes. Where
// they share some of those, it says nothing.
func (c *comparing) atOnce(shared []Shared) {
	own := func(a *Address) bool { return a.Did == Received || a.Did == PassedOn || a.Did == Consolidated }
	if slices.ContainsFunc(shared, func(s Shared) bool { return own(&s.This) && own(&s.That) }) {
		return
	}
	both := 0
	for _, t := range c.this.Signed {
		_, met := slices.BinarySearch(c.that.Signed, t)
		both += one(met)
	}
	if both == 0 {
		return
	}
	c.rows = append(c.rows, Row{Kind: Contrary, Item: ItemHours, Group: Clock, Strength: Weak, Rests: byJudgement,
		Says: fmt.Sprintf("addresses of both signed within the same minute, %d times: one person hardly does, a program or several people can", both)})
}
