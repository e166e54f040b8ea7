package lead

import (
	"slices"

	"clew"
	"clew/trace"
)

// An Onward says where value that stopped in a bridge is to come out, as the bridge's
// message says: what whoever sent it wrote. It is not followed there.
type Onward struct {
	Chain      clew.Chain   `json:"chain"`
	Address    clew.Address `json:"address,omitzero"` // nobody: the message names nobody that is understood
	Token      string       `json:"token,omitempty"`  // that is to come out, as its chain writes it; none: not said
	Amount     clew.Amount  `json:"amount,omitzero"`  // of that, before fees that are not said; 0: not said
	Protocol   string       `json:"protocol"`
	Identifier string       `json:"identifier,omitempty"`
	Listed     bool         `json:"listed,omitempty"` // the message is of a contract that is known to be the protocol's
	Why        string       `json:"why"`              // it is not followed
}

// OnwardOf returns where a conversion's message leads that was not followed; nil if it
// says nothing of that.
func OnwardOf(c *trace.Crossing) *Onward {
	b := c.Bridge
	if b == nil || c.Note == "" || b.To == "" || b.Refund {
		return nil
	}
	return &Onward{Chain: b.To, Address: b.Toward, Token: b.Token, Amount: b.Amount, Protocol: b.Protocol, Identifier: b.Identifier, Listed: b.Listed, Why: c.Note}
}

// onward returns where what deposits brought into a bridge is to come out, as a
// contract says that is known to be the protocol's; nil if none does, or several
// messages say several things.
func (s *stopping) onward(chain clew.Chain, deposits []Deposit) *Onward {
	var found *Onward
	for i := range s.Trace.Conversions {
		c := &s.Trace.Conversions[i]
		o := OnwardOf(c)
		if o == nil || !o.Listed || c.Conversion.InChain != chain || !slices.ContainsFunc(deposits, func(d Deposit) bool { return slices.Contains(c.Conversion.In, d.Pos) }) {
			continue
		}
		if found != nil && *found != *o {
			return nil
		}
		found = o
	}
	return found
}
