// Package eval measures how often heuristics are right, so that what they claim
// of themselves can be run again.
//
// Errors are counted in two ways that are never added up: on synthetic worlds of
// package internal/simchain, where everything is known and whose shares are no
// estimate of the real ones; and on real ledgers, against what is claimed of
// addresses or what later transactions reveal, where little is known. What was
// not seen is not 0: it is not known.
package eval

import (
	"cmp"
	"slices"

	"clew"
	"clew/cluster"
)

// A Score counts what one heuristic did in cases of one behaviour. A case is
// something of which the heuristic could have said that it shows common control:
// two inputs of a transaction, a transaction with change to be found, a payment
// into a deposit address, an address that somebody funded.
type Score struct {
	World     string `json:"world"`
	Heuristic string `json:"heuristic"`
	Behaviour string `json:"behaviour"` // what was planted, or of what kind the transactions are
	Planted   bool   `json:"planted"`   // against this heuristic
	Lead      bool   `json:"lead"`      // it merges nothing
	Cases     uint64 `json:"cases"`
	True      uint64 `json:"true"`  // of the cases: where there is something right to be named
	Named     uint64 `json:"named"` // where the heuristic named something
	Right     uint64 `json:"right"` // and was right
}

// Wrong returns how often the heuristic named something and was wrong.
func (s *Score) Wrong() uint64 { return s.Named - s.Right }

// Add takes another score's counts.
func (s *Score) Add(o *Score) {
	s.Cases, s.True, s.Named, s.Right = s.Cases+o.Cases, s.True+o.True, s.Named+o.Named, s.Right+o.Right
}

// Precision returns how many of a thousand that were named are right, rounded
// down; false if nothing was named.
func (s *Score) Precision() (permille uint64, known bool) { return Permille(s.Right, s.Named) }

// Recall returns how many of a thousand that could be named rightly were, rounded
// down; false if there was none, and of leads: those are events, and nobody can
// list what should have been one.
func (s *Score) Recall() (permille uint64, known bool) {
	if s.Lead {
		return 0, false
	}
	return Permille(s.Right, s.True)
}

// Permille returns part of whole in a thousand, rounded down; false if whole is
// nothing.
func Permille(part, whole uint64) (permille uint64, known bool) {
	if whole == 0 {
		return 0, false
	}
	m, _ := clew.Units(part).MulDiv(clew.Units(1000), clew.Units(whole))
	return m.Limbs()[0], true
}

// Pairs count pairs of addresses in clusters. A pair is right if one actor holds
// both.
type Pairs struct {
	World     string `json:"world"`
	Clusters  string `json:"clusters"` // by what they were made
	Addresses uint64 `json:"addresses"`
	Number    uint64 `json:"number"`  // of clusters with several addresses
	Mixed     uint64 `json:"mixed"`   // of these: with several actors
	Largest   uint64 `json:"largest"` // addresses of the largest
	Together  uint64 `json:"together"`
	Right     uint64 `json:"right"`
	True      uint64 `json:"true"` // pairs in the whole world that one actor holds
}

// A Table is what was measured.
type Table struct {
	Seed      uint64  `json:"seed"`
	Transfers int     `json:"transfers"` // of each world at least
	Scores    []Score `json:"scores"`
	Pairs     []Pairs `json:"pairs"`
	Real      []Real  `json:"real,omitempty"`
}

// A tally adds cases up.
type tally struct {
	world  string
	scores map[string]*Score
	rank   map[string]int // of heuristics, in the order in which they first came
}

func newTally(world string) *tally {
	return &tally{world, map[string]*Score{}, map[string]int{}}
}

// note takes a case.
func (t *tally) note(heuristic string, b behaviour, there, named, right bool) {
	if _, met := t.rank[heuristic]; !met {
		t.rank[heuristic] = len(t.rank)
	}
	key := heuristic + "\x00" + b.name
	s := t.scores[key]
	if s == nil {
		h, _ := cluster.HeuristicOf(cluster.Sign(heuristic))
		s = &Score{World: t.world, Heuristic: heuristic, Behaviour: b.name, Planted: b.planted, Lead: h.Lead}
		t.scores[key] = s
	}
	s.Cases++
	s.True += count(there)
	s.Named += count(named)
	s.Right += count(named && right)
}

func count(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}

// list returns the scores: by heuristic, what is ordinary first, what was planted
// against it last.
func (t *tally) list() []Score {
	var all []Score
	for _, s := range t.scores {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Score) int {
		return cmp.Or(cmp.Compare(t.rank[a.Heuristic], t.rank[b.Heuristic]), cmp.Compare(count(a.Planted), count(b.Planted)),
			-cmp.Compare(count(a.Behaviour == ordinary), count(b.Behaviour == ordinary)), cmp.Compare(a.Behaviour, b.Behaviour))
	})
	return all
}
