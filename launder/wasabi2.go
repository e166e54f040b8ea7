package launder

import "fmt"

var wasabi2 = JoinRule{
	Kind:       Wasabi2,
	Name:       "Wasabi 2 mix",
	Version:    "1",
	Assumption: "Twenty inputs or more, of many scripts, all of single witness keys; more than four fifths of the outputs are of standard amounts, at least half have an amount that others have too, and there are three such amounts.",
	Failure:    "A coordinator with other standard amounts is missed. With fewer than 50 inputs, or legs that are not in falling order, it is a suspicion alone. Which outputs are change does not show, for standard amounts may be.",
	Source:     "The rules of Dumplings (standard amounts, order) and GraphSense (coordinators after 2024)",
	Measured:   measured[Wasabi2],
	find:       findWasabi2,
}

// Bounds of Wasabi 2.
const (
	leastStandard   = 5_000 // satoshis
	mostStandard    = 134_375_000_000
	fewestInputs    = 20
	manyInputs      = 50
	standardPercent = 80
	fewestAmounts   = 3
)

func findWasabi2(s *shape) (Join, bool) {
	if !s.modern || len(s.ins) < fewestInputs || !s.distinct || s.busy() {
		return Join{}, false
	}
	standard := 0
	for _, c := range s.outs {
		if c.amount < leastStandard {
			return Join{}, false
		}
		if isStandard(c.amount) {
			standard++
		}
	}
	amounts, outputs := s.repeated()
	if standard*100 <= len(s.outs)*standardPercent || amounts < fewestAmounts || 2*outputs < len(s.outs)-1 {
		return Join{}, false
	}
	mixed, rest := s.mixed()
	j := Join{Certainty: Likely, Mixed: mixed, Change: unmatched(rest), Reasons: []string{
		fmt.Sprintf("%d inputs of %d scripts, all of single witness keys", len(s.ins), s.payers),
		fmt.Sprintf("%d of %d outputs are of standard amounts; %d amounts come more than once", standard, len(s.outs), amounts),
	}}
	if len(s.ins) >= manyInputs && falling(s.ins) && falling(s.outs) {
		j.Reasons = append(j.Reasons, "inputs and outputs are in falling order")
	} else {
		j.Certainty = Possible
	}
	return j, true
}

// isStandard reports whether Wasabi 2 has an amount: a power of two, one of three
// or twice such, or one, two or five times a power of ten.
func isStandard(amount uint64) bool {
	if amount < leastStandard || amount > mostStandard {
		return false
	}
	if amount&(amount-1) == 0 {
		return true
	}
	tens := amount
	for tens%10 == 0 {
		tens /= 10
	}
	if tens == 1 || tens == 2 || tens == 5 {
		return true
	}
	threes := amount
	for threes%3 == 0 {
		threes /= 3
	}
	return threes == 1 || threes == 2
}
