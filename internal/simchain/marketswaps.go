package simchain

import (
	"slices"

	"clew"
)

// A deal is an exchange to be made.
type deal struct {
	payer, to clew.Address // to is the payer, unless the venue is for another
	in, out   *money
	steps     uint64
}

// venues lists how an asset can be exchanged for another on a market.
func (m *market) venues(in, out *money) []Venue {
	coin := m.on.coin
	switch {
	case in == coin && out == m.wrapped || in == m.wrapped && out == coin:
		return []Venue{ByWrapper}
	case in == coin && out == m.staked || in == m.staked && out == coin:
		return []Venue{Staked}
	case out == m.share:
		return []Venue{PoolIn, PoolInTwo}
	case in == m.share:
		return []Venue{PoolOut, PoolOutTwo}
	case out == m.receipt:
		return []Venue{LendingIn}
	case in == m.receipt:
		return []Venue{LendingOut}
	case in == m.taxed || out == m.taxed:
		return []Venue{WithTax}
	}
	list := []Venue{ByPair, ByRoute, ByWays, BySingleton, ByVault, ByMaker, ByBatch, ForOther, WithRefund, BesideLoan, BesideLies, ManyTransfers}
	if in == m.usd && out == m.dai || in == m.dai && out == m.usd {
		list = append(list, ByStable)
	}
	if in == coin && out != m.wrapped {
		list = append(list, OverWrapper)
	}
	return list
}

// trade makes an exchange at a venue, if the payer can, and notes it.
func (m *market) trade(v Venue, d deal) (*Swapped, bool) {
	if d.to.IsZero() {
		d.to = d.payer
	}
	if d.steps < 1000 || !m.on.can(d.payer, d.in, d.steps) {
		return nil, false
	}
	got := m.gets(d.in, d.steps, d.out, swapFee)
	if got == 0 {
		return nil, false
	}
	m.pool(d.in, d.out)
	signer, moves, second := m.moves(v, d, got)
	if moves == nil || !m.on.can(signer, m.on.coin, 0) {
		return nil, false
	}
	id, _ := m.on.sign(signer, moves...)
	s := m.note(v, d, id)
	if second != nil { // the other owner of a batch
		m.note(v, *second, id)
	}
	return s, true
}

// note writes down what an exchange was.
func (m *market) note(v Venue, d deal, id clew.TxID) *Swapped {
	s := Swapped{Venue: v, Chain: m.on.chain, Tx: id, Payer: d.payer, Recipient: d.to, Paid: []clew.Asset{d.in.asset}, Got: []clew.Asset{d.out.asset}}
	if v == PoolInTwo {
		s.Paid = append(s.Paid, m.usd.asset)
	}
	if v == PoolOutTwo {
		s.Got = append(s.Got, m.usd.asset)
	}
	for _, t := range m.on.of(id) {
		switch from, to := t.From[0].Address, t.To[0].Address; {
		case t.Pos.Class >= clew.Fee:
		case from == d.payer && slices.Contains(s.Paid, t.Asset) && to != m.taker:
			s.In = append(s.In, t.Pos)
		case to == d.to && slices.Contains(s.Got, t.Asset):
			s.Out = append(s.Out, t.Pos)
		}
	}
	m.world.Swaps = append(m.world.Swaps, s)
	return &m.world.Swaps[len(m.world.Swaps)-1]
}

// of returns the transfers of a transaction of the block that is open.
func (b *book) of(id clew.TxID) []clew.Transfer {
	n := len(b.block.Transfers)
	for n > 0 && b.block.Transfers[n-1].Tx == id {
		n--
	}
	return b.block.Transfers[n:]
}

// at returns a transfer of the chain.
func (b *book) at(pos clew.Pos) clew.Transfer {
	block := &b.block
	if pos.Height < uint64(len(b.blocks)) {
		block = &b.blocks[pos.Height]
	}
	i := slices.IndexFunc(block.Transfers, func(t clew.Transfer) bool { return t.Pos == pos })
	return block.Transfers[i]
}

// moves returns who signs an exchange and what it moves; of a batch, the other
// owner's deal too.
func (m *market) moves(v Venue, d deal, got uint64) (clew.Address, []move, *deal) {
	pool := m.pool(d.in, d.out)
	pay := func(x *money, from, to clew.Address, steps uint64) move { return move{x, from, to, steps} }
	straight := func(at clew.Address) []move {
		return []move{pay(d.in, d.payer, at, d.steps), pay(d.out, at, d.to, got)}
	}
	routed := []move{pay(d.in, d.payer, m.router, d.steps), pay(d.in, m.router, pool, d.steps), pay(d.out, pool, d.to, got)}
	switch v {
	case ByPair, ForOther:
		return d.payer, straight(pool), nil
	case BySingleton, ByVault:
		return d.payer, straight(m.vault), nil
	case ByMaker:
		return d.payer, straight(m.maker), nil
	case ByRoute:
		return d.payer, m.overPools(d, got), nil
	case ByWays:
		return d.payer, m.twoWays(d, got), nil
	case ByStable:
		return d.payer, []move{pay(d.in, d.payer, pool, d.steps), pay(d.in, pool, m.vault, d.steps), pay(d.out, m.vault, pool, got), pay(d.out, pool, d.to, got)}, nil
	case ByBatch:
		return m.batch(d, got)
	case WithRefund:
		used := d.steps / 10 * 7
		got = m.gets(d.in, used, d.out, swapFee)
		return d.payer, []move{pay(d.in, d.payer, m.router, d.steps), pay(d.in, m.router, pool, used), pay(d.out, pool, d.to, got), pay(d.in, m.router, d.payer, d.steps-used)}, nil
	case WithTax:
		return d.payer, m.withTax(d, pool), nil
	case OverWrapper:
		return d.payer, m.overWrapper(d, got), nil
	case BesideLoan:
		loan := m.steps(d.in, reserve/100)
		return d.payer, append(append([]move{pay(d.in, m.vault, m.router, loan)}, routed...), pay(d.in, m.router, m.vault, loan)), nil
	case BesideLies:
		m.on.held[pot{m.liar, pool}] = 1 << 50
		return d.payer, append(routed, pay(m.liar, pool, d.payer, 1_000_000_000)), nil
	case ManyTransfers:
		return d.payer, m.among(routed), nil
	}
	return d.payer, m.issued(v, d, got), nil
}

// overPools goes by a third asset.
func (m *market) overPools(d deal, got uint64) []move {
	by := m.dai
	if d.in == by || d.out == by {
		by = m.gold
	}
	if d.in == by || d.out == by {
		by = m.usd
	}
	first, second := m.pool(d.in, by), m.pool(by, d.out)
	between := m.gets(d.in, d.steps, by, 1)
	return []move{{d.in, d.payer, m.router, d.steps}, {d.in, m.router, first, d.steps}, {by, first, second, between}, {d.out, second, d.to, got}}
}

// twoWays parts what goes in.
func (m *market) twoWays(d deal, got uint64) []move {
	pool := m.pool(d.in, d.out)
	part, back := d.steps/3, got/3
	return []move{{d.in, d.payer, m.router, d.steps}, {d.in, m.router, pool, part}, {d.in, m.router, m.vault, d.steps - part},
		{d.out, pool, m.router, back}, {d.out, m.vault, m.router, got - back}, {d.out, m.router, d.to, got}}
}

// batch settles what two owners want in one transaction, which a solver signs;
// the other one wants the opposite, of less.
func (m *market) batch(d deal, got uint64) (clew.Address, []move, *deal) {
	other := pick(m.draw, m.people).main()
	if m.on != m.home {
		other = m.there(other)
	}
	back := min(m.on.has(d.out, other)/3, got/2)
	if other == d.payer || other == d.to || back < 1000 {
		return d.payer, nil, nil
	}
	second := deal{payer: other, to: other, in: d.out, out: d.in, steps: back}
	return m.bank, []move{{d.in, d.payer, m.vault, d.steps}, {d.out, other, m.vault, back}, {d.out, m.vault, d.to, got},
		{d.in, m.vault, other, m.gets(d.out, back, d.in, swapFee)}}, &second
}

// withTax exchanges a token of which each payment leaves a share with another.
func (m *market) withTax(d deal, pool clew.Address) []move {
	if d.in == m.taxed {
		tax := d.steps * taxShare / 1000
		return []move{{d.in, d.payer, m.taker, tax}, {d.in, d.payer, pool, d.steps - tax}, {d.out, pool, d.to, m.gets(d.in, d.steps-tax, d.out, swapFee)}}
	}
	got := m.gets(d.in, d.steps, d.out, swapFee)
	tax := got * taxShare / 1000
	return []move{{d.in, d.payer, pool, d.steps}, {d.out, pool, m.taker, tax}, {d.out, pool, d.to, got - tax}}
}

// overWrapper wraps the coin on the way.
func (m *market) overWrapper(d deal, got uint64) []move {
	pool := m.pool(m.wrapped, d.out)
	return []move{{d.in, d.payer, m.router, d.steps}, {d.in, m.router, m.wrapped.asset.Contract(), d.steps}, {m.wrapped, clew.Address{}, m.router, d.steps},
		{m.wrapped, m.router, pool, d.steps}, {d.out, pool, d.to, got}}
}

// among hides moves among hundreds of transfers between contracts.
func (m *market) among(moves []move) []move {
	x, y := m.pool(m.gold, m.usd), m.pool(m.gold, m.dai)
	for i := range 300 {
		from, to := x, y
		if i%2 == 1 {
			from, to = y, x
		}
		moves = append(moves, move{m.gold, from, to, 1_000})
	}
	return moves
}

// issued makes exchanges in which a contract issues or destroys a token.
func (m *market) issued(v Venue, d deal, got uint64) []move {
	var nobody clew.Address
	at := d.out.asset.Contract()
	switch v {
	case ByWrapper, Staked:
		if d.in == m.on.coin {
			if v == ByWrapper {
				got = d.steps
			}
			return []move{{d.in, d.payer, at, d.steps}, {d.out, nobody, d.to, got}}
		}
		if v == ByWrapper {
			got = d.steps
		}
		return []move{{d.in, d.payer, nobody, d.steps}, {d.out, d.in.asset.Contract(), d.to, got}}
	case PoolIn, LendingIn:
		return []move{{d.in, d.payer, at, d.steps}, {d.out, nobody, d.to, got}}
	case PoolOut, LendingOut:
		return []move{{d.in, d.payer, nobody, d.steps}, {d.out, d.in.asset.Contract(), d.to, got}}
	case PoolInTwo:
		beside := m.gets(d.in, d.steps, m.usd, 0)
		if d.in == m.usd || m.on.has(m.usd, d.payer) < beside {
			return nil
		}
		return []move{{d.in, d.payer, at, d.steps}, {m.usd, d.payer, at, beside}, {d.out, nobody, d.to, 2 * got}}
	case PoolOutTwo:
		if d.out == m.usd {
			return nil
		}
		at := d.in.asset.Contract()
		return []move{{d.in, d.payer, nobody, d.steps}, {d.out, at, d.to, got / 2}, {m.usd, at, d.to, m.gets(d.in, d.steps/2, m.usd, swapFee)}}
	}
	panic("simchain: no venue " + string(v))
}
