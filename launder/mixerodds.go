package launder

import (
	"fmt"
	"math/big"
)

// A Frequency says how often something was seen: in so many of so many cases.
type Frequency struct {
	Seen uint64 `json:"seen"`
	Of   uint64 `json:"of"`
}

// String returns it in words.
func (r Frequency) String() string { return fmt.Sprintf("%d of %d", r.Seen, r.Of) }

// likelihood is the rate as a probability that is neither 0 nor 1, for what was
// not seen in some cases may be in the next: one case is added on each side.
func (r Frequency) likelihood() *big.Rat {
	seen := new(big.Int).Add(new(big.Int).SetUint64(r.Seen), big.NewInt(1))
	of := new(big.Int).Add(new(big.Int).SetUint64(r.Of), big.NewInt(2))
	return new(big.Rat).SetFrac(seen, of)
}

// ratio returns how much more often something that was seen, or was not, is so in
// the one case than in the other.
func ratio(linked, others *big.Rat, seen bool) *big.Rat {
	if !seen {
		linked, others = new(big.Rat).Sub(one, linked), new(big.Rat).Sub(one, others)
	}
	return new(big.Rat).Quo(linked, others)
}

var one = big.NewRat(1, 1)

// Hypergeometric returns how likely it is that of so many drawn without looking
// at least so many are of a kind, where so many of all are: exactly. Impossible
// questions have the answer 0, and at least none is certain. Numbers are below
// 2^31.
func Hypergeometric(all, kind, drawn, least uint64) *big.Rat {
	if least == 0 {
		return big.NewRat(1, 1)
	}
	if kind > all || drawn > all || least > min(kind, drawn) {
		return new(big.Rat)
	}
	if kind > drawn {
		kind, drawn = drawn, kind // it is the same question
	}
	k := max(least, drawn-min(drawn, all-kind))
	ways := new(big.Int).Mul(choose(kind, k), choose(all-kind, drawn-k))
	sum := new(big.Int)
	for ; k < kind; k++ {
		sum.Add(sum, ways)
		ways.Mul(ways, whole((kind-k)*(drawn-k)))
		ways.Quo(ways, whole((k+1)*(all-kind-drawn+k+1))) // without remainder
	}
	return new(big.Rat).SetFrac(sum.Add(sum, ways), choose(all, drawn))
}

func whole(n uint64) *big.Int { return new(big.Int).SetUint64(n) }

func choose(n, k uint64) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }
