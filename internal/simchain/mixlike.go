package simchain

import "clew"

// stonewall: one wallet pays as if it were two: an equal amount goes back to it,
// and there are two outputs of change.
func (m *mixes) stonewall() (clew.TxID, Shape, bool) {
	amount := m.between(100_000, 700_000)
	w := m.some(1, 4*amount)
	if w == nil {
		return clew.TxID{}, "", false
	}
	return m.twoSets(w[0], w[0], amount, ShapeStonewall)
}

// stonewall2 is the same by two people.
func (m *mixes) stonewall2() (clew.TxID, Shape, bool) {
	amount := m.between(100_000, 700_000)
	w := m.some(2, 3*amount)
	if w == nil {
		return clew.TxID{}, "", false
	}
	return m.twoSets(w[0], w[1], amount, ShapeStonewall2)
}

func (m *mixes) twoSets(a, b *wallet, amount uint64, shape Shape) (clew.TxID, Shape, bool) {
	half := a.fee(4, 4)/2 + 1
	first, ok := m.take(a, amount+half, 2)
	if !ok {
		return clew.TxID{}, "", false
	}
	second, ok := m.take(b, amount+half, 2)
	if !ok {
		a.coins = append(a.coins, first...)
		return clew.TxID{}, "", false
	}
	payee := pick(m.draw, m.merchants)
	id, _ := m.spend(a.print, append(first, second...), []out{
		{to: payee, address: m.addressOf(payee.actor, clew.P2WPKH), amount: amount},
		{to: b, address: m.address(b), amount: amount},
		{a, m.address(a), total(first) - amount - half, true},
		{b, m.address(b), total(second) - amount - half, true},
	})
	if a != b {
		m.world.Joins[id] = Pool
	}
	return id, shape, true
}

// equalPay: an exchange pays several customers the same, as from a promotion.
func (m *mixes) equalPay() (clew.TxID, Shape, bool) {
	return m.payEqually(pick(m.draw, m.exchanges).hot, m.between(3, 12), m.price(200_000, 4_000_000), EqualPay)
}

// equalSmall: a merchant pays several people the same out of the coins of many
// customers, as wages.
func (m *mixes) equalSmall() (clew.TxID, Shape, bool) {
	w := pick(m.draw, m.merchants)
	if len(w.coins) < 6 {
		return clew.TxID{}, "", false
	}
	n := m.between(3, 6)
	return m.payEqually(w, n, w.balance()/(n+2)/10_000*10_000, EqualSmall)
}

func (m *mixes) payEqually(w *wallet, n, amount uint64, shape Shape) (clew.TxID, Shape, bool) {
	if amount < dust {
		return clew.TxID{}, "", false
	}
	outs := make([]out, n)
	for i := range outs {
		to := pick(m.draw, m.people)
		outs[i] = out{to: to, address: m.address(to), amount: amount}
	}
	id, _, ok := m.pay(w, outs...)
	return id, shape, ok
}

// dataPay: a payment that carries data, as to a bridge.
func (m *mixes) dataPay() (clew.TxID, Shape, bool) {
	w, payee := pick(m.draw, m.people), pick(m.draw, m.merchants)
	var data [32]byte
	m.ids.fill(data[:])
	id, _, ok := m.pay(w, out{address: clew.ScriptAddress(m.chain, append([]byte{0x6a}, data[:]...))},
		out{to: payee, address: m.receive(payee), amount: m.price(100_000, w.balance()/2+200_000)})
	return id, DataPay, ok
}

// gathering: a wallet adds a small coin that the payment does not need.
func (m *mixes) gathering() (clew.TxID, Shape, bool) {
	a, b := m.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, "", false
	}
	ins, ok := m.funded([]*wallet{a, a}, m.between(1_000_000, 1_500_000), m.between(50_000, 90_000))
	if !ok {
		return clew.TxID{}, "", false
	}
	paid := m.between(200_000, 400_000)
	id, _ := m.spend(a.print, ins, []out{{to: b, address: m.addressOf(b.actor, clew.P2WPKH), amount: paid},
		{a, m.address(a), total(ins) - paid - a.fee(2, 2), true}})
	return id, Gathering, true
}
