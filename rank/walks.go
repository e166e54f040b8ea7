package rank

import (
	"cmp"
	"slices"

	"clew"
)

// A plain ranker goes by distance alone.
type plain struct {
	both    bool // also against the flow
	depth   map[clew.Address]int
	waiting []clew.Address // in order
	pushed  map[clew.Address]bool
}

// NewBreadthFirst returns a ranker that goes from neighbour to neighbour, along
// and against transfers, the nearest first. It is what rankers are measured
// against: it knows neither time nor amount.
func NewBreadthFirst(start []Move) Ranker { return newPlain(start, true) }

// NewPoison returns a ranker that goes along transfers alone, the nearest first:
// whoever was paid by somebody poisoned is poisoned.
func NewPoison(start []Move) Ranker { return newPlain(start, false) }

func newPlain(start []Move, both bool) *plain {
	r := &plain{both: both, depth: map[clew.Address]int{}, pushed: map[clew.Address]bool{}}
	for _, p := range portions(start) {
		r.meet(p.address, 0)
	}
	return r
}

func (r *plain) meet(a clew.Address, depth int) {
	if _, met := r.depth[a]; !met {
		r.depth[a] = depth
		r.waiting = append(r.waiting, a)
	}
}

// Push meets neighbours in the order of the transfers.
func (r *plain) Push(a clew.Address, moves []Move) {
	r.pushed[a] = true
	depth, met := r.depth[a]
	if !met {
		return
	}
	for _, m := range sorted(moves) {
		if m.From == a {
			r.meet(m.To, depth+1)
		} else if r.both && m.To == a && !m.From.IsZero() {
			r.meet(m.From, depth+1)
		}
	}
}

// Next returns who was met first of those not pushed.
func (r *plain) Next() (clew.Address, bool) {
	for len(r.waiting) > 0 {
		if a := r.waiting[0]; !r.pushed[a] {
			return a, true
		}
		r.waiting = r.waiting[1:]
	}
	return clew.Address{}, false
}

// Scores weighs by distance: 1 at a start, a half next to it, a third after that.
func (r *plain) Scores() []Score {
	var scores []Score
	for a, depth := range r.depth {
		scores = append(scores, Score{a, 1 / float64(1+depth)})
	}
	return sortScores(scores)
}

// leastHaircut is the weight below which an address is not looked at.
const leastHaircut = 1e-3

// A haircut ranker hands weight on in proportion to amounts.
type haircut struct {
	weights map[clew.Address]float64
	pushed  map[clew.Address]bool
}

// NewHaircut returns a ranker in which the start weighs 1, and whoever is looked
// at gives each that it paid its weight by the amount, once. It is blind to time,
// and what reaches an address after it was looked at goes no further; addresses
// that weigh less than a thousandth are not looked at. Amounts of different assets
// count as if they were of one. Source: the Haircut of BlockchainSpider, as far as
// its documents describe it.
func NewHaircut(start []Move) Ranker {
	r := &haircut{map[clew.Address]float64{}, map[clew.Address]bool{}}
	for _, p := range portions(start) {
		r.weights[p.address] += p.share
	}
	return r
}

// Push gives an address's weight on.
func (r *haircut) Push(a clew.Address, moves []Move) {
	if r.pushed[a] {
		return
	}
	r.pushed[a] = true
	out := slices.DeleteFunc(sorted(moves), func(m Move) bool { return m.From != a })
	var all float64
	for i := range out {
		all += approximately(out[i].Amount)
	}
	for i := range out {
		r.weights[out[i].To] += float64(r.weights[a] * (approximately(out[i].Amount) / all))
	}
}

// Next returns the weightiest of those not pushed.
func (r *haircut) Next() (clew.Address, bool) {
	best, most := clew.Address{}, 0.0
	for a, w := range r.weights {
		if w < leastHaircut || r.pushed[a] {
			continue
		}
		if c := cmp.Compare(w, most); c > 0 || c == 0 && compareAddresses(a, best) < 0 {
			best, most = a, w
		}
	}
	return best, !best.IsZero()
}

// Scores returns the weights.
func (r *haircut) Scores() []Score {
	var scores []Score
	for a, w := range r.weights {
		if w > 0 {
			scores = append(scores, Score{a, w})
		}
	}
	return sortScores(scores)
}
