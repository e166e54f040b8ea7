package trace

import (
	"clew"
	"clew/ledger"
)

// An outputWays is the network over outputs: a node for each transaction, which
// may send what comes in by any of its inputs out by any of its outputs, and an
// arc for each output, as wide as that. Clean value always finds room in what
// marked value leaves, for the two sides of a transaction are equal.
type outputWays struct {
	*ways
	nodes map[clew.Pos]int32
	begun map[legKey]bool // legs that origins begin with
}

// A legKey names a leg of a transaction.
type legKey struct {
	pos  clew.Pos
	side ledger.Side
	leg  int
}

func newOutputWays(w *ways) *outputWays {
	return &outputWays{ways: w, nodes: map[clew.Pos]int32{}, begun: map[legKey]bool{}}
}

// at returns the node of a transaction.
func (w *outputWays) at(pos clew.Pos) int32 {
	node, ok := w.nodes[pos]
	if !ok {
		node = w.net.node()
		w.nodes[pos] = node
	}
	return node
}

// seed notes what origins begin with: all that an input of theirs brings, or
// that an output of theirs holds, comes from the source.
func (w *outputWays) seed(s *outputSeed, near bool) {
	key := legKey{s.pos, s.side, s.leg}
	if w.begun[key] {
		return
	}
	w.begun[key] = true
	if near {
		w.start(w.at(s.pos), s.amount)
		return
	}
	w.started = w.started.Plus(s.amount)
}

// leave adds what a transaction sends out by one leg, and returns the node that
// it comes from.
func (w *outputWays) leave(pos clew.Pos, far ledger.Side, leg int, amount clew.Amount) int32 {
	if w.begun[legKey{pos, far, leg}] {
		w.again(w.at(pos), amount)
		return w.source
	}
	return w.at(pos)
}

// enter lets value go on into another transaction by a leg, unless an origin
// begins there.
func (w *outputWays) enter(from int32, pos clew.Pos, near ledger.Side, leg int, amount clew.Amount) {
	if w.begun[legKey{pos, near, leg}] {
		w.again(from, amount)
		return
	}
	w.net.arc(from, w.at(pos), amount)
}
