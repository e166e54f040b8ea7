package launder

import (
	"fmt"

	"clew"
)

// A PassQuestion bounds what is taken for a rapid pass-through.
type PassQuestion struct {
	Within clew.Time // seconds from what came in to what is passed on
	Part   uint64    // of 1,000: the least of it that is passed on
	Fresh  clew.Time // seconds since an address was first met in which it is new, and in which it may deal with two others alone
	Length int       // addresses in a row that do so
}

// DefaultPass returns the usual bounds.
func DefaultPass() PassQuestion {
	return PassQuestion{Within: 3600, Part: 900, Fresh: 86_400, Length: 2}
}

// The roles in a pass-through.
const (
	PassesOn RoleName = "passes on" // a new address that keeps next to nothing, next to no time
	EndsAt   RoleName = "ends at"   // is paid last
)

var passRule = Rule{
	ID: PassRule, Name: "Rapid pass-through", Version: paceVersion,
	Assumption: "Somebody moves a sum through addresses that are opened for it: each gets it from one, and within the hour passes nine tenths or more of it to one other, and deals with nobody else in that asset.",
	Failure:    "Who withdraws to a new address and pays a bill from it at once, and services that give each customer an address and empty it, look so; with one such address alone that is most of what is seen, so two in a row are wanted. An address is new if it was not met before in the pass.",
	Source:     "the rule of rapid pass-through in docs/METHODS.md, after FATF's indicators; the bounds are ours",
	RedFlags:   []string{fatfPatterns + "value moved over several accounts without a reason of business"},
	make:       func(st *Stream) (Recogniser, error) { return NewPassThrough(st, DefaultPass()) },
}

// PassThrough finds rapid pass-throughs in one pass, asset by asset.
type PassThrough struct {
	st  *Stream
	q   PassQuestion
	due dues[*pass]
}

// A pass is what a new address got of one asset, and what became of it.
type pass struct {
	at       Pot
	first    paid // that came in
	in       clew.Amount
	out      *passedOn // nil: nothing yet
	before   *pass
	asset    AssetNo
	ins      int32
	length   int32
	other    bool // it dealt with a third party
	service  bool // it ends at a known service
	busy     bool // whom it pays was met before
	done     bool // passed on in time
	goesOn   bool // there is one after it
	reported bool
}

// A passedOn is what a new address paid to one other.
type passedOn struct {
	last paid
	sum  clew.Amount
	outs int
}

// NewPassThrough makes a recogniser for a stream.
func NewPassThrough(st *Stream, q PassQuestion) (*PassThrough, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		overHalf(q.Part),
		bound{"fresh", int64(q.Fresh), q.Fresh >= q.Within, "at least as long as within"},
		bound{"length", q.Length, q.Length > 0, "at least 1 address"})
	if err != nil {
		return nil, err
	}
	st.remember(2 * q.Fresh)
	return &PassThrough{st: st, q: q, due: dues[*pass]{most: openPaces}}, st.once(PassRule)
}

// Dropped returns how many addresses were given up before their time.
func (r *PassThrough) Dropped() uint64 { return r.due.dropped }

// Add takes the next transfer.
func (r *PassThrough) Add(m *Moved) {
	for {
		x, ok := r.due.next(m.Time)
		if !ok {
			break
		}
		r.close(x)
	}
	p := m.single()
	if p == nil {
		return
	}
	from := r.st.parties.held(p.FromPot).pass
	if from != nil {
		from.pays(m, p, r)
	}
	at := p.ToPot
	held := r.st.parties.held(at)
	x := held.pass
	switch {
	case x != nil && x.first.from == p.From && x.out == nil:
		x.in, _ = x.in.Add(p.Amount)
		x.ins++
	case x != nil:
		x.other = true
	case !p.KnownTo && r.st.parties.since(p.To)+r.q.Fresh >= m.Time && p.From != p.To:
		x = &pass{at: at, asset: m.AssetNo, first: paidOf(m, p), in: p.Amount, ins: 1, before: from}
		if from != nil {
			from.goesOn = true
		}
		held.pass = x
		if early, gone := r.due.push(m.Time+r.q.Fresh, x); gone {
			r.close(early)
		}
	}
}

// pays takes what an open address pays.
func (x *pass) pays(m *Moved, p *Payment, r *PassThrough) {
	if x.other {
		return // it is none, whatever comes
	}
	if x.out != nil && x.out.last.to != p.To || p.To == x.first.from {
		x.other, x.out = true, nil
		return
	}
	if x.out == nil {
		x.out = &passedOn{}
	}
	x.out.last, x.service = paidOf(m, p), p.KnownTo
	x.busy = r.st.parties.since(p.To)+r.q.Fresh < m.Time
	x.out.sum, _ = x.out.sum.Add(p.Amount)
	x.out.outs++
	if m.Time-x.first.time <= r.q.Within && atLeast(x.out.sum, x.in, r.q.Part) {
		x.done = true
	}
}

// close judges an address whose time is over.
func (r *PassThrough) close(x *pass) {
	if held := r.st.parties.held(x.at); held.pass == x {
		held.pass = nil
	}
	if !x.done || x.other || !atLeast(x.out.sum, x.in, r.q.Part) {
		r.report(x.before)
		return
	}
	x.length = 1
	switch b := x.before; {
	case b == nil:
	case b.length == 0 || b.length == mostPasses:
		r.report(b)
		x.before = nil
	default:
		x.length += b.length
	}
	if !x.goesOn {
		r.report(x)
	}
}

// mostPasses is how many addresses of one row are kept.
const mostPasses = 1 << 10

// report tells of a row of pass-throughs that ends with an address.
func (r *PassThrough) report(x *pass) {
	if x == nil || int(x.length) < r.q.Length || x.reported {
		return
	}
	x.reported = true
	asset, last := r.st.named[x.asset], &x.out.last
	f := &Finding{Chain: asset.Chain(), Asset: asset, To: last.time, Params: r.q.params()}
	busy, service := x.busy, x.service
	n := int(x.length)
	steps := make([]Step, n)
	for at := x; at != nil; at = at.before {
		steps[at.length-1] = Step{Time: at.out.last.time, Roles: []Role{r.st.role(Pays, at.first.from, &at.first), r.st.role(PassesOn, at.out.last.from, &at.out.last)}}
		f.From = at.first.time
		f.Transfers += uint64(at.out.outs)
		if at.length == 1 {
			f.Transfers += uint64(at.ins)
		}
	}
	steps[n-1].Roles = append(steps[n-1].Roles, r.st.role(EndsAt, last.to, last))
	f.Steps = steps
	if busy && !service {
		f.Against = append(f.Against, "it ends at an address that was in use before: services empty addresses of their customers so")
	}
	if service {
		f.Against = append(f.Against, "it ends at a service that is known: whoever sells what he was paid does so")
	}
	r.st.tell(PassRule, f, n, r.q.Length)
}

func (q *PassQuestion) params() []Param {
	return []Param{{"within", span(q.Within)}, {"passed on", "at least " + share(q.Part)}, {"new for", span(q.Fresh)}, {"addresses in a row", fmt.Sprint(q.Length)}}
}

// End tells of what is still open.
func (r *PassThrough) End() {
	for {
		x, ok := r.due.last()
		if !ok {
			return
		}
		r.close(x)
	}
}
