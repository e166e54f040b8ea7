package report

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
)

// A Flow is a picture of who paid whom, left to right. It is drawn from
// results of package trace, and holds nothing that their tables do not.
type Flow struct {
	Title   string
	Caption string
	Origins []FlowOrigin
	Nodes   []FlowNode
	Edges   []FlowEdge
	Units   Units
}

// A FlowOrigin is one origin, drawn in a colour and a pattern of its own.
type FlowOrigin struct {
	Name string
	Note string // such as its amount
}

// A FlowNode is an address, or a place that has none, or several gathered.
type FlowNode struct {
	Key     string // tells nodes apart, and orders them where nothing else does
	Name    string // what is said of it, or its address
	Address string // shortened; "" where there is none
	Title   string // everything, for screen readers and pointers
	Group   string // only nodes of one group are gathered, such as those of one role
	Hop     int    // transfers from the origin, the fewest
	Stop    string // kind of place where a walk ended here; "" if it went on
	Claim   bool   // the name is a claim
	Members int    // how many were gathered; 0: it is one
	More    int    // further addresses on the same side of a transfer

	// Kept is what of the marked value stays here, of one asset.
	Kept      clew.Amount
	KeptAsset clew.Asset
}

// A FlowEdge is what went from one node to another, all like transfers
// together.
type FlowEdge struct {
	From, To int
	Asset    clew.Asset
	Amount   clew.Amount
	Count    int        // transfers
	Basis    clew.Basis // of the edge: fact, claim for a conversion, or inferred
	Kind     string     // swap, wrap, bridge or hypothesis; "" of all that is no conversion
	By       string     // of a bridge, the protocol and its message; "" where several are drawn as one
	Parts    []int64    // by origin, in billionths of what all origins started with
}

// whole is what the parts of everything that started add up to.
const whole = 1_000_000_000

// weight returns the sum of an edge's parts.
func (e *FlowEdge) weight() int64 {
	var sum int64
	for _, p := range e.Parts {
		sum += p
	}
	return sum
}

// merged returns edges with those that share ends, asset and basis added up,
// in a fixed order. Edges from a node to itself are left out: they are inside
// a gathered node, or change nothing.
func merged(edges []FlowEdge) []FlowEdge {
	type key struct {
		from, to int
		asset    clew.Asset
		basis    clew.Basis
		kind     string
	}
	at := map[key]int{}
	var out []FlowEdge
	for _, e := range edges {
		if e.From == e.To {
			continue
		}
		k := key{e.From, e.To, e.Asset, e.Basis, e.Kind}
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			e.Parts = slices.Clone(e.Parts)
			out = append(out, e)
			continue
		}
		sum, fits := out[i].Amount.Add(e.Amount)
		if !fits {
			sum = clew.MaxAmount
		}
		out[i].Amount = sum
		out[i].Count += e.Count
		if out[i].By != e.By {
			out[i].By = ""
		}
		for j, p := range e.Parts {
			out[i].Parts[j] += p
		}
	}
	slices.SortFunc(out, func(a, b FlowEdge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Asset.String(), b.Asset.String()), cmp.Compare(a.Basis, b.Basis), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

// maxPerHop is how many nodes of one hop are drawn apart.
const maxPerHop = 14

// gathered returns f with the smaller nodes of every crowded hop gathered, one
// for each group, so that a picture can be read. The new nodes say how many
// they stand for.
func (f *Flow) gathered(most int) *Flow {
	size := f.sizes()
	hops := map[int][]int{}
	for i, n := range f.Nodes {
		hops[n.Hop] = append(hops[n.Hop], i)
	}
	target := make([]int, len(f.Nodes)) // index in the new list
	out := &Flow{Title: f.Title, Caption: f.Caption, Origins: f.Origins, Units: f.Units}
	for _, hop := range sortedKeys(hops) {
		nodes := hops[hop]
		slices.SortStableFunc(nodes, func(a, b int) int {
			return cmp.Or(cmp.Compare(size[b], size[a]), cmp.Compare(f.Nodes[a].Key, f.Nodes[b].Key))
		})
		out.addHop(f, nodes, target, most)
	}
	for _, e := range f.Edges {
		e.From, e.To = target[e.From], target[e.To]
		out.Edges = append(out.Edges, e)
	}
	out.Edges = merged(out.Edges)
	return out
}

// maxEdges is how many edges are drawn: more are no picture.
const maxEdges = 300

// trimmed returns f with its widest edges alone, and says how many it leaves
// out, with the nodes that nothing is left of.
func (f *Flow) trimmed(most int) *Flow {
	if len(f.Edges) <= most {
		return f
	}
	edges := slices.Clone(f.Edges)
	slices.SortStableFunc(edges, func(a, b FlowEdge) int { return cmp.Compare(b.weight(), a.weight()) })
	out := *f
	out.Edges, out.Nodes = nil, nil
	out.Caption = fmt.Sprintf("%s %s are left out.", f.Caption, plural(len(f.Edges)-most, "thinner ribbon", "thinner ribbons"))
	target := map[int]int{}
	node := func(i int) int {
		if _, known := target[i]; !known {
			target[i] = len(out.Nodes)
			out.Nodes = append(out.Nodes, f.Nodes[i])
		}
		return target[i]
	}
	for _, e := range edges[:most] {
		e.From, e.To = node(e.From), node(e.To)
		out.Edges = append(out.Edges, e)
	}
	return &out
}

// addHop adds the nodes of one hop, largest first, to out: most of them as
// they are, the rest gathered by group. A group of one stays as it is.
func (out *Flow) addHop(f *Flow, nodes, target []int, most int) {
	rest := map[string][]int{}
	for k, i := range nodes {
		if len(nodes) > most && k >= most {
			rest[f.Nodes[i].Group] = append(rest[f.Nodes[i].Group], i)
			continue
		}
		target[i] = len(out.Nodes)
		out.Nodes = append(out.Nodes, f.Nodes[i])
	}
	for _, group := range sortedKeys(rest) {
		members := rest[group]
		node := f.Nodes[members[0]]
		if len(members) > 1 {
			node = gatherNodes(f, members)
		}
		for _, i := range members {
			target[i] = len(out.Nodes)
		}
		out.Nodes = append(out.Nodes, node)
	}
}

// gatherNodes returns one node for several of a hop and group.
func gatherNodes(f *Flow, members []int) FlowNode {
	first := f.Nodes[members[0]]
	node := FlowNode{
		Key: "others " + first.Key, Group: first.Group, Hop: first.Hop,
		Stop: first.Stop, Claim: first.Claim, Members: len(members),
		Name:  first.Name + fmt.Sprintf(" (%d addresses)", len(members)),
		Title: fmt.Sprintf("%d smaller ones drawn together: %s", len(members), first.Group),
	}
	for _, i := range members {
		if f.Nodes[i].Stop != first.Stop {
			node.Stop = ""
		}
		if f.Nodes[i].Name != first.Name { // they have no role: their addresses are their names
			node.Name, node.Address, node.Claim = fmt.Sprintf("others (%d)", len(members)), first.Group, false
		}
		node.keep(f.Nodes[i].KeptAsset, f.Nodes[i].Kept)
	}
	return node
}

// keep adds to what stays at a node; of several assets, the first counts.
func (n *FlowNode) keep(asset clew.Asset, a clew.Amount) {
	if n.Kept.IsZero() {
		n.KeptAsset = asset
	}
	if asset != n.KeptAsset {
		return
	}
	if sum, fits := n.Kept.Add(a); fits {
		n.Kept = sum
	}
}

// passed returns what came into a node or, where nothing did, what left it, if
// all of it is of one asset.
func (f *Flow) passed(node int) (asset clew.Asset, sum clew.Amount, ok bool) {
	for _, into := range []bool{true, false} {
		for i := range f.Edges {
			e := &f.Edges[i]
			if end := map[bool]int{true: e.To, false: e.From}[into]; end != node {
				continue
			}
			if !ok {
				asset, ok = e.Asset, true
			}
			var fits bool
			if sum, fits = sum.Add(e.Amount); !fits || e.Asset != asset {
				return clew.Asset{}, clew.Amount{}, false
			}
		}
		if ok {
			return asset, sum, true
		}
	}
	return clew.Asset{}, clew.Amount{}, false
}

// sizes returns the larger of what comes into and what leaves each node.
func (f *Flow) sizes() []int64 {
	in, out := make([]int64, len(f.Nodes)), make([]int64, len(f.Nodes))
	for i := range f.Edges {
		e := &f.Edges[i]
		in[e.To] += e.weight()
		out[e.From] += e.weight()
	}
	for i := range in {
		in[i] = max(in[i], out[i])
	}
	return in
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
