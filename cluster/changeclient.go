package cluster

// ChangeClient is the sign that an output is change because it alone is spent by
// a transaction made like this one.
const ChangeClient Sign = "change-client"

var changeClient = Heuristic{
	ID:         string(ChangeClient),
	Name:       "change spent by like software",
	Assumption: "One owner's software makes transactions of one version, with locktimes and sequence numbers by one rule.",
	Failure:    "Those who are paid use the same software; an owner who changes software, or has several.",
	Source:     "H. Kalodner and others, BlockSci (2020), change heuristic locktime; G. Kappos and others, \"How to Peel a Million\" (2022)",
	Evidence:   OfHistory,
	Measured:   measured[ChangeClient],
}

// keepClient rules out outputs that are spent by a transaction of another form.
// It does not apply if the form is not known: ledgers do not hold it, raw blocks
// do.
func keepClient(p *Payment, of Outputs) Outputs {
	if p.Form == nil {
		return of
	}
	kept := of
	for i := range p.To {
		if form := p.Outputs[i].Form; of.Has(i) && form != nil && *form != *p.Form {
			kept &^= 1 << i
		}
	}
	return kept
}
