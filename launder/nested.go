package launder

import (
	"fmt"

	"clew"
)

// A NestedQuestion bounds what is taken for a nested service.
type NestedQuestion struct {
	Within   clew.Time // seconds from the first payment into the service
	Payers   int       // addresses that pay it
	Forwards int       // payments into the service
	Part     uint64    // of 1,000: the least of what it pays, in that asset, that goes into the service
}

// DefaultNested returns the usual bounds.
func DefaultNested() NestedQuestion {
	return NestedQuestion{Within: 30 * 86_400, Payers: 20, Forwards: 5, Part: 900}
}

// The roles of a nested service.
const (
	Customer RoleName = "pays it"  // one of many
	Nested   RoleName = "nested"   // takes from many, and hands on to one address of a service
	Host     RoleName = "its host" // that address
)

var nestedRule = Rule{
	ID: NestedRule, Name: "Nested service", Version: paceVersion,
	Assumption: "Who runs a service within an account at another takes payments of many, 20 or more in 30 days, and hands nine tenths or more of what it pays on to one address of that service, five times or more.",
	Failure:    "A shop that hands in its takings at an exchange does exactly this: the shape tells of an account with many customers, and not of what they buy. Whose an address is comes from claims: of services that nobody tagged nothing is found.",
	Source:     "the rule of nested services in docs/METHODS.md; the bounds are ours",
	RedFlags:   []string{fatfPatterns + "many small payments from unrelated wallets, accumulated and then transferred on or exchanged for money"},
	make:       func(st *Stream) (Recogniser, error) { return NewNested(st, DefaultNested()) },
}

// NestedServices finds addresses that gather from many and hand on to one address of
// a service.
type NestedServices struct {
	st  *Stream
	q   NestedQuestion
	due dues[uint32]

	nests slab[nest]
}

// A nest is an address that pays into a service.
type nest struct {
	at     Pot
	asset  clew.Asset
	host   Party
	payers map[Party]paid // the first payment of each
	list   []Party        // in their order
	to     []paid         // into the service
	into   clew.Amount
	out    clew.Amount // all that it paid
	begin  clew.Time
	end    clew.Time
	count  uint64
	cut    bool
}

// mostNested is how many payers, and payments into the service, are kept.
const mostNested = 128

// NewNested makes a recogniser for a stream.
func NewNested(st *Stream, q NestedQuestion) (*NestedServices, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"payers", q.Payers, q.Payers > 1 && q.Payers <= mostNested, "2 to 128"},
		bound{"forwards", q.Forwards, q.Forwards > 0 && q.Forwards <= mostNested, "1 to 128"},
		overHalf(q.Part))
	if err != nil {
		return nil, err
	}
	st.remember(q.Within)
	return &NestedServices{st: st, q: q, due: dues[uint32]{most: openPaces, room: keptPaces}}, st.once(NestedRule)
}

// Dropped returns how many addresses were given up before their time.
func (r *NestedServices) Dropped() uint64 { return r.due.dropped }

// Add takes the next transfer.
func (r *NestedServices) Add(m *Moved) {
	for n := range r.due.over(m.Time) {
		r.close(n)
	}
	for x := range r.due.full() {
		r.close(x)
	}
	p := m.single()
	if p == nil || p.KnownFrom && p.KnownTo {
		return
	}
	if n := r.st.parties.held(p.ToPot).nest; n > 0 {
		r.due.keep(r.nests.at(n).gets(m, p))
	}
	at := p.FromPot
	held := r.st.parties.held(at)
	if held.nest == 0 {
		if !r.ofService(p.To, p.KnownTo) || r.ofService(p.From, p.KnownFrom) {
			return
		}
		n := r.nests.take()
		*r.nests.at(n) = nest{at: at, asset: m.Asset, host: p.To, payers: map[Party]paid{}, begin: m.Time}
		held.nest = n
		if early, gone := r.due.push(m.Time+r.q.Within, n); gone {
			r.close(early)
		}
	}
	r.due.keep(r.nests.at(held.nest).pays(m, p))
}

// ofService reports whether an address is one of a service's.
func (r *NestedServices) ofService(p Party, known bool) bool {
	return known || r.st.serviceOf(p) > 0
}

// gets takes what the address is paid, and returns how many payments more are kept.
func (n *nest) gets(m *Moved, p *Payment) int {
	n.count++
	if _, ok := n.payers[p.From]; ok {
		return 0
	}
	if len(n.list) == mostNested {
		n.cut = true
		return 0
	}
	n.payers[p.From] = paidOf(m, p)
	n.list = append(n.list, p.From)
	return 1
}

// pays takes what it pays, likewise.
func (n *nest) pays(m *Moved, p *Payment) int {
	n.count++
	n.out, _ = n.out.Add(p.Amount)
	if p.To != n.host {
		return 0
	}
	n.into, _ = n.into.Add(p.Amount)
	n.end = m.Time
	if len(n.to) == mostNested {
		n.cut = true
		return 0
	}
	n.to = append(n.to, paidOf(m, p))
	return 1
}

// close tells of an address that is one.
func (r *NestedServices) close(place uint32) {
	n := r.nests.at(place)
	r.due.keep(-len(n.list) - len(n.to))
	defer r.nests.give(place)
	if held := r.st.parties.held(n.at); held.nest == place {
		held.nest = 0
	}
	if len(n.list) < r.q.Payers || len(n.to) < r.q.Forwards || !atLeast(n.into, n.out, r.q.Part) {
		return
	}
	f := &Finding{Chain: n.asset.Chain(), Asset: n.asset, From: n.begin, To: n.end, Transfers: n.count, Cut: n.cut, Params: []Param{
		{"within", span(r.q.Within)}, {"payers", fmt.Sprintf("at least %d; here %d", r.q.Payers, len(n.list))}, {"payments into the service", fmt.Sprintf("at least %d; here %d", r.q.Forwards, len(n.to))}, {"of what it pays", "at least " + share(r.q.Part)}}}
	for _, who := range n.list {
		p := n.payers[who]
		f.Steps = append(f.Steps, r.st.step(Customer, Nested, &p))
	}
	for i := range n.to {
		f.Steps = append(f.Steps, r.st.step(Nested, Host, &n.to[i]))
	}
	f.Against = append(f.Against, "a shop that hands in its takings looks the same")
	r.st.tell(NestedRule, f, len(n.list), r.q.Payers)
}

// End tells of what is still open.
func (r *NestedServices) End() {
	for {
		n, ok := r.due.last()
		if !ok {
			return
		}
		r.close(n)
	}
}
