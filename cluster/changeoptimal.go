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
	Measured:   measured[ChangeOptimal],
}

// keepOptimal rules out outputs that are not less than the least input. It does
// not apply if an input is not known.
func keepOptimal(p *Payment, of Outputs) Outputs {
	if !p.known() {
		return of
	}
	least := p.From[0].Amount
	for i := range p.From {
		least = least.Min(p.From[i].Amount)
	}
	var kept Outputs
	for i := range p.To {
		if of.Has(i) && p.To[i].Amount.Less(least) {
			kept = kept.With(i)
		}
	}
	return kept
}
