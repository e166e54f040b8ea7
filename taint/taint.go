// Package taint says where marked value goes: one pot and one transfer at a
// time, by a named policy, in exact integers.
//
// It knows nothing of graphs, time or storage. Package trace walks the ledger
// and asks here what leaves a pot when a transfer does. A policy is a
// convention: the chain does not record which unit of a mixed balance left it.
// Over several hops no policy bounds another; docs/METHODS.md says what each is
// fit for.
package taint

import (
	"errors"

	"clew"
)

// ErrOverflow is wrapped where a pot would hold more than 2^256-1 units, or
// more than that of basis for one origin.
var ErrOverflow = errors.New("a pot holds more than 256 bits")

// A Method is how marks are carried: a policy, and where that leaves open
// whose mark moves, an allocation. The zero Allocation is [ProRata].
type Method struct {
	Policy     Policy     `json:"policy"`
	Allocation Allocation `json:"allocation,omitempty"`
}

// Check reports a policy or an allocation that does not exist, as a
// [*clew.InputError].
func (m Method) Check() error {
	if _, err := ParsePolicy(string(m.Policy)); err != nil {
		return err
	}
	if m.Allocation == "" {
		return nil
	}
	_, err := ParseAllocation(string(m.Allocation))
	return err
}

// A Pot is the value of one asset that rests at one address, as a policy sees
// it. A transfer from a pot to itself moves nothing: do not book it. What
// rested in the pot before the first known transfer is received first, as a
// clean run: it is the oldest. Pots are not safe for concurrent use.
type Pot interface {
	// Receive adds the units of a tape in order. It copies what it keeps. If it
	// fails, with an error that wraps [ErrOverflow], the pot is as it was.
	Receive(Tape) error

	// Spend takes amount units out, appends them to dst in the order in which
	// they leave, and returns the longer tape. If the pot holds less, all of it
	// leaves and missing is the rest: more left than is known to have come in,
	// which the caller books as a gap.
	Spend(amount clew.Amount, dst Tape) (left Tape, missing clew.Amount)

	// Scale makes the pot hold total units, as a token does that changes all
	// balances: marks are scaled with the balance, and each origin's basis is
	// carried whole. Neither the balance nor total is zero. Rounding "scaling".
	Scale(total clew.Amount)

	// Balance returns the number of units in the pot.
	Balance() clew.Amount

	// Marked returns the number of units that carry any mark.
	Marked() clew.Amount

	// Contents appends what is in the pot to dst, oldest first where the policy
	// keeps order. The pot keeps it.
	Contents(dst Tape) Tape
}

// NewPot returns an empty pot. A policy that is for outputs only is a
// [*clew.InputError].
func NewPot(m Method) (Pot, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	switch m.Policy {
	case FIFO:
		return &orderedPot{}, nil
	case LIFO:
		return &orderedPot{newest: true}, nil
	case Haircut:
		return &haircutPot{marked: shares{rolling: true}}, nil
	case TaintFirst, CleanFirst:
		return &rankedPot{marked: newClaims(m.Allocation), cleanFirst: m.Policy == CleanFirst}, nil
	case Poison:
		return &poisonPot{}, nil
	}
	return nil, &clew.InputError{Field: "policy", Value: string(m.Policy),
		Want: "a policy for account chains; " + string(m.Policy) + " says which output of a Bitcoin transaction is marked"}
}
