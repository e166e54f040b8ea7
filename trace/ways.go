package trace

import (
	"context"
	"fmt"

	"clew"
)

// allWays are all ways that marked value could take under any policy: a network
// for each asset, for no way leads from one into another but by a conversion.
type allWays struct {
	byAsset map[clew.Asset]*ways
	open    map[clew.Asset]bool // fed by a conversion that leaves open how much comes out marked
	limited bool                // by hops or addresses, which a policy can come to elsewhere
	most    int                 // steps that searches may take
}

func newAllWays() *allWays {
	return &allWays{byAsset: map[clew.Asset]*ways{}, open: map[clew.Asset]bool{}, most: maxRangeWork}
}

// of returns the ways of an asset.
func (w *allWays) of(asset clew.Asset) *ways {
	n := w.byAsset[asset]
	if n == nil {
		n = newWays()
		w.byAsset[asset] = n
	}
	return n
}

// work returns how many steps searches took so far.
func (w *allWays) work() int {
	sum := 0
	for _, n := range w.byAsset {
		sum += n.net.work
	}
	return sum
}

// A ways is the network of one asset. Every way of marking that a policy could
// choose is a flow in it that carries all that started, and every such flow is
// a way of marking.
type ways struct {
	net          network
	source, sink int32
	places       map[clew.Pot]int32 // the arc by which each place leads into the sink
	started      clew.Amount
	flows        bool // the arcs carry all that started
}

func newWays() *ways {
	w := &ways{places: map[clew.Pot]int32{}}
	w.source, w.sink = w.net.node(), w.net.node()
	return w
}

// start lets what an origin begins with into the network.
func (w *ways) start(node int32, amount clew.Amount) {
	w.started = w.started.Plus(amount)
	w.net.arc(w.source, node, amount)
}

// exit lets marked value leave the network at a place.
func (w *ways) exit(node int32, id clew.Pot, capacity clew.Amount) {
	w.net.arc(node, w.place(id), capacity)
}

// place returns the node of a place.
func (w *ways) place(id clew.Pot) int32 {
	out, known := w.places[id]
	if !known {
		out = w.net.arc(w.net.node(), w.sink, clew.MaxAmount)
		w.places[id] = out
	}
	return w.net.arcs[out^1].to
}

// again lets value leave the network that came back to an origin's own
// beginning: what has a mark already is not counted again.
func (w *ways) again(node int32, capacity clew.Amount) { w.net.arc(node, w.sink, capacity) }

// rangeOf returns the least and the most of what started that can lie at a
// place. From any flow that carries all of it, others come by sending some
// elsewhere: what can come to the place from all other ends makes it the most,
// and what can go from there to them makes it the least.
func (w *ways) rangeOf(ctx context.Context, id clew.Pot) (least, most clew.Amount, err error) {
	out, known := w.places[id]
	if !known {
		return least, most, nil
	}
	return w.rangeAt(ctx, out)
}

// rangeAt is rangeOf by the arc that leads from the place into the sink.
func (w *ways) rangeAt(ctx context.Context, out int32) (least, most clew.Amount, err error) {
	if err := w.fill(ctx); err != nil {
		return least, most, err
	}
	n, node := &w.net, w.net.arcs[out^1].to
	held := n.arcs[out^1].room
	n.arcs[out].room, n.arcs[out^1].room = clew.Amount{}, clew.Amount{}
	come, err := n.flow(ctx, node, w.sink, upstream)
	if err != nil {
		return least, most, err
	}
	most = held.Plus(come)
	gone, err := n.flow(ctx, node, w.sink, downstream)
	if err != nil {
		return least, most, err
	}
	least = most.Minus(gone)
	n.arcs[out].room, n.arcs[out^1].room = clew.MaxAmount.Minus(least), least
	return least, most, nil
}

// fill makes the arcs carry all that started.
func (w *ways) fill(ctx context.Context) error {
	if w.flows {
		return nil
	}
	carried, err := w.net.flow(ctx, w.source, w.sink, downstream)
	if err != nil {
		return err
	}
	if carried != w.started {
		return fmt.Errorf("trace: internal error: of %s that started, possible ways carry %s", w.started, carried)
	}
	w.flows = true
	return nil
}
