package launder

import "fmt"

var whirlpoolTx0 = JoinRule{
	Kind:       WhirlpoolTx0,
	Name:       "Whirlpool Tx0, which makes coins ready to be mixed",
	Version:    "1",
	Assumption: "One data output; 1 to 70 equal outputs a little over a pool's amount; one that pays the pool's fee; at most one output of change.",
	Failure:    "With one output to be mixed, a payment with data of about a pool's amount and fee looks so. A Tx0 without a fee is missed.",
	Source:     "The rules of Dumplings and GraphSense; the pools as in the rule of the mix",
	Measured:   measured[WhirlpoolTx0],
	find:       findTx0,
}

const (
	mostPremix   = 70
	mostOthers   = 2    // outputs that are not made ready: fee and change
	leastFeePart = 500  // of a thousand of the pool's fee
	mostFeePart  = 3000 // likewise
)

func findTx0(s *shape) (Join, bool) {
	if s.data != 1 || !s.distinct {
		return Join{}, false
	}
	for _, p := range pools {
		for amount, n := range s.counts {
			if amount < p.amount+leastSurplus || amount > p.amount+mostSurplus || n > mostPremix || len(s.outs)-n > mostOthers {
				continue
			}
			if j, ok := s.tx0(p, amount); ok {
				return j, true
			}
		}
	}
	return Join{}, false
}

// tx0 returns the reading in which outputs of an amount are made ready for a pool.
func (s *shape) tx0(p pool, amount uint64) (Join, bool) {
	premix, others := s.mixedOf(amount)
	var fees, change []coin
	for _, c := range others {
		if c.amount*1000 >= p.fee*leastFeePart && c.amount*1000 <= p.fee*mostFeePart {
			fees = append(fees, c)
		} else {
			change = append(change, c)
		}
	}
	if len(fees) == 2 { // change that is like the fee: the fee is nearer to what the pool takes
		if off(fees[1].amount, p.fee) < off(fees[0].amount, p.fee) {
			fees[0], fees[1] = fees[1], fees[0]
		}
		fees, change = fees[:1], append(change, fees[1])
	}
	if len(fees) != 1 || len(change) > 1 {
		return Join{}, false
	}
	j := Join{Certainty: Likely, Change: unmatched(change), Coordinator: indices(fees), Search: OneOwner, Reasons: []string{
		"one data output",
		fmt.Sprintf("%d outputs of %d sat, which is %d over the amount of one of %s pools", len(premix), amount, amount-p.amount, p.of),
		fmt.Sprintf("one output of %d sat, where the pool takes %d", fees[0].amount, p.fee),
	}}
	for i := range j.Change {
		j.Change[i].Inputs = indices(s.ins)
	}
	for _, m := range premix {
		j.Premix = append(j.Premix, m.Output)
	}
	if len(premix) == 1 {
		j.Certainty = Possible
	}
	return j, true
}

func off(a, b uint64) uint64 { return max(a, b) - min(a, b) }
