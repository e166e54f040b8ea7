package cluster

// ChangePeel is the sign that an output is change because it alone carries on a
// chain of transactions with one input and two outputs.
const ChangePeel Sign = "change-peel"

var changePeel = Heuristic{
	ID:         string(ChangePeel),
	Name:       "change that carries on a peel chain",
	Assumption: "Who pays from one large coin, again and again, spends the rest in the same way next time.",
	Failure:    "One who is paid by a peel chain and peels on; one transaction before or after is little of a chain.",
	Source:     "H. Kalodner and others, BlockSci (2020), change heuristic peeling_chain; G. Kappos and others, \"How to Peel a Million\" (2022)",
	Evidence:   OfHistory,
}
