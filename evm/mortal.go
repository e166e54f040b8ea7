package evm

import "clew"

// A mortal is a contract that ends with the transaction if that destroys it.
type mortal struct {
	contract  clew.Address
	destroyed bool
	left      clew.Amount // what it was paid since, and has not paid on
	rounded   bool        // by the source
}

// cancun is the time from which on, on Ethereum, a contract that destroys itself
// does not end unless the same transaction made it: EIP-6780, at the time that
// params/config.go of go-ethereum gives.
const cancun clew.Time = 1_710_338_135

// ends reports whether any contract that destroys itself in b is known to end.
func (d *Decoder) ends(b *Block) bool {
	return d.Chain == clew.Ethereum && b.Time.Known() && b.Time < cancun
}

// make notes a contract that the transaction makes.
func (e *execution) make(contract clew.Address) {
	for i := range e.mortals {
		if e.mortals[i].contract == contract {
			return // none is made twice
		}
	}
	e.mortals = append(e.mortals, mortal{contract: contract})
}

// destroy notes that a contract destroys itself, and reports whether it ends
// with that: one that the transaction made does, others only where any does.
func (e *execution) destroy(contract clew.Address, any bool) bool {
	found := false
	for i := range e.mortals {
		if m := &e.mortals[i]; m.contract == contract {
			m.destroyed, m.left, m.rounded, found = true, clew.Amount{}, false, true
		}
	}
	if !found && any {
		e.mortals = append(e.mortals, mortal{contract: contract, destroyed: true})
	}
	return found || any
}

// pay counts what is paid to contracts that are destroyed already, and by them.
func (e *execution) pay(from, to clew.Address, amount clew.Amount, rounded bool) {
	for i := range e.mortals {
		m := &e.mortals[i]
		if !m.destroyed {
			continue
		}
		if m.contract == to {
			if sum, fits := m.left.Add(amount); fits { // more than that there cannot be
				m.left, m.rounded = sum, m.rounded || rounded
			}
		}
		if m.contract == from {
			m.left, m.rounded = m.left.MinusOrZero(amount), m.rounded || rounded
		}
	}
}

// bury burns, at the end of a transaction, what its destroyed contracts were
// paid afterwards: they end with it.
func (d *Decoder) bury(e *execution, out *collector) {
	for i := range e.mortals {
		if m := &e.mortals[i]; m.destroyed && !m.left.IsZero() {
			d.move(out, e.id, clew.Pos{Index: e.index, Class: clew.Native, Ordinal: e.ordinal}, m.contract, clew.Address{}, m.left, m.rounded)
			e.ordinal++
		}
	}
}
