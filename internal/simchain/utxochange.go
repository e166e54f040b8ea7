package simchain

import (
	"clew"
	"clew/bitcoin"
)

// A shown payment has one or two inputs of one payer, one payment and change, and
// breaks one rule that tells them apart.

// otherScript: the payee has the payer's script type, the change another.
func (u *utxo) otherScript() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a}, u.between(2_000_000, 3_000_000))
	if !ok {
		return clew.TxID{}, false
	}
	paid := u.between(500_000, 900_000)
	id, _ := u.spend(a.print, ins, []out{
		{to: b, address: u.addressOf(b.actor, clew.P2WPKH), amount: paid},
		{to: a, address: u.addressOf(a.actor, clew.P2TR), amount: ins[0].amount - paid - a.fee(1, 2), change: true},
	})
	return id, true
}

// roundChange: the price is odd, and what is left is round.
func (u *utxo) roundChange() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a}, u.between(2_000_000, 2_090_000))
	if !ok {
		return clew.TxID{}, false
	}
	const left = 1_000_000
	id, _ := u.spend(a.print, ins, []out{
		{to: b, address: u.address(b), amount: ins[0].amount - left - a.fee(1, 2)},
		{to: a, address: u.address(a), amount: left, change: true},
	})
	return id, true
}

// spareInputs: two coins pay less than the smaller one is worth.
func (u *utxo) spareInputs() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a, a}, u.between(1_000_000, 1_500_000), u.between(1_000_000, 1_500_000))
	if !ok {
		return clew.TxID{}, false
	}
	paid := u.between(200_000, 400_000)
	id, _ := u.spend(a.print, ins, []out{
		{to: b, address: u.address(b), amount: paid},
		{to: a, address: u.address(a), amount: total(ins) - paid - a.fee(2, 2), change: true},
	})
	return id, true
}

// usedChange: the payee's address is new and never used again, the change goes to
// one that the payer had before.
func (u *utxo) usedChange() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	old, ok := u.fund(a, u.between(100_000, 200_000))
	if !ok {
		return clew.TxID{}, false
	}
	a.coins = append(a.coins, old)
	ins, ok := u.funded([]*wallet{a}, u.between(2_000_000, 3_000_000))
	if !ok {
		return clew.TxID{}, false
	}
	paid := u.between(500_000, 900_000)
	id, _ := u.spend(a.print, ins, []out{
		{to: b, address: u.address(b), amount: paid},
		{to: a, address: old.address, amount: ins[0].amount - paid - a.fee(1, 2), change: true},
	})
	return id, true
}

// apart is software that no wallet of the world uses elsewhere in a plant.
var apart = bitcoin.Form{Version: 1, Lock: bitcoin.HeightLock, Sequence: bitcoin.LockSequence}

// sameSoftware: the payee spends with software like the payer's, while the payer
// spends the change with other.
func (u *utxo) sameSoftware() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a}, u.between(2_000_000, 3_000_000))
	if !ok {
		return clew.TxID{}, false
	}
	paid := u.between(500_000, 900_000)
	id, made := u.spend(a.print, ins, []out{
		{address: u.address(b), amount: paid},
		{address: u.address(a), amount: ins[0].amount - paid - a.fee(1, 2), change: true},
	})
	u.seal()
	u.passOn(b, a.print, made[0])
	u.passOn(a, apart, made[1])
	return id, true
}

// passOn moves a coin to another address of its holder.
func (u *utxo) passOn(w *wallet, print bitcoin.Form, c coin) {
	u.spend(print, []coin{c}, []out{{to: w, address: u.address(w), amount: c.amount - w.fee(1, 1)}})
}

// payeePeels: the payee goes on to pay with one input and two outputs, the payer
// puts the change together with another coin.
func (u *utxo) payeePeels() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a, a}, u.between(2_000_000, 3_000_000), u.between(300_000, 400_000))
	if !ok {
		return clew.TxID{}, false
	}
	paid := u.between(500_000, 900_000)
	id, made := u.spend(a.print, ins[:1], []out{
		{address: u.address(b), amount: paid},
		{address: u.address(a), amount: ins[0].amount - paid - a.fee(1, 2), change: true},
	})
	u.seal()
	third := pick(u.draw, u.merchants)
	u.spend(b.print, made[:1], []out{
		{to: third, address: u.address(third), amount: paid / 3},
		{to: b, address: u.address(b), amount: paid - paid/3 - b.fee(1, 2), change: true},
	})
	both := []coin{made[1], ins[1]}
	u.spend(a.print, both, []out{{to: a, address: u.address(a), amount: total(both) - a.fee(2, 1)}})
	return id, true
}

// noChange: one pays two others at once and nothing comes back. One of them is
// paid as change would be.
func (u *utxo) noChange() (clew.TxID, bool) {
	a, b := u.two(clew.P2WPKH)
	if a == nil {
		return clew.TxID{}, false
	}
	ins, ok := u.funded([]*wallet{a, a}, u.between(1_300_000, 1_400_000), u.between(1_300_000, 1_400_000))
	if !ok {
		return clew.TxID{}, false
	}
	const round = 2_000_000
	shop := pick(u.draw, u.merchants)
	if shop.reused.IsZero() {
		shop.reused = u.addressOf(shop.actor, clew.P2SH)
	}
	id, _ := u.spend(a.print, ins, []out{
		{to: shop, address: shop.reused, amount: round},
		{to: b, address: u.addressOf(b.actor, clew.P2WPKH), amount: total(ins) - round - a.fee(2, 2)},
	})
	return id, true
}
