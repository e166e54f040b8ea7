package launder

import (
	"cmp"
	"slices"

	"clew"
)

// bounds say how far what a member brings and what it gets may differ, in
// satoshis: it may get so much more, as one who earns does, or pay so much.
type bounds struct {
	under uint64 // it gets more
	over  uint64 // it pays
}

// Bounds of the search in one transaction, in inputs that are tried.
const (
	searchSteps = 1_000_000
	oneSearch   = 20_000 // for one output of change
	mostChange  = 1_000  // outputs of change; of more none is matched
)

// match looks for the inputs of each output of change: a set whose sum is that of
// the change and of one of the sums that a member may have in mixed outputs, within
// the bounds. Only where there is exactly one such set is it named. Inputs that are
// named are nobody else's, which can leave others with one set: it goes on until
// nothing changes. All inputs of one script are one member's.
func (s *shape) match(change []coin, sums []uint64, fees bounds) ([]Matched, MatchSearch) {
	if len(change) == 0 {
		return nil, NotSearched
	}
	found, how := unmatched(change), SearchedWhole
	if len(change) > mostChange {
		return found, SearchedPart
	}
	search := newSubsets(s.ins)
	for again := true; again; {
		again, how = false, SearchedWhole
		for i := range change {
			if len(found[i].Inputs) > 0 {
				continue
			}
			sets, whole := search.of(change[i].amount, sums, fees)
			switch {
			case len(sets) > 1:
			case !whole:
				how = SearchedPart
			case len(sets) == 1:
				found[i].Inputs, again = sets[0], true
				search.drop(sets[0])
			}
		}
	}
	return found, how
}

// subsets searches sets of inputs by their sums, the largest first. Inputs of one
// script are in a set together or not at all.
type subsets struct {
	parts []scriptCoins
	rest  []uint64 // sum of the parts from each on
	left  int      // steps of all searches
	steps int      // of the one under way
	sets  [][]int  // that it found: two at most
}

// A scriptCoins is the inputs of one script.
type scriptCoins struct {
	inputs []int
	amount uint64
}

func newSubsets(coins []coin) *subsets {
	s, at := &subsets{left: searchSteps}, map[clew.Address]int{}
	for _, c := range coins {
		i, met := at[c.address]
		if !met {
			i, at[c.address] = len(s.parts), len(s.parts)
			s.parts = append(s.parts, scriptCoins{})
		}
		s.parts[i].inputs, s.parts[i].amount = append(s.parts[i].inputs, c.index), s.parts[i].amount+c.amount
	}
	slices.SortStableFunc(s.parts, func(a, b scriptCoins) int { return cmp.Compare(b.amount, a.amount) })
	s.total()
	return s
}

func (s *subsets) total() {
	s.rest = make([]uint64, len(s.parts)+1)
	for i := len(s.parts) - 1; i >= 0; i-- {
		s.rest[i] = s.rest[i+1] + s.parts[i].amount
	}
}

// drop takes inputs away that are somebody's.
func (s *subsets) drop(inputs []int) {
	s.parts = slices.DeleteFunc(s.parts, func(p scriptCoins) bool { return slices.Contains(inputs, p.inputs[0]) })
	s.total()
}

// of returns the sets of inputs that bring change and one of the sums, two at most,
// and whether the search went to its end.
func (s *subsets) of(change uint64, sums []uint64, fees bounds) (sets [][]int, whole bool) {
	s.steps, s.sets = min(oneSearch, s.left), nil
	before := s.steps
	for _, sum := range sums {
		target := change + sum
		s.find(0, target-min(target, fees.under), target+fees.over, nil)
	}
	s.left -= before - s.steps
	return s.sets, s.steps > 0
}

// find adds sets of parts from one on whose sum is from low to high.
func (s *subsets) find(from int, low, high uint64, chosen []int) {
	if low == 0 && len(chosen) > 0 {
		set := slices.Sorted(slices.Values(chosen))
		if len(s.sets) == 0 || !slices.Equal(s.sets[0], set) {
			s.sets = append(s.sets, set)
		}
	}
	for i := from; i < len(s.parts); i++ {
		if s.steps == 0 || len(s.sets) > 1 || s.rest[i] < low {
			return
		}
		s.steps--
		if p := &s.parts[i]; p.amount <= high {
			s.find(i+1, low-min(low, p.amount), high-p.amount, append(chosen, p.inputs...))
		}
	}
}
