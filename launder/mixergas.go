package launder

import (
	"math/big"

	"clew"
)

// unusualPrice is the least common divisor of two fees, without its factors 2 and
// 5, that is taken for one unusual price of gas.
const unusualPrice = 1_000_000

// gasHabit: the withdrawal and a deposit paid the same unusual price of gas.
var gasHabit = MixerRule{
	Sign: "gas-price", Name: "The same unusual price of gas",
	Assumption: "a price of gas that is no round number, set by hand, tells who set it",
	Failure:    "ledgers hold the fee, which is price times gas, and not the gas: a price is inferred from what two fees have in common, so that round prices are not seen; software that sets odd prices for many looks like one person; of a withdrawal through a relayer it says nothing, for the price is the relayer's",
	Source:     "Tutela's unique gas price reveal (an open tool of 2021), before EIP-1559; that it is read off the common divisor of fees, or of tips since, is ours",
	see: func(v *mixerView) (Sight, string) {
		switch {
		case !v.w.Relayer.IsZero():
			return NotSeen, "a relayer set the price of gas"
		case v.w.Paid.IsZero():
			return NotSeen, "the fee of the withdrawal is not held"
		}
		held := false
		for i := range v.batch.Notes {
			n := &v.batch.Notes[i]
			if n.Paid.IsZero() || n.Pos.Height == v.w.Pos.Height {
				continue
			}
			held = true
			if samePrice(n.Paid, v.w.Paid) || samePrice(n.Tip, v.w.Tip) {
				return SpeaksFor, "its fee and that of a deposit are multiples of one unusual price"
			}
		}
		if !held {
			return NotSeen, "fees of the deposits are not held"
		}
		return SpeaksAgainst, "its fee and those of the deposits have no unusual price in common"
	},
}

// samePrice reports whether two fees are multiples of one unusual price. Of two
// fees that have nothing to do with each other, about one pair in a million is.
func samePrice(a, b clew.Amount) bool {
	if a.IsZero() || b.IsZero() {
		return false
	}
	common := new(big.Int).GCD(nil, nil, a.Big(), b.Big())
	for _, p := range []int64{2, 5} {
		for q, r := new(big.Int), new(big.Int); ; {
			if q.QuoRem(common, big.NewInt(p), r); r.Sign() != 0 {
				break
			}
			common.Set(q)
		}
	}
	return common.Cmp(big.NewInt(unusualPrice)) >= 0
}
