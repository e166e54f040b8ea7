package launder

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
)

// assign gives releases to deposits, group by group of those that compete.
func (m *matcher) assign(ctx context.Context) error {
	m.scores = map[[2]int]int{}
	for n, g := range m.groups() {
		if n%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		m.largest = max(m.largest, len(g.in))
		switch {
		case len(g.in) > m.q.Group || len(g.out) > m.q.Group || slices.ContainsFunc(g.in, func(i int) bool { return m.crowd[i] }):
			for _, i := range g.in {
				m.open[i] = Crowded
			}
		case m.q.Greedy:
			m.greedy(g)
		default:
			m.solve(g)
		}
	}
	for i := range m.in {
		switch {
		case m.match[i] >= 0:
		case m.crowd[i]:
			m.open[i] = Crowded
		case len(m.of[m.in[i].Asset]) == 0:
			m.open[i] = NoPairing
		case len(m.edges[i]) == 0:
			m.open[i] = NoneFits
		case m.open[i] == "":
			m.open[i] = Better
		}
	}
	return nil
}

// A group is deposits and releases that compete for each other.
type group struct{ in, out []int }

// groups returns the connected parts of all pairs, by their first deposit.
func (m *matcher) groups() []group {
	of := make([]int, len(m.out))
	seen := make([]bool, len(m.in))
	for j := range of {
		of[j] = -1
	}
	var all []group
	for i := range m.in {
		if seen[i] || len(m.edges[i]) == 0 {
			continue
		}
		var g group
		for stack := []int{i}; len(stack) > 0; {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[at] {
				continue
			}
			seen[at] = true
			g.in = append(g.in, at)
			for _, e := range m.edges[at] {
				if of[e.out] < 0 {
					of[e.out] = len(all)
					g.out = append(g.out, e.out)
					stack = append(stack, m.back[e.out]...)
				}
			}
		}
		slices.Sort(g.in)
		slices.Sort(g.out)
		all = append(all, g)
	}
	return all
}

// never is the cost of what cannot be, and of what is forbidden.
const never = 1 << 40

// table returns the costs of a group: a row for each deposit, a column for each
// release, and then one for each deposit to be left alone, which costs nothing.
// Pairs cost less than nothing.
func (m *matcher) table(g group) [][]int {
	t := make([][]int, len(g.in))
	for a, i := range g.in {
		t[a] = make([]int, len(g.out)+len(g.in))
		for b := range t[a] {
			if t[a][b] = never; b == len(g.out)+a {
				t[a][b] = 0
			}
		}
		for _, e := range m.edges[i] {
			b, _ := slices.BinarySearch(g.out, e.out)
			t[a][b] = min(t[a][b], e.cost-costNone)
		}
	}
	return t
}

// solve seeks the assignment of least cost of a group, and accepts its pairs that
// outweigh the best one without them by the odds.
func (m *matcher) solve(g group) {
	t := m.table(g)
	best, columns := cheapest(t)
	for a, i := range g.in {
		for _, e := range m.edges[i][:min(len(m.edges[i]), MaxCandidates)] {
			b, _ := slices.BinarySearch(g.out, e.out)
			m.scores[[2]int{i, e.out}] = outweighs(t, a, b, best, columns[a] == b)
		}
	}
	for a, i := range g.in {
		if columns[a] >= len(g.out) {
			m.nearly(i)
			continue
		}
		j := g.out[columns[a]]
		d, met := m.scores[[2]int{i, j}]
		if !met {
			d = outweighs(t, a, columns[a], best, true)
			m.scores[[2]int{i, j}] = d
		}
		if d < log2(m.q.Odds) {
			m.open[i] = Several
			continue
		}
		m.match[i], m.taken[j] = j, true
	}
}

// nearly notes of a deposit that is left alone whether a release fits it about as well
// as whatever it fits better.
func (m *matcher) nearly(i int) {
	for _, e := range m.edges[i] {
		if d, met := m.scores[[2]int{i, e.out}]; met && d > -log2(m.q.Odds) {
			m.open[i] = Several
		}
	}
}

// outweighs returns by how much less the best assignment with a pair costs than
// the best without it.
func outweighs(t [][]int, a, b, best int, chosen bool) int {
	row := slices.Clone(t[a])
	defer func() { t[a] = row }()
	t[a] = slices.Clone(row)
	if chosen {
		t[a][b] = never
		without, _ := cheapest(t)
		return without - best
	}
	for c := range t[a] {
		if c != b {
			t[a][c] = never
		}
	}
	with, _ := cheapest(t)
	return best - with
}

// cheapest returns the least cost of giving each row a column of its own, and the
// columns. There are at least as many columns as rows.
//
// Source: H. W. Kuhn, "The Hungarian method for the assignment problem" (1955), by
// shortest augmenting paths.
func cheapest(t [][]int) (total int, columns []int) {
	rows, width := len(t), len(t[0])
	p := paths{t: t, u: make([]int, rows+1), v: make([]int, width+1), rowOf: make([]int, width+1), way: make([]int, width+1)}
	for r := 1; r <= rows; r++ {
		p.augment(r)
	}
	columns = make([]int, rows)
	for c := 1; c <= width; c++ {
		if r := p.rowOf[c]; r > 0 {
			columns[r-1] = c - 1
			total += t[r-1][c-1]
		}
	}
	return total, columns
}

// paths are an assignment in the making. Rows and columns count from 1; the column 0
// is that of the row which is being given one.
type paths struct {
	t          [][]int
	u, v       []int // prices of rows and columns
	rowOf, way []int
}

// augment gives a row a column, by the cheapest way of moving others aside.
func (p *paths) augment(r int) {
	least, used := make([]int, len(p.v)), make([]bool, len(p.v))
	for c := range least {
		least[c] = 4 * never
	}
	p.rowOf[0] = r
	at := 0
	for p.rowOf[at] != 0 {
		used[at] = true
		from, step, next := p.rowOf[at], 4*never, 0
		for c := 1; c < len(p.v); c++ {
			if used[c] {
				continue
			}
			if d := p.t[from-1][c-1] - p.u[from] - p.v[c]; d < least[c] {
				least[c], p.way[c] = d, at
			}
			if least[c] < step {
				step, next = least[c], c
			}
		}
		p.reprice(step, least, used)
		at = next
	}
	for at != 0 {
		p.rowOf[at] = p.rowOf[p.way[at]]
		at = p.way[at]
	}
}

// reprice makes the next column on the way as cheap as those already met.
func (p *paths) reprice(step int, least []int, used []bool) {
	for c := range p.v {
		if used[c] {
			p.u[p.rowOf[c]] += step
			p.v[c] -= step
		} else {
			least[c] -= step
		}
	}
}

// greedy takes the pair that fits best, then the next of what is left, wherever
// neither end has another that fits nearly as well.
func (m *matcher) greedy(g group) {
	type pair struct{ i, at int }
	var all []pair
	for _, i := range g.in {
		for at := range m.edges[i] {
			all = append(all, pair{i, at})
		}
	}
	slices.SortFunc(all, func(a, b pair) int {
		return cmp.Or(cmp.Compare(m.edges[a.i][a.at].cost, m.edges[b.i][b.at].cost), cmp.Compare(a.i, b.i), cmp.Compare(a.at, b.at))
	})
	for _, p := range all {
		e := &m.edges[p.i][p.at]
		if m.match[p.i] >= 0 || m.taken[e.out] || m.open[p.i] == Several {
			continue
		}
		d := m.rival(p.i, e) - e.cost
		m.scores[[2]int{p.i, e.out}] = d
		if d < log2(m.q.Odds) {
			m.open[p.i] = Several
			continue
		}
		m.match[p.i], m.taken[e.out] = e.out, true
	}
}

// rival returns the least cost of another pair of either end that is still free.
func (m *matcher) rival(i int, e *fitting) int {
	least := costNone
	for k := range m.edges[i] {
		if o := &m.edges[i][k]; o.out != e.out && !m.taken[o.out] {
			least = min(least, o.cost)
		}
	}
	for _, other := range m.back[e.out] {
		if other == i || m.match[other] >= 0 {
			continue
		}
		for k := range m.edges[other] {
			if o := &m.edges[other][k]; o.out == e.out {
				least = min(least, o.cost)
			}
		}
	}
	return least
}

// log2 returns how many doublings a number is, in thousandths: whole ones exactly,
// and evenly between.
func log2(n uint64) int {
	whole := bits.Len64(n) - 1
	return 1000*whole + int(1000*(n-1<<whole)>>whole)
}

// scoreOf returns the share of a weight, of 1,000, that outweighs another by so
// many thousandths of doublings: 500 at none, evenly between whole ones.
func scoreOf(doublings int) int {
	if doublings < 0 {
		return 1000 - scoreOf(-doublings)
	}
	d := min(doublings, 20_000)
	weight := 1000 << (d / 1000)
	weight += weight * (d % 1000) / 1000
	return 1000 * weight / (weight + 1000)
}
