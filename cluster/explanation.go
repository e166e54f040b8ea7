package cluster

import (
	"slices"

	"clew"
)

// An Explanation says whether two addresses are of one cluster, by what, and
// what sets them apart.
type Explanation struct {
	A         clew.Address        `json:"a"`
	B         clew.Address        `json:"b"`
	Same      bool                `json:"sameCluster"`
	Path      []Link              `json:"path,omitempty"`      // as few links as there can be, from A to B
	Would     []Link              `json:"would,omitempty"`     // if they are not of one: by what they would be, but for what is set aside
	Vetoed    []VetoedTransaction `json:"vetoed,omitempty"`    // that spend coins of both clusters, or of both addresses
	Conflicts []Conflict          `json:"conflicts,omitempty"` // set aside beside either cluster, or between them
	Leads     []Link              `json:"leads,omitempty"`     // between the clusters, or the addresses
}

// Between explains two addresses that a growth is around.
func (g *Growth) Between(a, b clew.Address) Explanation {
	x := Explanation{A: a, B: b, Same: g.Same(a, b), Path: g.Explain(a, b)}
	if !x.Same {
		x.Would = g.Would(a, b)
	}
	of := map[clew.Address]int{} // bits: of A's cluster, of B's
	for _, m := range g.Members(a) {
		of[m] |= 1
	}
	for _, m := range g.Members(b) {
		of[m] |= 2
	}
	if x.Same {
		of = map[clew.Address]int{a: 1, b: 2}
	}
	both := func(list ...clew.Address) bool {
		sides := 0
		for _, one := range list {
			sides |= of[one]
		}
		return sides == 3
	}
	for _, v := range g.Vetoed {
		if both(v.Inputs...) {
			x.Vetoed = append(x.Vetoed, v)
		}
	}
	for _, l := range g.Leads() {
		if both(l.A, l.B) {
			x.Leads = append(x.Leads, l)
		}
	}
	x.Conflicts = g.setAsideAt(x.Would, a, b)
	slices.SortFunc(x.Vetoed, func(v, w VetoedTransaction) int { return v.Pos.Cmp(w.Pos) })
	return x
}

// setAsideAt returns the evidence that was set aside on a path, or at the
// clusters of addresses.
func (g *Growth) setAsideAt(path []Link, around ...clew.Address) (list []Conflict) {
	for _, x := range g.Conflicts() {
		on := slices.ContainsFunc(path, func(l Link) bool { return l.Pos == x.Pos && l.Tx == x.Tx && slices.Equal(l.Signs, x.Signs) })
		at := slices.ContainsFunc(x.Between, func(m clew.Address) bool {
			return slices.ContainsFunc(around, func(a clew.Address) bool { return g.Same(a, m) })
		})
		if on || at {
			list = append(list, x)
		}
	}
	return list
}

// Rules returns the heuristics whose signs the explanation names.
func (x *Explanation) Rules() []Heuristic {
	return named(slices.Concat(x.Path, x.Would, x.Leads), x.Conflicts, nil)
}

// named returns the rules that some evidence names.
func named(links []Link, conflicts []Conflict, counts []LinkCount) (list []Heuristic) {
	signs := map[Sign]bool{}
	for _, l := range links {
		for _, s := range slices.Concat(l.Signs, l.Against) {
			signs[s] = true
		}
	}
	for _, c := range conflicts {
		for _, s := range c.Signs {
			signs[s] = true
		}
	}
	for _, c := range counts {
		for _, s := range c.Signs {
			signs[s] = true
		}
	}
	for _, h := range Heuristics() {
		if signs[Sign(h.ID)] {
			list = append(list, h)
		}
	}
	return list
}

// A Portrait is what is known of one cluster.
type Portrait struct {
	Around    clew.Address   `json:"around"`
	Members   []clew.Address `json:"members"`
	First     clew.Pos       `json:"first,omitzero"` // link
	Last      clew.Pos       `json:"last,omitzero"`
	Links     []LinkCount    `json:"links,omitempty"`
	Conflicts []Conflict     `json:"conflicts,omitempty"` // set aside beside the cluster
	Leads     []Link         `json:"leads,omitempty"`     // from a member to another address, or between two
	Vetoed    int            `json:"vetoed"`              // transactions that spend coins of a member and were not used
}

// A LinkCount says how many links of a cluster rest on some signs.
type LinkCount struct {
	Signs []Sign `json:"signs"`
	Links int    `json:"links"`
}

// Of portrays the cluster of an address that a growth is around.
func (g *Growth) Of(a clew.Address) Portrait {
	p := Portrait{Around: a, Members: g.Members(a), Conflicts: g.setAsideAt(nil, a)}
	in := map[clew.Address]bool{}
	for _, m := range p.Members {
		in[m] = true
	}
	counts := map[uint16]int{}
	for i := range g.links {
		l := &g.links[i]
		if g.aside[uint32(i)] || !in[g.names.at(l.a)] {
			continue
		}
		pos := g.places[l.place].pos
		if len(counts) == 0 || pos.Before(p.First) {
			p.First = pos
		}
		if p.Last.Before(pos) {
			p.Last = pos
		}
		counts[l.kind]++
	}
	for kind, n := range counts {
		p.Links = append(p.Links, LinkCount{g.kinds[kind].signs, n})
	}
	slices.SortFunc(p.Links, func(x, y LinkCount) int { return slices.Compare(x.Signs, y.Signs) })
	for _, l := range g.Leads() {
		if in[l.A] || in[l.B] {
			p.Leads = append(p.Leads, l)
		}
	}
	for _, v := range g.Vetoed {
		if slices.ContainsFunc(v.Inputs, func(m clew.Address) bool { return in[m] }) {
			p.Vetoed++
		}
	}
	return p
}

// Rules returns the heuristics whose signs the portrait names.
func (p *Portrait) Rules() []Heuristic { return named(p.Leads, p.Conflicts, p.Links) }
