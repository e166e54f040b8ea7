package launder

import "clew"

// mostSides are the little transfers of one step on an account chain.
const mostSides = 3

// AccountPeels finds peel chains on account chains in one pass, in the order of
// the chain, asset by asset: an address that was new when it was paid pays one to
// three little sums away within a day, and the rest to another new address that
// does the same.
//
// An address is new to its payer if nobody else paid it, and it paid nobody, in the
// last two spans of the question's time, or since the pass began. Memory is bounded
// by these spans and by the bound on open chains.
//
// Known failure: an exchange's chain of new hot wallets, and people who change
// their address while they spend, look so. What is peeled in another asset than
// the rest, or in more than three transfers, is not seen.
//
// Source: the definition of peel chains in the forfeiture complaint of the United
// States of 2020 against 280 accounts, for addresses in place of outputs.
type AccountPeels struct {
	q       PeelQuestion
	parties *parties
	pots    slab[pot]
	open    int      // of these
	steps   int      // that led to these, see mostPeelSteps
	queue   []uint32 // pots in the order in which they are given up
	head    int
	span    uint32    // which is under way
	turned  clew.Time // when it began
	dropped uint64
	found   func(*Finding)
}

// mostPeelSteps bounds the steps that are kept of chains, over all.
const mostPeelSteps = 1 << 19

// A pot is what a new address holds of one asset, and the steps that led there.
type pot struct {
	at     Pot
	open   bool
	asset  clew.Asset
	before *link // nil: none
	start  clew.Time
	in     clew.Amount
	sides  []Role
}

// A meeting says who first paid a party, or that it paid itself first, and in which
// span it was met last.
type meeting struct {
	first Party
	span  uint32
}

// NewAccountPeels makes a recogniser for a stream. It tells found of each chain once
// it has ended.
func NewAccountPeels(st *Stream, q PeelQuestion, found func(*Finding)) (*AccountPeels, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	return &AccountPeels{q: q, parties: st.parties, found: found}, st.once(PeelRule)
}

// Dropped returns how many chains gave way to others before they had ended. What
// they would have become is not known.
func (p *AccountPeels) Dropped() uint64 { return p.dropped }

// Add takes the next transfer.
func (p *AccountPeels) Add(m *Moved) {
	if len(m.Payments) != 1 {
		return
	}
	p.expire(m.Time)
	from, to, amount := m.Payments[0].From, m.Payments[0].To, m.Payments[0].Amount
	payer, met := p.meet(to, from)
	p.meet(from, from)
	fresh := !met || payer == from
	before := p.pays(m.Payments[0].FromPot, m.Transfer, fresh)
	at := m.Payments[0].ToPot
	switch o := p.at(at); {
	case o != nil:
		o.in, _ = o.in.Add(amount)
	case fresh:
		p.begin(pot{at: at, open: true, asset: m.Asset, before: before, start: m.Time, in: amount})
	}
}

// End tells of the chains that are still open.
func (p *AccountPeels) End() {
	for p.head < len(p.queue) {
		p.give()
	}
}

// meet notes who pays an address, and returns who first did.
func (p *AccountPeels) meet(a, payer Party) (first Party, met bool) {
	m := &p.parties.at(a).seen
	if m.first == 0 {
		*m = meeting{payer, p.span}
		return payer, false
	}
	if met = m.span+1 >= p.span; !met {
		m.first = payer
	}
	m.span = p.span
	return m.first, met
}

// pays takes what a pot pays: a little, or the rest. It returns the chain that goes
// on at the payee.
func (p *AccountPeels) pays(at Pot, t *clew.Transfer, fresh bool) *link {
	o := p.at(at)
	if o == nil {
		return nil
	}
	amount := t.To[0].Amount
	switch {
	case isPart(amount, o.in, p.q.Ratio) && len(o.sides) < mostSides:
		o.sides = append(o.sides, roleOf(Peeled, t, &t.To[0], 0))
		return nil
	case !fresh || len(o.sides) == 0 || isPart(amount, o.in, 500):
		p.close(o)
		return nil
	}
	p.drop(o)
	s := Step{Time: t.Time, Roles: append([]Role{{PaysOn, t.From[0].Address, o.in, t.Pos, t.Tx, 0}}, o.sides...)}
	s.Roles = append(s.Roles, roleOf(Carries, t, &t.To[0], 0))
	l := &link{step: s, length: 1, start: o.start}
	switch {
	case o.before == nil:
	case o.before.length < p.q.Keep:
		l.before, l.length, l.start = o.before, o.before.length+1, o.before.start
	default:
		p.tell(o.before, o.asset)
	}
	return l
}

// begin opens a pot.
func (p *AccountPeels) begin(o pot) {
	place := p.pots.take()
	*p.pots.at(place) = o
	p.parties.held(o.at).peel = place
	p.open++
	p.steps += o.length()
	p.queue = append(p.queue, place)
	for p.open > p.q.Open || p.steps > mostPeelSteps || len(p.queue)-p.head > 4*p.q.Open {
		if first := p.pots.at(p.queue[p.head]); first.open && p.at(first.at) == first {
			p.dropped++
		}
		p.give()
	}
}

// expire gives up what did not move on in time, and forgets whom nobody met for
// long.
func (p *AccountPeels) expire(now clew.Time) {
	if p.turned+p.q.Within < now {
		p.span, p.turned = p.span+1, now
	}
	for p.head < len(p.queue) && p.pots.at(p.queue[p.head]).start+p.q.Within < now {
		p.give()
	}
}

// give ends the oldest open pot.
func (p *AccountPeels) give() {
	place := p.queue[p.head]
	p.head++
	if p.head > len(p.queue)/2 {
		p.queue = append(p.queue[:0], p.queue[p.head:]...)
		p.head = 0
	}
	o := p.pots.at(place)
	switch {
	case !o.open:
	case p.at(o.at) == o:
		p.close(o)
	default: // what was known of it is forgotten
		p.open--
		p.steps -= o.length()
	}
	p.pots.give(place)
}

// at returns the open pot of a number; nil: there is none.
func (p *AccountPeels) at(n Pot) *pot {
	if place := p.parties.held(n).peel; place > 0 {
		return p.pots.at(place)
	}
	return nil
}

func (p *AccountPeels) drop(o *pot) {
	p.parties.held(o.at).peel = 0
	o.open = false
	p.open--
	p.steps -= o.length()
}

// length returns how many steps led to a pot.
func (o *pot) length() int {
	if o.before == nil {
		return 0
	}
	return o.before.length
}

// close ends a pot, and with it the chain that led there.
func (p *AccountPeels) close(o *pot) {
	p.drop(o)
	if o.before != nil {
		p.tell(o.before, o.asset)
	}
}

// tell tells of a chain that is long enough.
func (p *AccountPeels) tell(l *link, asset clew.Asset) {
	if l.length < p.q.Length {
		return
	}
	f := l.finding(p.q, asset)
	f.finish(p.q.Length)
	p.found(f)
}
