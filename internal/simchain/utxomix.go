package simchain

import "clew"

// Mixes have these amounts.
const (
	poolUnits     = 1_000_000
	poolFee       = 50_000
	poolMembers   = 5
	wasabiUnits   = 10_000_000
	wasabiMembers = 12
)

// some returns n different wallets that hold an amount, or none.
func (u *utxo) some(n int, amount uint64) []*wallet {
	var list []*wallet
	met := map[*wallet]bool{}
	for tries := 0; tries < 10*n && len(list) < n; tries++ {
		if w := pick(u.draw, u.people); !met[w] && w.balance() >= amount {
			met[w], list = true, append(list, w)
		}
	}
	if len(list) < n {
		return nil
	}
	return list
}

// whirlpool mixes coins of five: each brings its own to size in a transaction
// before, and pays the mixer there.
func (u *utxo) whirlpool() (clew.TxID, bool) {
	members := u.some(poolMembers, 2*poolUnits)
	if members == nil {
		return clew.TxID{}, false
	}
	return u.whirlpoolOf(members)
}

func (u *utxo) whirlpoolOf(members []*wallet) (clew.TxID, bool) {
	const size = poolUnits + 500
	var ins []coin
	for _, w := range members {
		before := u.addressOf(w.actor, clew.P2WPKH)
		_, made, ok := u.pay(w, out{address: before, amount: size}, out{to: u.mixer, address: u.address(u.mixer), amount: poolFee})
		if !ok {
			return clew.TxID{}, false // what is ready stays where it is
		}
		ins = append(ins, made[0])
	}
	u.seal()
	outs := make([]out, len(members))
	for i, w := range members {
		outs[i] = out{to: w, address: u.addressOf(w.actor, clew.P2WPKH), amount: poolUnits}
	}
	shuffle(u.draw, ins)
	id, _ := u.spend(software[0], ins, outs)
	u.world.Joins[id] = Whirlpool
	return id, true
}

// wasabi mixes coins of many in one transaction, with change for each.
func (u *utxo) wasabi() {
	members := u.some(wasabiMembers, wasabiUnits+200_000)
	if members == nil {
		return
	}
	var ins []coin
	var outs []out
	const share = wasabiUnits / 300
	for _, w := range members {
		own, ok := u.take(w, wasabiUnits+share, 3)
		if !ok {
			continue
		}
		ins = append(ins, own...)
		outs = append(outs, out{to: w, address: u.addressOf(w.actor, clew.P2WPKH), amount: wasabiUnits})
		if over := total(own) - wasabiUnits - share; over >= dust {
			outs = append(outs, out{to: w, address: u.addressOf(w.actor, clew.P2WPKH), amount: over, change: true})
		}
	}
	if len(ins) == 0 {
		return
	}
	outs = append(outs, out{to: u.mixer, address: u.address(u.mixer), amount: share})
	shuffle(u.draw, ins)
	id, _ := u.spend(software[0], ins, outs)
	u.world.Joins[id] = Wasabi
}

// payJoin pays with an input of the one who is paid: the smaller one.
func (u *utxo) payJoin(w, payee *wallet) {
	if len(payee.coins) == 0 {
		return
	}
	amount := u.amount(50_000, w.balance()/2+120_000)
	ins, ok := u.take(w, amount, 2)
	if !ok {
		return
	}
	fee := w.fee(len(ins)+1, 2)
	if total(ins) < amount+fee+dust {
		w.coins = append(w.coins, ins...)
		return
	}
	added := payee.coins[0]
	payee.coins = payee.coins[1:]
	u.join(w, payee, append(ins, added), amount, added.amount, fee, PayJoin)
}

// join makes a transaction in which the payee's own input comes back to it
// beside what it is paid.
func (u *utxo) join(w, payee *wallet, ins []coin, amount, added, fee uint64, kind Join) clew.TxID {
	over := total(ins) - added - amount - fee
	id, _ := u.spend(w.print, ins, []out{
		{to: payee, address: u.address(payee), amount: amount + added},
		{to: w, address: u.address(w), amount: over, change: true},
	})
	u.world.Joins[id] = kind
	return id
}
