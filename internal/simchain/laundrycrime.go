package simchain

import (
	"fmt"
	"slices"

	"clew"
)

// A crime is a laundering under way.
type crime struct {
	*laundry
	*Laundering
	holds map[pot]uint64 // of stolen value, on chains of accounts
	money []pot          // of these, in the order in which they first came
	purse *wallet        // on the chain of outputs
	guilt map[clew.Output]uint64
}

// A laundering is a way to hide what was stolen.
type laundering struct {
	name string
	do   func(*crime)
}

// crime lets one happen.
func (l *laundry) crime(kind laundering) {
	n := len(l.world.Launderings) + 1
	thief := l.home.actor(fmt.Sprintf("thief %d", n), Thief)
	victim := l.home.actor(fmt.Sprintf("protocol %d", n), Protocol)
	c := &crime{laundry: l, Laundering: &Laundering{Name: kind.name, Thief: thief, Victim: victim}, holds: map[pot]uint64{}, guilt: map[clew.Output]uint64{}}
	c.purse = l.coins.wallet(thief, clew.P2WPKH, software[0])
	l.seal()
	kind.do(c)
	c.rest()
	l.world.Launderings = append(l.world.Launderings, *c.Laundering)
}

// own makes a new address of the thief's, with coins for fees.
func (c *crime) own(m *market) clew.Address {
	a := m.place(Place{Actor: c.Thief})
	m.on.pay(m.on.coin, m.bank, a, 60*m.on.fee)
	return a
}

// drain takes what a protocol holds, worth so many dollars of each asset.
func (c *crime) drain(m *market, dollars uint64, assets ...*money) clew.Address {
	victim := m.place(Place{Actor: c.Victim, Contract: true})
	thief := c.own(m)
	var moves []move
	for _, x := range assets {
		steps := m.steps(x, dollars*1_000_000_000)
		m.on.pay(x, m.bank, victim, steps)
		moves = append(moves, move{x, victim, thief, steps})
	}
	m.on.seal()
	id, _ := m.on.sign(thief, moves...)
	for _, t := range m.on.of(id) {
		if t.Pos.Class < clew.Fee {
			c.Start = append(c.Start, At{Chain: m.on.chain, Pos: t.Pos})
		}
	}
	for _, mv := range moves {
		c.put(mv.money, thief, mv.steps)
	}
	m.on.seal()
	c.meet()
	return thief
}

// put and took keep how much of what an address has is stolen.
func (c *crime) put(x *money, at clew.Address, steps uint64) {
	if _, met := c.holds[pot{x, at}]; !met {
		c.money = append(c.money, pot{x, at})
	}
	c.holds[pot{x, at}] += steps
}

func (c *crime) took(x *money, at clew.Address, steps uint64) {
	c.holds[pot{x, at}] -= min(steps, c.holds[pot{x, at}])
}

// stolen returns how much of an asset an address has that is stolen.
func (c *crime) stolen(x *money, at clew.Address) uint64 { return c.holds[pot{x, at}] }

// pay moves stolen value to another address, perhaps among business of its own.
func (c *crime) pay(m *market, x *money, from, to clew.Address, steps uint64) bool {
	if steps == 0 || from == to || !m.on.can(from, x, steps) {
		return false
	}
	own := m.world.Addresses[to].Actor == c.Thief
	before := own && c.chance(40) && c.paidBy(m, x, to)
	id, ok := m.on.pay(x, from, to, steps)
	if !ok {
		return false
	}
	c.edge(m, m.on.of(id)[0], false, false)
	c.took(x, from, steps)
	c.put(x, to, steps)
	m.on.seal()
	c.meet()
	if before || own && c.chance(30) && c.paidBy(m, x, to) {
		c.shopping(m, x, to)
	}
	return true
}

// paidBy and shopping let an address of the thief's deal with people who have
// nothing to do with the theft, before stolen value comes to it or after.
func (c *crime) paidBy(m *market, x *money, at clew.Address) bool {
	p := m.far(pick(c.draw, m.people).main())
	_, ok := m.on.pay(x, p, at, m.on.has(x, p)/3)
	m.on.seal()
	c.meet()
	return ok
}

func (c *crime) shopping(m *market, x *money, at clew.Address) {
	own := m.on.has(x, at) - min(m.on.has(x, at), c.stolen(x, at))
	if x == m.on.coin {
		own -= min(own, 60*m.on.fee)
	}
	m.on.pay(x, at, m.far(pick(c.draw, m.shops).main()), own/10*9)
	m.on.seal()
	c.meet()
}

func (c *crime) edge(m *market, t clew.Transfer, out, hidden bool) {
	c.Edges = append(c.Edges, Edge{At: At{Chain: m.on.chain, Pos: t.Pos}, From: t.From[0].Address, To: t.To[0].Address, Value: m.value(m.moneyOf(t.Asset), m.stepsOf(&t)), Out: out, Hidden: hidden})
}

func (m *market) moneyOf(a clew.Asset) *money {
	for x := range m.prices {
		if x.asset == a {
			return x
		}
	}
	panic("simchain: no asset " + a.String())
}

// swap exchanges stolen value at a venue; for another, at an address of the
// thief's that is new. It returns where it came to.
func (c *crime) swap(m *market, v Venue, at clew.Address, in *money, steps uint64, to *money) (clew.Address, bool) {
	d := deal{payer: at, to: at, in: in, out: to, steps: steps}
	if v == ForOther {
		d.to = c.own(m)
	}
	s, ok := m.trade(v, d)
	if !ok {
		return at, false
	}
	change := Change{Kind: clew.Swap, Venue: v}
	if v == ByWrapper {
		change.Kind = clew.Wrap
	}
	c.changed(m, d, s, &change)
	c.Changes = append(c.Changes, change)
	m.on.seal()
	c.meet()
	return d.to, true
}

// changed notes what went in, and then what came out: coins come before tokens in
// a transaction, whichever side they are on.
func (c *crime) changed(m *market, d deal, s *Swapped, change *Change) {
	var out []clew.Transfer
	for _, t := range m.on.of(s.Tx) {
		switch {
		case slices.Contains(s.In, t.Pos):
			c.edge(m, t, false, false)
			c.took(m.moneyOf(t.Asset), d.payer, m.stepsOf(&t))
			change.In = append(change.In, At{Chain: m.on.chain, Pos: t.Pos})
		case slices.Contains(s.Out, t.Pos):
			out = append(out, t)
		case t.To[0].Address == d.payer && t.Asset == d.in.asset && t.Pos.Class < clew.Fee: // what comes back unchanged
			c.put(d.in, d.payer, m.stepsOf(&t))
		}
	}
	for _, t := range out {
		c.edge(m, t, true, false)
		c.put(m.moneyOf(t.Asset), d.to, m.stepsOf(&t))
		change.Out = append(change.Out, At{Chain: m.on.chain, Pos: t.Pos})
	}
}

// stepsOf returns how many steps of its asset a transfer moves.
func (m *market) stepsOf(t *clew.Transfer) uint64 {
	steps, _ := t.Amount().MulDiv(clew.Units(1), clew.Units(m.moneyOf(t.Asset).step))
	n, _ := steps.Uint64()
	return n
}

// deposit pays stolen value into the thief's deposit address at an exchange.
func (c *crime) deposit(m *market, x *money, from clew.Address, steps uint64) {
	if m.on != m.home || steps < 20*m.on.fee || !m.on.can(from, x, steps) {
		return // it stays where it is
	}
	v := pick(c.draw, m.venuesOf())
	id, ok := m.depositOf(from, v, c.Thief, x, steps)
	if !ok {
		return
	}
	t := m.on.of(id)[0]
	c.edge(m, t, false, false)
	c.took(x, from, steps)
	c.end(AtExchange, t.To[0].Address, x.asset, t.Amount(), m.value(x, steps))
	m.on.seal()
	c.meet()
}

func (m *market) venuesOf() []*venue { return m.accounts.venues }

func (c *crime) end(kind RestKind, at clew.Address, asset clew.Asset, amount clew.Amount, value uint64) {
	for i := range c.Rests {
		if e := &c.Rests[i]; e.Kind == kind && e.Address == at && e.Asset == asset {
			e.Amount, e.Value = e.Amount.Plus(amount), e.Value+value
			return
		}
	}
	c.Rests = append(c.Rests, Rest{kind, at, asset, amount, value})
}

// rest ends a crime: what the thief still has is where it lies.
func (c *crime) rest() {
	for _, p := range c.money {
		steps := c.holds[p]
		if c.world.Addresses[p.of].Actor != c.Thief || steps == 0 {
			continue
		}
		c.end(LeftAlone, p.of, p.money.asset, p.money.units(steps), c.at[p.of.Chain()].value(p.money, steps))
	}
	for _, x := range c.purse.coins {
		if g := c.guilt[x.out]; g > 0 {
			c.end(LeftAlone, x.address, c.coins.asset, clew.Units(x.amount), g)
		}
	}
}
