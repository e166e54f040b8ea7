package exposure

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/price"
	"clew/tag"
)

// A groupKey tells groups apart.
type groupKey struct {
	direct  bool
	actor   string
	concept tag.Concept
	asset   clew.Asset
}

// groups adds up rows by actor and concept, in the order of rows.
func groups(rows []Row) []Group {
	index := map[groupKey]int{}
	met := map[groupKey]map[clew.Address]bool{}
	var list []Group
	for i := range rows {
		r := &rows[i]
		key := groupKey{r.Direct, r.Actor, r.Concept, r.Asset}
		at, ok := index[key]
		if !ok {
			at = len(list)
			index[key], met[key] = at, map[clew.Address]bool{}
			list = append(list, Group{Direct: r.Direct, Actor: r.Actor, Concept: r.Concept, Asset: r.Asset, Share: Share{Whole: r.Share.Whole},
				USD: &price.Money{}, Hops: r.Hops, First: r.First, Last: r.Last, Inferred: true})
		}
		list[at].add(r)
		met[key][r.Address] = true
		list[at].Addresses = len(met[key])
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(compareBools(b.Direct, a.Direct), b.Share.compare(a.Share), strings.Compare(a.Actor, b.Actor),
			strings.Compare(string(a.Concept), string(b.Concept)), compareAssets(a.Asset, b.Asset))
	})
	return list
}

// add adds a row to a group.
func (g *Group) add(r *Row) {
	g.Amount = g.Amount.Plus(r.Amount)
	g.Share.Of = g.Amount
	g.Hops = min(g.Hops, r.Hops)
	if r.First.Known() && (!g.First.Known() || r.First < g.First) {
		g.First = r.First
	}
	g.Last = max(g.Last, r.Last)
	g.Listed = g.Listed || r.Attribution.On()
	g.Inferred = g.Inferred && r.Attribution.Inferred != nil
	if g.USD == nil || r.USD == nil {
		g.USD = nil
		return
	}
	sum := g.USD.Plus(*r.USD)
	g.USD = &sum
}
