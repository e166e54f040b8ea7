package simchain

import (
	"fmt"

	"clew"
)

// An accountPlant is a behaviour that breaks a heuristic of account chains. It
// says in which transactions it shows, or at which addresses where no
// transaction does.
type accountPlant struct {
	behaviour string
	breaks    []string
	show      func(*accounts) ([]clew.TxID, []clew.Address)
}

// ofDeposits are the heuristics of deposit addresses.
var ofDeposits = []string{"deposit-reuse", "deposit-gas"}

// plants returns what a world of its chains can plant.
func (a *accounts) plants() []accountPlant {
	all := []accountPlant{
		{"friend pays into a deposit address once", ofDeposits, func(a *accounts) ([]clew.TxID, []clew.Address) { return a.friendDeposits(1) }},
		{"friend pays into a deposit address again", ofDeposits, func(a *accounts) ([]clew.TxID, []clew.Address) { return a.friendDeposits(2) }},
		{"customers pay into a merchant's deposit address once", ofDeposits, func(a *accounts) ([]clew.TxID, []clew.Address) { return a.sharedDeposit(1) }},
		{"customers pay into a merchant's deposit address again", ofDeposits, func(a *accounts) ([]clew.TxID, []clew.Address) { return a.sharedDeposit(2) }},
		{"address that only passes on to an exchange", ofDeposits, (*accounts).passedOn},
		{"gas station", []string{"gas-funder"}, (*accounts).stationGas},
	}
	if a.home.chain.IsTron() {
		return append(all,
			accountPlant{"rented energy", []string{"energy-sponsor"}, (*accounts).rentedEnergy},
			accountPlant{"account opened by an exchange", []string{"activation"}, (*accounts).openedByExchange},
			accountPlant{"permission taken by a thief", []string{"permission-change"}, (*accounts).takenPermission})
	}
	return append(all,
		accountPlant{"approval to a drainer", []string{"self-authorisation"}, (*accounts).phish},
		accountPlant{"contract of another at the same digits", []string{"same-key"}, (*accounts).farContract},
		accountPlant{"key handed over", []string{"same-key"}, (*accounts).farKey})
}

// plant lets a behaviour happen and notes it.
func (a *accounts) plant(p accountPlant) {
	txs, at := p.show(a)
	if len(txs) == 0 && len(at) > 0 {
		txs = []clew.TxID{{}}
	}
	for _, id := range txs {
		for _, h := range p.breaks {
			a.world.Plants = append(a.world.Plants, Plant{Breaks: h, Behaviour: p.behaviour, Chain: a.home.chain, Tx: id, Addresses: at})
		}
	}
}

// two returns different people.
func (a *accounts) two() (*holder, *holder) {
	i := a.index(len(a.people))
	j := (i + 1 + a.index(len(a.people)-1)) % len(a.people)
	return a.people[i], a.people[j]
}

// afford gives an address what it needs to pay so many dollars and some fees.
func (a *accounts) afford(to clew.Address, dollars uint64) bool {
	h := a.home
	_, ok := h.pay(h.coin, a.backdrop, to, a.coins(1))
	if dollars > 0 {
		_, also := h.pay(a.token(), a.backdrop, to, a.dollars(dollars))
		ok = ok && also
	}
	a.seal()
	return ok
}

// friendDeposits: one pays into another's deposit address, so many times.
func (a *accounts) friendDeposits(times int) (txs []clew.TxID, _ []clew.Address) {
	p, friend := a.two()
	v := a.venueOf(friend)
	if !a.afford(p.main(), 300) || !a.afford(friend.main(), 300) {
		return nil, nil
	}
	a.depositOf(friend.main(), v, friend.actor, a.token(), a.dollars(100)+a.below(1_000_000))
	a.collect(v)
	for range times {
		id, ok := a.depositOf(p.main(), v, friend.actor, a.token(), a.dollars(100)+a.below(1_000_000))
		txs = append(txs, one(id, ok)...)
		a.collect(v)
	}
	return txs, nil
}

func one(id clew.TxID, ok bool) []clew.TxID {
	if !ok {
		return nil
	}
	return []clew.TxID{id}
}

// sharedDeposit: a merchant tells its customers to pay into its deposit address,
// and each does so many times.
func (a *accounts) sharedDeposit(times int) (txs []clew.TxID, _ []clew.Address) {
	shop := a.holder(fmt.Sprintf("merchant by deposit %d", a.events), Merchant)
	v := pick(a.draw, a.venues)
	for range 4 {
		p := pick(a.draw, a.people)
		if !a.afford(p.main(), 250) {
			continue
		}
		for range times {
			id, ok := a.depositOf(p.main(), v, shop.actor, a.token(), a.dollars(50)+a.below(50_000_000))
			txs = append(txs, one(id, ok)...)
			a.collect(v)
		}
	}
	return txs, nil
}

// passedOn: one is paid at an own address, to which an exchange paid out some of
// the coin before, and hands all on to that exchange.
func (a *accounts) passedOn() ([]clew.TxID, []clew.Address) {
	p, payer := a.two()
	v := a.venues[a.index(2)] // whose deposit addresses are keys
	own := a.address(Place{Actor: p.actor})
	if !a.afford(payer.main(), 200) || !a.afford(v.hot, 0) {
		return nil, nil
	}
	steps := a.dollars(100) + a.below(1_000_000)
	a.home.pay(a.home.coin, v.hot, own, a.home.fee)
	id, ok := a.home.pay(a.token(), payer.main(), own, steps)
	a.seal()
	_, also := a.home.pay(a.token(), own, v.hot, steps)
	return one(id, ok && also), nil
}

// stationGas: somebody buys the first coin of a new address at a station.
func (a *accounts) stationGas() ([]clew.TxID, []clew.Address) {
	p, payer := a.two()
	own := a.address(Place{Actor: p.actor})
	if !a.afford(payer.main(), 100) {
		return nil, nil
	}
	a.home.pay(a.token(), payer.main(), own, a.dollars(40))
	id, ok := a.open(a.gas, own, 5*a.home.fee)
	a.seal()
	a.home.pay(a.token(), own, pick(a.draw, a.shops).main(), a.dollars(20))
	return one(id, ok), nil
}

// thief makes one.
func (a *accounts) thief() *holder {
	return a.holder(fmt.Sprintf("thief %d", a.events), Thief)
}

// phish: a victim approves a thief's key, which takes the tokens.
func (a *accounts) phish() ([]clew.TxID, []clew.Address) {
	victim, _ := a.two()
	thief := a.thief()
	if !a.afford(victim.main(), 300) || !a.afford(thief.main(), 0) {
		return nil, nil
	}
	id, ok := a.approve(victim.main(), thief.main())
	if ok {
		a.home.sign(thief.main(), move{a.token(), victim.main(), thief.main(), a.dollars(300)})
	}
	return one(id, ok), nil
}

// farContract: on the twin a contract of somebody else has the digits of a key.
// It holds and moves coins, and signs nothing.
func (a *accounts) farContract() ([]clew.TxID, []clew.Address) {
	p, other := a.two()
	own := a.address(Place{Actor: p.actor})
	if !a.afford(own, 0) {
		return nil, nil
	}
	far := a.on(a.twin, own.Key())
	a.world.Addresses[far] = Place{Actor: other.actor, Contract: true}
	a.home.pay(a.home.coin, own, p.main(), a.coins(1)/4)
	return nil, a.farUse(far, a.there(a.backdrop), own)
}

// farUse lets an address on the twin receive, and pass on in a transaction that a
// signer signs.
func (a *accounts) farUse(far, signer, here clew.Address) []clew.Address {
	t := a.twin
	t.pay(t.coin, a.there(a.backdrop), far, a.coins(1)/10)
	t.seal()
	if !t.can(signer, t.coin, 0) || t.has(t.coin, far) < a.coins(1)/20 {
		return nil
	}
	t.sign(signer, move{t.coin, far, a.there(a.relayer), a.coins(1) / 20})
	return []clew.Address{here, far}
}

// farKey: a key that its owner sold is used by another on the twin.
func (a *accounts) farKey() ([]clew.TxID, []clew.Address) {
	p, other := a.two()
	own := a.address(Place{Actor: p.actor})
	if !a.afford(own, 0) {
		return nil, nil
	}
	far := a.on(a.twin, own.Key())
	a.world.Addresses[far] = Place{Actor: other.actor}
	a.home.pay(a.home.coin, own, p.main(), a.coins(1)/4)
	return nil, a.farUse(far, far, own)
}

// rentedEnergy: a stranger lends energy for a fee.
func (a *accounts) rentedEnergy() ([]clew.TxID, []clew.Address) {
	p, _ := a.two()
	if !a.afford(p.main(), 0) {
		return nil, nil
	}
	a.home.pay(a.home.coin, p.main(), a.renter, a.coins(1)/20)
	id, ok := a.lend(a.renter, p.main())
	return one(id, ok), nil
}

// openedByExchange: a withdrawal opens a customer's account.
func (a *accounts) openedByExchange() ([]clew.TxID, []clew.Address) {
	p, _ := a.two()
	id, ok := a.open(pick(a.draw, a.venues).hot, a.address(Place{Actor: p.actor}), a.coins(1)/2)
	return one(id, ok), nil
}

// takenPermission: a thief who had the key once lets an own key sign.
func (a *accounts) takenPermission() ([]clew.TxID, []clew.Address) {
	p, _ := a.two()
	victim := a.address(Place{Actor: p.actor})
	if !a.afford(victim, 100) {
		return nil, nil
	}
	thief := a.thief()
	id, ok := a.permit(victim, thief.main())
	a.seal()
	a.home.pay(a.token(), victim, thief.main(), a.dollars(90))
	return one(id, ok), nil
}
