package trace

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/taint"
)

// A placeKey tells places apart.
type placeKey struct {
	kind    PlaceKind
	address clew.Address
	asset   clew.Asset
	account dealing // whose entry put it there, by a record; its step is beyond the last for what is left
}

// A holding is what one origin has at a place.
type holding struct {
	origin                 int // its index, or together
	amount, basis, assumed clew.Amount
	rests                  []resting // by exhibit; none: on none
}

// together stands for all origins.
const together = -1

// fewHoldings is up to how many holdings are looked through for one.
const fewHoldings = 8

// A place collects what a walk books.
type place struct {
	key      placeKey
	amount   clew.Amount
	assumed  clew.Amount
	rests    []resting   // by exhibit; none: on none
	holdings []holding   // of the origins that have something there
	index    map[int]int // of more than fewHoldings, by origin
	last     clew.Pos
	time     clew.Time
	arrivals []Arrival
}

// kindOrder is the order in which books list kinds of place.
var kindOrder = []PlaceKind{AtService, AtSuspected, AtMixer, InBridge, Locked, Unconverted, AtRest, NotHeld, AtHopLimit,
	AtSizeLimit, AtTimeLimit, PaidOffLedger, Dust, PaidAsFee, TokenFee, Burnt, AtIssuance, AtOpening}

// listsArrivals reports whether a place of a kind names each transfer that
// brought it value: those are what one asks somebody about.
func listsArrivals(kind PlaceKind) bool {
	switch kind {
	case AtService, AtSuspected, AtMixer, InBridge, Locked, Unconverted, Burnt:
		return true
	}
	return false
}

// book puts what is marked on a tape at a place. r is the transfer that
// brought it, and its asset that of the tape.
func (w *walk) book(kind PlaceKind, a clew.Address, r row, tape taint.Tape) {
	w.bookIn(placeKey{kind: kind, address: a, asset: r.asset}, r, tape)
}

// bookIn books what is marked on a tape at a place by its key.
func (w *walk) bookIn(key placeKey, r row, tape taint.Tape) {
	marked := tape.Marked()
	if marked.IsZero() {
		return
	}
	p := w.places[key]
	if p == nil {
		p = &place{key: key, last: r.pos, time: r.time}
		w.places[key] = p
	}
	p.amount = w.plus(p.amount, marked)
	if p.last.Before(r.pos) != w.backward && p.last != r.pos {
		p.last, p.time = r.pos, r.time
	}
	for _, run := range tape {
		w.addRun(p, run)
	}
	if listsArrivals(key.kind) && key.account.custody == nil {
		a := Arrival{Pos: r.pos, Time: r.time, From: r.near, Amount: marked, Moved: r.amount}
		if r.fact != nil {
			a.Tx = r.fact.Tx
		}
		p.arrivals = append(p.arrivals, a)
	}
}

// addRun books a run for each origin that has a mark on it.
func (w *walk) addRun(p *place, run taint.Run) {
	assumed := run.Marks.Has(assumedOrigin)
	if assumed {
		p.assumed = w.plus(p.assumed, run.Amount)
	}
	p.rests = w.restsWith(p.rests, run)
	for mark, basis := range run.Bases() {
		origin, ok := w.originOf(mark)
		if mark == anyOrigin {
			origin, ok = together, true
		}
		if !ok {
			continue
		}
		h := p.of(origin)
		h.amount = w.plus(h.amount, run.Amount)
		h.basis = w.exact(h.basis, basis)
		if assumed {
			h.assumed = w.plus(h.assumed, run.Amount)
		}
		h.rests = w.restsWith(h.rests, run)
	}
}

// of returns what an origin has at a place, to be added to.
func (p *place) of(origin int) *holding {
	at, found := p.index[origin]
	if !found && len(p.holdings) <= fewHoldings {
		at = slices.IndexFunc(p.holdings, func(h holding) bool { return h.origin == origin })
		found = at >= 0
	}
	if found {
		return &p.holdings[at]
	}
	p.holdings = append(p.holdings, holding{origin: origin})
	last := len(p.holdings) - 1
	switch {
	case p.index != nil:
		p.index[origin] = last
	case last >= fewHoldings:
		p.index = map[int]int{}
		for i := range p.holdings {
			p.index[p.holdings[i].origin] = i
		}
	}
	return &p.holdings[last]
}

// plus adds two amounts. A contract can issue as much of a token as it likes, and
// poison grows: what exceeds 256 bits is shown as the largest amount. No book rests
// on it, for those are of what value stands for.
func (w *walk) plus(a, b clew.Amount) clew.Amount {
	sum, fits := a.Add(b)
	if !fits {
		return clew.MaxAmount
	}
	return sum
}

// exact adds what value stands for in its origin's asset. Of what is conserved it
// cannot exceed 256 bits: if it does, no answer is given, for a sum cut short could
// hide a book that does not close.
func (w *walk) exact(a, b clew.Amount) clew.Amount {
	sum, fits := a.Add(b)
	if !fits {
		w.overflowed = true
		return clew.MaxAmount
	}
	return sum
}

// sortedPlaces returns the places in the order of the result: largest first.
func (w *walk) sortedPlaces() []*place {
	sorted := make([]*place, 0, len(w.places))
	for _, p := range w.places {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(p, q *place) int {
		if c := q.amount.Cmp(p.amount); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(slices.Index(kindOrder, p.key.kind), slices.Index(kindOrder, q.key.kind)),
			strings.Compare(p.key.asset.String(), q.key.asset.String()), compareAddresses(p.key.address, q.key.address),
			p.key.account.compare(q.key.account))
	})
	return sorted
}

// compareAddresses gives addresses an order that depends on nothing else.
func compareAddresses(a, b clew.Address) int {
	ka, na := a.RawKey()
	kb, nb := b.RawKey()
	return cmp.Or(strings.Compare(string(a.Chain()), string(b.Chain())), cmp.Compare(a.Form(), b.Form()),
		slices.Compare(ka[:na], kb[:nb]))
}

// list returns the places as the result shows them.
func (w *walk) list() []Place {
	sorted := w.sortedPlaces()
	list := slices.Grow([]Place(nil), len(sorted))
	for _, p := range sorted {
		shown := Place{Kind: p.key.kind, Address: p.key.address, Asset: p.key.asset, Amount: p.amount,
			Last: p.last, Time: p.time, Role: w.in.Roles[p.key.address].Name, Assumed: p.assumed,
			Rests: w.listRests(p.rests), Account: p.key.account.show()}
		slices.SortFunc(p.holdings, func(a, b holding) int { return cmp.Compare(a.origin, b.origin) })
		p.index = nil // they lie elsewhere now
		for _, h := range p.holdings {
			if h.origin != together {
				shown.Parts = append(shown.Parts, Part{Origin: w.origins[h.origin].ID, Amount: h.amount, Basis: h.basis})
			}
		}
		if v := w.verdicts[p.key.address]; v != nil && v.kind == p.key.kind {
			shown.Tag, shown.Listed, shown.Degree, shown.Peers = v.tag, v.listed, v.degree, v.peers
		}
		slices.SortStableFunc(p.arrivals, func(a, b Arrival) int { return a.Pos.Cmp(b.Pos) })
		shown.Arrivals = p.arrivals
		list = append(list, shown)
	}
	return list
}
