package cluster

import "clew"

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
	Measured:   measured[ChangePeel],
}

// leastPeel is the least that a step of a peel chain pays, in satoshis. Less is
// what transfers of tokens and inscriptions carry.
const leastPeel = 1000

// keepPeel rules out outputs whose spender is no step of a peel chain. It does
// not apply unless the transaction is a step, and so is the one before it or one
// after it.
func keepPeel(p *Payment, of Outputs) Outputs {
	if !isPeel(p.Transfer) {
		return of
	}
	kept, chain := of, isPeel(p.Before)
	for i := range p.To {
		if !of.Has(i) || p.Outputs[i].Spender == nil {
			continue
		}
		if isPeel(p.Outputs[i].Spender) {
			chain = true
		} else {
			kept &^= 1 << i
		}
	}
	if !chain {
		return of
	}
	return kept
}

// isPeel reports whether a transaction has one input and two outputs that are
// no dust.
func isPeel(t *clew.Transfer) bool {
	if t == nil || len(t.From) != 1 || t.From[0].Spends == nil {
		return false
	}
	outputs := 0
	for i := range t.To {
		if l := &t.To[i]; !l.Address.IsZero() {
			if outputs++; l.Amount.Less(clew.Units(leastPeel)) {
				return false
			}
		}
	}
	return outputs == 2
}
