package simchain

import (
	"cmp"
	"slices"

	"clew"
)

// Mixes makes a Bitcoin-like world in which every way of mixing that is known by
// its shape is met often, and so are ordinary payments that look like one. Its
// ordinary people live as those of [UTXO] do.
func Mixes(p Plan) (*World, error) {
	u, err := newUTXO(p)
	if err != nil {
		return nil, err
	}
	m := &mixes{utxo: u}
	kinds := []func() (clew.TxID, Shape, bool){m.whirlpool, m.joinMarket, m.wasabi2, m.stonewall, m.stonewall2, m.wasabi1, m.whirlpool, m.equalPay, m.equalSmall, m.dataPay, m.gathering}
	for u.made < p.Transfers {
		u.events++
		if u.events%mixEvery != 0 {
			u.live()
		} else if id, shape, ok := kinds[u.events/mixEvery%len(kinds)](); ok {
			u.world.Shapes[id] = shape
		}
		if u.chance(12) {
			u.seal()
		}
	}
	u.seal()
	u.world.Ledgers = []Ledger{{u.chain, u.blocks}}
	return u.world, nil
}

const mixEvery = 10 // events

// mixes are what a world of mixes keeps beside its people.
type mixes struct {
	*utxo
	premix, postmix []owned
}

// owned is a coin apart from its wallet.
type owned struct {
	by   *wallet
	coin coin
}

// tx0 makes coins of a wallet ready for a pool: data, the pool's fee, equal
// outputs, and change.
func (m *mixes) tx0(w *wallet) bool {
	n := int(m.between(1, 4))
	size := poolUnits + m.between(200, 40_000)
	amount := size*uint64(n) + poolFee
	ins, ok := m.take(w, amount, n+3)
	if !ok {
		return false
	}
	var data [32]byte
	m.ids.fill(data[:])
	outs := []out{{address: clew.ScriptAddress(m.chain, append([]byte{0x6a}, data[:]...))}, {to: m.mixer, address: m.address(m.mixer), amount: poolFee}}
	for range n {
		outs = append(outs, out{address: m.addressOf(w.actor, clew.P2WPKH), amount: size})
	}
	if over := total(ins) - amount - w.fee(len(ins), n+3); over >= dust {
		outs = append(outs, out{w, m.address(w), over, true})
	}
	id, made := m.spend(w.print, ins, outs)
	m.world.Shapes[id] = ShapeTx0
	for _, c := range made[2 : 2+n] {
		m.premix = append(m.premix, owned{w, c})
	}
	return true
}

// whirlpool mixes two or three coins that enter with those that were mixed before,
// of different people.
func (m *mixes) whirlpool() (clew.TxID, Shape, bool) {
	for range 3 {
		if w := pick(m.draw, m.people); w.balance() > 6*poolUnits {
			m.tx0(w)
		}
	}
	m.seal()
	members := m.distinct(&m.premix, int(m.between(2, 3)), nil)
	members = m.distinct(&m.postmix, 5+m.index(4), members)
	members = m.distinct(&m.premix, 5, members) // the first mixes have nobody who mixed before
	if len(members) < 5 {
		m.premix = append(m.premix, members...)
		return clew.TxID{}, "", false
	}
	var ins []coin
	var outs []out
	for _, o := range members {
		ins = append(ins, o.coin)
		outs = append(outs, out{address: m.addressOf(o.by.actor, clew.P2WPKH), amount: poolUnits})
	}
	shuffle(m.draw, ins)
	id, made := m.spend(software[0], ins, outs)
	m.world.Joins[id] = Whirlpool
	for i, o := range members {
		if m.chance(30) {
			o.by.coins = append(o.by.coins, made[i]) // is spent some day
		} else {
			m.postmix = append(m.postmix, owned{o.by, made[i]})
		}
	}
	return id, ShapeWhirlpool, true
}

// distinct moves coins of people who are not among the members to them, up to a
// number of members.
func (m *mixes) distinct(from *[]owned, most int, members []owned) []owned {
	for i := 0; i < len(*from) && len(members) < most; {
		o := (*from)[i]
		if slices.ContainsFunc(members, func(x owned) bool { return x.by == o.by }) {
			i++
			continue
		}
		members = append(members, o)
		*from = slices.Delete(*from, i, i+1)
	}
	return members
}

// joinMarket: one pays some others for mixing an amount with theirs.
func (m *mixes) joinMarket() (clew.TxID, Shape, bool) {
	amount := m.between(300_000, 1_500_000)
	members := m.some(int(m.between(3, 9)), 2*amount)
	if members == nil {
		return clew.TxID{}, "", false
	}
	var ins []coin
	var outs []out
	earned := uint64(0)
	for i, w := range slices.Backward(members) { // the first one pays
		gain := uint64(0)
		if i > 0 {
			gain = m.between(0, 1000)
		}
		cost := earned + w.fee(2*len(members), 2*len(members))
		own, ok := m.take(w, amount+cost, 0)
		if !ok {
			return clew.TxID{}, "", m.giveBack(ins)
		}
		change := total(own) - amount + gain
		if earned += gain; i == 0 {
			change = total(own) - amount - cost
		}
		ins = append(ins, own...)
		outs = append(outs, out{to: w, address: m.addressOf(w.actor, clew.P2WPKH), amount: amount})
		if change >= dust {
			outs = append(outs, out{to: w, address: m.addressOf(w.actor, clew.P2WPKH), amount: change, change: true})
		}
	}
	shuffle(m.draw, ins)
	id, _ := m.spend(software[1], ins, outs)
	m.world.Joins[id] = Pool
	return id, ShapeJoinMarket, true
}

// giveBack gives coins that were taken back to whoever holds their addresses; it
// reports false, for nothing was made.
func (m *mixes) giveBack(ins []coin) bool {
	for _, c := range ins {
		actor := m.world.Addresses[c.address].Actor
		for _, w := range m.people {
			if w.actor == actor {
				w.coins = append(w.coins, c)
			}
		}
	}
	return false
}

// wasabi1: many bring coins at keys of witness version 0 and take one amount and
// change; the coordinator takes a share. The first ones of large coins take twice
// the amount too.
func (m *mixes) wasabi1() (clew.TxID, Shape, bool) {
	members := m.some(int(m.between(11, 20)), 0)
	if members == nil {
		return clew.TxID{}, "", false
	}
	amount := wasabiUnits - m.between(0, 90_000)
	twice := int(m.between(0, 1) * m.between(2, 4))
	take := amount / 100_000 * 3 * uint64(len(members))
	var ins []coin
	var outs []out
	paid := uint64(0)
	for i, w := range members {
		parts := 1 + 2*btoi(i < twice)
		c, ok := m.fundAt(w, m.addressOf(w.actor, clew.P2WPKH), amount*uint64(parts)+m.between(200_000, 3_000_000))
		if !ok {
			return clew.TxID{}, "", m.giveBack(ins)
		}
		ins = append(ins, c)
		outs = append(outs, out{to: w, address: m.addressOf(w.actor, clew.P2WPKH), amount: amount})
		if parts > 1 {
			outs = append(outs, out{to: w, address: m.addressOf(w.actor, clew.P2WPKH), amount: 2 * amount})
		}
		over := c.amount - amount*uint64(parts) - take - 3_000
		outs, paid = append(outs, out{w, m.addressOf(w.actor, clew.P2WPKH), over, true}), paid+take
	}
	m.seal()
	outs = append(outs, out{to: m.mixer, address: m.addressOf(m.mixer.actor, clew.P2WPKH), amount: paid})
	shuffle(m.draw, ins)
	id, _ := m.spend(software[0], ins, outs)
	m.world.Joins[id] = Wasabi
	return id, ShapeWasabi1, true
}

func btoi(is bool) int {
	if is {
		return 1
	}
	return 0
}

// standard are Wasabi 2's amounts, the largest first.
func standard() (list []uint64) {
	add := func(n, by uint64) {
		for ; n <= 100*coinUnits; n *= by {
			if n >= 5_000 {
				list = append(list, n)
			}
		}
	}
	add(1, 2)
	add(1, 3)
	add(2, 3)
	for _, n := range []uint64{1, 2, 5} {
		add(n, 10)
	}
	slices.SortFunc(list, func(a, b uint64) int { return cmp.Compare(b, a) })
	return slices.Compact(list)
}

// wasabi2: many bring what coins they like, and take them in standard amounts, the
// rest as it is.
func (m *mixes) wasabi2() (clew.TxID, Shape, bool) {
	members := m.some(int(m.between(24, 60)), 200_000)
	if members == nil {
		return clew.TxID{}, "", false
	}
	amounts := standard()
	var ins []coin
	var outs []out
	for _, w := range members {
		own := w.segwit(2)
		left := total(own) - min(total(own), 5_000)
		if left < 20_000 {
			w.coins = append(w.coins, own...)
			continue
		}
		ins = append(ins, own...)
		for _, n := range amounts {
			if n <= left {
				outs = append(outs, out{to: w, address: m.addressOf(w.actor, clew.P2WPKH), amount: n})
				left -= n
			}
		}
		if left >= 5_000 {
			outs = append(outs, out{to: w, address: m.addressOf(w.actor, clew.P2WPKH), amount: left, change: true})
		}
	}
	if len(ins) < 20 {
		return clew.TxID{}, "", m.giveBack(ins)
	}
	slices.SortStableFunc(ins, func(a, b coin) int { return cmp.Compare(b.amount, a.amount) })
	slices.SortStableFunc(outs, func(a, b out) int { return cmp.Compare(b.amount, a.amount) })
	order := make([]int, len(outs))
	for i := range order {
		order[i] = i
	}
	id, _ := m.spendAs(software[0], ins, outs, order)
	m.world.Joins[id] = Pool
	return id, ShapeWasabi2, true
}

// segwit removes up to n coins at keys of witness version 0 or 1 from a wallet.
func (w *wallet) segwit(n int) (taken []coin) {
	w.coins = slices.DeleteFunc(w.coins, func(c coin) bool {
		if f := c.address.Form(); len(taken) == n || f != clew.P2WPKH && f != clew.P2TR {
			return false
		}
		taken = append(taken, c)
		return true
	})
	return taken
}
