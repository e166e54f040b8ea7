package cluster

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"clew"
)

// A bundle is a piece of evidence of the plain model: whom one transaction holds
// together.
type bundle struct {
	n    int // in the order of the chain
	held []byte
}

func (b *bundle) links() (list []Link) {
	for _, who := range b.held[1:] {
		list = append(list, Link{A: coin(1, b.held[0]).Address, B: coin(1, who).Address, Signs: []Sign{CoSpend},
			Pos: clew.Pos{Height: uint64(b.n)}, Tx: clew.TxID{byte(b.n + 1)}})
	}
	return list
}

// A plainGuard is the guard as its comment defines it, the slow way: by flooding
// with and without every piece.
type plainGuard struct {
	actors map[byte]string
	large  int
	accept map[int]bool
	left   []bundle
	aside  map[int]ConflictReason
	second map[int]int // how many were on the second side of a piece when it was first alone
}

// flooded returns whom pieces lead to from one address.
func flooded(from byte, pieces []bundle, without int) map[byte]bool {
	reach := map[byte]bool{from: true}
	for changed := true; changed; {
		changed = false
		for _, p := range pieces {
			if p.n == without || !slices.ContainsFunc(p.held, func(a byte) bool { return reach[a] }) {
				continue
			}
			for _, a := range p.held {
				changed = changed || !reach[a]
				reach[a] = true
			}
		}
	}
	return reach
}

// sides returns the parts into which a piece's addresses fall without it.
func (g *plainGuard) sides(p bundle) (sides []map[byte]bool) {
	for _, a := range p.held {
		if !slices.ContainsFunc(sides, func(s map[byte]bool) bool { return s[a] }) {
			sides = append(sides, flooded(a, g.left, p.n))
		}
	}
	return sides
}

// class returns those whom no single piece holds together with an address.
func (g *plainGuard) class(a byte) map[byte]bool {
	together := flooded(a, g.left, -1)
	for _, p := range g.left {
		if !g.accept[p.n] {
			without := flooded(a, g.left, p.n)
			maps.DeleteFunc(together, func(b byte, _ bool) bool { return !without[b] })
		}
	}
	return together
}

// nearest returns the actors nearest to a piece on one of its sides.
func (g *plainGuard) nearest(p bundle, side map[byte]bool, actors map[byte]string) map[string]bool {
	found, seen := map[string]bool{}, map[byte]bool{}
	var queue []byte
	for _, a := range p.held {
		if side[a] {
			queue = append(queue, a)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		class, whose := g.class(queue[0]), map[string]bool{}
		for a := range class {
			if seen[a] = true; actors[a] != "" {
				whose[actors[a]] = true
			}
		}
		if len(whose) > 0 {
			maps.Copy(found, whose)
			continue
		}
		for _, q := range g.left {
			if q.n != p.n && slices.ContainsFunc(q.held, func(a byte) bool { return class[a] }) {
				queue = append(queue, q.held...)
			}
		}
	}
	return found
}

// alike gives actors that meet in one class one name, until none do.
func (g *plainGuard) alike() map[byte]string {
	actors := maps.Clone(g.actors)
	for changed := true; changed; {
		changed = false
		for a, actor := range actors {
			for b := range g.class(a) {
				if other := actors[b]; other != "" && other < actor {
					for c, whose := range actors {
						if whose == actor {
							actors[c], changed = other, true
						}
					}
				}
			}
		}
	}
	return actors
}

func (g *plainGuard) drop(n int, why ConflictReason) {
	g.aside[n] = why
	g.left = slices.DeleteFunc(slices.Clone(g.left), func(p bundle) bool { return p.n == n })
}

func (g *plainGuard) run() {
	for g.parted() || g.grown() {
	}
}

// parted sets aside what is between different actors.
func (g *plainGuard) parted() bool {
	var found []int
	actors := g.alike()
	for _, p := range g.left {
		if g.accept[p.n] {
			continue
		}
		all, several := map[string]bool{}, 0
		for _, side := range g.sides(p) {
			near := g.nearest(p, side, actors)
			if maps.Copy(all, near); len(near) > 0 {
				several++
			}
		}
		if several > 1 && len(all) > 1 {
			found = append(found, p.n)
		}
	}
	for _, n := range found {
		g.drop(n, TwoActors)
	}
	return len(found) > 0
}

// grown sets aside what is between large clusters.
func (g *plainGuard) grown() bool {
	if g.large == 0 {
		return false
	}
	if g.second == nil {
		g.second = map[int]int{}
	}
	second := g.second
	for _, p := range g.left {
		var sizes []int
		for _, s := range g.sides(p) {
			sizes = append(sizes, len(s))
		}
		if slices.Sort(sizes); len(sizes) > 1 && !g.accept[p.n] && second[p.n] == 0 {
			second[p.n] = sizes[len(sizes)-2]
		}
	}
	order := slices.Clone(g.left)
	slices.SortFunc(order, func(a, b bundle) int {
		if g.accept[a.n] != g.accept[b.n] {
			return map[bool]int{true: -1, false: 1}[g.accept[a.n]]
		}
		if second[a.n] != second[b.n] {
			return second[a.n] - second[b.n]
		}
		return a.n - b.n
	})
	var made []bundle
	found := false
	for _, p := range order {
		large := map[string]bool{}
		for _, a := range p.held {
			if with := flooded(a, made, -1); len(with) >= g.large {
				large[fmt.Sprint(slices.Sorted(maps.Keys(with)))] = true
			}
		}
		if second[p.n] > 0 && len(large) > 1 {
			g.drop(p.n, TwoLarge)
			found = true
			continue
		}
		made = append(made, p)
	}
	return found
}

// A made is one random case.
type made struct {
	pieces  []bundle
	actors  map[byte]string
	large   int
	reviews *Reviews
	accept  map[int]bool
}

func randomCase(seed uint64) made {
	r := rand.New(rand.NewPCG(seed, 7))
	m := made{actors: map[byte]string{}, accept: map[int]bool{}, large: r.IntN(5), reviews: &Reviews{byTx: map[clew.TxID][]int{}}}
	if m.large == 1 {
		m.large = 0
	}
	addresses := 2 + r.IntN(14)
	for i := range r.IntN(18) {
		p := bundle{n: i}
		for range 2 + r.IntN(3) {
			if a := byte(1 + r.IntN(addresses)); !slices.Contains(p.held, a) {
				p.held = append(p.held, a)
			}
		}
		if len(p.held) < 2 {
			continue
		}
		m.pieces = append(m.pieces, p)
		if r.IntN(12) == 0 {
			m.accept[i] = true
			tx := clew.TxID{byte(i + 1)}
			m.reviews.byTx[tx] = append(m.reviews.byTx[tx], len(m.reviews.List))
			m.reviews.List = append(m.reviews.List, Review{Tx: tx, Decision: Accept})
		}
	}
	for a := range addresses {
		if r.IntN(4) == 0 {
			m.actors[byte(a+1)] = string(rune('A' + r.IntN(3)))
		}
	}
	return m
}

func (m *made) guard() Guard {
	names := map[clew.Address]string{}
	for a, actor := range m.actors {
		names[coin(1, a).Address] = actor
	}
	return Guard{Actor: func(a clew.Address) string { return names[a] }, Large: m.large, Reviews: m.reviews}
}

// TestGuardIsWhatItSays holds random small cases against the plain model, in any
// order of links, in portions with questions between, and with the guard set
// before or after.
func TestGuardIsWhatItSays(t *testing.T) {
	reasons := map[ConflictReason]int{}
	for seed := range uint64(400) {
		m := randomCase(seed)
		plain := plainGuard{actors: m.actors, large: m.large, accept: m.accept, left: m.pieces, aside: map[int]ConflictReason{}}
		plain.run()
		for _, why := range plain.aside {
			reasons[why]++
		}
		r := rand.New(rand.NewPCG(seed, 8))
		var links []Link
		for _, p := range m.pieces {
			links = append(links, p.links()...)
		}
		before := New()
		before.Guard(m.guard())
		for _, l := range links {
			before.Link(l)
		}
		r.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
		after := New()
		for i, l := range links {
			after.Link(l)
			if i%4 == 3 {
				after.Conflicts()
			}
			if i == len(links)/2 {
				after.Guard(m.guard())
			}
		}
		after.Guard(m.guard())
		sameAsPlain(t, seed, before, &plain)
		sameAsPlain(t, seed, after, &plain)
		if !reflect.DeepEqual(before.Conflicts(), after.Conflicts()) {
			t.Fatalf("seed %d: conflicts depend on the order of links:\n%+v\n%+v", seed, before.Conflicts(), after.Conflicts())
		}
	}
	if reasons[TwoActors] < 30 || reasons[TwoLarge] < 8 {
		t.Errorf("the cases are too plain: %v", reasons)
	}
}

func sameAsPlain(t *testing.T, seed uint64, c *Clusters, plain *plainGuard) {
	t.Helper()
	got := map[int]ConflictReason{}
	for _, x := range c.Conflicts() {
		got[int(x.Pos.Height)] = x.Why
	}
	if !maps.Equal(got, plain.aside) {
		t.Fatalf("seed %d: set aside %v, want %v", seed, got, plain.aside)
	}
	for a := byte(1); a < 16; a++ {
		members := c.Members(coin(1, a).Address)
		want := flooded(a, plain.left, -1)
		if len(members) != len(want) {
			t.Fatalf("seed %d: %d members with %d, want %d", seed, len(members), a, len(want))
		}
		for b := range want {
			if !c.Same(coin(1, a).Address, coin(1, b).Address) || a != b && c.Explain(coin(1, a).Address, coin(1, b).Address) == nil {
				t.Fatalf("seed %d: %d is not with %d", seed, a, b)
			}
		}
	}
}

// TestLongClustersAreCutOnce has a cluster that hangs together by single
// transactions from end to end: what is left after one cut was never joined of
// two large clusters.
func TestLongClustersAreCutOnce(t *testing.T) {
	c := New()
	for i := range byte(200) {
		c.Link(Link{A: at(i + 1), B: at(i + 2), Signs: []Sign{CoSpend}, Pos: clew.Pos{Height: uint64(i)}, Tx: clew.TxID{i + 1}})
	}
	c.Guard(Guard{Large: 10})
	if x := c.Conflicts(); len(x) != 1 || !slices.Equal(x[0].Sides, []int{101, 100}) || len(c.Members(at(1)))+len(c.Members(at(201))) != 201 {
		t.Errorf("%d pieces set aside, the first with sides %v", len(x), x[0].Sides)
	}
}
