package report

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"clew"
)

// randomFlow returns a flow with circles, parallel edges and several origins.
func randomFlow(r *rand.Rand) *Flow {
	f := &Flow{Title: "random", Units: Units{}, Origins: []FlowOrigin{{Name: "a"}, {Name: "b"}}}
	nodes := 2 + r.IntN(40)
	for i := range nodes {
		f.Nodes = append(f.Nodes, FlowNode{Key: fmt.Sprintf("%03d", i), Name: fmt.Sprint("n", i), Hop: r.IntN(5), Group: fmt.Sprint("g", r.IntN(3))})
		if r.IntN(4) == 0 {
			f.Nodes[i].Stop = "mixer"
		}
	}
	for range r.IntN(3 * nodes) {
		bases := []clew.Basis{clew.Fact, clew.Fact, clew.Claimed, clew.Inferred}
		n := uint64(r.IntN(1000))
		f.Edges = append(f.Edges, FlowEdge{
			From: r.IntN(nodes), To: r.IntN(nodes), Asset: ether, Amount: clew.Units(n), Count: 1, Basis: bases[r.IntN(len(bases))],
			Parts: []int64{int64(n) * 200_000, int64(r.IntN(2)) * 50_000_000},
		})
	}
	return f
}

func laidOut(f *Flow) *drawing {
	d := newDrawing(f, flowScale)
	d.addLines()
	d.order()
	d.place()
	return d
}

func TestLayout(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		f := randomFlow(r).gathered(1 + r.IntN(16))
		d := laidOut(f)
		checkColumns(t, seed, d)
		checkLinks(t, seed, d)
		if again := laidOut(f); !reflect.DeepEqual(d, again) {
			t.Fatalf("seed %d: two layouts of one flow differ", seed)
		}
	}
}

// checkColumns: nothing overlaps, nothing leaves the page.
func checkColumns(t *testing.T, seed uint64, d *drawing) {
	t.Helper()
	for l, column := range d.columns {
		floor := topMargin
		for _, i := range column {
			v := &d.vertices[i]
			if v.layer != l || v.top < floor || v.slot < v.thick || v.top+v.slot > d.height {
				t.Fatalf("seed %d: column %d: vertex %d at %d of height %d, room %d, overlaps %d or leaves the page of %d",
					seed, l, i, v.top, v.thick, v.slot, floor, d.height)
			}
			floor = v.top + v.slot
		}
	}
}

// checkLinks: every edge runs to the right one column at a time or is drawn as
// a stub; ribbons are as high as their weight says and do not overlap at nodes.
func checkLinks(t *testing.T, seed uint64, d *drawing) {
	t.Helper()
	drawn := map[int]bool{}
	for _, i := range d.back {
		drawn[i] = true
	}
	for k := range d.links {
		l := &d.links[k]
		drawn[l.edge] = true
		if d.vertices[l.to].layer != d.vertices[l.from].layer+1 {
			t.Fatalf("seed %d: link %d does not join neighbouring columns", seed, k)
		}
		if want := max(thinnest, int(d.flow.Edges[l.edge].weight()*flowScale/whole)); l.thick != want {
			t.Fatalf("seed %d: link %d is %d high, want %d", seed, k, l.thick, want)
		}
	}
	if len(drawn) != len(d.flow.Edges) {
		t.Fatalf("seed %d: %d of %d edges are drawn", seed, len(drawn), len(d.flow.Edges))
	}
	for i := range d.vertices {
		v := &d.vertices[i]
		for _, side := range [][]int{v.in, v.out} {
			at := 0
			for _, k := range side {
				top := d.links[k].fromTop
				if d.links[k].to == i {
					top = d.links[k].toTop
				}
				if top != at {
					t.Fatalf("seed %d: ribbons overlap at vertex %d", seed, i)
				}
				at += d.links[k].thick
			}
			if at > v.thick {
				t.Fatalf("seed %d: ribbons of %d on a vertex of %d", seed, at, v.thick)
			}
		}
	}
}

func TestGatheringConserves(t *testing.T) {
	for seed := range uint64(100) {
		f := randomFlow(rand.New(rand.NewPCG(seed, 8)))
		g := f.gathered(3)
		perHop := map[int]int{}
		members := 0
		for _, n := range g.Nodes {
			perHop[n.Hop]++
			members += max(1, n.Members)
		}
		if members != len(f.Nodes) {
			t.Fatalf("seed %d: %d nodes stand for %d", seed, len(g.Nodes), members)
		}
		for hop, n := range perHop {
			if n > 3+3 { // three apart, and one for each of three groups
				t.Fatalf("seed %d: hop %d has %d nodes", seed, hop, n)
			}
		}
		count, sum := 0, int64(0)
		for _, e := range g.Edges {
			count += e.Count
			sum += e.weight()
		}
		inside := 0
		for _, e := range merged(f.Edges) {
			inside += e.Count
		}
		if count > inside || len(g.Edges) > len(merged(f.Edges)) {
			t.Fatalf("seed %d: gathering made %d transfers of %d", seed, count, inside)
		}
	}
}

func TestForwardBreaksCirclesAtTheThinEdge(t *testing.T) {
	f := &Flow{Nodes: []FlowNode{{Key: "a"}, {Key: "b"}}, Edges: []FlowEdge{
		{From: 0, To: 1, Parts: []int64{5}}, {From: 1, To: 0, Parts: []int64{900}},
	}}
	if got := forward(f); got[0] || !got[1] {
		t.Errorf("forward = %v: the wide edge must run with the picture", got)
	}
}

func TestLayersPutPayersFirst(t *testing.T) {
	// a pays b, b pays d; c pays d late: it stands beside b, not beside a.
	f := &Flow{Nodes: []FlowNode{{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "d"}}, Edges: []FlowEdge{
		{From: 0, To: 1, Parts: []int64{5}}, {From: 1, To: 3, Parts: []int64{5}}, {From: 2, To: 3, Parts: []int64{5}},
	}}
	if got := layersOf(f, forward(f)); !reflect.DeepEqual(got, []int{0, 1, 1, 2}) {
		t.Errorf("layers = %v", got)
	}
}

// TestLargeFlow: a picture of far too much is trimmed, says so, and does not
// take long.
func TestLargeFlow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	f := &Flow{Title: "large", Units: Units{}, Origins: []FlowOrigin{{Name: "a"}}, Caption: "Caption."}
	for i := range 3000 {
		f.Nodes = append(f.Nodes, FlowNode{Key: fmt.Sprintf("%04d", i), Name: fmt.Sprint("n", i), Hop: i / 30, Group: fmt.Sprint(i % 7)})
	}
	for range 20_000 {
		n := uint64(1 + r.IntN(1000))
		f.Edges = append(f.Edges, FlowEdge{From: r.IntN(3000), To: r.IntN(3000), Asset: ether, Amount: clew.Units(n), Count: 1, Basis: clew.Fact, Parts: []int64{int64(n)}})
	}
	g := f.gathered(maxPerHop).trimmed(maxEdges)
	if len(g.Edges) != maxEdges {
		t.Errorf("%d edges are drawn, want %d", len(g.Edges), maxEdges)
	}
	has(t, g.Caption, "thinner ribbons are left out")
	checkColumns(t, 1, laidOut(g))
}
