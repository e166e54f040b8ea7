package simchain

import (
	"fmt"
	"slices"

	"clew"
)

// A laundry is a world of two EVM-like chains, a Tron-like and a Bitcoin-like one
// in the making, on which thieves hide what they took in every way that is known.
// Ordinary people use the same contracts.
type laundry struct {
	world *World
	draw
	home  *accounts // with its twin
	tron  *accounts
	coins *utxo
	at    map[clew.Chain]*market
	vault *wallet // of the bridge, on the chain of outputs
	gates map[clew.Chain]clew.Address
	ids   uint64 // of crossings
}

const crimeEvery = 120 // events

// Laundry makes a world of launderings. There is one of each kind at least, so
// that a small plan makes more transfers than it asks for.
func Laundry(p Plan) (*World, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	l := newLaundry(p)
	kinds := launderings()
	for events := 1; l.made() < p.Transfers || len(l.world.Launderings) < len(kinds); events++ {
		l.live()
		if events%crimeEvery == 0 {
			l.crime(kinds[events/crimeEvery%len(kinds)])
		}
		l.tick()
	}
	l.seal()
	for _, b := range l.books() {
		l.world.Ledgers = append(l.world.Ledgers, Ledger{b.chain, b.blocks})
	}
	l.world.Ledgers = append(l.world.Ledgers, Ledger{l.coins.chain, l.coins.blocks})
	return l.world, nil
}

func newLaundry(p Plan) *laundry {
	w := newWorld(p)
	w.NoSwaps = map[clew.TxID]NoSwap{}
	l := &laundry{world: w, draw: newDraw(p.Seed, 11), at: map[clew.Chain]*market{}, gates: map[clew.Chain]clew.Address{}}
	l.home = &accounts{world: w, draw: newDraw(p.Seed, 12), ids: newDraw(p.Seed, 13)}
	l.home.home = newBook(EVMChain, l.home.ids, 12, 1_000_000_000, 1_000_000)
	l.home.twin = newBook(TwinChain, l.home.ids, 2, 1_000_000_000, 10_000)
	l.tron = &accounts{world: w, draw: newDraw(p.Seed, 14), ids: newDraw(p.Seed, 15)}
	l.tron.home = newBook(TronChain, l.tron.ids, 3, 1, 300_000)
	l.coins = &utxo{world: w, draw: newDraw(p.Seed, 16), ids: newDraw(p.Seed, 17), chain: UTXOChain, asset: clew.NativeAsset(UTXOChain)}
	l.coins.cast()
	l.coins.prologue()
	for _, a := range []*accounts{l.home, l.tron} {
		a.cast()
		a.prologue()
	}
	l.at[EVMChain] = newMarket(l.home, l.home.home, l.home.backdrop, 2_000)
	l.at[TwinChain] = newMarket(l.home, l.home.twin, l.home.there(l.home.backdrop), 2_000)
	l.at[TronChain] = newMarket(l.tron, l.tron.home, l.tron.backdrop, 100)
	l.gateways()
	l.wealth()
	l.seal()
	return l
}

// wealth gives some people assets that exchanges do not hand out.
func (l *laundry) wealth() {
	for _, chain := range []clew.Chain{EVMChain, TwinChain, TronChain} {
		m := l.at[chain]
		for i, p := range m.people {
			if at := m.far(p.main()); i%3 == 0 || chain == TwinChain && i%2 == 0 {
				m.fund(m.gold, at, 2_000_000_000_000)
				m.fund(m.dai, at, 1_000_000_000_000)
				m.fund(m.on.coin, at, 500_000_000_000)
			}
		}
	}
}

// gateways opens a bridge at every chain.
func (l *laundry) gateways() {
	actor := l.home.actor("bridge of all chains", Bridge)
	for _, chain := range []clew.Chain{EVMChain, TwinChain, TronChain} {
		m := l.at[chain]
		gate := m.place(Place{Actor: actor, Contract: true})
		l.gates[chain] = gate
		for _, x := range []*money{m.on.coin, m.usd} {
			m.fund(x, gate, reserve/8)
		}
	}
	l.vault = l.coins.wallet(actor, clew.P2WPKH, software[2])
	l.vault.reused, l.vault.returns = l.coins.address(l.vault), true
	l.gates[UTXOChain] = l.vault.reused
	l.stock()
}

// stock gives the bridge's vault coins, where it has few.
func (l *laundry) stock() {
	if l.vault.balance() < 100*coinUnits {
		l.coins.pay(l.coins.miner, out{to: l.vault, address: l.vault.reused, amount: 60 * coinUnits})
		l.coins.seal()
	}
}

func (l *laundry) books() []*book {
	return []*book{l.home.home, l.home.twin, l.tron.home}
}

func (l *laundry) made() int { return l.home.made() + l.tron.made() + l.coins.made }

func (l *laundry) seal() {
	for _, b := range l.books() {
		b.seal()
	}
	l.coins.seal()
	l.meet()
}

// tick seals a block now and then, and lets no chain's time fall behind.
func (l *laundry) tick() {
	for _, b := range l.books() {
		if l.chance(25) {
			b.seal()
		}
	}
	if l.chance(6) {
		l.coins.seal()
	}
	l.meet()
}

// meet brings the open blocks of all chains to the latest of their times. Those in
// which something happened before are sealed first; what the chain of outputs has
// open stays as it is then.
func (l *laundry) meet() {
	now := l.coins.block.Ref.Time
	for _, b := range l.books() {
		now = max(now, b.block.Ref.Time)
	}
	for _, b := range l.books() {
		if b.block.Ref.Time < now && len(b.block.Transfers) > 0 {
			b.seal()
		}
		b.block.Ref.Time = max(now, b.block.Ref.Time)
	}
	if open := &l.coins.block; len(open.Transfers) == 1 {
		open.Ref.Time, open.Transfers[0].Time = now, now
	}
}

// live lets something ordinary happen.
func (l *laundry) live() {
	switch l.weighed([]int{30, 18, 16, 22, 5}) {
	case 0:
		l.home.live()
	case 1:
		l.tron.live()
	case 2:
		l.coins.live()
	case 3:
		m := l.market()
		m.shop(m.far(pick(l.draw, m.people).main()))
	case 4:
		m := l.market()
		x := pick(l.draw, []*money{m.on.coin, m.usd})
		from := m.far(pick(l.draw, m.people).main())
		if has := m.on.has(x, from); has > 1_000_000 {
			to := l.market()
			for to == m {
				to = l.market()
			}
			l.cross(m, x, from, has/4, to, to.far(pick(l.draw, to.people).main()))
		}
	}
}

// market returns any, the first one most often.
func (l *laundry) market() *market {
	return l.at[[]clew.Chain{EVMChain, TwinChain, TronChain}[l.weighed([]int{5, 2, 3})]]
}

// crossed are both ends of a crossing.
type crossed struct {
	id      string
	in, out At
	steps   uint64 // that came out
	money   *money // nil: coins of the chain of outputs
}

// cross takes an asset over the bridge: coins come out as coins or dollars, dollars
// as dollars. Both ends name the same identifier.
func (l *laundry) cross(m *market, x *money, from clew.Address, steps uint64, far *market, to clew.Address) (*crossed, bool) {
	y := far.usd
	if x == m.on.coin && far.on.coin.step == m.on.coin.step {
		y = far.on.coin
	}
	worth, _ := clew.Units(steps).MulDiv(clew.Units(m.prices[x]*999), clew.Units(1000*far.prices[y]))
	got, _ := worth.Uint64()
	gate := l.gates[far.on.chain]
	if got == 0 || !m.on.can(from, x, steps) || far.on.has(y, gate) < got || !far.on.can(far.bank, far.on.coin, 0) {
		return nil, false
	}
	c := &crossed{money: y, steps: got}
	c.id, c.in = l.send(m, x, from, steps, far.on.chain, to, y.asset, y.units(got))
	far.on.seal()
	l.meet()
	id, _ := far.on.sign(far.bank, move{y, gate, to, got})
	c.out = At{Chain: far.on.chain, Pos: far.on.of(id)[0].Pos}
	far.on.act(l.received(c.id, m.on.chain, far.on.chain, to, y.asset, y.units(got), gate), id)
	return c, true
}

// send pays into the bridge, which says what for.
func (l *laundry) send(m *market, x *money, from clew.Address, steps uint64, far clew.Chain, to clew.Address, as clew.Asset, amount clew.Amount) (string, At) {
	l.ids++
	name := fmt.Sprintf("%s/%d", m.on.chain, l.ids)
	id, _ := m.on.sign(from, move{x, from, l.gates[m.on.chain], steps})
	act := clew.Act{Kind: clew.BridgeSent, By: l.gates[m.on.chain], On: from, With: l.gates[m.on.chain], Asset: x.asset, Amount: x.units(steps)}
	tell(&act, clew.Message{Protocol: BridgeProtocol, ID: name, From: m.on.chain, To: far, Recipient: to.Text(), Asset: as.Reference(), Amount: amount})
	m.on.act(act, id)
	return name, At{Chain: m.on.chain, Pos: m.on.of(id)[0].Pos}
}

// BridgeProtocol is what the bridge calls itself.
const BridgeProtocol = "across"

func (l *laundry) received(name string, from, to clew.Chain, who clew.Address, asset clew.Asset, amount clew.Amount, gate clew.Address) clew.Act {
	act := clew.Act{Kind: clew.BridgeReceived, By: gate, On: who, With: gate, Asset: asset, Amount: amount}
	tell(&act, clew.Message{Protocol: BridgeProtocol, ID: name, From: from, To: to, Recipient: who.Text()})
	return act
}

func tell(a *clew.Act, m clew.Message) {
	if err := a.SetMessage(m); err != nil {
		panic("simchain: " + err.Error())
	}
}

// crossToCoins takes an asset over the bridge to the chain of outputs.
func (l *laundry) crossToCoins(m *market, x *money, from clew.Address, steps uint64, w *wallet) (*crossed, *coin) {
	l.stock()
	amount := m.value(x, steps) / satoshiPrice * 999 / 1000
	to := l.coins.address(w)
	if amount < 100*dust || !m.on.can(from, x, steps) || l.vault.balance() < amount+10*dust {
		return nil, nil
	}
	name, in := l.send(m, x, from, steps, UTXOChain, to, l.coins.asset, clew.Units(amount))
	l.coins.seal()
	l.meet()
	_, made, ok := l.coins.pay(l.vault, out{address: to, amount: amount})
	if !ok {
		panic("simchain: the bridge's vault is empty")
	}
	t := &l.coins.block.Transfers[len(l.coins.block.Transfers)-1]
	act := l.received(name, m.on.chain, UTXOChain, to, l.coins.asset, clew.Units(amount), l.vault.reused)
	act.Pos, act.Time, act.Tx, act.With = t.Pos, t.Time, t.Tx, clew.Address{} // no contract says so there
	l.coins.block.Acts = append(l.coins.block.Acts, act)
	output := slices.IndexFunc(t.To, func(leg clew.Leg) bool { return leg.Address == to })
	return &crossed{id: name, in: in, out: At{UTXOChain, t.Pos, output}, steps: amount}, &made[0]
}

// satoshiPrice is what one is worth, in a millionth of a dollar.
const satoshiPrice = 500
