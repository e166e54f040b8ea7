package simchain

import (
	"encoding/hex"
	"fmt"
	"math/bits"

	"clew"
)

// A span is a bridge or exchanger at work.
type span struct {
	habit
	number  int
	at      map[clew.Chain]clew.Address // where it takes and gives, and its hot wallet
	last    []wish                      // deposits of the last half hour
	waiting []*release                  // of a batch
	shut    bool
	count   int
}

// A wish is a deposit that another may make too.
type wish struct {
	time  clew.Time
	pair  int
	steps uint64
	by    *traveller
}

// A release is what is to come out.
type release struct {
	crossing int
	kind     *kind
	to       clew.Address
	steps    uint64
	by       *traveller
}

// span makes one, and lets its deposits begin.
func (c *crossroads) span(i int) {
	s := &span{habit: habits[i], number: i, at: map[clew.Chain]clew.Address{}}
	c.spans = append(c.spans, s)
	described := Span{Name: s.name, Habit: s.words, Instant: s.instant}
	for _, p := range s.pairs {
		for _, name := range p {
			chain := kindOf(name).chain
			if !s.at[chain].IsZero() {
				continue
			}
			if c.lands[chain] == nil {
				s.at[chain] = c.coins.address()
				c.coins.issue(s.at[chain], 500, 100*coinUnits)
			} else {
				s.at[chain] = c.account(chain)
				c.endow(1<<46, s.at[chain])
			}
			described.At = append(described.At, s.at[chain])
		}
	}
	c.world.Spans = append(c.world.Spans, described)
	c.after(c.below(2*s.every/c.pace), func() { c.arrive(s) })
}

// arrive lets somebody come to a span, and the next one later.
func (c *crossroads) arrive(s *span) {
	if s.shut {
		return
	}
	c.after(1+c.below(2*s.every/c.pace), func() { c.arrive(s) })
	if c.chance(2) {
		c.liquidity(s)
		return
	}
	m := wish{c.now, c.index(len(s.pairs)), 0, pick(c.draw, c.people)}
	m.steps = c.sum(kindOf(s.pairs[m.pair][0]))
	for len(s.last) > 0 && s.last[0].time < c.now-1_800 {
		s.last = s.last[1:]
	}
	if len(s.last) > 0 && c.chance(4) {
		like := pick(c.draw, s.last)
		if like.by != m.by {
			m.pair, m.steps = like.pair, like.steps
		}
	}
	s.last = append(s.last, m)
	c.deposit(s, m, c.home(m.by, kindOf(s.pairs[m.pair][0]).chain), 0)
}

// sum draws an amount, from 30 to 30,000 dollars and now and then more, of two
// digits in 41 of 100 cases.
func (c *crossroads) sum(k *kind) uint64 {
	dollars := c.amount(30, 30_000)
	if c.chance(3) {
		dollars *= 20
	}
	steps := share(dollars*1_000_000, power(k.digits), c.worth[k.name])
	steps += c.below(steps/10 + 1)
	if !c.chance(41) {
		return steps
	}
	unit := uint64(1)
	for steps/unit >= 100 {
		unit *= 10
	}
	if c.chance(60) && steps/unit >= 10 {
		unit *= 10
	}
	return max(steps/unit, 1) * unit
}

func power(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

// share returns a·b/d, which fits.
func share(a, b, d uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	q, _ := bits.Div64(hi, lo, d)
	return q
}

// home returns a traveller's address on a chain.
func (c *crossroads) home(t *traveller, chain clew.Chain) clew.Address {
	switch {
	case chain.IsBitcoin():
		return t.coin
	case chain.IsTron():
		return t.tron
	case chain == TwinChain:
		return c.same(t.evm, TwinChain)
	}
	return t.evm
}

// liquidity is paid in, and nothing comes out for it; or comes out for nothing.
func (c *crossroads) liquidity(s *span) {
	k := kindOf(s.pairs[c.index(len(s.pairs))][0])
	who := c.home(pick(c.draw, c.people), k.chain)
	steps := c.sum(k)
	if c.chance(50) {
		c.move(k, who, s.at[k.chain], steps)
	} else {
		c.move(k, s.at[k.chain], who, steps)
	}
}

// move makes a transfer of its own, signed by who pays.
func (c *crossroads) move(k *kind, from, to clew.Address, steps uint64) (End, bool) {
	if b := c.lands[k.chain]; b != nil {
		b.settle(c.now)
		m := c.moneys[k.name]
		if steps == 0 || !b.can(from, m, steps) {
			return End{}, false
		}
		n := len(b.block.Transfers)
		b.sign(from, move{m, from, to, steps})
		return endOf(&b.block.Transfers[n], 0, from), true
	}
	c.coins.settle(c.now)
	if steps < dust {
		return End{}, false
	}
	t, ok := c.coins.pay([]clew.Address{from}, from, out{address: to, amount: steps})
	if !ok {
		return End{}, false
	}
	return endOf(t, 0, from), true
}

func endOf(t *clew.Transfer, leg int, who clew.Address) End {
	return End{Chain: t.Asset.Chain(), Pos: t.Pos, Leg: leg, Tx: t.Tx, Time: t.Time, Asset: t.Asset, Amount: t.To[leg].Amount, Who: who}
}

// deposit pays into a span, and sees to it that something comes out; back is the
// crossing whose output this takes straight back.
func (c *crossroads) deposit(s *span, m wish, from clew.Address, back int) {
	in, out := kindOf(s.pairs[m.pair][0]), kindOf(s.pairs[m.pair][1])
	to := c.recipient(s, m, in, out)
	if back > 0 && c.chance(50) {
		to = c.world.Crossings[back-1].In.Who // a round trip
	}
	at := s.at[in.chain]
	if s.instant {
		at = c.box(s, in)
	}
	end, ok := c.move(in, from, at, m.steps)
	if !ok {
		return
	}
	s.count++
	x := Crossing{Span: s.number, In: end, Back: back}
	if !s.instant {
		if x.Message = fmt.Sprintf("%d-%x", s.count, end.Tx[:4]); s.protocol == "thorchain" {
			x.Message = hex.EncodeToString(end.Tx[:])
		}
		m := clew.Message{Protocol: s.protocol, ID: x.Message, Recipient: c.shown(s, to), From: in.chain, To: out.chain}
		if asset := assetOf(*out); s.protocol == "across" && !asset.IsNative() {
			m.Asset = asset.Contract().Text() // whoever relays must give that
		}
		c.say(s, clew.BridgeSent, end, m)
	} else {
		c.sweepLater(s, in, at, m.steps)
	}
	c.world.Crossings = append(c.world.Crossings, x)
	number := len(c.world.Crossings)
	if c.chance(s.refunds) {
		c.after(c.between(s.least, s.most), func() { c.giveBack(s, in, number) })
		return
	}
	c.comeOut(s, m, in, out, to, number)
}

// recipient returns for whom a deposit is.
func (c *crossroads) recipient(s *span, m wish, in, out *kind) clew.Address {
	switch {
	case out.chain.IsBitcoin():
		return c.coins.address()
	case in.chain.IsEVM() && out.chain.IsEVM() && c.chance(s.same):
		return c.home(m.by, out.chain)
	case c.chance(70):
		return c.home(m.by, out.chain)
	}
	return c.account(out.chain)
}

// shown returns what a deposit says of its recipient.
func (c *crossroads) shown(s *span, to clew.Address) string {
	if c.chance(s.shows) {
		return to.Text()
	}
	return ""
}

// say notes a message of a span.
func (c *crossroads) say(s *span, kind clew.ActKind, e End, m clew.Message) {
	a := clew.Act{Pos: e.Pos, Time: e.Time, Tx: e.Tx, Kind: kind, By: e.Who, On: e.Who, With: s.at[e.Chain], Asset: e.Asset, Amount: e.Amount}
	if err := a.SetMessage(m); err != nil {
		panic("simchain: " + err.Error())
	}
	if b := c.lands[e.Chain]; b != nil {
		a.Pos = clew.Pos{Height: e.Pos.Height, Index: e.Pos.Index, Class: clew.Log, Ordinal: b.log}
		b.log++
		b.block.Acts = append(b.block.Acts, a)
		return
	}
	a.With = clew.Address{} // no contract says it: the transaction carries it
	a.Pos.Ordinal = uint32(e.Leg) + 1
	c.coins.act(a)
}
