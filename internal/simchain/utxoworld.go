package simchain

import (
	"fmt"
	"slices"

	"clew"
	"clew/bitcoin"
)

// UTXO makes a Bitcoin-like world.
func UTXO(p Plan) (*World, error) {
	u, err := newUTXO(p)
	if err != nil {
		return nil, err
	}
	plants := utxoPlants()
	for u.made < p.Transfers {
		u.events++
		switch {
		case p.Plain || u.events%plantEvery != 0:
			u.live()
		default:
			u.plant(plants[u.events/plantEvery%len(plants)])
		}
		if u.events%theftEvery == theftAt {
			u.theft()
		}
		if u.chance(12) {
			u.seal()
		}
	}
	u.seal()
	u.world.Ledgers = []Ledger{{u.chain, u.blocks}}
	return u.world, nil
}

// newUTXO makes whoever takes part, and gives them coins.
func newUTXO(p Plan) (*utxo, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	u := &utxo{world: newWorld(p), draw: newDraw(p.Seed, 1), ids: newDraw(p.Seed, 2), chain: UTXOChain, asset: clew.NativeAsset(UTXOChain)}
	u.world.Addresses = make(map[clew.Address]Place, 2*p.Transfers) // nearly each output has one of its own
	u.cast()
	u.prologue()
	return u, nil
}

const (
	plantEvery = 25  // events
	theftEvery = 900 // events
	theftAt    = 400
)

func newWorld(p Plan) *World {
	return &World{Plan: p, Truth: Truth{Actors: []Actor{{Name: "nobody"}},
		Addresses: map[clew.Address]Place{}, Change: map[clew.Output]bool{}, Forms: map[clew.TxID]bitcoin.Form{}, Joins: map[clew.TxID]Join{}, Shapes: map[clew.TxID]Shape{}}}
}

// An exchange takes deposits at an address for each customer, sweeps them to its
// hot wallet, and pays withdrawals from there, many at once.
type exchange struct {
	hot   *wallet
	in    *wallet // what was deposited and is not swept
	boxes map[int]clew.Address
}

// cast makes whoever takes part.
func (u *utxo) cast() {
	n := min(20+u.world.Plan.Transfers/50, 4000)
	u.miner = u.wallet(u.actor("miner 1", Miner), clew.P2PKH, software[1])
	u.miner.rate = 10
	for i := range n {
		w := u.wallet(u.actor(fmt.Sprintf("person %d", i+1), Person), forms[u.weighed([]int{5, 2, 1, 2})], pick(u.draw, software))
		w.returns, w.clumsy = u.chance(8), u.chance(8)
		if u.chance(20) {
			w.reused = u.address(w)
		}
		u.people = append(u.people, w)
	}
	for i := range 2 + n/20 {
		u.merchants = append(u.merchants, u.wallet(u.actor(fmt.Sprintf("merchant %d", i+1), Merchant), pick(u.draw, forms), pick(u.draw, software)))
	}
	for i := range 3 {
		a := u.actor(fmt.Sprintf("exchange %d", i+1), Exchange)
		x := &exchange{hot: u.wallet(a, clew.P2WPKH, software[2]), in: u.wallet(a, clew.P2SH, software[2]), boxes: map[int]clew.Address{}}
		x.hot.reused = u.address(x.hot)
		u.exchanges = append(u.exchanges, x)
	}
	u.mixer = u.wallet(u.actor("mixer 1", Mixer), clew.P2WPKH, software[0])
	u.host = u.wallet(u.actor("custodian 1", Custodian), clew.P2WPKH, software[3])
}

// prologue issues coins, and hands the first ones out by way of the exchanges.
func (u *utxo) prologue() {
	u.block.Ref = clew.BlockRef{Hash: u.ids.txID(), Time: utxoStart}
	u.issue(u.miner, subsidy)
	for range maturity + 20 {
		u.seal()
	}
	for _, x := range u.exchanges {
		u.pay(u.miner, out{to: x.hot, address: x.hot.reused, amount: 300 * coinUnits})
	}
	for some := range slices.Chunk(u.people, 40) {
		u.seal()
		outs := make([]out, len(some))
		for i, w := range some {
			outs[i] = out{to: w, address: u.receive(w), amount: u.amount(2_000_000, 30_000_000)}
		}
		u.pay(pick(u.draw, u.exchanges).hot, outs...)
	}
}

// live lets something ordinary happen.
func (u *utxo) live() {
	w := pick(u.draw, u.people)
	switch u.weighed([]int{40, 20, 12, 6, 4, 10, 2, 1, 3}) {
	case 0:
		u.payTo(w, pick(u.draw, u.people))
	case 1:
		u.payTo(w, pick(u.draw, u.merchants))
	case 2:
		u.deposit(w, pick(u.draw, u.exchanges))
	case 3:
		u.cashOut(pick(u.draw, u.merchants))
	case 4:
		u.consolidate(w)
	case 5:
		u.withdrawals(pick(u.draw, u.exchanges))
	case 6:
		u.whirlpool()
	case 7:
		u.wasabi()
	case 8:
		u.payJoin(w, pick(u.draw, u.merchants))
	}
}

// price returns what a payment is of: often round, as people like it.
func (u *utxo) price(least, most uint64) uint64 {
	amount := u.amount(least, most)
	switch {
	case u.chance(70):
		return amount
	case amount >= 2_000_000:
		return amount / 1_000_000 * 1_000_000
	}
	return max(amount/100_000, 1) * 100_000
}

func (u *utxo) payTo(w, payee *wallet) {
	if w == payee {
		return
	}
	u.pay(w, out{to: payee, address: u.receive(payee), amount: u.price(20_000, w.balance()/3+60_000)})
}

// box returns a customer's deposit address at an exchange.
func (u *utxo) box(x *exchange, customer int) clew.Address {
	a, ok := x.boxes[customer]
	if !ok {
		a = u.addressOf(x.in.actor, x.in.form)
		u.world.Addresses[a] = Place{Actor: x.in.actor, Customer: customer}
		x.boxes[customer] = a
	}
	return a
}

func (u *utxo) deposit(w *wallet, x *exchange) (clew.TxID, bool) {
	id, _, ok := u.pay(w, out{to: x.in, address: u.box(x, w.actor), amount: u.price(40_000, w.balance()/2+90_000)})
	if len(x.in.coins) > 12 {
		u.sweep(x)
	}
	return id, ok
}

// sweep moves deposits of many customers to the hot wallet.
func (u *utxo) sweep(x *exchange) {
	u.seal()
	u.gather(x.in, x.hot, x.hot.reused, 40)
}

// cashOut deposits all that a merchant has.
func (u *utxo) cashOut(m *wallet) {
	if len(m.coins) < 3 {
		return
	}
	x := pick(u.draw, u.exchanges)
	u.gather(m, x.in, u.box(x, m.actor), 60)
}

func (u *utxo) consolidate(w *wallet) {
	if len(w.coins) >= 3 {
		u.gather(w, w, u.receive(w), 20)
	}
}

// gather pays what a wallet's coins are worth to one address.
func (u *utxo) gather(from, to *wallet, address clew.Address, most int) (clew.TxID, bool) {
	fee := from.fee(min(most, len(from.coins)), 1)
	ins := from.takeAll(most)
	sum := total(ins)
	if sum < fee+dust {
		from.coins = append(from.coins, ins...)
		return clew.TxID{}, false
	}
	id, _ := u.spend(from.print, ins, []out{{to: to, address: address, amount: sum - fee}})
	return id, true
}

// withdrawals pay several customers at once.
func (u *utxo) withdrawals(x *exchange) {
	outs := make([]out, u.between(1, 12))
	most := x.hot.balance() / 100
	for i := range outs {
		w := pick(u.draw, u.people)
		outs[i] = out{to: w, address: u.receive(w), amount: u.price(100_000, most+200_000)}
	}
	if _, _, ok := u.pay(x.hot, outs...); !ok {
		u.pay(u.miner, out{to: x.hot, address: x.hot.reused, amount: 40 * coinUnits})
	}
}

// fund gives a wallet a coin of an amount at a new address.
func (u *utxo) fund(w *wallet, amount uint64) (coin, bool) {
	return u.fundAt(w, u.address(w), amount)
}

func (u *utxo) fundAt(w *wallet, address clew.Address, amount uint64) (coin, bool) {
	from := pick(u.draw, u.exchanges).hot
	_, made, ok := u.pay(from, out{address: address, amount: amount})
	if !ok {
		if _, made, ok = u.pay(u.miner, out{address: address, amount: amount}); !ok {
			return coin{}, false
		}
	}
	return made[0], true
}
