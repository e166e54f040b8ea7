package simchain

import (
	"slices"

	"clew"
)

// launderings lists the ways by which thefts are hidden. The last has them all.
func launderings() []laundering {
	return []laundering{
		{"swaps at venues of every kind", (*crime).bySwaps},
		{"several assets into one, fanned out", (*crime).byOneAsset},
		{"peel chain of coins", func(c *crime) { c.byPeel(c.at[EVMChain]) }},
		{"mixer", (*crime).byMixer},
		{"bridge to the twin, and swaps there", (*crime).byTwin},
		{"bridge to Tron, and a peel chain there", (*crime).byTron},
		{"bridge to Bitcoin, and a peel chain there", (*crime).byBitcoin},
		{"Bitcoin: fan-out, CoinJoin, consolidation", (*crime).byJoin},
		{"staking, shares and lending", (*crime).byReceipts},
		{"pass-through and consolidation on Tron", (*crime).byPassing},
		{"dollars, some of them frozen", (*crime).byFreeze},
		{"every trick", (*crime).byAll},
	}
}

// cash deposits all that is stolen of what an address has.
func (c *crime) cash(m *market, x *money, at clew.Address) {
	steps := c.stolen(x, at)
	if x == m.on.coin {
		steps = min(steps, m.on.has(x, at)-min(m.on.has(x, at), m.on.fee))
	}
	c.deposit(m, x, at, steps)
}

// bySwaps exchanges at one venue after the other, a part at each.
func (c *crime) bySwaps() {
	m := c.at[EVMChain]
	at := c.drain(m, 900_000, m.on.coin, m.gold)
	for _, x := range []*money{m.on.coin, m.gold} {
		for _, v := range m.venues(x, m.usd) {
			arm := c.own(m)
			if !c.pay(m, x, at, arm, m.steps(x, 20_000_000_000_000)) {
				continue
			}
			if to, ok := c.swap(m, v, arm, x, c.stolen(x, arm), m.usd); ok && c.chance(60) {
				c.cash(m, m.usd, to)
			}
		}
	}
	c.cash(m, m.on.coin, at)
	c.cash(m, m.gold, at)
}

// byOneAsset drains several assets, makes coins of all, and fans them out.
func (c *crime) byOneAsset() {
	m := c.at[EVMChain]
	at := c.drain(m, 300_000, m.gold, m.usd, m.dai, m.taxed)
	for _, x := range []*money{m.gold, m.usd, m.dai, m.taxed} {
		c.swap(m, pick(c.draw, m.venues(x, m.on.coin)), at, x, c.stolen(x, at), m.on.coin)
	}
	c.fan(m, m.on.coin, at, 6)
}

// fan parts what an address has among new ones, each of which deposits a part.
func (c *crime) fan(m *market, x *money, at clew.Address, arms uint64) (list []clew.Address) {
	part := c.stolen(x, at) / (arms + 1)
	for range arms {
		arm := c.own(m)
		if c.pay(m, x, at, arm, part) {
			list = append(list, arm)
			if c.chance(70) {
				c.deposit(m, x, arm, part/3*2)
			}
		}
	}
	return list
}

// byPeel drains coins and peels them off.
func (c *crime) byPeel(m *market) {
	c.peel(m, m.on.coin, c.drain(m, 500_000, m.on.coin), int(c.between(6, 12)))
}

// peel moves what is left on to new addresses, and deposits a little at each.
func (c *crime) peel(m *market, x *money, at clew.Address, hops int) {
	for range hops {
		c.deposit(m, x, at, c.stolen(x, at)/10)
		next := c.own(m)
		left := c.stolen(x, at)
		if x == m.on.coin {
			left = min(left, m.on.has(x, at)-min(m.on.has(x, at), 2*m.on.fee))
		}
		if !c.pay(m, x, at, next, left) {
			break
		}
		at = next
	}
	c.cash(m, x, at)
}

// byMixer pays into the mixer again and again, and deposits what comes out.
func (c *crime) byMixer() {
	m := c.at[EVMChain]
	at := c.drain(m, 100_000, m.on.coin)
	n := 0
	for range 12 {
		if !m.on.can(at, m.on.coin, m.mixUnits()) {
			break
		}
		id, _ := m.on.pay(m.on.coin, at, m.accounts.pool.at, m.mixUnits())
		t := m.on.of(id)[0]
		c.edge(m, t, false, false)
		c.took(m.on.coin, at, m.mixUnits())
		c.end(InMixer, m.accounts.pool.at, m.on.coin.asset, t.Amount(), m.value(m.on.coin, m.mixUnits()))
		m.accounts.pool.notes = append(m.accounts.pool.notes, c.Thief)
		n++
		m.on.seal()
		c.meet()
	}
	for range n {
		note := slices.Index(m.accounts.pool.notes, c.Thief)
		id, to, ok := m.mixOutOf(note)
		if !ok {
			break
		}
		c.edge(m, m.on.of(id)[0], false, true)
		m.on.seal()
		c.meet()
		if steps := m.on.has(m.on.coin, to); steps > 30*m.on.fee {
			if id, ok := m.depositOf(to, m.accounts.venues[0], c.Thief, m.on.coin, steps-m.on.fee); ok {
				c.edge(m, m.on.of(id)[0], false, true)
			}
		}
	}
	c.fan(m, m.on.coin, at, 3)
}

// cross takes stolen value over the bridge, to a new address.
func (c *crime) cross(m *market, x *money, from clew.Address, steps uint64, far *market) (clew.Address, *money, bool) {
	to := c.own(far)
	m.on.seal()
	far.on.seal()
	c.meet()
	done, ok := c.laundry.cross(m, x, from, steps, far, to)
	if !ok {
		return from, x, false
	}
	c.edge(m, m.on.at(done.in.Pos), false, false)
	c.edge(far, far.on.at(done.out.Pos), true, false)
	c.took(x, from, steps)
	c.put(done.money, to, done.steps)
	c.Changes = append(c.Changes, Change{Kind: clew.Bridge, ID: done.id, In: []At{done.in}, Out: []At{done.out}})
	far.on.seal()
	c.meet()
	return to, done.money, true
}

// byTwin crosses to the other chain, exchanges there, and crosses back.
func (c *crime) byTwin() {
	m, far := c.at[EVMChain], c.at[TwinChain]
	at := c.drain(m, 400_000, m.on.coin, m.usd)
	for _, x := range []*money{m.on.coin, m.usd} {
		for range 3 {
			there, y, ok := c.cross(m, x, at, c.stolen(x, at)/3, far)
			if !ok {
				continue
			}
			to := far.gold
			got, ok := c.swap(far, pick(c.draw, far.venues(y, to)), there, y, c.stolen(y, there)/10*9, to)
			if !ok {
				continue
			}
			got, ok = c.swap(far, ByRoute, got, to, c.stolen(to, got), far.usd)
			if !ok || c.chance(40) {
				continue
			}
			if home, z, ok := c.cross(far, far.usd, got, c.stolen(far.usd, got), m); ok {
				c.cash(m, z, home)
			}
		}
	}
	c.cash(m, m.on.coin, at)
}

// byTron makes dollars of coins, crosses to Tron, and peels there.
func (c *crime) byTron() {
	m, far := c.at[EVMChain], c.at[TronChain]
	at := c.drain(m, 600_000, m.on.coin)
	if to, ok := c.swap(m, ByRoute, at, m.on.coin, c.stolen(m.on.coin, at)/10*9, m.usd); ok {
		at = to
	}
	for range 3 {
		there, y, ok := c.cross(m, m.usd, at, c.stolen(m.usd, at)/3, far)
		if ok {
			c.peel(far, y, there, int(c.between(5, 8)))
		}
	}
}

// byReceipts changes value into tokens that stand for it, and back.
func (c *crime) byReceipts() {
	m := c.at[EVMChain]
	at := c.drain(m, 400_000, m.on.coin, m.usd, m.gold)
	for _, way := range []struct {
		from, to *money
		in, out  Venue
	}{{m.on.coin, m.staked, Staked, Staked}, {m.on.coin, m.wrapped, ByWrapper, ByWrapper}, {m.usd, m.receipt, LendingIn, LendingOut}, {m.gold, m.share, PoolIn, PoolOut}, {m.gold, m.share, PoolInTwo, PoolOutTwo}} {
		arm := c.own(m)
		if !c.pay(m, way.from, at, arm, c.stolen(way.from, at)/3) {
			continue
		}
		if way.in == PoolInTwo {
			c.pay(m, m.usd, at, arm, min(c.stolen(m.usd, at), m.gets(way.from, c.stolen(way.from, arm), m.usd, 0)))
		}
		if _, ok := c.swap(m, way.in, arm, way.from, c.stolen(way.from, arm)/10*9, way.to); !ok {
			continue
		}
		next := c.own(m)
		if c.pay(m, way.to, arm, next, c.stolen(way.to, arm)) {
			c.swap(m, way.out, next, way.to, c.stolen(way.to, next), way.from)
			c.cash(m, way.from, next)
		}
	}
}

// byPassing sends value fast through addresses that keep nothing, and gathers it.
func (c *crime) byPassing() {
	m := c.at[TronChain]
	c.pass(m, m.usd, c.drain(m, 700_000, m.usd))
}

func (c *crime) pass(m *market, x *money, at clew.Address) {
	target := c.own(m)
	part := c.stolen(x, at) / 5
	for range 5 {
		from := at
		for range c.between(2, 4) {
			next := c.own(m)
			if !c.pay(m, x, from, next, min(part, c.stolen(x, from))) {
				break
			}
			from = next
		}
		c.pay(m, x, from, target, c.stolen(x, from))
	}
	c.fan(m, x, target, 4)
}

// byFreeze fans dollars out; their issuer freezes some.
func (c *crime) byFreeze() {
	m := c.at[EVMChain]
	at := c.drain(m, 500_000, m.usd)
	for i, arm := range c.fan(m, m.usd, at, 5) {
		if i%2 == 0 && c.stolen(m.usd, arm) > 0 {
			id, _ := m.on.sign(m.bank)
			m.on.act(clew.Act{Kind: clew.Freeze, By: m.usd.asset.Contract(), On: arm, Asset: m.usd.asset}, id)
			c.Frozen = append(c.Frozen, arm)
			m.on.seal()
			c.meet()
		}
	}
	c.swap(m, ByStable, at, m.usd, c.stolen(m.usd, at), m.dai) // which nobody can freeze
	c.cash(m, m.dai, at)
}

// byAll uses all chains and ways on one theft.
func (c *crime) byAll() {
	m, tron := c.at[EVMChain], c.at[TronChain]
	at := c.drain(m, 1_500_000, m.on.coin, m.gold, m.usd)
	c.swap(m, ByWays, at, m.gold, c.stolen(m.gold, at), m.on.coin)
	arms := c.fan(m, m.on.coin, at, 3)
	for i, arm := range arms {
		switch left := c.stolen(m.on.coin, arm) / 10 * 9; i {
		case 0:
			c.peel(m, m.on.coin, arm, 5)
		case 1:
			if to, ok := c.swap(m, OverWrapper, arm, m.on.coin, left, m.usd); ok {
				if there, y, ok := c.cross(m, m.usd, to, c.stolen(m.usd, to), tron); ok {
					c.pass(tron, y, there)
				}
			}
		case 2:
			c.toCoins(m, m.on.coin, arm, left, 6)
		}
	}
	if there, y, ok := c.cross(m, m.usd, at, c.stolen(m.usd, at)/2, c.at[TwinChain]); ok {
		c.swap(c.at[TwinChain], ByVault, there, y, c.stolen(y, there), c.at[TwinChain].gold)
	}
	c.cash(m, m.usd, at)
}
