package report

import (
	"cmp"
	"slices"
)

// sweeps is how often columns are put in the order of their neighbours'
// middles; the best order seen is kept.
const sweeps = 12

// order puts the vertices of every column in an order with few crossings, by
// barycentres, forwards and backwards in turn.
func (d *drawing) order() {
	rank := make([]int, len(d.vertices))
	d.rankAll(rank)
	best, fewest := d.copyColumns(), d.crossings(rank)
	for s := range sweeps {
		for k := range d.columns {
			l := k
			if s%2 == 1 {
				l = len(d.columns) - 1 - k
			}
			d.sortColumn(l, s%2 == 0, rank)
		}
		if n := d.crossings(rank); n < fewest {
			best, fewest = d.copyColumns(), n
		}
	}
	d.columns = best
}

func (d *drawing) rankAll(rank []int) {
	for _, column := range d.columns {
		for k, v := range column {
			rank[v] = k
		}
	}
}

func (d *drawing) copyColumns() [][]int {
	out := make([][]int, len(d.columns))
	for i, c := range d.columns {
		out[i] = slices.Clone(c)
	}
	return out
}

// sortColumn orders one column by the middles of its neighbours before it, or
// after it. Vertices without such neighbours keep their place.
func (d *drawing) sortColumn(l int, before bool, rank []int) {
	middle := make(map[int]int64, len(d.columns[l]))
	for k, v := range d.columns[l] {
		middle[v] = d.middle(v, before, rank, int64(k))
	}
	slices.SortStableFunc(d.columns[l], func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
	for k, v := range d.columns[l] {
		rank[v] = k
	}
}

// middle returns the mean rank of a vertex's neighbours in thousandths,
// weighted by what flows between them.
func (d *drawing) middle(v int, before bool, rank []int, own int64) int64 {
	links := d.vertices[v].out
	if before {
		links = d.vertices[v].in
	}
	var sum, weight int64
	for _, k := range links {
		other := d.links[k].to
		if before {
			other = d.links[k].from
		}
		sum += int64(rank[other]) * int64(d.links[k].thick)
		weight += int64(d.links[k].thick)
	}
	if weight == 0 {
		return own * 1000
	}
	return sum * 1000 / weight
}

// crossings adds up, over all pairs of links that cross, the lesser height.
func (d *drawing) crossings(rank []int) int64 {
	var sum int64
	for _, column := range d.columns {
		var links []int
		for _, v := range column {
			links = append(links, d.vertices[v].out...)
		}
		for i, a := range links {
			for _, b := range links[i+1:] {
				p, q := &d.links[a], &d.links[b]
				left := cmp.Compare(rank[p.from], rank[q.from])
				right := cmp.Compare(rank[p.to], rank[q.to])
				if left*right < 0 {
					sum += int64(min(p.thick, q.thick))
				}
			}
		}
	}
	return sum
}
