package stix

import (
	"maps"
	"slices"
)

// A MissingRef is a reference to what the bundle does not hold. The standard
// allows it: the object may be known from elsewhere.
type MissingRef struct {
	From string `json:"from"` // the first object that refers to it
	To   string `json:"to"`
	Refs int    `json:"references"` // from how many objects
}

// Missing returns the references that lead out of the bundle, each target once,
// in order. The published markings of TLP are known anyway, and not missing.
func (b *Bundle) Missing() (list []MissingRef) {
	held, at := map[string]bool{}, map[string]int{}
	for i := range b.Objects {
		held[b.Objects[i].ID] = true
	}
	for i := range b.Objects {
		for _, to := range b.Objects[i].Refs {
			if _, published := markingOf(to); held[to] || published {
				continue
			}
			if n, ok := at[to]; ok {
				list[n].Refs++
				continue
			}
			at[to] = len(list)
			list = append(list, MissingRef{b.Objects[i].ID, to, 1})
		}
	}
	return list
}

// Cycles returns groups of objects that lead to each other in a circle, by
// their references or through relationships, largest first. The standard
// allows them.
func (b *Bundle) Cycles() [][]string {
	edges := map[string][]string{}
	for i := range b.Objects {
		o := &b.Objects[i]
		if o.Type == "relationship" {
			edges[o.members["source_ref"]] = append(edges[o.members["source_ref"]], o.members["target_ref"])
			continue
		}
		edges[o.ID] = append(edges[o.ID], o.Refs...)
	}
	groups := circles(edges)
	slices.SortStableFunc(groups, func(a, c []string) int { return len(c) - len(a) })
	return groups
}

// firstCircle returns an id that leads back to itself; empty if none does.
func firstCircle(edges map[string][]string) string {
	if groups := circles(edges); len(groups) > 0 {
		return groups[0][0]
	}
	return ""
}

// circles returns the strongly connected groups that hold a circle, each
// sorted, in the order of their first ids. It is Tarjan's method without
// recursion, for a hostile chain is long.
func circles(edges map[string][]string) (groups [][]string) {
	w := &components{edges: edges, index: map[string]int{}, low: map[string]int{}, on: map[string]bool{}}
	for _, from := range slices.Sorted(maps.Keys(edges)) {
		if _, met := w.index[from]; !met {
			w.walk(from)
		}
	}
	for _, group := range w.found {
		if len(group) > 1 || slices.Contains(edges[group[0]], group[0]) {
			slices.Sort(group)
			groups = append(groups, group)
		}
	}
	slices.SortFunc(groups, slices.Compare)
	return groups
}

// components finds what is strongly connected.
type components struct {
	edges      map[string][]string
	index, low map[string]int
	on         map[string]bool // the stack
	stack      []string
	found      [][]string
}

// A visit is one id under way and the next of its edges.
type visit struct {
	id   string
	next int
}

func (w *components) walk(from string) {
	path := []visit{w.open(from)}
	for len(path) > 0 {
		v := &path[len(path)-1]
		if v.next < len(w.edges[v.id]) {
			to := w.edges[v.id][v.next]
			v.next++
			if at, met := w.index[to]; !met {
				path = append(path, w.open(to))
			} else if w.on[to] {
				w.low[v.id] = min(w.low[v.id], at)
			}
			continue
		}
		id := v.id
		path = path[:len(path)-1]
		if len(path) > 0 {
			up := path[len(path)-1].id
			w.low[up] = min(w.low[up], w.low[id])
		}
		if w.low[id] == w.index[id] {
			w.close(id)
		}
	}
}

func (w *components) open(id string) visit {
	w.index[id], w.low[id], w.on[id] = len(w.index), len(w.index), true
	w.stack = append(w.stack, id)
	return visit{id: id}
}

// close takes a whole group off the stack.
func (w *components) close(id string) {
	at := len(w.stack) - 1
	for w.stack[at] != id {
		at--
	}
	group := slices.Clone(w.stack[at:])
	w.stack = w.stack[:at]
	for _, member := range group {
		w.on[member] = false
	}
	w.found = append(w.found, group)
}
