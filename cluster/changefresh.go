package cluster

// ChangeFreshAddress is the sign that an output is change because its address
// alone is used for this and nothing else.
const ChangeFreshAddress Sign = "change-fresh-address"

var changeFreshAddress = Heuristic{
	ID:         string(ChangeFreshAddress),
	Name:       "change to an address that is never used again",
	Assumption: "Software makes an address for each change and pays it once, while those who are paid use theirs again.",
	Failure:    "People who give each payer a new address look so too, if the change goes to an old one; what is held today does not say what an address receives tomorrow.",
	Source:     "S. Meiklejohn and others, \"A Fistful of Bitcoins\" (2013); H. Kalodner and others, BlockSci (2020), client_change_address_behavior",
	Evidence:   OfHistory,
	Measured:   measured[ChangeFreshAddress],
}

// keepFresh rules out outputs whose addresses receive anything else, before or
// after, or twice in the transaction.
func keepFresh(p *Payment, of Outputs) Outputs {
	kept := of
	for i := range p.To {
		if of.Has(i) && p.Outputs[i].Used == UsedAgain {
			kept &^= 1 << i
		}
	}
	return kept
}
