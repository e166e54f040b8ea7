package cluster

// ChangeOptimal is the sign that an output is change because it alone is less
// than the least input.
const ChangeOptimal Sign = "change-optimal"

var changeOptimal = Heuristic{
	ID:         string(ChangeOptimal),
	Name:       "change less than the least input",
	Assumption: "Software spends no coin that it does not need, so that change is less than each input.",
	Failure:    "Software that spends more coins than it needs, to tidy up or to hide; a payment of less than the least input; payments of several outputs.",
	Source:     "H. Kalodner and others, BlockSci (2020), change heuristic optimal_change",
	Evidence:   OfAmounts,
}
