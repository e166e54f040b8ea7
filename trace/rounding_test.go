package trace

import (
	"math/big"
	"slices"

	"clew"
)

// reached is what transfers touch, by poison: exact, for it divides nothing.
type reached map[clew.Pos]map[clew.Pos]clew.Amount

func (r reached) has(from, to clew.Pos) bool { return !r[from][to].IsZero() }

// mostRounded returns by how much a haircut forward from s to e and one
// backward from e to s can differ by rounding alone.
//
// Without rounding both are the same number: the sum, over all ways from s to
// e, of the product of the shares on the way. Each division of either walk
// moves less than one unit, from where it belongs to somewhere else, and
// everything after the division is linear. So the difference is at most the
// sum, over the divisions, of how far the two places are apart in what a unit
// there counts for at the other end. A unit counts for at most one, for it
// passes any transfer once at most.
//
// Forward there is one division for every transfer x out of a pot that value
// of s was in: it leaves a part of a unit in the pot that x should have taken.
// What a unit counts for at e is worked out backward from e: share is what a
// unit of a pot counts for at that time.
//
// Backward there is one division for every transfer i into a pot, each time
// that something is asked of a later transfer x out of it: a part of a unit
// that i should have paid is asked of what the pot held before i. What a unit
// counts for at s is worked out forward from s: come is what a unit in a pot
// holds of s at that time.
func (w *world) mostRounded(s, e clew.Pos, after, before reached) *big.Rat {
	steps := w.steps()
	most := new(big.Rat)
	share := map[clew.Pot]*big.Rat{}
	for k := len(steps) - 1; k >= 0; k-- {
		x := &steps[k]
		if x.pos.Cmp(e) > 0 || x.pos.Cmp(s) <= 0 {
			continue
		}
		taken := rat(share[x.to])
		if x.pos == e {
			taken.SetInt64(1)
			clear(share)
		}
		if after.has(s, x.pos) {
			most.Add(most, apart(taken, rat(share[x.from])))
		}
		if !x.from.Address.IsZero() {
			share[x.from] = mixed(x.part(), taken, rat(share[x.from]))
		}
	}
	come, lost := map[clew.Pot]*big.Rat{}, map[clew.Pot]*big.Rat{}
	for k := range steps {
		x := &steps[k]
		if x.pos.Cmp(s) < 0 || x.pos.Cmp(e) > 0 {
			continue
		}
		if before.has(e, x.pos) || x.pos == e {
			most.Add(most, rat(lost[x.from]))
		}
		brought := rat(come[x.from])
		if x.pos == s {
			brought.SetInt64(1)
		}
		if !x.to.Address.IsZero() {
			lost[x.to] = new(big.Rat).Add(rat(lost[x.to]), apart(brought, rat(come[x.to])))
			come[x.to] = mixed(x.filled(), brought, rat(come[x.to]))
		}
	}
	return most
}

// A step is a transfer between two pots, with what they held around it.
type step struct {
	pos       clew.Pos
	from, to  clew.Pot // of nobody: issued, or burnt
	amount    int64
	had, have int64 // by the sender before it, and by the recipient after it
}

func (x *step) part() *big.Rat   { return big.NewRat(x.amount, x.had) }
func (x *step) filled() *big.Rat { return big.NewRat(x.amount, x.have) }

// steps returns the transfers that move anything, in order, supposed ones too.
func (w *world) steps() []step {
	all := slices.Clone(w.transfers)
	for _, s := range w.supposed {
		all = append(all, s.Transfer)
	}
	slices.SortFunc(all, func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
	var steps []step
	for i := range all {
		t := &all[i]
		n, _ := t.Amount().Uint64()
		if from, to := t.From[0].Address, t.To[0].Address; from != to && n > 0 {
			steps = append(steps, step{pos: t.Pos, from: clew.Pot{Address: from, Asset: t.Asset}, to: clew.Pot{Address: to, Asset: t.Asset}, amount: int64(n)})
		}
	}
	held, deficit := map[clew.Pot]int64{}, map[clew.Pot]int64{}
	for _, first := range []bool{true, false} { // first how much each pot must have held, then what it held
		if !first {
			clear(held)
			for pot, n := range deficit {
				held[pot] = n
			}
		}
		for i := range steps {
			x := &steps[i]
			x.had = held[x.from]
			held[x.from] -= x.amount
			held[x.to] += x.amount
			x.have = held[x.to]
			deficit[x.from] = max(deficit[x.from], -held[x.from])
		}
	}
	return steps
}

// rat returns a copy of a number that nil stands for zero in.
func rat(r *big.Rat) *big.Rat {
	if r == nil {
		return new(big.Rat)
	}
	return new(big.Rat).Set(r)
}

func apart(a, b *big.Rat) *big.Rat {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d)
}

// mixed returns part of one and the rest of other.
func mixed(part, one, other *big.Rat) *big.Rat {
	rest := new(big.Rat).Sub(big.NewRat(1, 1), part)
	return rest.Add(rest.Mul(rest, other), new(big.Rat).Mul(part, one))
}

// mostRounded is the same where value rests in outputs. There a transaction
// between s and e divides what it has among its legs, each part rounded, and
// what that leaves over, fewer units than there are legs, is put elsewhere. It
// matters where value of s comes to it and value from it to e. Of s itself and
// of e all is marked or asked, and nothing is rounded.
func (w *coinWorld) mostRounded(s, e clew.Pos, after, before reached) *big.Rat {
	var most int64
	for i := range w.transfers {
		t := &w.transfers[i]
		if t.Pos != s && t.Pos != e && after.has(s, t.Pos) && before.has(e, t.Pos) {
			most += int64(len(t.To) - 1 + len(t.From) - 1)
		}
	}
	return big.NewRat(most, 1)
}

// magnify makes every amount about a million times as large.
func (w *world) magnify() {
	for i := range w.transfers {
		t := &w.transfers[i]
		t.From, t.To = magnified(t.From), magnified(t.To)
	}
	for i := range w.supposed {
		t := &w.supposed[i].Transfer
		t.From, t.To = magnified(t.From), magnified(t.To)
	}
}

func magnified(legs []clew.Leg) []clew.Leg {
	legs = slices.Clone(legs)
	for i := range legs {
		legs[i].Amount = product(legs[i].Amount, 1_000_003)
	}
	return legs
}
