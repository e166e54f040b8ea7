package cluster

import (
	"cmp"
	"slices"

	"clew"
)

// A Link is what one transaction says of two addresses: by which signs they are
// under one control.
type Link struct {
	A       clew.Address `json:"a"`
	B       clew.Address `json:"b"`
	Signs   []Sign       `json:"signs"`             // without repetition
	Against []Sign       `json:"against,omitempty"` // rules that rule it out: then it merges nothing
	Pos     clew.Pos     `json:"pos"`
	Tx      clew.TxID    `json:"tx"`
}

// Clusters are addresses, parted by links. They keep every link, so that any
// merge can be explained and taken back, in some 45 bytes an address, 16 a link
// and 56 a transaction. The order in which links come does not matter. Clusters
// may be used by one goroutine at a time.
type Clusters struct {
	names  names
	forest Forest // by all links that merge, whatever the guard sets aside
	places []place
	kinds  []kind
	links  []link
	leads  []link // that merge nothing
	vetoed map[Veto]uint64

	guard     Guard
	judged    bool // the following stand
	parted    *Forest
	aside     map[uint32]bool // links that the guard sets aside
	conflicts []Conflict
}

// A link is a Link by numbers.
type link struct {
	a, b  uint32
	place uint32
	kind  uint16
}

// A place is where links were seen.
type place struct {
	pos clew.Pos
	tx  clew.TxID
}

// A kind is the signs of a link.
type kind struct {
	signs, against []Sign
	merges         bool
}

// New returns clusters without an address.
func New() *Clusters { return &Clusters{names: newNames(), vetoed: map[Veto]uint64{}} }

// Link takes a link. One whose signs do not merge, or that a rule rules out, is
// kept as a lead.
func (c *Clusters) Link(l Link) {
	a, b := c.names.number(l.A), c.names.number(l.B)
	c.forest.Grow(len(c.names.keys))
	at := place{l.Pos, l.Tx}
	if n := len(c.places); n == 0 || c.places[n-1] != at {
		c.places = append(c.places, at)
	}
	one := link{a, b, uint32(len(c.places) - 1), c.kind(l.Signs, l.Against)}
	c.judged = false
	if !c.kinds[one.kind].merges {
		c.leads = append(c.leads, one)
		return
	}
	c.links = append(c.links, one)
	c.forest.Unite(a, b)
}

// kind returns the number of some signs. There are few that occur.
func (c *Clusters) kind(signs, against []Sign) uint16 {
	i := slices.IndexFunc(c.kinds, func(k kind) bool { return slices.Equal(k.signs, signs) && slices.Equal(k.against, against) })
	if i < 0 {
		if i = len(c.kinds); i > 1<<16-1 {
			panic("cluster: too many kinds of links") // of a dozen signs
		}
		c.kinds = append(c.kinds, kind{slices.Clone(signs), slices.Clone(against), len(against) == 0 && Merges(signs)})
	}
	return uint16(i)
}

// link returns a link as it came, but from its first or its second address.
func (c *Clusters) link(l *link, from uint32) Link {
	p, k := &c.places[l.place], &c.kinds[l.kind]
	return Link{c.names.at(from), c.names.at(l.other(from)), k.signs, k.against, p.pos, p.tx}
}

// Same reports whether two addresses are of one cluster.
func (c *Clusters) Same(a, b clew.Address) bool {
	if a == b {
		return true
	}
	c.settle()
	n, ok := c.names.find(a)
	m, also := c.names.find(b)
	return ok && also && c.parted.Root(n) == c.parted.Root(m)
}

// Members returns the cluster of an address, in the order of addresses; an
// address that no link names is alone.
func (c *Clusters) Members(a clew.Address) []clew.Address {
	c.settle()
	n, ok := c.names.find(a)
	if !ok {
		return []clew.Address{a}
	}
	root := c.parted.Root(n)
	var members []clew.Address
	for i := range uint32(len(c.names.keys)) {
		if c.parted.Root(i) == root {
			members = append(members, c.names.at(i))
		}
	}
	slices.SortFunc(members, compare)
	return members
}

// compare orders addresses by chain, form and bytes.
func compare(a, b clew.Address) int {
	k, _ := a.RawKey()
	l, _ := b.RawKey()
	return cmp.Or(cmp.Compare(a.Chain(), b.Chain()), cmp.Compare(a.Form(), b.Form()), slices.Compare(k[:], l[:]))
}

// Explain returns links that lead from one address to the other, as few as
// there can be, the earliest of them at each step, the first from a; nil if they
// are not of one cluster, or the same.
func (c *Clusters) Explain(a, b clew.Address) []Link {
	if !c.Same(a, b) {
		return nil
	}
	return c.path(a, b, c.parted, c.aside)
}

// Would returns such links among all, also those that the guard sets aside: by
// what two addresses would be of one cluster.
func (c *Clusters) Would(a, b clew.Address) []Link { return c.path(a, b, &c.forest, nil) }

// path returns the links from a to b in a forest of all links but some.
func (c *Clusters) path(a, b clew.Address, forest *Forest, but map[uint32]bool) []Link {
	from, known := c.names.find(a)
	to, also := c.names.find(b)
	if a == b || !known || !also || forest.Root(from) != forest.Root(to) {
		return nil
	}
	beside := c.beside(from, forest, but)
	by := map[uint32]uint32{from: 0} // the link that led to a number
	for queue := []uint32{from}; len(queue) > 0; queue = queue[1:] {
		for _, i := range beside[queue[0]] {
			next := c.links[i].other(queue[0])
			if _, seen := by[next]; !seen {
				by[next] = i
				queue = append(queue, next)
			}
		}
	}
	var path []Link
	for at := to; at != from; {
		l := &c.links[by[at]]
		path = append(path, c.link(l, l.other(at)))
		at = l.other(at)
	}
	slices.Reverse(path)
	return path
}

func (l *link) other(n uint32) uint32 { return l.a ^ l.b ^ n }

// beside returns the links at each number of the cluster of one, the earliest
// first.
func (c *Clusters) beside(one uint32, forest *Forest, but map[uint32]bool) map[uint32][]uint32 {
	links := map[uint32][]uint32{}
	root := forest.Root(one)
	for i := range uint32(len(c.links)) {
		if l := &c.links[i]; l.a != l.b && !but[i] && forest.Root(l.a) == root {
			links[l.a], links[l.b] = append(links[l.a], i), append(links[l.b], i)
		}
	}
	for at, list := range links {
		slices.SortFunc(list, func(i, j uint32) int { return c.earlier(&c.links[i], &c.links[j], at) })
	}
	return links
}

// earlier orders links at a number by place, signs and whom they lead to.
func (c *Clusters) earlier(a, b *link, at uint32) int {
	p, q := &c.places[a.place], &c.places[b.place]
	if by := cmp.Or(p.pos.Cmp(q.pos), slices.Compare(p.tx[:], q.tx[:]), slices.Compare(c.kinds[a.kind].signs, c.kinds[b.kind].signs)); by != 0 {
		return by
	}
	return compare(c.names.at(a.other(at)), c.names.at(b.other(at)))
}

// Without returns the clusters as they are without the links that drop names:
// how a wrong merge is taken back.
func (c *Clusters) Without(drop func(Link) bool) *Clusters {
	left := New()
	left.guard = c.guard
	for _, list := range [][]link{c.links, c.leads} {
		for i := range list {
			if one := c.link(&list[i], list[i].a); !drop(one) {
				left.Link(one)
			}
		}
	}
	return left
}

// Leads returns the links that merge nothing, in the order of the chain.
func (c *Clusters) Leads() []Link {
	list := make([]Link, len(c.leads))
	for i := range c.leads {
		list[i] = c.link(&c.leads[i], c.leads[i].a)
	}
	slices.SortFunc(list, func(a, b Link) int {
		return cmp.Or(a.Pos.Cmp(b.Pos), slices.Compare(a.Tx[:], b.Tx[:]), slices.Compare(a.Signs, b.Signs), compare(a.A, b.A), compare(a.B, b.B))
	})
	return list
}

// Len returns how many addresses are linked, be it by leads, and into how many
// clusters.
func (c *Clusters) Len() (addresses, clusters int) {
	c.settle()
	for i := range uint32(len(c.names.keys)) {
		if c.parted.Root(i) == i {
			clusters++
		}
	}
	return len(c.names.keys), clusters
}
