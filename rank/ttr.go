package rank

import (
	"cmp"
	"slices"

	"clew"
)

// A Variant says how a [TTR] hands weight on.
type Variant string

// The variants, each with more of what a chain says than the one before.
const (
	TTREqual    Variant = "base"     // to each transfer the same; blind to amount and time
	TTRWeight   Variant = "weight"   // by amount; blind to time
	TTRTime     Variant = "time"     // by amount, forward to later transfers and backward to earlier ones; see [TTR]
	TTRRedirect Variant = "redirect" // as time, and past pools to where the bought asset goes
)

// Variants returns all of them.
func Variants() []Variant { return []Variant{TTREqual, TTRWeight, TTRTime, TTRRedirect} }

// Parameters of a [TTR]. The published ones are [Published].
type Parameters struct {
	Alpha   float64 // how much of its residual an address keeps, between 0 and 1
	Beta    float64 // how much of the rest goes forward, from 0 to 1
	Epsilon float64 // residual up to which nothing is looked at, more than 0
}

// Published returns the parameters of the reference implementation.
func Published() Parameters { return Parameters{Alpha: 0.15, Beta: 0.8, Epsilon: 1e-3} }

// A TTR ranks by a walk that starts over at every step with some chance: it goes
// along transfers with weight, and against them with less. Each address has a
// score and a residual; whoever has the largest residual keeps a part as its score
// and hands the rest to its neighbours.
//
// The temporal variants conserve mass: scores and residuals sum to 1 at all times,
// for what finds no transfer to go by stays where it is. The two others are those
// that were published, and lose what reaches an address without transfers of the
// side; [TTR.Lost] says how much.
//
// Source: TRacer (arXiv 2201.05757) and its reference implementation in
// BlockchainSpider, restated. Its failure: weight is no value. It fades with each
// hop, so that the far end of a long chain weighs little however much went there,
// and busy neighbours upstream of the start weigh much. [TTRTime] starts, as its
// reference does, as if value had come with each transfer of the start: it never
// goes along the last of them, and from a start that paid once it goes nowhere.
type TTR struct {
	variant Variant
	Parameters
	nodes  []node
	at     map[clew.Address]int
	assets map[clew.Asset]int // their numbers, as they are met
	lost   float64
}

// A node is what is known of an address.
type node struct {
	address clew.Address
	score   float64
	chips   []chip  // the residual, in order
	opening []chip  // what it starts with, until it is settled for the first time
	sum     float64 // of both
	pushed  bool
	ways
}

// A chip is a part of a residual: weight of an asset since a moment. Variants that
// are blind to time know one moment.
type chip struct {
	asset int
	since moment
	value float64
}

// A moment is a position, or before or after all.
type moment struct {
	end int // -1 before all, 1 after all
	pos clew.Pos
}

func (m moment) compare(n moment) int { return cmp.Or(cmp.Compare(m.end, n.end), m.pos.Cmp(n.pos)) }

func compareChips(c, d chip) int {
	return cmp.Or(cmp.Compare(c.asset, d.asset), c.since.compare(d.since))
}

// NewTTR returns a ranker for what starts. It panics for parameters out of their
// ranges or an unknown variant.
func NewTTR(v Variant, start []Move, p Parameters) *TTR {
	if !(p.Alpha > 0 && p.Alpha < 1 && p.Beta >= 0 && p.Beta <= 1 && p.Epsilon > 0) || !slices.Contains(Variants(), v) {
		panic("rank: parameters out of range")
	}
	r := &TTR{variant: v, Parameters: p, at: map[clew.Address]int{}, assets: map[clew.Asset]int{}}
	for _, p := range portions(start) {
		c := chip{asset: r.asset(p.asset), value: p.share}
		n := r.node(p.address)
		if r.temporal() {
			n.opening = addChip(n.opening, c)
		} else {
			n.chips = addChip(n.chips, chip{value: p.share})
		}
		n.sum += p.share
	}
	return r
}

func (r *TTR) temporal() bool { return r.variant == TTRTime || r.variant == TTRRedirect }

// asset returns an asset's number; blind variants tell none apart.
func (r *TTR) asset(a clew.Asset) int {
	n, met := r.assets[a]
	if !met && r.temporal() {
		n, r.assets[a] = len(r.assets), len(r.assets)
	}
	return n
}

// node returns what is known of an address, until the next call.
func (r *TTR) node(a clew.Address) *node {
	n, met := r.at[a]
	if !met {
		n, r.at[a] = len(r.nodes), len(r.nodes)
		r.nodes = append(r.nodes, node{address: a})
	}
	return &r.nodes[n]
}

// give adds to an address's residual.
func (r *TTR) give(a clew.Address, c chip) {
	if c.value > 0 {
		n := r.node(a)
		n.chips, n.sum = addChip(n.chips, c), n.sum+c.value
	}
}

func addChip(chips []chip, c chip) []chip {
	i, same := slices.BinarySearchFunc(chips, c, compareChips)
	if !same {
		return slices.Insert(chips, i, c)
	}
	chips[i].value += c.value
	return chips
}

// Push takes an address's transfers.
func (r *TTR) Push(a clew.Address, moves []Move) {
	n := r.node(a)
	n.pushed, n.ways = true, r.waysOf(a, sorted(moves))
}

// Next settles residuals of known addresses, the largest first, until the largest
// of all is one of an address that was not pushed.
func (r *TTR) Next() (clew.Address, bool) {
	for {
		n := r.largest()
		switch {
		case n == nil:
			return clew.Address{}, false
		case !n.pushed:
			return n.address, true
		}
		r.settle(n)
	}
}

// largest returns the node with the largest residual, if that is large enough.
func (r *TTR) largest() *node {
	var best *node
	most := r.Epsilon
	for i := range r.nodes {
		n := &r.nodes[i]
		if n.sum > most || best != nil && n.sum == most && compareAddresses(n.address, best.address) < 0 {
			best, most = n, n.sum
		}
	}
	return best
}

// settle turns one residual into score and what others get.
func (r *TTR) settle(n *node) {
	a, chips, opening, w := n.address, n.chips, n.opening, &n.ways
	sum := sumOf(chips) + sumOf(opening)
	n.chips, n.opening, n.sum = nil, nil, 0
	n.score += float64(r.Alpha * sum)
	forward, backward := float64((1-r.Alpha)*r.Beta), float64((1-r.Alpha)*(1-r.Beta))
	if !r.temporal() {
		r.spread(w.out, forward*sum)
		r.spread(w.in, backward*sum)
		return
	}
	for _, c := range opening {
		r.open(a, w.out, moment{end: -1}, chip{asset: c.asset, value: float64(forward * c.value)})
		r.open(a, w.in, moment{end: 1}, chip{asset: c.asset, value: float64(backward * c.value)})
	}
	p := &passing{r, a, w}
	p.pass(chips, forward, false)
	p.pass(chips, backward, true)
}

func sumOf(chips []chip) (sum float64) {
	for i := range chips {
		sum += chips[i].value
	}
	return sum
}

// spread hands weight to neighbours, of whatever asset.
func (r *TTR) spread(hops []hop, weight float64) {
	all := sizes(hops)
	if all == 0 {
		r.lost += weight
	}
	for i := range hops {
		r.give(hops[i].peer, chip{value: float64(weight * (hops[i].size / all))})
	}
}

// open hands on what an address starts with. Without a transfer of its asset, it
// stays as what is older or newer than all. The variants differ as their
// references do: one leaves it at the address, at the moments of its transfers, the
// other hands it to neighbours at once.
func (r *TTR) open(a clew.Address, hops []hop, none moment, c chip) {
	hops = ofAsset(hops, c.asset)
	all := sizes(hops)
	if all == 0 {
		c.since = none
		r.give(a, c)
	}
	for i := range hops {
		h := &hops[i]
		to := a
		if r.variant == TTRRedirect {
			to = h.peer
		}
		r.give(to, chip{c.asset, moment{pos: h.pos}, float64(c.value * (h.size / all))})
	}
}

// Lost returns how much of the mass of 1 went nowhere: with the temporal variants
// nothing, with the others what reached an address without transfers of a side.
func (r *TTR) Lost() float64 { return r.lost }

// Residual returns how much mass was not settled yet.
func (r *TTR) Residual() float64 {
	var sum float64
	for i := range r.nodes {
		sum += r.nodes[i].sum
	}
	return sum
}

// Scores returns what addresses kept.
func (r *TTR) Scores() []Score {
	var scores []Score
	for i := range r.nodes {
		if n := &r.nodes[i]; n.score > 0 {
			scores = append(scores, Score{n.address, n.score})
		}
	}
	return sortScores(scores)
}
