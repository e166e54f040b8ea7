package report

import (
	"cmp"
	"slices"
)

// A vertex is a node of the picture, or a bend of an edge that passes a
// column: bends keep room for the ribbon, so that it crosses no node.
type vertex struct {
	node   int // index in Flow.Nodes; -1 for a bend
	layer  int
	thick  int // height in tenths of a pixel
	slot   int // height including its label and the gap below it
	top    int // in tenths of a pixel
	in     []int
	out    []int // indexes of links
	inSum  int
	outSum int
}

// A link joins vertices of neighbouring layers and is a piece of an edge.
type link struct {
	edge     int // index in Flow.Edges
	from, to int // indexes of vertices
	thick    int
	fromTop  int // where the ribbon leaves, from the vertex's top
	toTop    int
}

// A drawing is a flow with places for everything, in tenths of a pixel.
// Everything is whole numbers, so that every machine draws the same bytes.
type drawing struct {
	flow     *Flow
	vertices []vertex
	links    []link
	back     []int // edges that go against the picture's direction, drawn as stubs
	columns  [][]int
	width    int
	height   int
}

// forward says which edges run with the picture: as many of the wide ones as
// can without closing a circle. The others go back.
func forward(f *Flow) []bool {
	order := make([]int, len(f.Edges))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(f.Edges[b].weight(), f.Edges[a].weight())
	})
	next := make([][]int, len(f.Nodes))
	with := make([]bool, len(f.Edges))
	for _, i := range order {
		e := &f.Edges[i]
		if reaches(next, e.To, e.From) {
			continue
		}
		with[i] = true
		next[e.From] = append(next[e.From], e.To)
	}
	return with
}

// reaches reports whether to can be reached from from.
func reaches(next [][]int, from, to int) bool {
	seen := make([]bool, len(next))
	stack := []int{from}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == to {
			return true
		}
		if seen[n] {
			continue
		}
		seen[n] = true
		stack = append(stack, next[n]...)
	}
	return false
}

// layersOf returns each node's column: one more than the furthest of those
// that pay it. Nodes that nobody pays stand just before the first they pay.
func layersOf(f *Flow, with []bool) []int {
	layer := make([]int, len(f.Nodes))
	paid := make([]bool, len(f.Nodes))
	for changed, round := true, 0; changed && round <= len(f.Nodes); round++ {
		changed = false
		for i, e := range f.Edges {
			if !with[i] {
				continue
			}
			paid[e.To] = true
			if layer[e.To] <= layer[e.From] {
				layer[e.To] = layer[e.From] + 1
				changed = true
			}
		}
	}
	for n := range layer {
		if paid[n] {
			continue
		}
		first := len(f.Nodes)
		for i, e := range f.Edges {
			if with[i] && e.From == n {
				first = min(first, layer[e.To])
			}
		}
		if first < len(f.Nodes) {
			layer[n] = max(0, first-1)
		}
	}
	return layer
}

// newDrawing lays f out in columns, with bends where edges pass a column.
// scale is the height in tenths of a pixel of everything that started.
func newDrawing(f *Flow, scale int64) *drawing {
	with := forward(f)
	layer := layersOf(f, with)
	d := &drawing{flow: f}
	for n := range f.Nodes {
		d.addVertex(n, layer[n])
	}
	for i := range f.Edges {
		e := &f.Edges[i]
		if !with[i] {
			d.back = append(d.back, i)
			continue
		}
		thick := thickness(e.weight(), scale)
		at := e.From
		for l := layer[e.From] + 1; l < layer[e.To]; l++ {
			bend := d.addVertex(-1, l)
			d.addLink(i, at, bend, thick)
			at = bend
		}
		d.addLink(i, at, e.To, thick)
	}
	for i := range d.vertices {
		d.measure(i)
	}
	return d
}

// thinnest is the height of a ribbon too small to be drawn to scale.
const thinnest = 8

// thickness returns a ribbon's height: in proportion to its weight, but never
// too thin to be seen.
func thickness(weight, scale int64) int {
	return max(thinnest, int(weight*scale/whole))
}

func (d *drawing) addVertex(node, layer int) int {
	d.vertices = append(d.vertices, vertex{node: node, layer: layer})
	for len(d.columns) <= layer {
		d.columns = append(d.columns, nil)
	}
	v := len(d.vertices) - 1
	d.columns[layer] = append(d.columns[layer], v)
	return v
}

func (d *drawing) addLink(edge, from, to, thick int) {
	d.links = append(d.links, link{edge: edge, from: from, to: to, thick: thick})
	k := len(d.links) - 1
	d.vertices[from].out = append(d.vertices[from].out, k)
	d.vertices[to].in = append(d.vertices[to].in, k)
	d.vertices[from].outSum += thick
	d.vertices[to].inSum += thick
}

// Room that vertices take, in tenths of a pixel.
const (
	labelSlot = 320 // two lines of text
	gapBelow  = 60
	bendGap   = 30
	nodeThin  = 20 // the least height of a node
)

// measure sets a vertex's height and room from its links.
func (d *drawing) measure(i int) {
	v := &d.vertices[i]
	v.thick = max(v.inSum, v.outSum)
	if v.node < 0 {
		v.slot = v.thick + bendGap
		return
	}
	v.thick = max(v.thick, nodeThin)
	v.slot = max(v.thick, labelSlot) + gapBelow
}
