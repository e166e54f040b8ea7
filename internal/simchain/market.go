package simchain

import (
	"fmt"

	"clew"
)

// A market is where the assets of one account chain are exchanged, at fixed
// prices less a fee, by contracts of many kinds.
type market struct {
	*accounts
	on     *book
	bank   clew.Address // issues everything
	router clew.Address
	vault  clew.Address // also a singleton, a lender
	usd, gold, dai, wrapped, staked,
	share, receipt, taxed, liar *money
	prices map[*money]uint64 // of a step, in a thousandth of a millionth of a dollar
	pools  map[[2]*money]clew.Address
	maker  clew.Address
	taker  clew.Address // takes the tax
}

const (
	reserve  = 4_000_000_000_000_000_000 // nano-dollars' worth of each side of a pool
	swapFee  = 3                         // of a thousand
	taxShare = 20                        // of a thousand
)

// newMarket opens a market on a chain. The bank holds coins of it.
func newMarket(a *accounts, on *book, bank clew.Address, coinPrice uint64) *market {
	m := &market{accounts: a, on: on, bank: bank, prices: map[*money]uint64{}, pools: map[[2]*money]clew.Address{}}
	service := a.actor(fmt.Sprintf("market on %s", on.chain.Name()), Market)
	contract := func() clew.Address { return m.place(Place{Actor: service, Contract: true}) }
	m.router, m.vault, m.taker = contract(), contract(), contract()
	m.maker = m.place(Place{Actor: a.actor("maker on "+on.chain.Name(), Maker)})
	standard := "erc20"
	if on.chain.IsTron() {
		standard = "trc20"
	}
	issue := func(price uint64) *money {
		x := &money{clew.Token(standard, contract()), 1}
		m.prices[x] = price
		on.put(clew.Pos{Index: on.index, Class: clew.Log, Ordinal: on.log}, on.ids.txID(), move{x, clew.Address{}, bank, 1 << 60 / max(price/1000, 1)})
		on.log, on.index = on.log+1, on.index+1
		return x
	}
	m.prices[on.coin] = coinPrice
	on.issue(on.coin, bank, 4*m.steps(on.coin, reserve))
	on.seal()
	m.usd = issue(1000)
	if len(on.tokens) > 0 {
		m.usd = on.tokens[0]
		m.prices[m.usd] = 1000
	} else {
		on.tokens = []*money{m.usd}
	}
	m.gold, m.dai, m.share, m.receipt, m.taxed = issue(1_000_000), issue(1000), issue(2000), issue(1000), issue(5000)
	m.wrapped, m.staked = issue(coinPrice), issue(coinPrice+coinPrice/10)
	liar := m.place(Place{Actor: a.actor("somebody with a contract on "+on.chain.Name(), Person), Contract: true})
	m.liar = &money{clew.Token(standard, liar), 1}
	m.prices[m.liar] = 1000
	on.seal()
	for _, x := range []*money{on.coin, m.usd, m.gold, m.dai, m.wrapped} {
		for _, at := range []clew.Address{m.vault, m.maker, m.wrapped.asset.Contract(), m.staked.asset.Contract(), m.share.asset.Contract(), m.receipt.asset.Contract()} {
			m.fund(x, at, reserve/4)
		}
	}
	on.seal()
	return m
}

// place makes a new address on the market's chain.
func (m *market) place(p Place) clew.Address {
	var key [20]byte
	m.ids.fill(key[:])
	at := m.accounts.on(m.on, key[:])
	m.world.Addresses[at] = p
	return at
}

// steps returns how many steps of an asset so many nano-dollars are.
func (m *market) steps(x *money, worth uint64) uint64 { return worth / m.prices[x] }

// value returns what steps of an asset are worth, in a millionth of a dollar.
func (m *market) value(x *money, steps uint64) uint64 {
	worth, _ := clew.Units(steps).MulDiv(clew.Units(m.prices[x]), clew.Units(1000))
	n, _ := worth.Uint64()
	return n
}

// gets returns what comes out for what goes in, less a fee of a thousand.
func (m *market) gets(in *money, steps uint64, out *money, fee uint64) uint64 {
	worth, _ := clew.Units(steps).MulDiv(clew.Units(m.prices[in]*(1000-fee)), clew.Units(1000*m.prices[out]))
	n, _ := worth.Uint64()
	return n
}

// pool returns the pool of two assets, opened where there was none.
func (m *market) pool(x, y *money) clew.Address {
	if at, ok := m.pools[[2]*money{x, y}]; ok {
		return at
	}
	at := m.place(Place{Actor: m.world.Addresses[m.router].Actor, Contract: true})
	m.pools[[2]*money{x, y}], m.pools[[2]*money{y, x}] = at, at
	m.fund(x, at, reserve/8)
	m.fund(y, at, reserve/8)
	m.on.seal()
	return at
}

// fund pays so much worth of an asset out of the bank.
func (m *market) fund(x *money, to clew.Address, worth uint64) {
	if _, ok := m.on.pay(x, m.bank, to, m.steps(x, worth)); !ok {
		panic("simchain: the bank of " + m.on.chain.Name() + " has too little of " + x.asset.String())
	}
}
