package simchain

import "clew"

// shop lets somebody exchange something, or do what looks so.
func (m *market) shop(p clew.Address) {
	if m.chance(20) {
		m.pretend(p)
		return
	}
	assets := []*money{m.on.coin, m.usd, m.gold, m.dai, m.wrapped, m.staked, m.share, m.receipt, m.taxed}
	var held []*money
	for _, x := range assets {
		if m.on.has(x, p) > 10*m.on.fee && m.on.has(x, p) > 100_000 {
			held = append(held, x)
		}
	}
	if len(held) == 0 {
		return
	}
	in, out := pick(m.draw, held), pick(m.draw, assets)
	if m.chance(10) {
		out = m.share
	}
	if in == out || m.apart(in) && m.apart(out) {
		return
	}
	if m.apart(in) || m.apart(out) {
		in, out = m.fitting(in, out)
	}
	if m.on.has(in, p) < 100_000 {
		return
	}
	d := deal{payer: p, in: in, out: out, steps: m.amount(50_000, m.on.has(in, p)/3+50_000)}
	v := pick(m.draw, m.venues(in, out))
	if v == ForOther {
		d.to = m.far(pick(m.draw, m.people).main())
		if d.to == p {
			return
		}
	}
	m.trade(v, d)
}

// far returns an address on the market's chain, of the same key.
func (m *market) far(a clew.Address) clew.Address {
	if a.Chain() != m.on.chain {
		return m.there(a)
	}
	return a
}

// apart reports whether an asset is issued for one other.
func (m *market) apart(x *money) bool { return x == m.staked || x == m.share || x == m.receipt }

// fitting returns the asset for which one is issued in place of the other.
func (m *market) fitting(in, out *money) (*money, *money) {
	for _, x := range []struct{ token, of *money }{{m.staked, m.on.coin}, {m.share, m.gold}, {m.receipt, m.usd}} {
		switch x.token {
		case in:
			return in, x.of
		case out:
			return x.of, out
		}
	}
	return in, out
}

// pretend makes a transaction that is no exchange, and notes it.
func (m *market) pretend(p clew.Address) {
	steps := m.on.has(m.usd, p) / 4
	if steps < 100_000 || !m.on.can(p, m.usd, steps) {
		return
	}
	pool := m.pool(m.usd, m.dai)
	loan := m.steps(m.gold, reserve/100)
	other := m.far(pick(m.draw, m.people).main())
	if other == p {
		return
	}
	var moves []move
	kind := pick(m.draw, []NoSwap{LoanAlone, RoundTrip, Lie, LieOfOther, BatchOfPays, Airdrop})
	switch kind {
	case LoanAlone:
		moves = []move{{m.gold, m.vault, p, loan}, {m.gold, p, m.router, loan}, {m.gold, m.router, p, loan}, {m.gold, p, m.vault, loan}}
	case RoundTrip:
		moves = []move{{m.usd, p, pool, steps}, {m.dai, pool, p, steps - 10}, {m.dai, p, pool, steps - 10}, {m.usd, pool, p, steps - 20}}
	case Lie:
		m.on.held[pot{m.liar, m.router}] = 1 << 50
		moves = []move{{m.usd, p, other, steps}, {m.liar, m.router, p, 5_000_000}}
	case LieOfOther:
		m.on.held[pot{m.liar, p}], m.on.held[pot{m.liar, m.router}] = 1<<50, 1<<50
		moves = []move{{m.usd, p, other, steps}, {m.liar, p, other, 5_000_000}, {m.liar, m.router, other, 1_000_000}}
	case BatchOfPays:
		for range 6 {
			if to := m.far(pick(m.draw, m.people).main()); to != p {
				moves = append(moves, move{m.usd, p, to, steps / 8})
			}
		}
	case Airdrop:
		moves = []move{{m.usd, p, other, steps}, {m.gold, m.bank, other, 10}}
	}
	id, _ := m.on.sign(p, moves...)
	m.world.NoSwaps[id] = kind
}
