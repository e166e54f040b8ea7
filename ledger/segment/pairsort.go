package segment

import (
	"cmp"
	"slices"
)

// A pair is sorted by key, then by value.
type pair struct{ key, value uint64 }

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.value, b.value))
}

// Pairs are sorted by two digits of their keys' leading bits.
const (
	digitBits  = 11
	digits     = 1 << digitBits
	digitShift = 64 - 2*digitBits // what is right of both
)

// sortPairs sorts pairs, whose keys are mostly spread like hashes, as compare
// says, which must go by keys first: the leading bits digit by digit, the last
// first, and then what is alike in these by comparison. It works in parted, and
// returns it or a larger one.
func sortPairs(pairs, parted []pair, compare func(a, b pair) int) []pair {
	if len(pairs) < 4*digits {
		slices.SortFunc(pairs, compare)
		return parted
	}
	var first, second [digits]uint32
	for i := range pairs {
		key := pairs[i].key
		first[key>>digitShift%digits]++
		second[key>>(digitShift+digitBits)]++
	}
	parted = slices.Grow(parted[:0], len(pairs))[:len(pairs)]
	partPairs(parted, pairs, &first, digitShift)
	partPairs(pairs, parted, &second, digitShift+digitBits)
	for from := 0; from < len(pairs); {
		to, lead := from+1, pairs[from].key>>digitShift
		for to < len(pairs) && pairs[to].key>>digitShift == lead {
			to++
		}
		if to-from > 1 {
			sortAlike(pairs[from:to], compare)
		}
		from = to
	}
	return parted
}

// partPairs copies pairs in the order of the digit that begins at a bit. It
// uses up the counts of digits.
func partPairs(into, pairs []pair, counts *[digits]uint32, shift uint) {
	sum := uint32(0)
	for i, n := range counts {
		counts[i] = sum
		sum += n
	}
	for _, p := range pairs {
		at := &counts[p.key>>(shift&63)%digits]
		into[*at] = p
		*at++
	}
}

// sortAlike sorts pairs that are mostly few.
func sortAlike(pairs []pair, compare func(a, b pair) int) {
	if len(pairs) > 16 {
		slices.SortFunc(pairs, compare)
		return
	}
	for i := 1; i < len(pairs); i++ {
		p, at := pairs[i], i
		for ; at > 0 && (p.key < pairs[at-1].key || p.key == pairs[at-1].key && compare(p, pairs[at-1]) < 0); at-- {
			pairs[at] = pairs[at-1]
		}
		pairs[at] = p
	}
}
