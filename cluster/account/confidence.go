package account

import (
	"math/big"

	"clew"
)

// Bounds say how alike what comes into a deposit address and what leaves it must
// be, and how much one customer does.
type Bounds struct {
	Left    clew.Amount // most of the chain's coin that may stay behind; of tokens nothing may
	Blocks  uint64      // most blocks from a payment in until it is collected
	Senders int         // most who pay into one deposit address
	Payees  int         // most deposit addresses at one service that one customer pays into
	Rows    int         // most transfers of an address, on each side, that are read
}

// BoundsOf returns the bounds for a chain. On Ethereum Left is 0.01 ether and
// Blocks 3,200, as Victor and Tutela have them. On other EVM chains they are
// the same numbers, though blocks are faster and coins cheaper; on Tron 1 TRX and
// 12,800 blocks of 3 seconds, about the same span of time. Those, and the other
// bounds, are conventions of this project and were not measured.
func BoundsOf(chain clew.Chain) Bounds {
	b := Bounds{Left: clew.Units(10_000_000_000_000_000), Blocks: 3200, Senders: 10, Payees: 4, Rows: 1024}
	if chain.IsTron() {
		b.Left, b.Blocks = clew.Units(1_000_000), 12_800
	}
	return b
}

// Confidence says how well a payment in and the collection of it agree, from 0
// to 1: 1 - ½·(left ÷ Left) - ½·(blocks ÷ Blocks), each ratio at most 1. It is a
// convention and no probability. Source: Tutela, _get_confidence in
// src/cluster/deposit.py; restated with exact fractions.
func (b *Bounds) Confidence(left clew.Amount, blocks uint64) *big.Rat {
	c := big.NewRat(1, 1)
	half := big.NewRat(1, 2)
	for _, r := range []*big.Rat{ratio(left, b.Left), ratio(clew.Units(blocks), clew.Units(b.Blocks))} {
		c.Sub(c, r.Mul(r, half))
	}
	return c
}

// ratio returns a share, at most 1; of a bound of nothing it is 1 unless there is
// nothing.
func ratio(part, whole clew.Amount) *big.Rat {
	switch {
	case part.IsZero():
		return new(big.Rat)
	case whole.IsZero() || whole.Less(part):
		return big.NewRat(1, 1)
	}
	return new(big.Rat).SetFrac(part.Big(), whole.Big())
}

// mean returns the mean of confidences; nil of none.
func mean(all []*big.Rat) *big.Rat {
	if len(all) == 0 {
		return nil
	}
	sum := new(big.Rat)
	for _, c := range all {
		sum.Add(sum, c)
	}
	return sum.Quo(sum, big.NewRat(int64(len(all)), 1))
}
