package launder

import "fmt"

var joinMarket = JoinRule{
	Kind:       JoinMarket,
	Name:       "JoinMarket mix",
	Version:    "1",
	Assumption: "Three outputs or more pay one amount to scripts of their own, at least half of all; there is change, at most one for each; and the inputs can be divided so that each member brings the amount and its change.",
	Failure:    "Any other mix of that shape is called so. Equal payments to several people, paid from coins that each cover one, look so too. Members without change and those who sweep are harder to tell.",
	Source:     "The rules of GraphSense; the division of inputs of BlockSci (H. Kalodner and others, 2020)",
	Measured:   measured[JoinMarket],
	find:       findJoinMarket,
}

// Bounds of JoinMarket.
const (
	leastMarket   = 2_730 // satoshis: more than the outputs of token protocols have
	fewestMakers  = 3     // members
	makerPermille = 3     // of the amount, that one member may earn
	makerLeast    = 10_000
)

func findJoinMarket(s *shape) (Join, bool) {
	if s.most <= leastMarket || s.n < fewestMakers || 2*s.n < len(s.outs) || s.n > s.payers || !s.distinct || s.data > 0 {
		return Join{}, false
	}
	mixed, change := s.mixedOf(s.most)
	crowded := len(s.ins) >= manyInputs && (len(s.ins) > 20*s.n || len(s.outs)*10 < s.n*17)
	if len(change) == 0 || crowded {
		return Join{}, false
	}
	earns := max(s.most/1000*makerPermille, makerLeast)
	fees := bounds{under: earns, over: s.fee + uint64(s.n-1)*earns}
	divided := s.divides(change, s.n, fees)
	if divided == impossible {
		return Join{}, false
	}
	j := Join{Certainty: Likely, Mixed: mixed, Reasons: []string{
		fmt.Sprintf("%d outputs of %d sat to as many scripts, and %d of change", s.n, s.most, len(change)),
		fmt.Sprintf("%d inputs of %d scripts", len(s.ins), s.payers),
	}}
	if divided == possible {
		j.Reasons = append(j.Reasons, "the inputs can be divided so that each member brings the amount and its change")
	} else {
		j.Certainty = Possible
		j.Reasons = append(j.Reasons, "whether the inputs can be divided among members was not searched to the end")
	}
	j.Change, j.Search = s.match(change, []uint64{s.most}, fees)
	return j, true
}
