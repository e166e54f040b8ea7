package simchain

import (
	"fmt"

	"clew"
)

// live lets something ordinary happen.
func (a *accounts) live() {
	p := pick(a.draw, a.people)
	switch a.weighed([]int{30, 12, 16, 8, 12, 5, 4, 3, 6, 2}) {
	case 0:
		a.payTo(p, pick(a.draw, a.people))
	case 1:
		a.payTo(p, pick(a.draw, a.shops))
	case 2:
		a.deposit(p, a.venueOf(p))
	case 3:
		a.collect(pick(a.draw, a.venues))
	case 4:
		a.withdraw(pick(a.draw, a.venues))
	case 5:
		a.secondAddress(p)
	case 6:
		a.mixIn(p)
	case 7:
		a.mixOut()
	case 8:
		a.farLife(p)
	case 9:
		a.cashOut(pick(a.draw, a.shops))
	}
}

// venueOf returns the exchange that a person uses, nearly always the same.
func (a *accounts) venueOf(p *holder) *venue {
	if a.chance(15) {
		return pick(a.draw, a.venues)
	}
	return a.venues[p.actor%len(a.venues)]
}

// some returns an asset and an amount of it that an address can pay.
func (a *accounts) some(from clew.Address) (*money, uint64) {
	m := a.home.coin
	if a.chance(60) {
		m = a.token()
	}
	has := a.home.has(m, from)
	if has < 1_000_000 {
		return m, 0
	}
	return m, a.amount(has/1_000+1, has/3+2)
}

func (a *accounts) payTo(p, payee *holder) {
	from := pick(a.draw, p.own)
	m, steps := a.some(from)
	a.home.pay(m, from, payee.main(), steps)
}

// box returns a customer's deposit address.
func (a *accounts) box(v *venue, customer int) clew.Address {
	at, ok := v.boxes[customer]
	if !ok {
		at = a.address(Place{Actor: v.actor, Customer: customer, Contract: v.coded})
		v.boxes[customer] = at
	}
	return at
}

// deposit pays into a person's own deposit address, from any address of theirs.
func (a *accounts) deposit(p *holder, v *venue) (clew.TxID, bool) {
	from := pick(a.draw, p.own)
	m, steps := a.some(from)
	return a.depositOf(from, v, p.actor, m, steps)
}

func (a *accounts) depositOf(from clew.Address, v *venue, customer int, m *money, steps uint64) (clew.TxID, bool) {
	if steps < 20*a.home.fee {
		return clew.TxID{}, false // no exchange would take it
	}
	at := a.box(v, customer)
	id, ok := a.home.pay(m, from, at, steps)
	if ok {
		v.pending = append(v.pending, deposited{at, m, steps})
	}
	return id, ok
}

// collect moves what was deposited to the hot wallet. Where a key holds the
// deposit address, the hot wallet sends it gas first.
func (a *accounts) collect(v *venue) {
	a.seal()
	h := a.home
	for _, d := range v.pending {
		switch {
		case v.coded && h.can(v.hot, h.coin, 0):
			h.sign(v.hot, move{d.money, d.box, v.hot, d.steps})
		case v.coded:
			continue
		case d.money == h.coin:
			if has := h.has(h.coin, d.box); has > h.fee {
				h.pay(h.coin, d.box, v.hot, has-h.fee)
			}
		default:
			if h.has(h.coin, d.box) < h.fee {
				h.pay(h.coin, v.hot, d.box, h.fee)
				a.seal()
			}
			h.pay(d.money, d.box, v.hot, min(d.steps, h.has(d.money, d.box)))
		}
	}
	v.pending = nil
}

// withdraw pays customers, of a token several in one transaction.
func (a *accounts) withdraw(v *venue) {
	h := a.home
	if a.chance(50) {
		h.pay(h.coin, v.hot, pick(a.draw, a.people).main(), min(a.amount(a.coins(1)/10, a.coins(30)), h.has(h.coin, v.hot)/20))
		return
	}
	var moves []move
	most := h.has(a.token(), v.hot) / 100
	for range a.between(1, 6) {
		moves = append(moves, move{a.token(), v.hot, pick(a.draw, a.people).main(), min(most, a.amount(a.dollars(20), a.dollars(5_000)))})
	}
	if most > 0 && h.can(v.hot, h.coin, 0) {
		h.sign(v.hot, moves...)
	}
}

// secondAddress opens another address of a person, and uses it.
func (a *accounts) secondAddress(p *holder) {
	h := a.home
	if len(p.own) > 3 || !h.can(p.main(), h.coin, a.coins(1)/2) {
		return
	}
	own := a.address(Place{Actor: p.actor})
	a.open(p.main(), own, a.coins(1)/3)
	p.own = append(p.own, own)
	h.pay(a.token(), p.main(), own, h.has(a.token(), p.main())/5)
	a.seal()
	switch {
	case h.chain.IsTron() && a.chance(50):
		a.lend(p.main(), own)
	case h.chain.IsTron():
		a.permit(own, p.main())
	default:
		a.approve(own, p.main())
	}
}

// open pays an address for the first time; on Tron that opens its account.
func (a *accounts) open(from, to clew.Address, steps uint64) (clew.TxID, bool) {
	id, ok := a.home.pay(a.home.coin, from, to, steps)
	if ok && a.home.chain.IsTron() {
		a.home.act(clew.Act{Kind: clew.Activation, By: from, On: to}, id)
	}
	return id, ok
}

// lend delegates energy.
func (a *accounts) lend(from, to clew.Address) (clew.TxID, bool) {
	if !a.home.can(from, a.home.coin, 0) {
		return clew.TxID{}, false
	}
	id, _ := a.home.sign(from)
	a.home.act(clew.Act{Kind: clew.Delegate, By: from, On: from, With: to, Asset: a.home.coin.asset, Amount: clew.Units(1_000_000_000), Detail: "energy"}, id)
	return id, true
}

// permit lets another's key sign for an account.
func (a *accounts) permit(on, key clew.Address) (clew.TxID, bool) {
	if !a.home.can(on, a.home.coin, 0) {
		return clew.TxID{}, false
	}
	id, _ := a.home.sign(on)
	a.home.act(clew.Act{Kind: clew.Permission, By: on, On: on, With: key, Detail: "active 2, threshold 1"}, id)
	return id, true
}

// approve lets another move an owner's token.
func (a *accounts) approve(owner, spender clew.Address) (clew.TxID, bool) {
	if !a.home.can(owner, a.home.coin, 0) {
		return clew.TxID{}, false
	}
	id, at := a.home.sign(owner)
	a.world.Approvals = append(a.world.Approvals, Approval{Asset: a.token().asset, Owner: owner, Spender: spender, Tx: id, Pos: at})
	return id, true
}

// cashOut deposits all that a merchant has of the token.
func (a *accounts) cashOut(m *holder) {
	v := a.venueOf(m)
	a.depositOf(m.main(), v, m.actor, a.token(), a.home.has(a.token(), m.main()))
}

// mixUnits is what the mixer takes.
func (a *accounts) mixUnits() uint64 { return a.coins(1) }

func (a *accounts) mixIn(p *holder) (clew.TxID, bool) {
	id, ok := a.home.pay(a.home.coin, p.main(), a.pool.at, a.mixUnits())
	if ok {
		a.pool.notes = append(a.pool.notes, p.actor)
	}
	return id, ok
}

// mixOut gives what was put in to a new address of whoever put it in; the relayer
// signs and keeps a part.
func (a *accounts) mixOut() {
	if len(a.pool.notes) > 5 {
		a.mixOutOf(a.index(len(a.pool.notes)))
	}
}

func (a *accounts) mixOutOf(note int) (clew.TxID, clew.Address, bool) {
	h := a.home
	if !h.can(a.relayer, h.coin, 0) {
		return clew.TxID{}, clew.Address{}, false
	}
	to := a.address(Place{Actor: a.pool.notes[note]})
	a.pool.notes = append(a.pool.notes[:note], a.pool.notes[note+1:]...)
	part := a.mixUnits() / 100
	id, _ := h.sign(a.relayer, move{h.coin, a.pool.at, to, a.mixUnits() - part}, move{h.coin, a.pool.at, a.relayer, part})
	a.world.Joins[id] = Pool
	return id, to, true
}

// farLife crosses the bridge, or uses what is on the other side.
func (a *accounts) farLife(p *holder) {
	if a.twin == nil {
		return
	}
	here := p.main()
	there := a.there(here)
	if has := a.twin.has(a.twin.coin, there); has > 4*a.twin.fee && a.chance(60) {
		a.twin.pay(a.twin.coin, there, a.there(pick(a.draw, a.people).main()), has/4)
		return
	}
	a.cross(here, a.amount(a.coins(1)/10, a.home.has(a.home.coin, here)/3+a.coins(1)/5))
}

// cross takes coins over the bridge, to the same key.
func (a *accounts) cross(from clew.Address, steps uint64) (clew.TxID, bool) {
	h, t := a.home, a.twin
	to := a.there(from)
	signer := a.there(a.relayer)
	if !h.can(from, h.coin, steps) || !t.can(signer, t.coin, 0) || t.has(t.coin, a.far) < steps {
		return clew.TxID{}, false
	}
	id, in := h.sign(from, move{h.coin, from, a.bridge, steps})
	t.seal()
	_, out := t.sign(signer, move{t.coin, a.far, to, steps - steps/1_000})
	a.world.Crossings = append(a.world.Crossings, clew.Conversion{ID: fmt.Sprintf("crossing %d", len(a.world.Crossings)+1), Kind: clew.Bridge,
		In: []clew.Pos{in}, Out: []clew.Pos{out}, InChain: h.chain, OutChain: t.chain, Basis: clew.Claimed, By: "internal/simchain, synthetic"})
	return id, true
}
