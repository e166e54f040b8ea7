package cluster

// ChangeRoundAmount is the sign that an output is change because it alone is of
// no round amount.
const ChangeRoundAmount Sign = "change-round-amount"

var changeRoundAmount = Heuristic{
	ID:         string(ChangeRoundAmount),
	Name:       "change of no round amount",
	Assumption: "People pay round amounts of bitcoin, and change is what is left.",
	Failure:    "Payments priced in other money; a round rest of a round coin; software that rounds change.",
	Source:     "H. Kalodner and others, BlockSci (2020), change heuristic power_of_ten_value",
	Evidence:   OfAmounts,
}
