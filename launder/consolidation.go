package launder

import (
	"fmt"
	"slices"

	"clew"
)

// A ConsolidationQuestion bounds what is taken for a consolidation.
type ConsolidationQuestion struct {
	Within clew.Time // seconds in which the parts come together
	Fresh  clew.Time // seconds since an address was first met in which it is new
	Least  int       // addresses that pay
	Depth  int       // addresses between the one that parted the value and those that pay
}

// DefaultConsolidation returns the usual bounds.
func DefaultConsolidation() ConsolidationQuestion {
	return ConsolidationQuestion{Within: 86_400, Fresh: 30 * 86_400, Least: 5, Depth: 16}
}

// The roles in a consolidation.
const (
	Parted     RoleName = "parted"      // paid, at some remove, all that now pay
	BringsBack RoleName = "brings back" // pays what it had of that
	Collects   RoleName = "collects"    // is paid by all
)

// mostCollected is how many payments to one collector are kept.
const mostCollected = 256

var consolidationRule = Rule{
	ID: ConsolidationRule, Name: "Consolidation", Version: paceVersion,
	Assumption: "Value that one address parted comes together again: within a day a new address is paid by five or more others, each of which had its first payment, through new addresses alone, from one and the same address.",
	Failure:    "The customers of a service that nobody tagged, all paid out by it, who then pay one new shop, look so. What passed a known service is not traced back through it.",
	Source:     "the rule of consolidation in docs/METHODS.md; the bounds are ours",
	RedFlags:   []string{fatfPatterns + "frequent transfers to one account in a short time, by more than one person", fatfPatterns + "many small payments from unrelated wallets, accumulated and then transferred on"},
	make:       func(st *Stream) (Recogniser, error) { return NewConsolidation(st, DefaultConsolidation()) },
}

// Consolidation finds value that comes together after one address parted it.
type Consolidation struct {
	st  *Stream
	q   ConsolidationQuestion
	due dues[uint32]

	open slab[collected]
	kept slab[rooted] // the payments of those open
}

// A root is who first paid an address, through new addresses alone.
type root struct {
	party Party // nobody: a known service
	depth int32
}

// A collected is what came to a new address.
type collected struct {
	at          Pot
	asset       AssetNo
	n           int32  // payments
	first, last uint32 // of them
	cut         bool
}

// A rooted is a payment, and the root of who pays.
type rooted struct {
	paid
	root Party
	next uint32 // place of the one after it; 0: none
}

// NewConsolidation makes a recogniser for a stream.
func NewConsolidation(st *Stream, q ConsolidationQuestion) (*Consolidation, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"fresh", int64(q.Fresh), q.Fresh > 0, "at least 1 second"},
		bound{"least", q.Least, q.Least > 1, "at least 2 addresses"},
		bound{"depth", q.Depth, q.Depth > 0, "at least 1"})
	if err != nil {
		return nil, err
	}
	st.remember(q.Fresh + q.Within)
	r := &Consolidation{st: st, q: q, due: dues[uint32]{most: openPaces, room: keptPaces}}
	st.ahead.gathered = &r.open
	return r, st.once(ConsolidationRule)
}

// Dropped returns how many addresses were given up before their time.
func (r *Consolidation) Dropped() uint64 { return r.due.dropped }

// Add takes the next transfer.
func (r *Consolidation) Add(m *Moved) {
	for c := range r.due.over(m.Time) {
		r.close(c)
	}
	for x := range r.due.full() {
		r.close(x)
	}
	p := m.single()
	if p == nil {
		return
	}
	from := r.rootOf(p.From, p.KnownFrom)
	r.learn(p, from)
	if p.KnownTo || from.party == 0 || from.party == p.From || from.party == p.To || r.st.parties.since(p.To)+r.q.Fresh < m.Time {
		return
	}
	at := p.ToPot
	held := r.st.parties.held(at)
	c := held.collected
	if c == 0 {
		c = r.open.take()
		*r.open.at(c) = collected{at: at, asset: m.AssetNo}
		held.collected = c
		if early, gone := r.due.push(m.Time+r.q.Within, c); gone {
			r.close(early)
		}
	}
	r.add(r.open.at(c), m, p, from.party)
}

// rootOf returns the root of who pays: itself, if it was not paid while it was new.
func (r *Consolidation) rootOf(p Party, known bool) root {
	if known {
		return root{}
	}
	of := &r.st.parties.at(p).root
	if of.party == 0 {
		*of = root{party: p}
	}
	return *of
}

// learn gives whoever is paid first the root of who pays. Whom a known service pays,
// or who is too far from the root, is one of its own.
func (r *Consolidation) learn(p *Payment, from root) {
	to := &r.st.parties.at(p.To).root
	if to.party != 0 || p.KnownTo || from.party == 0 || int(from.depth) == r.q.Depth {
		return
	}
	*to = root{from.party, from.depth + 1}
}

// add takes a payment.
func (r *Consolidation) add(c *collected, m *Moved, p *Payment, root Party) {
	if c.n == mostCollected {
		c.cut = true
		return
	}
	r.due.keep(1)
	at := r.kept.take()
	*r.kept.at(at) = rooted{paidOf(m, p), root, 0}
	if c.n++; c.n == 1 {
		c.first = at
	} else {
		r.kept.at(c.last).next = at
	}
	c.last = at
}

// list returns the payments of one, in their order.
func (r *Consolidation) list(c *collected) []rooted {
	list := make([]rooted, 0, c.n)
	for at := c.first; at != 0; at = r.kept.at(at).next {
		list = append(list, *r.kept.at(at))
	}
	return list
}

// forget gives up what is kept of one.
func (r *Consolidation) forget(place uint32) {
	c := r.open.at(place)
	if held := r.st.parties.held(c.at); held.collected == place {
		held.collected = 0
	}
	r.due.keep(-int(c.n))
	for at := c.first; at != 0; {
		next := r.kept.at(at).next
		r.kept.give(at)
		at = next
	}
	r.open.give(place)
}

// mostRooted returns the root that most payers have, and these; of several the first.
func mostRooted(list []rooted) (best Party, payers map[Party]bool) {
	by := map[Party]map[Party]bool{}
	for i := range list {
		p := &list[i]
		if by[p.root] == nil {
			by[p.root] = map[Party]bool{}
		}
		by[p.root][p.from] = true
		if len(by[p.root]) > len(payers) {
			best, payers = p.root, by[p.root]
		}
	}
	return best, payers
}

// close tells of an address that enough came to.
func (r *Consolidation) close(place uint32) {
	c := r.open.at(place)
	defer r.forget(place)
	if int(c.n) < r.q.Least {
		return
	}
	all := r.list(c)
	best, payers := mostRooted(all)
	if len(payers) < r.q.Least {
		return
	}
	asset := r.st.named[c.asset]
	f := &Finding{Chain: asset.Chain(), Asset: asset, Cut: c.cut,
		Params: []Param{{"within", span(r.q.Within)}, {"addresses", fmt.Sprintf("at least %d", r.q.Least)}, {"new for", span(r.q.Fresh)}}}
	list := slices.DeleteFunc(slices.Clone(all), func(p rooted) bool { return !payers[p.from] })
	f.From, f.To, f.Transfers = list[0].time, list[len(list)-1].time, uint64(len(list))
	if others := len(all) - len(list); others > len(list) {
		f.Against = append(f.Against, fmt.Sprintf("%d more payments came to it from elsewhere meanwhile", others))
	}
	if r.st.worth(strengthOf(len(payers), r.q.Least, f.Against)) {
		f.Steps = r.steps(list, best)
	}
	r.st.tell(ConsolidationRule, f, len(payers), r.q.Least)
}

// steps says who brings back what one address parted.
func (r *Consolidation) steps(list []rooted, parted Party) []Step {
	steps := make([]Step, len(list))
	from := Role{Name: Parted, Address: r.st.Address(parted)}
	for i := range list {
		p := &list[i].paid
		steps[i] = Step{Time: p.time, Roles: []Role{from, r.st.role(BringsBack, p.from, p), r.st.role(Collects, p.to, p)}}
	}
	return steps
}

// End tells of what is still open.
func (r *Consolidation) End() {
	for {
		c, ok := r.due.last()
		if !ok {
			return
		}
		r.close(c)
	}
}
