package simchain

import (
	"fmt"

	"clew"
)

// theft empties an exchange's hot wallet: fanned out, peeled off to deposits at
// services, and mixed in part.
func (u *utxo) theft() {
	victim := pick(u.draw, u.exchanges)
	if len(victim.hot.coins) == 0 {
		return
	}
	n := len(u.world.Thefts) + 1
	thief := u.wallet(u.actor(fmt.Sprintf("thief %d", n), Thief), clew.P2WPKH, software[0])
	crime := Theft{Name: fmt.Sprintf("hot wallet %d", n), Thief: thief.actor, Victim: victim.hot.actor}
	id, ok := u.gather(victim.hot, thief, u.address(thief), 200)
	if !ok {
		return
	}
	u.step(&crime, Drain, id)
	u.seal()
	loot := thief.takeAll(1)
	arms := int(u.between(3, 6))
	outs := make([]out, arms)
	left := loot[0].amount - thief.fee(1, arms)
	for i := range outs {
		part := left / uint64(arms-i)
		if i < arms-1 {
			part -= u.below(part / 3)
		}
		outs[i] = out{address: u.address(thief), amount: part}
		left -= part
	}
	id, coins := u.spend(thief.print, loot, outs)
	u.step(&crime, FanOut, id)
	for i, c := range coins {
		u.seal()
		if i == 0 {
			u.launder(&crime, thief, c)
			continue
		}
		u.peel(&crime, thief, c, int(u.between(5, 15)))
	}
	u.world.Thefts = append(u.world.Thefts, crime)
}

func (u *utxo) step(crime *Theft, kind StepKind, id clew.TxID) {
	last := u.block.Transfers[len(u.block.Transfers)-1]
	crime.Steps = append(crime.Steps, Step{kind, u.chain, id, last.Pos})
}

// peel pays a little from a coin to a service, again and again; the last rest
// is deposited too.
func (u *utxo) peel(crime *Theft, thief *wallet, c coin, hops int) {
	for hop := range hops {
		x := pick(u.draw, u.exchanges)
		box := u.box(x, thief.actor)
		paid := c.amount/uint64(hops-hop) + u.below(1_000)
		fee := thief.fee(1, 2)
		if hop == hops-1 || c.amount < paid+fee+dust {
			id, _ := u.spend(thief.print, []coin{c}, []out{{to: x.in, address: box, amount: c.amount - min(fee, c.amount/2)}})
			u.step(crime, Deposit, id)
			return
		}
		id, made := u.spend(thief.print, []coin{c}, []out{
			{to: x.in, address: box, amount: paid},
			{address: u.address(thief), amount: c.amount - paid - fee, change: true},
		})
		u.step(crime, Peel, id)
		c = made[1]
		if u.chance(50) {
			u.seal()
		}
	}
}

// launder mixes a part of a coin with what others mix, and deposits what comes
// out.
func (u *utxo) launder(crime *Theft, thief *wallet, c coin) {
	thief.coins = append(thief.coins, c)
	others := u.some(poolMembers-1, 2*poolUnits)
	if others == nil || c.amount < 2*poolUnits {
		return
	}
	id, ok := u.whirlpoolOf(append(others, thief))
	if !ok {
		return
	}
	u.step(crime, MixIn, id)
	u.seal()
	mixed := thief.coins[len(thief.coins)-1]
	thief.coins = thief.coins[:len(thief.coins)-1]
	x := pick(u.draw, u.exchanges)
	id, _ = u.spend(thief.print, []coin{mixed}, []out{{to: x.in, address: u.box(x, thief.actor), amount: mixed.amount - thief.fee(1, 1)}})
	u.step(crime, MixOut, id)
}
