package trace

import (
	"context"

	"clew"
)

// A ways is a network of all ways that marked value could take under any
// policy. Every way of marking that a policy could choose is a flow in it that
// carries all that the origins started with, and every such flow is a way of
// marking.
type ways struct {
	net          network
	source, sink int32
	ends         map[clew.Pot][]int32 // by place: arcs into the sink
	exits        []int32              // all arcs into the sink
	started      clew.Amount
	limited      bool // by hops or addresses, which a policy can come to elsewhere
}

func newWays() ways {
	w := ways{ends: map[clew.Pot][]int32{}}
	w.source, w.sink = w.net.node(), w.net.node()
	return w
}

// exit lets marked value leave the network at a place.
func (w *ways) exit(node int32, id clew.Pot, capacity clew.Amount) {
	i := w.net.arc(node, w.sink, capacity)
	w.ends[id], w.exits = append(w.ends[id], i), append(w.exits, i)
}

// again lets value leave the network that came back to an origin's own
// beginning: what has a mark already is not counted again.
func (w *ways) again(node int32, capacity clew.Amount) {
	w.exits = append(w.exits, w.net.arc(node, w.sink, capacity))
}

// rangeOf returns the least and the most of what started that can lie at a
// place: the most is the largest flow that ends there, and the least is what
// the largest flow that ends elsewhere leaves over.
func (w *ways) rangeOf(ctx context.Context, id clew.Pot) (least, most clew.Amount, err error) {
	ends := map[int32]bool{}
	for _, i := range w.ends[id] {
		ends[i] = true
	}
	if most, err = w.flowTo(ctx, func(i int32) bool { return ends[i] }); err != nil {
		return least, most, err
	}
	elsewhere, err := w.flowTo(ctx, func(i int32) bool { return !ends[i] })
	return w.started.MinusOrZero(elsewhere), most, err
}

// flowTo returns the largest flow that leaves the network by arcs that ends
// accepts.
func (w *ways) flowTo(ctx context.Context, ends func(arc int32) bool) (clew.Amount, error) {
	w.net.reset()
	for _, i := range w.exits {
		if !ends(i) {
			w.net.arcs[i].room = clew.Amount{}
		}
	}
	return w.net.flow(ctx, w.source, w.sink)
}
