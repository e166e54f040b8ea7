package launder

import (
	"cmp"
	"slices"

	"clew"
)

// Bounds of releases in parts.
const (
	mostParts = 8
	partsTime = 3_600 // seconds between two parts, at most
	costParts = 2_000 // for it is rarer than that all comes out at once
)

// Releases are some in a row to one recipient, of one asset.
type releases struct {
	outs []int
	sum  clew.Amount
}

// A claim is a run that may be what came out for a deposit.
type claim struct {
	in, run int
	usual   clew.Amount
	cost    int
}

// parts looks for deposits of which nothing that fits came out at once, among what
// came out to one recipient in several parts and is of no other. Only bridges
// whose habits are learned are gone through.
func (m *matcher) parts() {
	m.partsOf = map[int][]Candidate{}
	runs, shelves := m.runs()
	var claims []claim
	for i := range m.in {
		if m.match[i] < 0 && m.open[i] == NoneFits {
			for _, p := range m.of[m.in[i].Asset] {
				claims = append(claims, m.claims(i, p, runs, shelves[lane{bridge: m.in[i].Bridge, out: p.Out}])...)
			}
		}
	}
	m.settle(claims, runs)
}

// runs returns the runs, and those of each bridge and asset in order of their sums.
func (m *matcher) runs() (all []releases, shelves map[lane][]int) {
	type key struct {
		bridge string
		asset  clew.Asset
		who    clew.Address
	}
	of := map[key][]int{}
	var order []key
	for j := range m.out {
		o := &m.out[j]
		k := key{o.Bridge, o.Asset, o.Who}
		if m.taken[j] || o.Who.IsZero() {
			continue
		}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], j)
	}
	shelves = map[lane][]int{}
	for _, k := range order {
		list := of[k]
		for first := range list {
			sum, ok := m.out[list[first]].Amount, true
			for last := first + 1; ok && last < len(list) && last-first < mostParts && m.out[list[last]].Time-m.out[list[last-1]].Time <= partsTime; last++ {
				if sum, ok = sum.Add(m.out[list[last]].Amount); ok {
					shelf := lane{bridge: k.bridge, out: k.asset}
					shelves[shelf] = append(shelves[shelf], len(all))
					all = append(all, releases{list[first : last+1], sum})
				}
			}
		}
	}
	for _, s := range shelves {
		slices.SortStableFunc(s, func(a, b int) int { return all[a].sum.Cmp(all[b].sum) })
	}
	return all, shelves
}

// claims returns the runs that may be what came out for a deposit.
func (m *matcher) claims(i int, p *Pairing, runs []releases, shelf []int) (found []claim) {
	d := &m.in[i]
	h := m.habits[lane{d.Bridge, p.In, p.Out}]
	rate, known := p.Rate(d.Time)
	whole, fits := d.Amount.MulDiv(rate.Num, rate.Den)
	if h == nil || !known || !fits || whole.IsZero() {
		return nil
	}
	least, most := m.allowed(whole, p, nil)
	at, _ := slices.BinarySearchFunc(shelf, least, func(n int, a clew.Amount) int { return runs[n].sum.Cmp(a) })
	for looked := 0; at < len(shelf) && runs[shelf[at]].sum.Cmp(most) <= 0 && looked < m.q.Rivals; at, looked = at+1, looked+1 {
		r := &runs[shelf[at]]
		first := &m.out[r.outs[0]]
		waited := first.Time - d.Time
		if waited < -m.early(d) || waited > m.q.Within || !d.For.IsZero() && d.For != first.Who {
			continue
		}
		usual := h.expected(whole, first.Time, uint64(len(r.outs)), -1)
		cost := costParts + halvings(apart(usual, r.sum), h.usually(whole), 1) + h.lateness(waited)
		if cost < costNone {
			found = append(found, claim{i, shelf[at], usual, cost})
		}
	}
	return found
}

// settle accepts the claims that no other comes near.
func (m *matcher) settle(claims []claim, runs []releases) {
	ofRelease, ofDeposit := map[int][]int{}, map[int][]int{}
	for n := range claims {
		ofDeposit[claims[n].in] = append(ofDeposit[claims[n].in], n)
		for _, j := range runs[claims[n].run].outs {
			ofRelease[j] = append(ofRelease[j], n)
		}
	}
	var accepted []int
	for n := range claims {
		c := &claims[n]
		over, few := m.claimed(c, n, claims, ofDeposit[c.in])
		for _, j := range runs[c.run].outs {
			rest, also := m.claimed(c, n, claims, ofRelease[j])
			over, few = min(over, rest), few && also
		}
		switch {
		case !few:
			m.open[c.in] = Crowded
		case over >= log2(m.q.Odds):
			accepted = append(accepted, n)
		case over > -log2(m.q.Odds):
			m.open[c.in] = Several
		}
		m.partsOf[c.in] = append(m.partsOf[c.in], m.inParts(c, &runs[c.run], over))
	}
	for _, n := range accepted {
		m.open[claims[n].in] = ""
		for _, j := range runs[claims[n].run].outs {
			m.taken[j] = true
		}
	}
	for i := range m.partsOf {
		slices.SortStableFunc(m.partsOf[i], func(a, b Candidate) int { return cmp.Compare(a.cost, b.cost) })
	}
}

// claimed returns by how much less a claim costs than the best of others, or than
// none; false if there are too many to be gone through.
func (m *matcher) claimed(c *claim, n int, claims []claim, others []int) (over int, few bool) {
	least := costNone
	for k, other := range others {
		if k > m.q.Rivals {
			return least - c.cost, false
		}
		if other != n {
			least = min(least, claims[other].cost)
		}
	}
	return least - c.cost, true
}

func (m *matcher) inParts(c *claim, r *releases, over int) Candidate {
	out := Candidate{Usual: c.usual, Waited: int64(m.out[r.outs[0]].Time - m.in[c.in].Time), Score: scoreOf(over), cost: c.cost}
	for _, j := range r.outs {
		out.Out = append(out.Out, m.out[j])
	}
	return out
}
