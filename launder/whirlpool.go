package launder

import "fmt"

var whirlpoolMix = JoinRule{
	Kind:       WhirlpoolMix,
	Name:       "Whirlpool mix",
	Version:    "1",
	Assumption: "As many inputs as outputs, 5 to 10; each output pays a pool's amount to a script of its own, and the inputs bring it, some with a little more for the fee.",
	Failure:    "Whoever pays a pool's amount from as many coins of that amount looks so. A pool whose amount is not known is missed.",
	Source:     "The rules of Dumplings and GraphSense; the pools of Samourai's and Ashigaru's coordinators as crocs-muni/coinjoin-analysis lists them",
	Measured:   measured[WhirlpoolMix],
	find:       findWhirlpool,
}

// A pool is an amount that Whirlpool mixes, and what entering it costs, in
// satoshis.
type pool struct {
	amount, fee uint64
	of          string
}

// pools of coordinators. What entering Ashigaru's costs was not found; it is taken
// to be the share that Samourai's smaller pools take.
var pools = []pool{
	{100_000, 5_000, "Samourai's"},
	{1_000_000, 50_000, "Samourai's"},
	{5_000_000, 175_000, "Samourai's"},
	{50_000_000, 1_750_000, "Samourai's"},
	{2_500_000, 125_000, "Ashigaru's"},
	{25_000_000, 1_250_000, "Ashigaru's"},
}

// Bounds of Whirlpool.
const (
	fewestMembers = 5
	mostMembers   = 10
	leastSurplus  = 100     // satoshis that an input made ready brings over the pool's amount
	mostSurplus   = 110_000 // likewise
)

func poolOf(amount uint64) (pool, bool) {
	for _, p := range pools {
		if p.amount == amount {
			return p, true
		}
	}
	return pool{}, false
}

func findWhirlpool(s *shape) (Join, bool) {
	p, known := poolOf(s.most)
	if !known || s.n != len(s.outs) || s.n != len(s.ins) || s.n < fewestMembers || s.n > mostMembers || !s.distinct || s.data > 0 {
		return Join{}, false
	}
	entering := 0
	for _, c := range s.ins {
		if c.amount < p.amount || c.amount > p.amount+mostSurplus {
			return Join{}, false
		}
		if c.amount > p.amount {
			entering++
		}
	}
	if entering == 0 {
		return Join{}, false // nobody pays the fee
	}
	mixed, _ := s.mixedOf(p.amount)
	j := Join{Certainty: Likely, Mixed: mixed, Reasons: []string{
		fmt.Sprintf("%d inputs, and as many outputs of one amount, to as many scripts", s.n),
		fmt.Sprintf("the amount is one of %s pools, %d sat", p.of, p.amount),
		fmt.Sprintf("%d inputs of that amount come again, %d bring up to %d sat over it and enter", s.n-entering, entering, mostSurplus),
	}}
	if entering == s.n {
		j.Certainty = Possible // none of it was mixed before, as it was in a pool's first mix only
	}
	return j, true
}
