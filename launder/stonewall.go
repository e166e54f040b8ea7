package launder

import (
	"fmt"

	"clew/cluster"
)

var stonewall = JoinRule{
	Kind:       Stonewall,
	Name:       "Stonewall suspect",
	Version:    "1",
	Assumption: "Two equal outputs and two others, and inputs that can be divided in two, each part bringing one of either. One wallet alone makes it to look like two; two people make it as well.",
	Failure:    "Whether it is one wallet or two does not show. Two equal payments and two others, paid from coins that happen to fit, look so; with one output of change it is not told from ordinary payments, and vetoed alone.",
	Source:     "The shape that studies of CoinJoins set apart as STONEWALL; the division of inputs of BlockSci (H. Kalodner and others, 2020)",
	Measured:   measured[Stonewall],
	find:       findStonewall,
}

func findStonewall(s *shape) (Join, bool) {
	if s.n != 2 || len(s.outs) != 4 || len(s.ins) < 2 || !s.distinct || s.data > 0 || cluster.VetoOf(s.transfer) != cluster.EqualOutputs {
		return Join{}, false
	}
	mixed, change := s.mixedOf(s.most)
	fees := bounds{over: s.fee}
	if len(change) != 2 || s.divides(change, 2, fees) != possible {
		return Join{}, false
	}
	j := Join{Certainty: Possible, Mixed: mixed, Reasons: []string{
		fmt.Sprintf("two outputs of %d sat and two of other amounts, to four scripts", s.most),
		"the inputs can be divided in two, each part bringing one of either",
	}}
	j.Change, j.Search = s.match(change, []uint64{s.most}, fees)
	return j, true
}
