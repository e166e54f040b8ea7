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
	Measured:   measured[ChangeRoundAmount],
}

// roundUnits is of what an amount is round if it is a multiple: 0.01 bitcoin,
// as in BlockSci.
const roundUnits = 1_000_000

// keepNotRound rules out round amounts. It does not apply if all are round.
func keepNotRound(p *Payment, of Outputs) Outputs {
	var kept Outputs
	for i := range p.To {
		if n, fits := p.To[i].Amount.Uint64(); of.Has(i) && fits && n%roundUnits != 0 {
			kept = kept.With(i)
		}
	}
	if kept == 0 {
		return of
	}
	return kept
}
