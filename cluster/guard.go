package cluster

import (
	"cmp"
	"slices"

	"clew"
)

// A Guard sets evidence aside that alone would make one cluster of two which
// should not be one by so little. The zero Guard sets none aside.
//
// What is set aside is decided on all evidence at once, so that it depends
// neither on the order in which links came, nor on the chain's. A piece of
// evidence is what one transaction says by one set of signs. It is set aside if
// without it the addresses that it holds together would part into sides that
//
//   - are attributed to different actors, looking from the piece to the nearest
//     attributed addresses on each side, where what no single piece holds
//     together is one place, and actors of one place count as one; or
//   - are both large. There the pieces with the smallest second side are taken
//     first, ties by their place in the chain, and one that would join two large
//     clusters is left out. A side counts as it was when the piece was first
//     alone, so that what is left out elsewhere cuts no cluster into ever less.
//
// Several pieces may lie between two actors. Then all are set aside, and what is
// between is of neither: nobody can tell which of them is wrong.
//
// This is done again as long as it sets more aside, for what was held together
// twice may then be held once. Two pieces are enough to join: whoever attacks a
// cluster can make two.
type Guard struct {
	// Actor returns to whom an address is attributed, empty for nobody; nil: no
	// address is. It is asked once of each address, and answers the same again.
	Actor func(clew.Address) string

	Large   int // from how many addresses on a cluster is large; 0: none is
	Reviews *Reviews
}

// A Conflict is a piece of evidence that was set aside: its links merge nothing.
type Conflict struct {
	Pos     clew.Pos       `json:"pos"`
	Tx      clew.TxID      `json:"tx"`
	Signs   []Sign         `json:"signs"`
	Between []clew.Address `json:"between"` // that it would hold together, in order
	Why     ConflictReason `json:"why"`
	Actors  []string       `json:"actors,omitempty"` // of the sides; two of them, if there are more
	Sides   []int          `json:"sides,omitempty"`  // how many addresses are on each, the most first
}

// A ConflictReason says why evidence was set aside.
type ConflictReason string

// The reasons.
const (
	TwoActors ConflictReason = "two actors"
	TwoLarge  ConflictReason = "two large clusters"
	Rejected  ConflictReason = "rejected by a review"
)

// Guard sets the guard, for all links, whenever they come.
func (c *Clusters) Guard(g Guard) { c.guard, c.judged = g, false }

// Conflicts returns the evidence that is set aside, in the order of the chain.
func (c *Clusters) Conflicts() []Conflict {
	c.settle()
	return c.conflicts
}

// An evidence is a piece as it is weighed.
type evidence struct {
	place
	kind   uint16
	links  []uint32
	nodes  []int32 // local numbers
	lesser int     // how many addresses were on the second side when it first held sides together alone; 0: it never did
}

// settle decides which links merge, if there are new ones or a new guard.
func (c *Clusters) settle() {
	if c.judged {
		return
	}
	c.judged, c.conflicts, c.parted = true, nil, &c.forest
	c.aside = map[uint32]bool{}
	if c.guard.Reviews.rejects() {
		c.reject()
	}
	w := weighing{Clusters: c, local: map[uint32]int32{}}
	for _, part := range c.endangered() {
		w.part(part)
	}
	if len(c.aside) > 0 {
		c.parted = c.without()
	}
	slices.SortStableFunc(c.conflicts, func(a, b Conflict) int {
		return cmp.Or(a.Pos.Cmp(b.Pos), slices.Compare(a.Tx[:], b.Tx[:]), slices.Compare(a.Signs, b.Signs))
	})
}

// without returns the forest of all links that are not set aside.
func (c *Clusters) without() *Forest {
	f := NewForest(len(c.names.keys))
	for i := range c.links {
		if l := &c.links[i]; !c.aside[uint32(i)] {
			f.Unite(l.a, l.b)
		}
	}
	return f
}

// reject sets aside what reviews reject, piece by piece.
func (c *Clusters) reject() {
	var all []uint32
	for i := range c.links {
		l := &c.links[i]
		if p := &c.places[l.place]; c.guard.Reviews.decides(p.tx, c.kinds[l.kind].signs) == Reject {
			all = append(all, uint32(i))
		}
	}
	for _, e := range c.grouped(all) {
		c.setAside(&e, Conflict{Why: Rejected})
	}
	if len(all) > 0 {
		c.parted = c.without()
	}
}

// setAside takes a piece out.
func (c *Clusters) setAside(e *evidence, why Conflict) {
	for _, i := range e.links {
		c.aside[i] = true
		why.Between = append(why.Between, c.names.at(c.links[i].a), c.names.at(c.links[i].b))
	}
	slices.SortFunc(why.Between, compare)
	why.Between = slices.Compact(why.Between)
	why.Pos, why.Tx, why.Signs = e.pos, e.tx, c.kinds[e.kind].signs
	c.conflicts = append(c.conflicts, why)
}

// endangered returns the links of each cluster in which something may have to
// be set aside, cluster by cluster.
func (c *Clusters) endangered() [][]uint32 {
	if c.guard.Actor == nil && c.guard.Large == 0 {
		return nil
	}
	type part struct {
		actor   string
		several bool
		size    int
	}
	parts := map[uint32]*part{}
	for n := range uint32(len(c.names.keys)) {
		root := c.parted.Root(n)
		p := parts[root]
		if p == nil {
			p = &part{}
			parts[root] = p
		}
		p.size++
		if actor := c.actor(n); actor != "" {
			p.several = p.several || p.actor != "" && p.actor != actor
			p.actor = actor
		}
	}
	links := map[uint32][]uint32{}
	var order []uint32
	for i := range c.links {
		root := c.parted.Root(c.links[i].a)
		p := parts[root]
		if c.aside[uint32(i)] || !p.several && (c.guard.Large == 0 || p.size < 2*c.guard.Large) {
			continue
		}
		if links[root] == nil {
			order = append(order, root)
		}
		links[root] = append(links[root], uint32(i))
	}
	list := make([][]uint32, len(order))
	for i, root := range order {
		list[i] = links[root]
	}
	return list
}

// actor returns to whom a number's address is attributed.
func (c *Clusters) actor(n uint32) string {
	if c.guard.Actor == nil {
		return ""
	}
	return c.guard.Actor(c.names.at(n))
}

// grouped makes pieces of links, in an order that does not depend on theirs.
func (c *Clusters) grouped(links []uint32) []evidence {
	key := func(i uint32) (*place, []Sign) {
		l := &c.links[i]
		return &c.places[l.place], c.kinds[l.kind].signs
	}
	order := func(i, j uint32) int {
		p, s := key(i)
		q, t := key(j)
		return cmp.Or(p.pos.Cmp(q.pos), slices.Compare(p.tx[:], q.tx[:]), slices.Compare(s, t))
	}
	slices.SortFunc(links, order)
	var list []evidence
	for at := 0; at < len(links); {
		end := at + 1
		for end < len(links) && order(links[at], links[end]) == 0 {
			end++
		}
		p, _ := key(links[at])
		list = append(list, evidence{place: *p, kind: c.links[links[at]].kind, links: links[at:end]})
		at = end
	}
	return list
}
