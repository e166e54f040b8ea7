package simchain

import (
	"fmt"

	"clew"
)

// An accounts is a world of one or two account chains in the making.
type accounts struct {
	world  *World
	draw        // choices
	ids    draw // names, apart from choices
	home   *book
	twin   *book // nil: none
	events int

	people   []*holder
	shops    []*holder
	venues   []*venue
	gas      clew.Address // of a station that sells the coin
	renter   clew.Address // that lets energy
	pool     *mixPool
	bridge   clew.Address // a contract on home
	far      clew.Address // its other end
	relayer  clew.Address // of the mixer and the bridge
	backdrop clew.Address // where the first coins come from: the issuer's
}

// A holder is an actor with its addresses on home.
type holder struct {
	actor int
	own   []clew.Address
}

func (h *holder) main() clew.Address { return h.own[0] }

// A venue is an exchange: a deposit address for each customer, and a hot wallet
// to which it collects.
type venue struct {
	actor   int
	hot     clew.Address
	coded   bool // deposit addresses are contracts, which the hot wallet sets going
	boxes   map[int]clew.Address
	pending []deposited
}

type deposited struct {
	box   clew.Address
	money *money
	steps uint64
}

// A mixPool takes one amount from anybody and gives it back to whoever knows the
// note, at any address.
type mixPool struct {
	at    clew.Address
	notes []int // actors
}

// EVM makes a world of two EVM-like chains whose keys are the same.
func EVM(p Plan) (*World, error) {
	return account(p, func(a *accounts) {
		a.home = newBook(EVMChain, a.ids, 12, 1_000_000_000, 1_000_000)
		a.twin = newBook(TwinChain, a.ids, 2, 1_000_000_000, 10_000)
	})
}

// Tron makes a world of one Tron-like chain.
func Tron(p Plan) (*World, error) {
	return account(p, func(a *accounts) { a.home = newBook(TronChain, a.ids, 3, 1, 300_000) })
}

func account(p Plan, found func(*accounts)) (*World, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	a := &accounts{world: newWorld(p), draw: newDraw(p.Seed, 3), ids: newDraw(p.Seed, 4)}
	found(a)
	a.cast()
	a.prologue()
	plants := a.plants()
	for a.made() < p.Transfers {
		a.events++
		if p.Plain || a.events%plantEvery != 0 {
			a.live()
		} else {
			a.plant(plants[a.events/plantEvery%len(plants)])
		}
		if a.events%theftEvery == theftAt {
			a.theft()
		}
		if a.chance(25) {
			a.seal()
		}
	}
	a.seal()
	for _, b := range a.books() {
		a.world.Ledgers = append(a.world.Ledgers, Ledger{b.chain, b.blocks})
	}
	return a.world, nil
}

func (a *accounts) books() []*book {
	if a.twin == nil {
		return []*book{a.home}
	}
	return []*book{a.home, a.twin}
}

func (a *accounts) made() (n int) {
	for _, b := range a.books() {
		n += b.made
	}
	return n
}

func (a *accounts) seal() {
	for _, b := range a.books() {
		b.seal()
	}
}

func (a *accounts) actor(name string, role Role) int {
	a.world.Actors = append(a.world.Actors, Actor{name, role})
	return len(a.world.Actors) - 1
}

// address makes a new address on home.
func (a *accounts) address(p Place) clew.Address {
	var key [20]byte
	a.ids.fill(key[:])
	made := a.on(a.home, key[:])
	a.world.Addresses[made] = p
	return made
}

func (a *accounts) on(b *book, key []byte) clew.Address {
	form := clew.EVMForm
	if b.chain.IsTron() {
		form = clew.TronForm
	}
	made, err := clew.MakeAddress(b.chain, form, key)
	if err != nil {
		panic("simchain: " + err.Error())
	}
	return made
}

// there returns the same digits on the twin, as those of the same actor unless
// they are known as another's.
func (a *accounts) there(here clew.Address) clew.Address {
	far := a.on(a.twin, here.Key())
	if _, known := a.world.Addresses[far]; !known {
		a.world.Addresses[far] = a.world.Addresses[here]
	}
	return far
}

func (a *accounts) holder(name string, role Role) *holder {
	h := &holder{actor: a.actor(name, role)}
	h.own = []clew.Address{a.address(Place{Actor: h.actor})}
	return h
}

// cast makes whoever takes part.
func (a *accounts) cast() {
	n := min(20+a.world.Plan.Transfers/60, 4000)
	for i := range n {
		a.people = append(a.people, a.holder(fmt.Sprintf("person %d", i+1), Person))
	}
	for i := range 3 + n/50 {
		a.shops = append(a.shops, a.holder(fmt.Sprintf("merchant %d", i+1), Merchant))
	}
	for i := range 3 {
		v := &venue{actor: a.actor(fmt.Sprintf("exchange %d", i+1), Exchange), boxes: map[int]clew.Address{}, coded: i == 2 && a.twin != nil}
		v.hot = a.address(Place{Actor: v.actor})
		a.venues = append(a.venues, v)
	}
	service := func(name string, role Role, contract bool) clew.Address {
		return a.address(Place{Actor: a.actor(name, role), Contract: contract})
	}
	a.backdrop = service("issuer 1", Issuer, false)
	a.gas = service("gas station 1", GasStation, false)
	a.renter = service("energy rental 1", Renter, false)
	a.pool = &mixPool{at: service("mixer 1", Mixer, true)}
	a.relayer = service("relayer 1", Mixer, false)
	if a.twin != nil {
		a.bridge = service("bridge 1", Bridge, true)
		a.far = a.on(a.twin, a.bridge.Key())
		a.world.Addresses[a.far] = a.world.Addresses[a.bridge]
	}
}

// prologue issues coins and a token, and hands the first ones out.
func (a *accounts) prologue() {
	h := a.home
	h.issue(h.coin, a.backdrop, a.coins(50_000_000))
	if a.twin != nil {
		a.twin.issue(a.twin.coin, a.there(a.backdrop), a.coins(1_000_000))
		a.twin.issue(a.twin.coin, a.there(a.relayer), a.coins(1_000_000))
		a.twin.issue(a.twin.coin, a.far, a.coins(5_000_000))
	}
	a.seal()
	standard := "erc20"
	if h.chain.IsTron() {
		standard = "trc20"
	}
	contract := a.address(Place{Actor: a.world.Addresses[a.backdrop].Actor, Contract: true})
	token := &money{clew.Token(standard, contract), 1}
	h.tokens = []*money{token}
	nobody := a.on(h, make([]byte, 20))
	h.held[pot{token, nobody}] = 1 << 62 // what can be issued
	h.sign(a.backdrop, move{token, nobody, a.backdrop, 1 << 60})
	for _, x := range []clew.Address{a.gas, a.renter, a.relayer, a.bridge, a.venues[0].hot, a.venues[1].hot, a.venues[2].hot} {
		if x.IsZero() {
			continue
		}
		h.pay(h.coin, a.backdrop, x, a.coins(100_000))
		h.pay(token, a.backdrop, x, a.dollars(50_000_000))
	}
	for i, p := range append(a.people, a.shops...) {
		from := a.venues[a.index(len(a.venues))].hot
		h.pay(h.coin, from, p.main(), a.between(a.coins(1), a.coins(20)))
		h.pay(token, from, p.main(), a.amount(a.dollars(50), a.dollars(20_000)))
		if i%20 == 19 {
			a.seal()
		}
	}
}

// coins returns a number of coins in the steps of home's.
func (a *accounts) coins(n uint64) uint64 {
	if a.home.chain.IsTron() {
		return n * 100 * 1_000_000 // a hundred of its coins are of use as one of the others'
	}
	return n * 1_000_000_000
}

func (a *accounts) dollars(n uint64) uint64 { return n * 1_000_000 }

func (a *accounts) token() *money { return a.home.tokens[0] }
