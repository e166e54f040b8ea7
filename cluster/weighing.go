package cluster

import (
	"cmp"
	"slices"
)

// A weighing decides what of the evidence of one cluster after another is set
// aside.
type weighing struct {
	*Clusters
	local   map[uint32]int32 // numbers of the cluster under way
	actors  []string         // of the cluster, in order
	alike   *Forest          // of them, that reviews hold together
	weights []int
	whose   []int32 // actors of addresses, by number
	pieces  []evidence
}

// part weighs the links of one cluster.
func (w *weighing) part(links []uint32) {
	w.pieces = w.grouped(links)
	w.contract()
	for w.actorsParted() || w.largeParted() {
	}
}

// contract numbers the cluster's addresses, taking those as one that an accepted
// piece holds together, and gives every other piece its addresses.
func (w *weighing) contract() {
	clear(w.local)
	var numbers []uint32
	number := func(n uint32) int32 {
		i, ok := w.local[n]
		if !ok {
			i = int32(len(numbers))
			w.local[n], numbers = i, append(numbers, n)
		}
		return i
	}
	held := NewForest(0)
	for i := range w.pieces {
		e := &w.pieces[i]
		accepted := w.guard.Reviews.decides(e.tx, w.kinds[e.kind].signs) == Accept
		for _, at := range e.links {
			a, b := number(w.links[at].a), number(w.links[at].b)
			held.Grow(len(numbers))
			if e.nodes = append(e.nodes, a, b); accepted {
				held.Unite(uint32(a), uint32(b))
			}
		}
	}
	w.mark(numbers, held)
	kept := w.pieces[:0]
	for _, e := range w.pieces {
		for i, a := range e.nodes {
			e.nodes[i] = int32(held.Root(uint32(a)))
		}
		slices.Sort(e.nodes)
		if e.nodes = slices.Compact(e.nodes); len(e.nodes) > 1 {
			kept = append(kept, e)
		}
	}
	w.pieces = kept
}

// mark says of each address that stands for others how many they are, and whose.
func (w *weighing) mark(numbers []uint32, held *Forest) {
	w.weights, w.whose = make([]int, len(numbers)), make([]int32, len(numbers))
	whose := make([]string, len(numbers))
	for i, n := range numbers {
		whose[i] = w.actor(n)
		w.weights[held.Root(uint32(i))]++
	}
	w.actors = slices.Compact(slices.Sorted(slices.Values(whose)))
	if w.actors[0] != "" {
		w.actors = slices.Insert(w.actors, 0, "")
	}
	w.alike = NewForest(len(w.actors))
	for i, actor := range whose {
		id, _ := slices.BinarySearch(w.actors, actor)
		if at := &w.whose[held.Root(uint32(i))]; *at == 0 {
			*at = int32(id)
		} else if id != 0 {
			w.alike.Unite(uint32(*at), uint32(id))
		}
	}
}

// web returns the pieces that are left, walked.
func (w *weighing) web() *web {
	g := &web{weights: w.weights, actors: w.whose, alike: &Forest{slices.Clone(w.alike.parent)}, pieces: make([][]int32, len(w.pieces))}
	for i := range w.pieces {
		g.pieces[i] = w.pieces[i].nodes
	}
	g.walk()
	return g
}

// actorsParted sets aside what alone holds different actors together, and
// reports whether there was any.
func (w *weighing) actorsParted() bool {
	if len(w.actors) < 3 {
		return false
	}
	g := w.web()
	found := g.conflicts()
	if len(found) == 0 {
		return false
	}
	sizes := g.sizes()
	for _, c := range found {
		why := Conflict{Why: TwoActors, Sides: sizes[c.piece]}
		for _, id := range c.actors {
			why.Actors = append(why.Actors, w.actors[id])
		}
		w.setAside(&w.pieces[c.piece], why)
		w.pieces[c.piece].nodes = nil
	}
	w.drop()
	return true
}

// largeParted sets aside what alone holds large clusters together, and reports
// whether there was any.
func (w *weighing) largeParted() bool {
	if w.guard.Large == 0 {
		return false
	}
	sides, order := w.web().sizes(), make([]int, len(w.pieces))
	for p := range order {
		order[p] = p
		if e := &w.pieces[p]; e.lesser == 0 && len(sides[p]) > 1 {
			e.lesser = sides[p][1]
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(w.pieces[a].lesser, w.pieces[b].lesser) })
	together := NewForest(len(w.weights))
	sizes := slices.Clone(w.weights)
	found := false
	for _, p := range order {
		e := &w.pieces[p]
		if e.lesser > 0 && w.joinsLarge(e, together, sizes) {
			w.setAside(e, Conflict{Why: TwoLarge, Sides: sides[p]})
			e.nodes, found = nil, true
			continue
		}
		for _, a := range e.nodes[1:] {
			a, b := together.Root(uint32(a)), together.Root(uint32(e.nodes[0]))
			if together.Unite(a, b) {
				sizes[min(a, b)] += sizes[max(a, b)]
			}
		}
	}
	w.drop()
	return found
}

// joinsLarge reports whether a piece would make one cluster of two large ones.
func (w *weighing) joinsLarge(e *evidence, together *Forest, sizes []int) bool {
	first, large := uint32(0), 0
	for _, a := range e.nodes {
		if root := together.Root(uint32(a)); sizes[root] >= w.guard.Large && (large == 0 || root != first) {
			first = root
			large++
		}
	}
	return large > 1
}

// drop leaves out the pieces that were set aside.
func (w *weighing) drop() {
	w.pieces = slices.DeleteFunc(w.pieces, func(e evidence) bool { return e.nodes == nil })
}
