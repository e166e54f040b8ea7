package cluster

import (
	"slices"

	"clew"
)

// A Link is what one transaction says of two addresses: by which signs they are
// under one control.
type Link struct {
	A, B  clew.Address
	Signs []Sign // without repetition
	Pos   clew.Pos
	Tx    clew.TxID
}

// Clusters are addresses of one chain, parted by links. They keep every link, so
// that any merge can be explained and taken back. Clusters may be used by one
// goroutine at a time.
type Clusters struct {
	forest  Forest
	numbers map[clew.Address]uint32
	names   []clew.Address
	links   []link
	vetoed  map[Veto]uint64
}

// A link is a Link by numbers.
type link struct {
	a, b  uint32
	signs []Sign
	pos   clew.Pos
	tx    clew.TxID
}

// New returns clusters without an address.
func New() *Clusters {
	return &Clusters{numbers: map[clew.Address]uint32{}, vetoed: map[Veto]uint64{}}
}

// number returns the number of an address, and takes it in if it is new.
func (c *Clusters) number(a clew.Address) uint32 {
	n, ok := c.numbers[a]
	if !ok {
		n = uint32(len(c.names))
		c.numbers[a], c.names = n, append(c.names, a)
		c.forest.Grow(len(c.names))
	}
	return n
}

// Link takes a link. The order in which links come does not matter.
func (c *Clusters) Link(l Link) {
	a, b := c.number(l.A), c.number(l.B)
	c.links = append(c.links, link{a, b, l.Signs, l.Pos, l.Tx})
	c.forest.Unite(a, b)
}

// Same reports whether two addresses are of one cluster.
func (c *Clusters) Same(a, b clew.Address) bool {
	if a == b {
		return true
	}
	n, ok := c.numbers[a]
	m, also := c.numbers[b]
	return ok && also && c.forest.Root(n) == c.forest.Root(m)
}

// Members returns the cluster of an address, in the order in which its members
// were first linked; an address that no link names is alone.
func (c *Clusters) Members(a clew.Address) []clew.Address {
	n, ok := c.numbers[a]
	if !ok {
		return []clew.Address{a}
	}
	root := c.forest.Root(n)
	var members []clew.Address
	for i, name := range c.names {
		if c.forest.Root(uint32(i)) == root {
			members = append(members, name)
		}
	}
	return members
}

// Explain returns links that lead from one address to the other, as few as
// there can be, the first from a; nil if they are not of one cluster, or the
// same.
func (c *Clusters) Explain(a, b clew.Address) []Link {
	if a == b || !c.Same(a, b) {
		return nil
	}
	from, to := c.numbers[a], c.numbers[b]
	beside := c.beside(c.forest.Root(from))
	by := map[uint32]int{from: -1} // the link that led to a number
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
		l := c.links[by[at]]
		path = append(path, Link{c.names[l.other(at)], c.names[at], l.signs, l.pos, l.tx})
		at = l.other(at)
	}
	slices.Reverse(path)
	return path
}

func (l *link) other(n uint32) uint32 { return l.a ^ l.b ^ n }

// beside returns the links at each number of the cluster of root.
func (c *Clusters) beside(root uint32) map[uint32][]int {
	links := map[uint32][]int{}
	for i := range c.links {
		if l := &c.links[i]; l.a != l.b && c.forest.Root(l.a) == root {
			links[l.a], links[l.b] = append(links[l.a], i), append(links[l.b], i)
		}
	}
	return links
}

// Without returns the clusters as they are without the links that drop names:
// how a wrong merge is taken back.
func (c *Clusters) Without(drop func(Link) bool) *Clusters {
	left := New()
	for i := range c.links {
		l := &c.links[i]
		if one := (Link{c.names[l.a], c.names[l.b], l.signs, l.pos, l.tx}); !drop(one) {
			left.Link(one)
		}
	}
	return left
}

// Len returns how many addresses are linked, and into how many clusters.
func (c *Clusters) Len() (addresses, clusters int) {
	for i := range c.names {
		if c.forest.Root(uint32(i)) == uint32(i) {
			clusters++
		}
	}
	return len(c.names), clusters
}
