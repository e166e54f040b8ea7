package simchain

import (
	"fmt"

	"clew"
)

// A Typology is something that happened in a world of paces: what one rule of package
// launder looks for, or what ordinary people do that looks like it.
type Typology struct {
	Rule      string // its identifier
	Behaviour string
	Guilty    bool
	Addresses []clew.Address // that a finding of it must name one of
}

// A pacePlant is one of them.
type pacePlant struct {
	rule, behaviour string
	guilty          bool
	show            func(*paces) []clew.Address
}

// pacePlants are all, so that each kind of guilt stands beside what looks like it.
func pacePlants() []pacePlant {
	return []pacePlant{
		{"pass-through", "value rushes through new addresses", true, (*paces).rush},
		{"pass-through", "somebody withdraws to a new address and pays a bill", false, (*paces).payBill},
		{"structuring", "deposits just under ten thousand, at deposit addresses of others", true, (*paces).structure},
		{"structuring", "weekly savings at an exchange", false, (*paces).save},
		{"structuring", "somebody sells bit by bit in a day", false, (*paces).sell},
		{"consolidation", "value is parted, and drawn together two layers on", true, (*paces).consolidate},
		{"consolidation", "customers of one shop pay another, new one", false, (*paces).newShop},
		{"chain-hop", "over a bridge, a hop, and over another bridge", true, (*paces).hop},
		{"chain-hop", "over a bridge, and back days later", false, (*paces).commute},
		{"freeze-flight", "a stolen token is swapped at once", true, (*paces).fly},
		{"freeze-flight", "a wage in tokens is swapped at once", false, (*paces).swapWage},
		{"freeze-flight", "savings in tokens are swapped", false, (*paces).swapSavings},
		{"address-poisoning", "a transfer of nothing to a look-alike", true, (*paces).poison},
		{"address-poisoning", "dust to people, by one who looks like nobody", false, (*paces).dust},
		{"drainer-split", "victims' tokens are split at once", true, (*paces).drain},
		{"drainer-split", "a market takes its fee", false, (*paces).market},
		{"drainer-split", "two partners share their takings", false, (*paces).partners},
		{"flood-the-zone", "a machine pays new addresses, which pay on", true, (*paces).flood},
		{"flood-the-zone", "an airdrop", false, (*paces).airdrop},
		{"flood-the-zone", "a payroll", false, (*paces).payroll},
		{"nested-service", "many pay one who hands on to an exchange", true, (*paces).nest},
		{"nested-service", "a shop hands in its takings", false, (*paces).handIn},
		{"dex-layering", "swap upon swap", true, (*paces).layer},
		{"dex-layering", "a trader goes to and fro", false, (*paces).trade},
		{"liquidity-hiding", "shares of a pool change hands and are taken out", true, (*paces).hide},
		{"liquidity-hiding", "shares of a pool go to a new wallet of the same owner", false, (*paces).moveShares},
	}
}

// paceEvery is how many ordinary things happen between two of them.
const paceEvery = 20

// paces is a world of them in the making: an EVM-like one, and pools.
type paces struct {
	*accounts
	swaps   clew.Address // a pool of all tokens
	others  []*money     // tokens beside the first
	share   *money       // of the pool
	crossed int          // messages of bridges
}

// Paces makes a world of one EVM-like chain over weeks, in which what the rules of pace
// look for is planted among ordinary life, with what ordinary people do that looks
// like it.
func Paces(p Plan) (*World, error) { return planted(p, 7, pacePlants()) }

// planted makes a world of one EVM-like chain with things planted in turn among
// ordinary life.
func planted(p Plan, stream uint64, plants []pacePlant) (*World, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	w := &paces{accounts: &accounts{world: newWorld(p), draw: newDraw(p.Seed, stream), ids: newDraw(p.Seed, stream+1)}}
	w.home = newBook(EVMChain, w.ids, 12, 1_000_000_000, 1_000_000)
	w.twin = newBook(TwinChain, w.ids, 2, 1_000_000_000, 10_000)
	w.cast()
	w.prologue()
	w.markets()
	for w.home.made < p.Transfers {
		w.events++
		w.live()
		if w.events%3 == 0 {
			w.wait(w.between(12, 1200))
		}
		if w.events%paceEvery == 0 && !p.Plain {
			one := plants[w.events/paceEvery%len(plants)]
			if at := one.show(w); len(at) > 0 {
				w.world.Typologies = append(w.world.Typologies, Typology{one.rule, one.behaviour, one.guilty, at})
			}
		}
	}
	w.seal()
	w.world.Ledgers = []Ledger{{w.home.chain, w.home.blocks}}
	return w.world, nil
}

// Freezable is the token of a world of paces that its issuer can freeze.
func (w *World) Freezable() clew.Asset {
	for a, p := range w.Addresses {
		if p.Contract && w.Actors[p.Actor].Role == Issuer && w.Actors[p.Actor].Name == "issuer 1" && a.Chain() == EVMChain {
			return clew.Token("erc20", a)
		}
	}
	return clew.Asset{}
}

// wait ends the block and lets so many seconds go by.
func (w *paces) wait(seconds uint64) {
	w.seal()
	w.home.block.Ref.Time += clew.Time(seconds)
	w.twin.block.Ref.Time = max(w.twin.block.Ref.Time, w.home.block.Ref.Time)
}

// pass lets seconds go by in which others live.
func (w *paces) pass(seconds uint64) {
	n := 1 + min(seconds/1200, 4)
	for range n {
		w.live()
		w.wait(seconds / n)
	}
}

// markets issues more tokens and makes a pool that has some of all.
func (w *paces) markets() {
	h := w.home
	w.swaps = w.address(Place{Actor: w.actor("market 1", Exchange), Contract: true})
	nobody := w.on(h, make([]byte, 20))
	for i := range 4 {
		contract := w.address(Place{Actor: w.actor(fmt.Sprintf("issuer %d", i+2), Issuer), Contract: true})
		m := &money{clew.Token("erc20", contract), 1}
		h.held[pot{m, nobody}] = 1 << 62
		if i == 3 {
			w.share = m
			break
		}
		h.sign(w.backdrop, move{m, nobody, w.swaps, 1 << 60})
		w.others = append(w.others, m)
	}
	h.pay(h.coin, w.backdrop, w.swaps, w.coins(1_000_000))
	h.pay(w.token(), w.backdrop, w.swaps, w.dollars(500_000_000))
	w.seal()
}

// fresh makes a new address of an actor that can pay fees.
func (w *paces) fresh(actor int) clew.Address {
	a := w.address(Place{Actor: actor})
	w.home.pay(w.home.coin, w.backdrop, a, 50*w.home.fee)
	return a
}

// rich makes a new address that has so many dollars in tokens.
func (w *paces) rich(actor int, dollars uint64) clew.Address {
	a := w.fresh(actor)
	w.home.pay(w.token(), w.backdrop, a, w.dollars(dollars))
	w.wait(60)
	return a
}

// swap swaps all of one asset that an address has for another at the market.
func (w *paces) swap(who clew.Address, paid, got *money) bool {
	has := w.home.has(paid, who)
	if paid == w.home.coin {
		has = has / 2
	}
	if has == 0 || !w.home.can(who, paid, has) || w.home.has(got, w.swaps) < has {
		return false
	}
	w.home.sign(who, move{paid, who, w.swaps, has}, move{got, w.swaps, who, has - has/200})
	return true
}

func (w *paces) rush() []clew.Address {
	thief := w.thief()
	at := w.rich(thief.actor, w.between(20_000, 900_000))
	w.pass(100_000) // what it came by is another story
	var list []clew.Address
	for range w.between(3, 6) {
		next := w.fresh(thief.actor)
		w.home.pay(w.token(), at, next, w.home.has(w.token(), at)*w.between(960, 1000)/1000)
		list = append(list, next)
		w.wait(w.between(30, 1500))
		at = next
	}
	w.home.pay(w.token(), at, w.fresh(thief.actor), w.home.has(w.token(), at))
	return list
}

func (w *paces) payBill() []clew.Address {
	p, _ := w.two()
	own := w.fresh(p.actor)
	v := w.venueOf(p)
	if _, ok := w.home.pay(w.token(), v.hot, own, w.dollars(w.between(100, 900))); !ok {
		return nil
	}
	w.wait(w.between(60, 1800))
	w.home.pay(w.token(), own, pick(w.draw, w.shops).main(), w.home.has(w.token(), own))
	return []clew.Address{own}
}

func (w *paces) structure() []clew.Address {
	thief := w.thief()
	from := w.rich(thief.actor, 120_000)
	v := pick(w.draw, w.venues)
	for range w.between(6, 9) {
		w.depositOf(from, v, pick(w.draw, w.people).actor, w.token(), w.dollars(w.between(9_100, 9_990)))
		w.pass(w.between(600, 7200))
		w.collect(v)
	}
	return []clew.Address{from}
}

func (w *paces) save() []clew.Address {
	p, _ := w.two()
	from := w.rich(p.actor, 5000)
	for range 6 {
		w.depositOf(from, w.venueOf(p), p.actor, w.token(), w.dollars(500))
		w.pass(7 * 86_400)
	}
	return []clew.Address{from}
}

func (w *paces) sell() []clew.Address {
	p, _ := w.two()
	from := w.rich(p.actor, 50_000)
	v := w.venueOf(p)
	for range 6 {
		w.depositOf(from, v, p.actor, w.token(), w.dollars(w.between(500, 6000)))
		w.pass(w.between(1800, 9000))
	}
	w.collect(v)
	return []clew.Address{from}
}

func (w *paces) consolidate() []clew.Address {
	thief := w.thief()
	from := w.rich(thief.actor, 200_000)
	n := int(w.between(6, 12))
	var layer []clew.Address
	for range n {
		a := w.fresh(thief.actor)
		w.home.pay(w.token(), from, a, w.dollars(w.between(5000, 15_000)))
		layer = append(layer, a)
		w.wait(w.between(60, 900))
	}
	w.pass(3600)
	for i, a := range layer {
		layer[i] = w.fresh(thief.actor)
		w.home.pay(w.token(), a, layer[i], w.home.has(w.token(), a))
		w.wait(w.between(60, 900))
	}
	w.pass(20_000)
	end := w.fresh(thief.actor)
	for _, a := range layer {
		w.home.pay(w.token(), a, end, w.home.has(w.token(), a))
		w.wait(w.between(60, 900))
	}
	return []clew.Address{end}
}

func (w *paces) newShop() []clew.Address {
	shop := w.holder(fmt.Sprintf("new merchant %d", w.events), Merchant)
	for range 12 {
		p := pick(w.draw, w.people)
		if w.afford(p.main(), 200) {
			w.home.pay(w.token(), p.main(), shop.main(), w.dollars(w.between(10, 90)))
		}
		w.pass(w.between(600, 5000))
	}
	return []clew.Address{shop.main()}
}

// cross notes an end of a bridge, in the transaction signed last.
func (w *paces) cross(kind clew.ActKind, on clew.Address, id clew.TxID, protocol string) {
	w.crossed++
	act := clew.Act{Kind: kind, By: w.bridge, On: on, With: w.bridge, Asset: w.token().asset, Amount: clew.Units(1)}
	if err := act.SetMessage(clew.Message{Protocol: protocol, ID: fmt.Sprintf("%d-%d", w.world.Plan.Seed, w.crossed)}); err != nil {
		panic("simchain: " + err.Error())
	}
	w.home.act(act, id)
}

// comeIn lets tokens come in over a bridge.
func (w *paces) comeIn(to clew.Address, dollars uint64, protocol string) bool {
	id, ok := w.home.pay(w.token(), w.bridge, to, w.dollars(dollars))
	if ok {
		w.cross(clew.BridgeReceived, to, id, protocol)
	}
	return ok
}

// goOut lets all tokens go out over a bridge.
func (w *paces) goOut(from clew.Address, protocol string) {
	if id, ok := w.home.pay(w.token(), from, w.bridge, w.home.has(w.token(), from)); ok {
		w.cross(clew.BridgeSent, from, id, protocol)
	}
}

func (w *paces) hop() []clew.Address {
	thief := w.thief()
	first, second := w.fresh(thief.actor), w.fresh(thief.actor)
	if !w.comeIn(first, w.between(5000, 90_000), "one") {
		return nil
	}
	w.wait(w.between(60, 3600))
	w.home.pay(w.token(), first, second, w.home.has(w.token(), first))
	w.wait(w.between(60, 3600))
	w.goOut(second, "two")
	return []clew.Address{second}
}

func (w *paces) commute() []clew.Address {
	p, _ := w.two()
	own := w.fresh(p.actor)
	if !w.comeIn(own, w.between(100, 5000), "one") {
		return nil
	}
	w.pass(w.between(2*86_400, 6*86_400))
	w.goOut(own, "two")
	return []clew.Address{own}
}

func (w *paces) fly() []clew.Address {
	victim, _ := w.two()
	thief := w.thief()
	from, own := w.rich(victim.actor, w.between(10_000, 90_000)), w.fresh(thief.actor)
	w.pass(5000)
	w.home.pay(w.token(), from, own, w.home.has(w.token(), from))
	w.wait(w.between(60, 1500))
	w.swap(own, w.token(), pick(w.draw, w.others))
	return []clew.Address{own}
}

func (w *paces) swapWage() []clew.Address {
	p, _ := w.two()
	own := p.main()
	if !w.afford(own, 50) {
		return nil
	}
	w.pass(100_000)
	w.home.pay(w.token(), w.backdrop, own, w.home.has(w.token(), own)*2)
	w.wait(w.between(60, 3000))
	w.swap(own, w.token(), pick(w.draw, w.others))
	return []clew.Address{own}
}

func (w *paces) swapSavings() []clew.Address {
	p, _ := w.two()
	own := w.rich(p.actor, w.between(500, 5000))
	w.pass(4 * 86_400)
	w.swap(own, w.token(), pick(w.draw, w.others))
	return []clew.Address{own}
}

func (w *paces) poison() []clew.Address {
	p, friend := w.two()
	thief := w.thief()
	if !w.afford(p.main(), 500) {
		return nil
	}
	key := [20]byte(friend.main().Key())
	var middle [16]byte
	w.ids.fill(middle[:])
	copy(key[3:17], middle[:])
	like := w.on(w.home, key[:])
	w.world.Addresses[like] = Place{Actor: thief.actor}
	w.home.pay(w.token(), p.main(), friend.main(), w.dollars(w.between(100, 400)))
	w.pass(w.between(60, 4000))
	w.home.sign(w.backdrop, move{w.token(), p.main(), like, 0})
	w.pass(40_000)
	if w.chance(30) && w.home.has(w.token(), p.main()) > w.dollars(50) { // lured
		w.home.pay(w.token(), p.main(), like, w.dollars(50))
	}
	return []clew.Address{like}
}

func (w *paces) dust() []clew.Address {
	stranger := w.rich(w.actor(fmt.Sprintf("advertiser %d", w.events), Person), 10)
	for range 20 {
		w.home.pay(w.token(), stranger, pick(w.draw, w.people).main(), w.between(1, 100))
		w.wait(12)
	}
	return []clew.Address{stranger}
}
