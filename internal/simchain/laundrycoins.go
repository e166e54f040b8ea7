package simchain

import "clew"

// byBitcoin crosses to the chain of outputs, and peels there.
func (c *crime) byBitcoin() {
	m := c.at[EVMChain]
	at := c.drain(m, 600_000, m.on.coin)
	for range 2 {
		c.toCoins(m, m.on.coin, at, c.stolen(m.on.coin, at)/2, int(c.between(5, 9)))
	}
	c.cash(m, m.on.coin, at)
}

// toCoins takes stolen value over the bridge to a coin, and peels it off.
func (c *crime) toCoins(m *market, x *money, from clew.Address, steps uint64, hops int) {
	m.on.seal()
	c.coins.seal()
	c.meet()
	done, made := c.crossToCoins(m, x, from, steps, c.purse)
	if done == nil {
		return
	}
	c.edge(m, m.on.at(done.in.Pos), false, false)
	c.took(x, from, steps)
	c.Edges = append(c.Edges, Edge{At: done.out, From: c.vault.reused, To: made.address, Value: made.amount * satoshiPrice, Out: true})
	c.Changes = append(c.Changes, Change{Kind: clew.Bridge, ID: done.id, In: []At{done.in}, Out: []At{done.out}})
	c.coins.seal()
	c.meet()
	c.peelCoin(*made, hops)
}

// spendCoins makes a transaction of the thief's coins, and notes where it goes.
func (c *crime) spendCoins(ins []coin, outs []out) []coin {
	c.coins.seal()
	c.meet()
	_, made := c.coins.spend(c.purse.print, ins, outs)
	t := &c.coins.block.Transfers[len(c.coins.block.Transfers)-1]
	for i, x := range made {
		c.Edges = append(c.Edges, Edge{At: At{UTXOChain, t.Pos, int(x.out.Index)}, From: ins[0].address, To: x.address, Value: x.amount * satoshiPrice})
		if outs[i].to != nil && outs[i].to != c.purse {
			kind := AtExchange
			if outs[i].to == c.coins.mixer {
				kind = InMixer
			}
			c.end(kind, x.address, c.coins.asset, clew.Units(x.amount), x.amount*satoshiPrice)
		} else {
			c.guilt[x.out] = x.amount * satoshiPrice
		}
	}
	return made
}

// peelCoin pays a little from a coin to a service, again and again.
func (c *crime) peelCoin(x coin, hops int) {
	for range hops {
		venue := pick(c.draw, c.coins.exchanges)
		paid, fee := x.amount/8, c.purse.fee(1, 2)
		if x.amount < paid+fee+10*dust {
			break
		}
		made := c.spendCoins([]coin{x}, []out{{to: venue.in, address: c.coins.box(venue, c.Thief), amount: paid},
			{address: c.coins.address(c.purse), amount: x.amount - paid - fee, change: true}})
		x = made[1]
	}
	c.purse.coins = append(c.purse.coins, x)
}

// byJoin takes coins of a protocol, fans them out, mixes some, and gathers others.
func (c *crime) byJoin() {
	u := c.coins
	victim := u.wallet(c.Victim, clew.P2WPKH, software[2])
	loot, ok := u.fund(victim, 20*coinUnits)
	if !ok {
		return
	}
	u.seal()
	c.meet()
	fee := c.purse.fee(1, 1)
	_, made := u.spend(c.purse.print, []coin{loot}, []out{{address: u.address(c.purse), amount: loot.amount - fee}})
	c.Start = []At{{UTXOChain, u.block.Transfers[len(u.block.Transfers)-1].Pos, 0}}
	part := (made[0].amount - c.purse.fee(1, 6)) / 6
	var outs []out
	for range 6 {
		outs = append(outs, out{address: u.address(c.purse), amount: part})
	}
	arms := c.spendCoins(made, outs)
	c.mixCoin(arms[0])
	c.peelCoin(arms[1], 4)
	sum := total(arms[2:5]) - c.purse.fee(3, 1)
	gathered := c.spendCoins(arms[2:5], []out{{address: u.address(c.purse), amount: sum}})
	c.purse.coins = append(c.purse.coins, arms[5])
	c.peelCoin(gathered[0], 3)
}

// mixCoin mixes a coin of the thief's in part with those of others, and deposits
// what comes out.
func (c *crime) mixCoin(x coin) {
	u := c.coins
	others := u.some(poolMembers-1, 2*poolUnits)
	if others == nil {
		c.purse.coins = append(c.purse.coins, x)
		return
	}
	u.seal()
	c.meet()
	fee := c.purse.fee(1, 3)
	const size = poolUnits + 500
	made := c.spendCoins([]coin{x}, []out{{address: u.address(c.purse), amount: size}, {to: u.mixer, address: u.address(u.mixer), amount: poolFee},
		{address: u.address(c.purse), amount: x.amount - size - poolFee - fee, change: true}})
	c.purse.coins = append(c.purse.coins, made[2])
	ins, outs := []coin{made[0]}, []out{{address: u.address(c.purse), amount: poolUnits}}
	for _, w := range others {
		if own, ok := u.fund(w, size); ok {
			ins, outs = append(ins, own), append(outs, out{to: w, address: u.address(w), amount: poolUnits})
		}
	}
	u.seal()
	c.meet()
	id, mixed := u.spend(software[0], ins, outs)
	c.world.Joins[id] = Whirlpool
	t := &u.block.Transfers[len(u.block.Transfers)-1]
	c.Edges = append(c.Edges, Edge{At: At{UTXOChain, t.Pos, int(mixed[0].out.Index)}, From: made[0].address, To: mixed[0].address, Value: poolUnits * satoshiPrice, Hidden: true})
	venue := pick(c.draw, u.exchanges)
	c.coins.seal()
	c.meet()
	_, last := u.spend(c.purse.print, mixed[:1], []out{{to: venue.in, address: u.box(venue, c.Thief), amount: poolUnits - c.purse.fee(1, 1)}})
	t = &u.block.Transfers[len(u.block.Transfers)-1]
	c.Edges = append(c.Edges, Edge{At: At{UTXOChain, t.Pos, 0}, From: mixed[0].address, To: last[0].address, Value: last[0].amount * satoshiPrice, Hidden: true})
	c.end(InMixer, mixed[0].address, c.coins.asset, clew.Units(last[0].amount), last[0].amount*satoshiPrice)
}
