package attribution

import (
	"slices"

	"clew"
)

// Distances are whole numbers, and 0 is the same. They say nothing by themselves:
// how often thefts of different hands are as near does.

// stepsApart returns how many steps must be put in, left out or changed to make
// one sequence of the other (Levenshtein), in 1,000 of the longer, rounded down.
func stepsApart(a, b []StepKind) int {
	if len(a) == 0 && len(b) == 0 {
		return 0
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0] // of the row above, one to the left
		row[0] = i + 1
		for j := range b {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)] * 1000 / max(len(a), len(b))
}

// hoursApart returns by how many minutes sessions must be moved on average, around
// the clock either way, to make one day of the other: the earth mover's distance
// on a circle, rounded down. The least way of moving is that whose running excess
// is counted from its median (J. Rabin, J. Delon and Y. Gousseau, "Transportation
// distances on the circle", 2011).
func hoursApart(a, b []int) int {
	na, nb := sum(a), sum(b)
	if na == 0 || nb == 0 || len(a) != len(b) {
		return 0
	}
	excess := make([]int, len(a))
	for i, run := 0, 0; i < len(a); i++ {
		run += a[i]*nb - b[i]*na
		excess[i] = run
	}
	middle := slices.Clone(excess)
	slices.Sort(middle)
	moved := 0
	for _, e := range excess {
		moved += absolute(e - middle[len(middle)/2])
	}
	return moved * 60 / (na * nb)
}

func sum(list []int) (all int) {
	for _, n := range list {
		all += n
	}
	return all
}

func absolute(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// tranchesApart returns the largest difference between the shares of tranches of
// one asset up to a size (Kolmogorov and Smirnov), in 1,000, rounded down; false
// where no asset has [leastTranches] in both. Of several assets it is the least.
func tranchesApart(a, b []Tranche) (apart int, of clew.Asset, ok bool) {
	for _, asset := range assetsOf(a) {
		mine, theirs := timesOf(a, asset), timesOf(b, asset)
		if mine < leastTranches || theirs < leastTranches {
			continue
		}
		if d := gapOf(a, b, asset, mine, theirs); !ok || d < apart {
			apart, of, ok = d, asset, true
		}
	}
	return apart, of, ok
}

// leastTranches is how many of one asset make a distribution.
const leastTranches = 5

func assetsOf(list []Tranche) (assets []clew.Asset) {
	for _, t := range list {
		if !slices.Contains(assets, t.Asset) {
			assets = append(assets, t.Asset)
		}
	}
	return assets
}

func timesOf(list []Tranche, asset clew.Asset) (n int) {
	for _, t := range list {
		if t.Asset == asset {
			n += t.Times
		}
	}
	return n
}

// gapOf returns the largest gap between two step functions.
func gapOf(a, b []Tranche, asset clew.Asset, mine, theirs int) (gap int) {
	all := slices.Concat(a, b)
	for _, edge := range all {
		if edge.Asset != asset {
			continue
		}
		x, y := upTo(a, asset, edge.Amount), upTo(b, asset, edge.Amount)
		gap = max(gap, absolute(x*theirs-y*mine))
	}
	return gap * 1000 / (mine * theirs)
}

func upTo(list []Tranche, asset clew.Asset, most clew.Amount) (n int) {
	for _, t := range list {
		if t.Asset == asset && !most.Less(t.Amount) {
			n += t.Times
		}
	}
	return n
}

// dwellsApart returns how many times as long one theft's value lay before the kind
// of step that both took and in which they differ the most, in hundredths less
// 100, rounded down; false if they have none in common. Below a minute counts as
// one: blocks tell no finer.
func dwellsApart(a, b []Dwell) (apart int, ok bool) {
	for _, x := range a {
		for _, y := range b {
			if x.Until != y.Until {
				continue
			}
			long, short := max(x.Seconds, y.Seconds, 60), max(min(x.Seconds, y.Seconds), 60)
			apart, ok = max(apart, long*100/short-100), true
		}
	}
	return apart, ok
}
