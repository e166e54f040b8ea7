package launder

import (
	"fmt"

	"clew"
)

// A ShapeQuestion bounds what is taken for a shape. Shares are of 1,000.
type ShapeQuestion struct {
	Within  clew.Time // seconds in which a shape, or a step of one that grows, comes to be
	Degree  int       // of fans, and of what gathers to scatter: other parties, at least
	Ways    int       // of scatter-gather: parties between, at least
	Layer   int       // of a bipartite shape and a stack: parties of each layer, at least
	Density uint64    // of these: the share of a layer that each party of the one before pays, at least
	Passed  uint64    // of what one got: the share that goes on, at least
	Hop     uint64    // of a cycle: the share of a payment that the next one carries on, at least
	Length  int       // payments of a cycle, at most
	Hub     int       // payments of one party on one side that are kept: the newest
	Look    int       // of these, how many are looked at where many parties are met in one search
	Entries int       // payments that are kept at a time, over all: the newest
	Open    int       // findings that grow at a time, of each rule; the oldest are told
	Keep    int       // payments of a finding that are kept: the newest
}

// leastCycle is the fewest payments of a cycle: what goes and comes back between
// two is a return.
const leastCycle = 3

// DefaultShape returns the usual bounds; docs/ACCURACY.md says on what they were
// chosen.
func DefaultShape() ShapeQuestion {
	return ShapeQuestion{Within: 86_400, Degree: 10, Ways: 5, Layer: 4, Density: 750, Passed: 800, Hop: 950, Length: 8,
		Hub: 256, Look: 32, Entries: 1 << 20, Open: 1 << 12, Keep: 64}
}

// Check refuses bounds that mean nothing.
func (q ShapeQuestion) Check() error {
	share := func(n uint64) bool { return n > 0 && n <= 1000 }
	const ofThousand = "1 to 1000 of a thousand"
	return checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"degree", q.Degree, q.Degree > 1, "at least 2"},
		bound{"ways", q.Ways, q.Ways > 1, "at least 2"},
		bound{"layer", q.Layer, q.Layer > 1, "at least 2"},
		bound{"density", q.Density, share(q.Density), ofThousand},
		bound{"passed", q.Passed, share(q.Passed), ofThousand},
		bound{"hop", q.Hop, share(q.Hop), ofThousand},
		bound{"length", q.Length, q.Length >= leastCycle && q.Length <= 16, "3 to 16"},
		bound{"hub", q.Hub, q.Hub >= max(q.Degree, q.Ways, q.Layer), "at least as many as a shape needs"},
		bound{"look", q.Look, q.Look >= q.Layer && q.Look <= q.Hub, "at least as many as a layer needs, and no more than are kept"},
		bound{"entries", q.Entries, q.Entries >= q.Hub, "at least as many as are kept of one party"},
		bound{"open", q.Open, q.Open > 0, "at least 1"},
		bound{"keep", q.Keep, q.Keep > 1, "at least 2"})
}

// params returns bounds in words, first the window.
func (q ShapeQuestion) params(more ...Param) []Param {
	return append([]Param{{"seconds in which it comes to be, at most", fmt.Sprint(int64(q.Within))}}, more...)
}

func paramOf(name string, value any) Param { return Param{name, fmt.Sprint(value)} }
