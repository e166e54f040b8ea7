package cluster

// ChangeReuse is the sign that an output is change because it pays an address
// whose coins the transaction spends.
const ChangeReuse Sign = "change-reuse"

var changeReuse = Heuristic{
	ID:         string(ChangeReuse),
	Name:       "change to an input's address",
	Assumption: "Who pays an address whose coins the same transaction spends, pays themself, and the other outputs are payments.",
	Failure:    "One who moves coins among own addresses, and pays one of them by chance; joined inputs of several people, of whom one is paid.",
	Source:     "H. Kalodner and others, BlockSci (2020), change heuristic address_reuse",
	Evidence:   OfInputs,
	Measured:   measured[ChangeReuse],
}

// keepReused rules out all but outputs to inputs' addresses, if there are any.
func keepReused(p *Payment, of Outputs) Outputs {
	var kept Outputs
	for i := range p.To {
		if of.Has(i) && p.spends(p.To[i].Address) {
			kept = kept.With(i)
		}
	}
	if kept == 0 {
		return of
	}
	return kept
}
