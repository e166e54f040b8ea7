package launder

import "fmt"

var wasabi1 = JoinRule{
	Kind:       Wasabi1,
	Name:       "Wasabi 1 mix",
	Version:    "1",
	Assumption: "All inputs and outputs are of single keys; ten outputs or more pay one amount, about 0.1 BTC, to scripts of their own; there are at least so many inputs, and two outputs of change.",
	Failure:    "Equal payments of about 0.1 BTC to many, paid from many coins with two odd outputs beside them, look so, and so does a JoinMarket mix of ten members or more at that amount. Which output pays the coordinator does not show.",
	Source:     "The rules of Dumplings (without the coordinator's scripts) and GraphSense",
	Measured:   measured[Wasabi1],
	find:       findWasabi1,
}

// Bounds of Wasabi 1, in satoshis.
const (
	wasabiAmount = 10_000_000
	wasabiOff    = 2_000_000
	wasabiLeast  = 10    // equal outputs
	wasabiTake   = 3     // of 100,000 and member, that the coordinator takes of what is mixed
	shareOfFee   = 3     // times the even share of the fee that a member may pay
	slack        = 1_000 // satoshis
)

func findWasabi1(s *shape) (Join, bool) {
	if !s.keyed || s.n < wasabiLeast || len(s.ins) < s.n || s.payers < s.n || off(s.most, wasabiAmount) > wasabiOff || !s.distinct || s.busy() {
		return Join{}, false
	}
	mixed, change := s.mixed()
	if len(change) < 2 {
		return Join{}, false
	}
	j := Join{Certainty: Likely, Mixed: mixed, Reasons: []string{
		fmt.Sprintf("%d outputs of %d sat, about 0.1 BTC, to as many scripts", s.n, s.most),
		fmt.Sprintf("%d inputs of %d scripts, and %d outputs of other amounts", len(s.ins), s.payers, len(change)),
	}}
	if higher := s.levels(); higher > 0 {
		j.Reasons = append(j.Reasons, fmt.Sprintf("%d higher amounts, each about twice the one before, are mixed too", higher))
	}
	n := uint64(s.n)
	j.Change, j.Search = s.match(change, s.sums(), bounds{over: shareOfFee*s.fee/n + s.most/100_000*wasabiTake*n + slack})
	return j, true
}

// levels returns how many times in a row twice the amount before is mixed too,
// within a twentieth.
func (s *shape) levels() (n int) {
	for level := 2 * s.most; ; level *= 2 {
		met := false
		for amount, count := range s.counts {
			met = met || count > 1 && off(amount, level)*20 <= level
		}
		if !met || n == 12 {
			return n
		}
		n++
	}
}

// sums returns what a member may have been paid in mixed outputs: each amount
// alone, or all from the least of the levels up to one of them.
func (s *shape) sums() []uint64 {
	list := []uint64{s.most}
	sum := s.most
	for level, n := 2*s.most, s.levels(); n > 0; level, n = 2*level, n-1 {
		for amount, count := range s.counts {
			if count > 1 && off(amount, level)*20 <= level {
				list = append(list, amount)
				sum += amount
				list = append(list, sum)
				break
			}
		}
	}
	return list
}
