package launder

import "clew/cluster"

var payJoin = JoinRule{
	Kind:       PayJoin,
	Name:       "PayJoin suspect",
	Version:    "1",
	Assumption: "Two outputs, and an input that was not needed for the larger of them, as where the one who is paid adds a coin; inputs of different scripts of one kind.",
	Failure:    "Wallets that gather coins while they pay look so: in a block of 2014, before there were PayJoins, one payment of thirteen. A PayJoin that takes care that no input is to spare looks like any payment. Which output and input are whose does not show.",
	Source:     "The unnecessary-input heuristic of A. Ghesmati, A. Kern, A. Judmayer, N. Stifter and E. Weippl (2021), as the veto of clusters has it",
	Measured:   measured[PayJoin],
	find:       findPayJoin,
}

func findPayJoin(s *shape) (Join, bool) {
	if s.payers < 2 || cluster.VetoOf(s.transfer) != cluster.SpareInput {
		return Join{}, false
	}
	return Join{Certainty: Possible, Reasons: []string{
		"the larger of two outputs could have been paid without the smallest input",
	}}, true
}
