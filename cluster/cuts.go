package cluster

import "slices"

// A web is addresses and the pieces of evidence that hold them together. A
// piece is what one transaction says by one set of signs; it may hold several
// addresses at once.
type web struct {
	weights []int     // of addresses: how many of them one stands for
	actors  []int32   // of addresses: to whom they are attributed; 0: to nobody
	alike   *Forest   // actors: those that count as one
	pieces  [][]int32 // the addresses that each holds together, each once
	beside  [][]int32 // of addresses: the pieces at each
	cutting
}

// A cutting is what one walk of a web finds: which addresses no single piece
// holds together, called a class, and which single pieces hold classes together.
// Classes and those pieces make a tree.
//
// Source: R. Tarjan, "Depth-first Search and Linear Graph Algorithms" (1972).
type cutting struct {
	seen, low, last []int32 // of addresses and then pieces, in the order of the walk, from 1
	parent          []int32 // from which each was reached; -1 for the first of a part
	apart           [][]int32
	order           []int32 // pieces as they were met
	classes         *Forest
}

// marks are the first two actors, by number, of those of some addresses: enough
// to know whether there is one, or more. Zeros are none.
type marks [2]int32

func (m *marks) add(o marks) {
	for _, actor := range o {
		switch {
		case actor == 0 || actor == m[0] || actor == m[1]:
		case m[0] == 0 || actor < m[0]:
			m[0], m[1] = actor, m[0]
		case m[1] == 0 || actor < m[1]:
			m[1] = actor
		}
	}
}

// walk goes through the whole web, by no recursion: webs are deep.
func (w *web) walk() {
	n := len(w.weights)
	all := n + len(w.pieces)
	w.cutting = cutting{seen: make([]int32, all), low: make([]int32, all), last: make([]int32, all),
		parent: make([]int32, all), apart: make([][]int32, len(w.pieces)), classes: NewForest(n)}
	w.beside = make([][]int32, n)
	for p, held := range w.pieces {
		for _, a := range held {
			w.beside[a] = append(w.beside[a], int32(p))
		}
	}
	clock := int32(0)
	for a := range n {
		if w.seen[a] == 0 {
			clock = w.from(int32(a), clock)
		}
	}
	for p := range w.pieces {
		for _, a := range w.pieces[p] {
			w.classes.Unite(uint32(a), uint32(w.side(int32(p), a)))
		}
	}
}

// next returns what is beside a vertex: pieces of an address, numbered after
// the addresses, or addresses of a piece.
func (w *web) next(v int32, i int) (int32, bool) {
	n := int32(len(w.weights))
	if v < n {
		if i < len(w.beside[v]) {
			return w.beside[v][i] + n, true
		}
	} else if i < len(w.pieces[v-n]) {
		return w.pieces[v-n][i], true
	}
	return 0, false
}

// from walks what hangs together with a first address.
func (w *web) from(first, clock int32) int32 {
	n := int32(len(w.weights))
	type frame struct {
		v int32
		i int
	}
	enter := func(v, parent int32) frame {
		clock++
		w.seen[v], w.low[v], w.parent[v] = clock, clock, parent
		if v >= n {
			w.order = append(w.order, v-n)
		}
		return frame{v: v}
	}
	for stack := []frame{enter(first, -1)}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		to, more := w.next(top.v, top.i)
		top.i++
		switch {
		case !more:
			w.last[top.v] = clock
			w.leave(top.v)
			stack = stack[:len(stack)-1]
		case w.seen[to] == 0:
			stack = append(stack, enter(to, top.v))
		case to != w.parent[top.v]:
			w.low[top.v] = min(w.low[top.v], w.seen[to])
		}
	}
	return clock
}

// leave passes on how far back a vertex reaches. An address that reaches no
// further than the piece it was reached by hangs on that piece.
func (w *web) leave(v int32) {
	n, up := int32(len(w.weights)), w.parent[v]
	if up < 0 {
		return
	}
	if up >= n && w.low[v] >= w.seen[up] {
		w.apart[up-n] = append(w.apart[up-n], v)
	}
	w.low[up] = min(w.low[up], w.low[v])
}

// side returns an address beside a piece that stands for the side on which
// another is: what hangs together with it without that piece.
func (w *web) side(p, a int32) int32 {
	piece := p + int32(len(w.weights))
	hung := w.apart[p]
	i, exact := slices.BinarySearchFunc(hung, w.seen[a], func(h, at int32) int { return int(w.seen[h] - at) })
	if exact {
		return a
	}
	if i > 0 && w.seen[a] > w.seen[piece] && w.seen[a] <= w.last[hung[i-1]] {
		return hung[i-1]
	}
	return w.parent[piece]
}

// class returns the number of an address's class.
func (w *web) class(a int32) int32 { return int32(w.classes.Root(uint32(a))) }

// above returns the class from which a piece was reached.
func (w *web) above(p int32) int32 { return w.class(w.parent[p+int32(len(w.weights))]) }

// attributed returns of each class to whom it is attributed. Actors that meet in
// one class, which no single piece holds together, count as one from then on:
// what joined them was more than that.
func (w *web) attributed() []marks {
	first := make([]int32, len(w.weights))
	for a, actor := range w.actors {
		if k := w.class(int32(a)); first[k] == 0 {
			first[k] = actor
		} else if actor != 0 {
			w.alike.Unite(uint32(first[k]), uint32(actor))
		}
	}
	own := make([]marks, len(first))
	for k, actor := range first {
		own[k] = marks{int32(w.alike.Root(uint32(actor)))}
	}
	return own
}

// conflicts returns the pieces that alone hold together sides of different
// actors: those between two classes of different attribution with no attributed
// class on the way.
func (w *web) conflicts() []conflict {
	n := len(w.weights)
	own, down, from := w.attributed(), make([]marks, n), make([]marks, n)
	copy(down, own)
	below := make([]marks, len(w.pieces))
	hung := make([][]int32, n) // pieces below a class
	for _, p := range slices.Backward(w.order) {
		if len(w.apart[p]) == 0 {
			continue
		}
		for _, c := range w.apart[p] {
			below[p].add(down[w.class(c)])
		}
		k := w.above(p)
		if hung[k] = append(hung[k], p); own[k] == (marks{}) {
			down[k].add(below[p])
		}
	}
	var found []conflict
	for _, first := range w.order {
		if len(w.apart[first]) == 0 {
			continue
		}
		k := w.above(first)
		for i, up := range w.ups(hung[k], own[k], from[k], below) {
			if actors, parted := w.spread(hung[k][i], up, down, from); parted {
				found = append(found, conflict{hung[k][i], actors})
			}
		}
		hung[k] = nil // all are done
	}
	slices.SortFunc(found, func(a, b conflict) int { return int(a.piece - b.piece) })
	return found
}

// A conflict is a piece between sides of different actors, of whom two are named.
type conflict struct {
	piece  int32
	actors marks
}

// ups returns for each piece below a class what is nearest through the class.
func (w *web) ups(hung []int32, own, from marks, below []marks) []marks {
	list := make([]marks, len(hung)+1)
	for i, p := range hung {
		list[i] = below[p]
	}
	list[len(hung)] = from
	others := exceptOne(list)[:len(hung)]
	for i := range others {
		if own != (marks{}) {
			others[i] = own
		}
	}
	return others
}

// spread tells the classes below a piece what is nearest through it, and
// reports whether its sides are of different actors.
func (w *web) spread(p int32, up marks, down, from []marks) (all marks, parted bool) {
	list := []marks{up}
	for _, c := range w.apart[p] {
		list = append(list, down[w.class(c)])
	}
	sides := 0
	for i, others := range exceptOne(list) {
		if all.add(list[i]); list[i] != (marks{}) {
			sides++
		}
		if i > 0 {
			from[w.class(w.apart[p][i-1])] = others
		}
	}
	return all, sides > 1 && all[1] != 0
}

// exceptOne returns for each of some marks all the others together.
func exceptOne(list []marks) []marks {
	others := make([]marks, len(list))
	var sum marks
	for i := range list {
		others[i] = sum
		sum.add(list[i])
	}
	sum = marks{}
	for i := range slices.Backward(list) {
		others[i].add(sum)
		sum.add(list[i])
	}
	return others
}

// sizes returns of every piece how many addresses are on each of its sides, the
// most first. One that holds nothing together alone has one side.
func (w *web) sizes() [][]int {
	n := len(w.weights)
	sub := make([]int, n)
	for a, weight := range w.weights {
		sub[w.class(int32(a))] += weight
	}
	sides := make([][]int, len(w.pieces))
	for _, p := range slices.Backward(w.order) {
		k := w.above(p)
		for _, c := range w.apart[p] {
			sides[p] = append(sides[p], sub[w.class(c)])
			sub[k] += sub[w.class(c)]
		}
	}
	total := make([]int, n) // of the part, by the class of its first address
	for _, p := range w.order {
		first := w.above(p)
		if w.parent[w.parent[int(p)+n]] < 0 {
			total[first] = sub[first]
		}
		for _, c := range w.apart[p] {
			total[w.class(c)] = total[first]
		}
	}
	for p := range sides {
		rest := total[w.above(int32(p))]
		for _, s := range sides[p] {
			rest -= s
		}
		sides[p] = append(sides[p], rest)
		slices.SortFunc(sides[p], func(a, b int) int { return b - a })
	}
	return sides
}
