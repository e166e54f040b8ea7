package distribution

import (
	"fmt"
	"math/big"

	"clew"
)

// others is whose money is nobody's who claims.
const others = -1

// A pot says whose what lies in an account is, by a policy.
type pot interface {
	put(owner int, amount *big.Int)
	take(amount *big.Int) map[int]*big.Int // at most what lies there; whose it was
	recover(amount *big.Int) map[int]*big.Int
}

// pots replays the account of each recovery.
func (m *making) pots(open func(owners int) pot) error {
	for _, r := range m.of(m.asset) {
		if len(r.Pot) == 0 {
			m.Lacks = "what went in and out of the pot is not stated for each recovery"
			return nil
		}
		p, err := m.replay(r, open(len(m.claims)))
		if err != nil {
			return err
		}
		for owner, amount := range p.recover(r.Amount.Big()) {
			if owner != others {
				m.give(owner, amount)
			}
		}
	}
	m.Why, m.OutsideBy = "it is money of nobody who claims, or more than the loss that is claimed", "nothing of theirs went into a pot"
	return nil
}

// replay moves what the entries say, and wants what was recovered to be left.
func (m *making) replay(r *Recovery, p pot) (pot, error) {
	left := new(big.Int)
	for n, e := range r.Pot {
		amount := e.Amount.Big()
		switch {
		case !e.Out:
			owner := others
			if e.Victim != 0 {
				owner = m.at[e.Victim]
				m.in[owner] = true
			}
			p.put(owner, amount)
			left.Add(left, amount)
		case left.Cmp(amount) < 0:
			return nil, &clew.InputError{Field: fmt.Sprintf("pot entry %d", n+1), Value: amount.String(), Want: "at most the " + left.String() + " that is left in the pot"}
		default:
			p.take(amount)
			left.Sub(left, amount)
		}
	}
	if left.Cmp(r.Amount.Big()) < 0 {
		return nil, &clew.InputError{Field: "amount", Value: r.Amount.String(), Want: "at most the " + left.String() + " that the entries leave in the pot"}
	}
	return p, nil
}

// A queue lets what came first leave first.
type queue struct{ runs []run }

type run struct {
	owner  int
	amount *big.Int
}

func newQueue(int) pot { return &queue{} }

func (q *queue) put(owner int, amount *big.Int) {
	if amount.Sign() > 0 {
		q.runs = append(q.runs, run{owner, new(big.Int).Set(amount)})
	}
}

func (q *queue) take(amount *big.Int) map[int]*big.Int {
	taken, wanted := map[int]*big.Int{}, new(big.Int).Set(amount)
	for wanted.Sign() > 0 {
		first := &q.runs[0]
		part := wanted
		if first.amount.Cmp(wanted) <= 0 {
			part = first.amount
			q.runs = q.runs[1:]
		} else {
			first.amount = new(big.Int).Sub(first.amount, wanted)
		}
		addTo(taken, first.owner, part)
		wanted = new(big.Int).Sub(wanted, part)
	}
	return taken
}

func (q *queue) recover(amount *big.Int) map[int]*big.Int { return q.take(amount) }

// A rolling pot shares every payment out among all that is in it.
type rolling struct{ has []*big.Int } // by owner; the last is others'

func newRolling(owners int) pot { return &rolling{zeros(owners + 1)} }

func (r *rolling) slot(owner int) *big.Int {
	if owner == others {
		owner = len(r.has) - 1
	}
	return r.has[owner]
}

func (r *rolling) put(owner int, amount *big.Int) { r.slot(owner).Add(r.slot(owner), amount) }

func (r *rolling) take(amount *big.Int) map[int]*big.Int {
	taken := map[int]*big.Int{}
	for i, part := range divide(amount, r.has, nil).parts {
		if part.Sign() == 0 {
			continue
		}
		r.has[i].Sub(r.has[i], part)
		owner := i
		if i == len(r.has)-1 {
			owner = others
		}
		taken[owner] = part
	}
	return taken
}

func (r *rolling) recover(amount *big.Int) map[int]*big.Int { return r.take(amount) }

// A lowest pot pays out others' money first, and what is recovered from victims'
// first.
type lowest struct{ rolling }

func newLowest(owners int) pot { return &lowest{rolling{zeros(owners + 1)}} }

func (l *lowest) take(amount *big.Int) map[int]*big.Int {
	mine := l.slot(others)
	if amount.Cmp(mine) <= 0 {
		mine.Sub(mine, amount)
		return map[int]*big.Int{others: amount}
	}
	short := new(big.Int).Sub(amount, mine)
	mine.SetInt64(0)
	return l.rolling.take(short)
}

func (l *lowest) recover(amount *big.Int) map[int]*big.Int {
	mine := new(big.Int).Set(l.slot(others))
	l.slot(others).SetInt64(0)
	victims := sumAll(l.has)
	if victims.Cmp(amount) >= 0 {
		return l.rolling.take(amount)
	}
	taken := l.rolling.take(victims)
	taken[others] = new(big.Int).Sub(amount, victims)
	l.slot(others).Set(mine.Sub(mine, taken[others]))
	return taken
}

func addTo(sums map[int]*big.Int, key int, amount *big.Int) {
	if sums[key] == nil {
		sums[key] = new(big.Int)
	}
	sums[key].Add(sums[key], amount)
}

func sumAll(list []*big.Int) *big.Int {
	sum := new(big.Int)
	for _, n := range list {
		sum.Add(sum, n)
	}
	return sum
}
