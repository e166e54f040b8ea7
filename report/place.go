package report

import (
	"cmp"
	"slices"
)

// Measures of the picture, in tenths of a pixel.
const (
	widest      = 12900 // pictures of few columns are no wider
	stepMin     = 2050
	stepMax     = 2900
	nodeWidth   = 120
	lastLabel   = 2500 // room for the labels of the last column
	topMargin   = 260
	leftMargin  = 60
	labelGap    = 50
	iconWidth   = 210 // of a stop, before its label
	letterWidth = 76  // of a bold letter, about
	plainWidth  = 64  // of others
	settleTimes = 24
)

// place gives every vertex its height on the page, and every link the places
// where it leaves and arrives.
func (d *drawing) place() {
	tallest := 0
	for _, column := range d.columns {
		tallest = max(tallest, d.roomOf(column))
	}
	for _, column := range d.columns {
		at := topMargin + (tallest-d.roomOf(column))/2
		for _, v := range column {
			d.vertices[v].top = at
			at += d.vertices[v].slot
		}
	}
	for i := range settleTimes {
		for k := range d.columns {
			l := k
			if i%2 == 1 {
				l = len(d.columns) - 1 - k
			}
			d.settle(l, i%2 == 0, tallest)
		}
	}
	d.attach()
	d.height = topMargin + tallest + gapBelow
	d.width = d.left(len(d.columns)-1) + nodeWidth + lastLabel
}

func (d *drawing) roomOf(column []int) int {
	sum := 0
	for _, v := range column {
		sum += d.vertices[v].slot
	}
	return sum
}

// settle moves the vertices of a column towards the middles of what they are
// joined to, and then apart again, so that no two overlap and none leaves the
// page. Order is kept.
func (d *drawing) settle(l int, before bool, tallest int) {
	column := d.columns[l]
	for _, v := range column {
		if want, ok := d.wanted(v, before); ok {
			d.vertices[v].top = want
		}
	}
	at := topMargin
	for _, v := range column {
		d.vertices[v].top = max(d.vertices[v].top, at)
		at = d.vertices[v].top + d.vertices[v].slot
	}
	floor := topMargin + tallest
	for _, v := range slices.Backward(column) {
		d.vertices[v].top = min(d.vertices[v].top, floor-d.vertices[v].slot)
		floor = d.vertices[v].top
	}
}

// wanted returns the top at which a vertex's middle is that of its neighbours.
func (d *drawing) wanted(v int, before bool) (int, bool) {
	links := d.vertices[v].out
	if before {
		links = d.vertices[v].in
	}
	var sum, weight int64
	for _, k := range links {
		other := d.links[k].to
		if before {
			other = d.links[k].from
		}
		middle := d.vertices[other].top + d.vertices[other].thick/2
		sum += int64(middle) * int64(d.links[k].thick)
		weight += int64(d.links[k].thick)
	}
	if weight == 0 {
		return 0, false
	}
	return int(sum/weight) - d.vertices[v].thick/2, true
}

// attach stacks the links of every vertex on both its sides in the order of
// their other ends.
func (d *drawing) attach() {
	for i := range d.vertices {
		v := &d.vertices[i]
		slices.SortStableFunc(v.out, func(a, b int) int {
			return cmp.Compare(d.vertices[d.links[a].to].top, d.vertices[d.links[b].to].top)
		})
		slices.SortStableFunc(v.in, func(a, b int) int {
			return cmp.Compare(d.vertices[d.links[a].from].top, d.vertices[d.links[b].from].top)
		})
		at := 0
		for _, k := range v.out {
			d.links[k].fromTop = at
			at += d.links[k].thick
		}
		at = 0
		for _, k := range v.in {
			d.links[k].toTop = at
			at += d.links[k].thick
		}
	}
}

// left returns where a layer's nodes begin.
func (d *drawing) left(layer int) int { return leftMargin + layer*d.step() }

// step is from one column to the next.
func (d *drawing) step() int {
	gaps := max(1, len(d.columns)-1)
	return min(max((widest-leftMargin-nodeWidth-lastLabel)/gaps, stepMin), stepMax)
}

// labelRoom returns how many letters of a label there is room for beside a node,
// before the next column.
func (d *drawing) labelRoom(v *vertex) int {
	room := d.step() - nodeWidth
	if v.layer == len(d.columns)-1 {
		room = lastLabel
	}
	if d.flow.Nodes[v.node].Stop != "" {
		room -= iconWidth
	}
	return (room - labelGap) / letterWidth
}
