package simchain

import (
	"fmt"

	"clew"
)

// theft drains the bridge, or where there is none an exchange's hot wallet:
// fanned out, peeled off to deposits at services, mixed, and carried to the
// twin.
func (a *accounts) theft() {
	h := a.home
	victim := a.bridge
	if victim.IsZero() {
		victim = pick(a.draw, a.venues).hot
	}
	thief := a.thief()
	crime := &Theft{Name: fmt.Sprintf("drain %d", len(a.world.Thefts)+1), Thief: thief.actor, Victim: a.world.Addresses[victim].Actor}
	if !a.afford(thief.main(), 0) {
		return
	}
	moves := []move{{h.coin, victim, thief.main(), h.has(h.coin, victim) / 10 * 8}, {a.token(), victim, thief.main(), h.has(a.token(), victim) / 10 * 8}}
	if moves[0].steps < a.coins(200) {
		return
	}
	id, _ := h.sign(thief.main(), moves...)
	a.step(crime, Drain, id)
	a.seal()
	for i := range 5 {
		arm := a.address(Place{Actor: thief.actor})
		steps := h.has(h.coin, thief.main()) / 6
		h.pay(a.token(), thief.main(), arm, h.has(a.token(), thief.main())/6)
		if id, ok := h.pay(h.coin, thief.main(), arm, steps); ok {
			a.step(crime, FanOut, id)
		}
		a.seal()
		a.launder(crime, thief, arm, i)
	}
	a.world.Thefts = append(a.world.Thefts, *crime)
}

func (a *accounts) step(crime *Theft, kind StepKind, id clew.TxID) {
	crime.Steps = append(crime.Steps, Step{kind, a.home.chain, id, clew.Pos{Height: a.home.block.Ref.Height, Index: a.home.index - 1}})
}

// launder takes what one arm holds through the mixer, over the bridge, or down a
// peel chain, by its number.
func (a *accounts) launder(crime *Theft, thief *holder, arm clew.Address, i int) {
	switch {
	case i == 0:
		a.mix(crime, thief, arm)
	case i == 1 && a.twin != nil:
		if id, ok := a.cross(arm, a.home.has(a.home.coin, arm)/2); ok {
			a.step(crime, CrossOut, id)
		}
	default:
		a.peel(crime, thief, arm)
	}
}

// mix pays into the pool some times, and deposits at a service what comes out.
func (a *accounts) mix(crime *Theft, thief *holder, arm clew.Address) {
	h := a.home
	for range 6 {
		id, ok := h.pay(h.coin, arm, a.pool.at, a.mixUnits())
		if !ok {
			return
		}
		a.step(crime, MixIn, id)
		a.pool.notes = append(a.pool.notes, thief.actor)
	}
	for range 6 {
		a.seal()
		id, to, ok := a.mixOutOf(len(a.pool.notes) - 1)
		if !ok {
			return
		}
		a.step(crime, MixOut, id)
		a.cash(crime, thief, to, h.coin)
	}
}

// cash deposits what an address has of an asset.
func (a *accounts) cash(crime *Theft, thief *holder, from clew.Address, m *money) {
	steps := a.home.has(m, from)
	if m == a.home.coin {
		steps -= min(steps, a.home.fee)
	}
	if id, ok := a.depositOf(from, a.venueOf(thief), thief.actor, m, steps); ok {
		a.step(crime, Deposit, id)
	}
}

// peel moves the rest of an arm from one new address to the next, and deposits a
// part at each.
func (a *accounts) peel(crime *Theft, thief *holder, at clew.Address) {
	h := a.home
	for range a.between(4, 12) {
		v := a.venueOf(thief)
		if id, ok := a.depositOf(at, v, thief.actor, a.token(), h.has(a.token(), at)/6); ok {
			a.step(crime, Deposit, id)
		}
		next := a.address(Place{Actor: thief.actor})
		h.pay(a.token(), at, next, h.has(a.token(), at))
		left := h.has(h.coin, at)
		if left < 10*h.fee {
			break
		}
		id, ok := h.pay(h.coin, at, next, left-h.fee)
		if !ok {
			break
		}
		a.step(crime, Peel, id)
		at = next
		if a.chance(60) {
			a.seal()
		}
	}
	a.cash(crime, thief, at, a.token())
}
