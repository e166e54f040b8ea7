package simchain

import (
	"slices"

	"clew"
)

// comeOut plans what a deposit brings: at once, in parts, or with a batch.
func (c *crossroads) comeOut(s *span, m wish, in, out *kind, to clew.Address, number int) {
	wait := c.between(s.least, s.most)
	parts := 1
	if c.chance(s.streams) {
		parts = int(c.between(2, 5))
	}
	left := m.steps
	for i := range parts {
		steps := left
		if i < parts-1 {
			steps = left / uint64(parts-i) / 100 * c.between(90, 110)
		}
		left -= steps
		c.after(wait+uint64(i)*c.between(60, 300), func() {
			r := &release{number, out, to, c.worthOf(s, in, out, steps), m.by}
			if s.batch == 0 {
				c.give(s, []*release{r})
				return
			}
			if s.waiting = append(s.waiting, r); len(s.waiting) == 1 {
				c.after(s.batch-uint64(c.now)%s.batch, func() { c.give(s, c.batch(s)) })
			}
		})
	}
}

// batch takes what waits.
func (c *crossroads) batch(s *span) []*release {
	all := s.waiting
	s.waiting = nil
	return all
}

// worthOf returns the steps that come out for those that went in, at the prices of
// now.
func (c *crossroads) worthOf(s *span, in, out *kind, steps uint64) uint64 {
	dollars := share(steps, c.worth[in.name], power(in.digits))
	kept := share(dollars, s.part+c.below(s.spread+1), 1_000_000) + s.flat + c.below(s.gas+1)
	if kept >= dollars {
		return 0
	}
	if s.flat+s.gas == 0 && s.spread == 0 && c.worth[in.name] == c.worth[out.name] { // exact to the step
		steps -= share(steps, s.part, 1_000_000)
		return share(steps, power(out.digits), power(in.digits))
	}
	return share(dollars-kept, power(out.digits), c.worth[out.name])
}

// give releases what is due: of one chain's asset in one transaction.
func (c *crossroads) give(s *span, due []*release) {
	for len(due) > 0 {
		k := due[0].kind
		of := func(r *release) bool { return r.kind == k && r.steps > 0 }
		var now []*release
		for _, r := range due {
			if of(r) {
				now = append(now, r)
			}
		}
		due = slices.DeleteFunc(due, func(r *release) bool { return r.kind == k })
		if len(now) > 0 {
			c.pay(s, k, now)
		}
	}
}

// pay makes one transaction of releases.
func (c *crossroads) pay(s *span, k *kind, now []*release) {
	at := s.at[k.chain]
	var ends []End
	if b := c.lands[k.chain]; b != nil {
		b.settle(c.now)
		n := len(b.block.Transfers)
		var moves []move
		for _, r := range now {
			moves = append(moves, move{c.moneys[k.name], at, r.to, r.steps})
		}
		b.sign(at, moves...)
		for i, r := range now {
			ends = append(ends, endOf(&b.block.Transfers[n+i], 0, r.to))
		}
	} else {
		c.coins.settle(c.now)
		var outs []out
		for _, r := range now {
			outs = append(outs, out{address: r.to, amount: max(r.steps, dust)})
		}
		t, ok := c.coins.pay([]clew.Address{at}, at, outs...)
		if !ok {
			panic("simchain: " + s.name + " has no coins left")
		}
		for i, r := range now {
			ends = append(ends, endOf(t, i, r.to))
		}
	}
	for i, r := range now {
		c.came(s, r, ends[i])
	}
}

// came notes that something came out, and lets some take it straight back.
func (c *crossroads) came(s *span, r *release, e End) {
	x := &c.world.Crossings[r.crossing-1]
	x.Out = append(x.Out, e)
	if !s.instant {
		c.say(s, clew.BridgeReceived, e, clew.Message{Protocol: s.protocol, ID: x.Message, From: x.In.Chain, To: e.Chain})
		return
	}
	back := slices.IndexFunc(s.pairs, func(p [2]string) bool {
		return assetOf(*kindOf(p[0])) == e.Asset && assetOf(*kindOf(p[1])) == x.In.Asset
	})
	if back < 0 || x.Back > 0 || !c.chance(6) {
		return
	}
	left := r.steps
	switch {
	case r.kind.chain.IsBitcoin():
		left -= min(left, coinFee)
	case r.kind.token == 0:
		left -= min(left, c.lands[r.kind.chain].fee)
	}
	c.after(c.between(60, 900), func() {
		c.deposit(s, wish{c.now, back, left, r.by}, e.Who, r.crossing)
	})
}

// giveBack returns a deposit to who paid it, but for a part of a thousand.
func (c *crossroads) giveBack(s *span, k *kind, number int) {
	x := &c.world.Crossings[number-1]
	x.Refund = true
	steps, _ := x.In.Amount.MulDiv(clew.Units(1), clew.Units(k.step))
	n, _ := steps.Uint64()
	c.pay(s, k, []*release{{number, k, x.In.Who, n - n/1_000, nil}})
}

// box makes an address for one deposit into an exchanger.
func (c *crossroads) box(s *span, k *kind) clew.Address {
	if k.chain.IsBitcoin() {
		return c.coins.address()
	}
	return c.account(k.chain)
}

// sweepLater moves a deposit on to the hot wallet: of a token, once the hot wallet
// has sent it what that costs.
func (c *crossroads) sweepLater(s *span, k *kind, box clew.Address, steps uint64) {
	hot := s.at[k.chain]
	b := c.lands[k.chain]
	wait := c.between(120, 1_800)
	switch {
	case b == nil:
		c.after(wait, func() {
			if has := c.coins.has(box); has > coinFee+dust {
				c.move(k, box, hot, has-coinFee)
			}
		})
	case k.token == 0:
		c.after(wait, func() { c.move(k, box, hot, steps-min(steps, b.fee)) })
	default:
		c.after(wait, func() {
			b.settle(c.now)
			b.pay(b.coin, hot, box, b.fee)
			c.after(60, func() { c.move(k, box, hot, steps) })
		})
	}
}
