package launder

import (
	"cmp"
	"slices"

	"clew"
)

// A TurnKind says how two crossings in a row are related.
type TurnKind string

// The kinds. That value goes through a bridge or exchanger at all, from one chain
// to another, is a pass-through: each [Link] is one.
const (
	UTurn     TurnKind = "u-turn"     // who got it takes it straight back to the asset that it came from
	RoundTrip TurnKind = "round trip" // and to the very address that first paid it
)

// A Turn is value that crosses and is taken straight back. People whose trail is
// watched do so; so do traders, and those who chose the wrong chain.
//
// A round trip says that one person is at both ends of each crossing, as far as
// the links hold.
//
// Source: H. Yousaf, G. Kappos and S. Meiklejohn, "Tracing Transactions Across
// Cryptocurrency Ledgers" (2019).
type Turn struct {
	Kind   TurnKind `json:"kind"`
	First  int      `json:"first"`  // the match that goes there
	Second int      `json:"second"` // and that which comes back
	Rested int64    `json:"rested"` // seconds between
}

// Bounds of a turn.
const (
	turnWithin = 3_600 // seconds
	turnPart   = 900   // of a thousand of what came out, at least, go back
)

// FindTurns returns the turns among matches that have links, in order of time. A
// crossing is the second of one turn at most: of the last before it.
func FindTurns(matches []Match) []Turn {
	type key struct {
		who   clew.Address
		asset clew.Asset
	}
	came := map[key][]int{}
	var order []int
	for i := range matches {
		if matches[i].Link == nil || matches[i].Link.Refund {
			continue
		}
		order = append(order, i)
		last := lastOut(&matches[i])
		came[key{last.Who, last.Asset}] = append(came[key{last.Who, last.Asset}], i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(matches[a].In.Time, matches[b].In.Time) })
	var turns []Turn
	for _, i := range order {
		m := &matches[i]
		best, found := Turn{Second: i}, false
		for _, j := range came[key{m.In.Who, m.In.Asset}] {
			first := &matches[j]
			rested := int64(m.In.Time - lastOut(first).Time)
			if j == i || rested < 0 || rested > turnWithin || lastOut(m).Asset != first.In.Asset || !mostOf(m.In.Amount, first) || found && best.Rested <= rested {
				continue
			}
			best.First, best.Rested, best.Kind, found = j, rested, UTurn, true
			if lastOut(m).Who == first.In.Who {
				best.Kind = RoundTrip
			}
		}
		if found {
			turns = append(turns, best)
		}
	}
	return turns
}

// lastOut returns the last release of a match with a link.
func lastOut(m *Match) *End {
	outs := m.Candidates[0].Out
	return &outs[len(outs)-1]
}

// mostOf reports whether an amount is nearly all that came out, and no more.
func mostOf(a clew.Amount, m *Match) bool {
	var sum clew.Amount
	for i := range m.Candidates[0].Out {
		var ok bool
		if sum, ok = sum.Add(m.Candidates[0].Out[i].Amount); !ok {
			return false
		}
	}
	least, _ := sum.MulDiv(clew.Units(turnPart), clew.Units(1000))
	return least.Cmp(a) <= 0 && a.Cmp(sum) <= 0
}
