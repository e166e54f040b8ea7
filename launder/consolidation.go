package launder

import (
	"fmt"

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
	RedFlags: []string{
		"Transaction patterns: many accounts that send to one in a short time, with no business reason (FATF 2020, transaction patterns)",
	},
	make: func(st *Stream) (Recogniser, error) { return NewConsolidation(st, DefaultConsolidation()) },
}

// Consolidation finds value that comes together after one address parted it.
type Consolidation struct {
	st    *Stream
	q     ConsolidationQuestion
	roots byParty[root]
	open  map[potNo]*collected
	due   dues[*collected]
}

// A root is who first paid an address, through new addresses alone.
type root struct {
	party Party // nobody: a known service, or the address itself was not new
	depth int
}

// A collected is what came to a new address.
type collected struct {
	at    potNo
	asset clew.Asset
	list  []paid
	count map[Party]map[Party]bool // by root, who paid
	best  Party
	cut   bool
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
	return &Consolidation{st: st, q: q, open: map[potNo]*collected{}, due: dues[*collected]{most: openPaces}}, nil
}

// Dropped returns how many addresses were given up before their time.
func (r *Consolidation) Dropped() uint64 { return r.due.dropped }

// Add takes the next transfer.
func (r *Consolidation) Add(m *Moved) {
	for {
		c, ok := r.due.next(m.Time)
		if !ok {
			break
		}
		r.close(c)
	}
	p := m.single()
	if p == nil {
		return
	}
	from := r.rootOf(p.From, p.KnownFrom, m.Time)
	r.learn(p, from)
	if p.KnownTo || from.party == 0 || from.party == p.From || from.party == p.To || r.st.parties.since(p.To)+r.q.Fresh < m.Time {
		return
	}
	at := potNo{p.To, m.AssetNo}
	c := r.open[at]
	if c == nil {
		c = &collected{at: at, asset: m.Asset, count: map[Party]map[Party]bool{}}
		r.open[at] = c
		if early, gone := r.due.push(m.Time+r.q.Within, c); gone {
			r.close(early)
		}
	}
	c.add(paidOf(m, p), from.party)
}

// rootOf returns the root of who pays: itself, if it was not paid while it was new.
func (r *Consolidation) rootOf(p Party, known bool, now clew.Time) root {
	if known {
		return root{}
	}
	if of, ok := r.roots.get(p); ok {
		return of
	}
	of := root{party: p}
	r.roots.put(p, of)
	return of
}

// learn gives whoever is paid first the root of who pays.
func (r *Consolidation) learn(p *Payment, from root) {
	if _, ok := r.roots.get(p.To); ok || p.KnownTo {
		return
	}
	if from.party != 0 && from.depth == r.q.Depth {
		from = root{}
	}
	from.depth++
	r.roots.put(p.To, from)
}

// add takes a payment.
func (c *collected) add(p paid, root Party) {
	if len(c.list) == mostCollected {
		c.cut = true
		return
	}
	c.list = append(c.list, p)
	if c.count[root] == nil {
		c.count[root] = map[Party]bool{}
	}
	c.count[root][p.from] = true
	if best := len(c.count[c.best]); len(c.count[root]) > best {
		c.best = root
	}
}

// close tells of an address that enough came to.
func (r *Consolidation) close(c *collected) {
	delete(r.open, c.at)
	payers := c.count[c.best]
	if len(payers) < r.q.Least {
		return
	}
	f := &Finding{Chain: c.asset.Chain(), Asset: c.asset, Cut: c.cut,
		Params: []Param{{"within", span(r.q.Within)}, {"addresses", fmt.Sprintf("at least %d", r.q.Least)}, {"new for", span(r.q.Fresh)}}}
	for i := range c.list {
		p := &c.list[i]
		if !payers[p.from] {
			continue
		}
		if f.Steps == nil {
			f.From = p.time
		}
		f.To = p.time
		s := r.st.step(BringsBack, Collects, p)
		s.Roles = append([]Role{{Name: Parted, Address: r.st.Address(c.best)}}, s.Roles...)
		f.Steps = append(f.Steps, s)
	}
	if others := len(c.list) - len(f.Steps); others > len(f.Steps) {
		f.Against = append(f.Against, fmt.Sprintf("%d more payments came to it from elsewhere meanwhile", others))
	}
	r.st.tell(ConsolidationRule, f, len(payers), r.q.Least)
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
