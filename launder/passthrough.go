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
	due dues[uint32]

	open slab[pass]
	outs slab[passedOn]
}

// A pass is what a new address got of one asset, and what became of it.
type pass struct {
	at       Pot
	out      uint32 // place of what it passed on; 0: nothing yet
	before   uint32 // place of the one before it
	asset    AssetNo
	ins      int32
	length   int32
	waits    int32 // for what it is kept: its time to be over, and each one after it
	other    bool  // it dealt with a third party
	service  bool  // it ends at a known service
	busy     bool  // whom it pays was met before
	done     bool  // passed on in time
	goesOn   bool  // there is one after it
	reported bool
	first    paid // that came in
	in       clew.Amount
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
	r := &PassThrough{st: st, q: q, due: dues[uint32]{most: openPaces}}
	st.ahead.passes = &r.open
	return r, st.once(PassRule)
}

// Dropped returns how many addresses were given up before their time.
func (r *PassThrough) Dropped() uint64 { return r.due.dropped }

// Add takes the next transfer.
func (r *PassThrough) Add(m *Moved) {
	for x := range r.due.over(m.Time) {
		r.close(x)
	}
	p := m.single()
	if p == nil {
		return
	}
	from := r.st.parties.held(p.FromPot).pass
	if from > 0 {
		r.pays(r.open.at(from), m, p)
	}
	held := r.st.parties.held(p.ToPot)
	switch {
	case held.pass > 0:
		r.open.at(held.pass).gets(p)
	case !p.KnownTo && r.st.parties.since(p.To)+r.q.Fresh >= m.Time && p.From != p.To:
		x := r.open.take()
		*r.open.at(x) = pass{at: p.ToPot, asset: m.AssetNo, first: paidOf(m, p), in: p.Amount, ins: 1, before: from, waits: 1}
		if from > 0 {
			r.open.at(from).goesOn = true
			r.open.at(from).waits++
		}
		held.pass = x
		if early, gone := r.due.push(m.Time+r.q.Fresh, x); gone {
			r.close(early)
		}
	}
}

// gets takes what an open address is paid.
func (x *pass) gets(p *Payment) {
	if x.first.from != p.From || x.out > 0 {
		x.other = true
		return
	}
	x.in, _ = x.in.Add(p.Amount)
	x.ins++
}

// pays takes what an open address pays.
func (r *PassThrough) pays(x *pass, m *Moved, p *Payment) {
	if x.other {
		return // it is none, whatever comes
	}
	if x.out > 0 && r.outs.at(x.out).last.to != p.To || p.To == x.first.from {
		r.spare(x)
		x.other = true
		return
	}
	if x.out == 0 {
		x.out = r.outs.take()
	}
	out := r.outs.at(x.out)
	out.last, x.service = paidOf(m, p), p.KnownTo
	x.busy = r.st.parties.since(p.To)+r.q.Fresh < m.Time
	out.sum, _ = out.sum.Add(p.Amount)
	out.outs++
	if m.Time-x.first.time <= r.q.Within && atLeast(out.sum, x.in, r.q.Part) {
		x.done = true
	}
}

// spare gives up what an address passed on.
func (r *PassThrough) spare(x *pass) {
	if x.out > 0 {
		r.outs.give(x.out)
		x.out = 0
	}
}

// release gives up an address that waits for nothing any more, and those before it.
func (r *PassThrough) release(at uint32) {
	for at > 0 {
		x := r.open.at(at)
		if x.waits--; x.waits > 0 {
			return
		}
		before := x.before
		r.spare(x)
		r.open.give(at)
		at = before
	}
}

// close judges an address whose time is over.
func (r *PassThrough) close(at uint32) {
	x := r.open.at(at)
	if held := r.st.parties.held(x.at); held.pass == at {
		held.pass = 0
	}
	defer r.release(at)
	if !x.done || x.other || !atLeast(r.outs.at(x.out).sum, x.in, r.q.Part) {
		r.report(x.before)
		return
	}
	x.length = 1
	if x.before > 0 {
		if b := r.open.at(x.before); b.length > 0 && b.length < mostPasses {
			x.length += b.length
		} else {
			r.report(x.before)
			r.release(x.before)
			x.before = 0
		}
	}
	if !x.goesOn {
		r.report(at)
	}
}

// mostPasses is how many addresses of one row are kept.
const mostPasses = 1 << 10

// report tells of a row of pass-throughs that ends with an address.
func (r *PassThrough) report(at uint32) {
	if at == 0 || int(r.open.at(at).length) < r.q.Length || r.open.at(at).reported {
		return
	}
	x := r.open.at(at)
	x.reported = true
	asset, last := r.st.named[x.asset], &r.outs.at(x.out).last
	f := &Finding{Chain: asset.Chain(), Asset: asset, To: last.time, Params: r.q.params()}
	busy, service := x.busy, x.service
	n := int(x.length)
	steps := make([]Step, n)
	for ; at > 0; at = r.open.at(at).before {
		x := r.open.at(at)
		out := r.outs.at(x.out)
		steps[x.length-1] = Step{Time: out.last.time, Roles: []Role{r.st.role(Pays, x.first.from, &x.first), r.st.role(PassesOn, out.last.from, &out.last)}}
		f.From = x.first.time
		f.Transfers += uint64(out.outs)
		if x.length == 1 {
			f.Transfers += uint64(x.ins)
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
