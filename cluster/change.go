package cluster

import (
	"math/bits"

	"clew"
	"clew/bitcoin"
)

// MaxOutputs is the most outputs of a transaction in which change is sought.
const MaxOutputs = 64

// Outputs is a set of outputs of one transaction, by index.
type Outputs uint64

// Has reports whether an output is in the set.
func (o Outputs) Has(i int) bool { return o>>i&1 != 0 }

// With returns the set with one more output.
func (o Outputs) With(i int) Outputs { return o | 1<<i }

// Len returns how many there are.
func (o Outputs) Len() int { return bits.OnesCount64(uint64(o)) }

// Only returns the output of a set of one; -1 if there are none or more.
func (o Outputs) Only() int {
	if o.Len() != 1 {
		return -1
	}
	return bits.TrailingZeros64(uint64(o))
}

// A Payment is one transaction of Bitcoin with what is known of its inputs and
// of what became of its outputs: all that the rules of change look at.
type Payment struct {
	*clew.Transfer
	Form    *bitcoin.Form  // how it is made; nil: not known
	Before  *clew.Transfer // what made the output that its only input spends; nil: not known, or there are several
	Outputs []Outlook      // of the legs of To, in their order
}

// An Outlook is what is known of one output of a [Payment].
type Outlook struct {
	// Spendable says that the output is known to hold value that can be spent.
	// Whether a script without an address is data is only known once it, or one
	// like it, was spent.
	Spendable bool

	Used    Used
	Spender *clew.Transfer // what spends the output; nil: nothing does, as far as is known
	Form    *bitcoin.Form  // of the spender; nil: not known
}

// Used says whether an output's address receives anything else.
type Used uint8

// What is known of it.
const (
	UseUnknown Used = iota // the history held has gaps
	UsedOnce               // nothing else is received, in the whole history held
	UsedAgain              // something is, before or after
)

// candidates returns the outputs that may be change: all of some value. An output
// of none is data.
func (p *Payment) candidates() (all Outputs) {
	for i := range p.To {
		if l := &p.To[i]; !l.Address.IsZero() && !l.Amount.IsZero() && i < MaxOutputs {
			all = all.With(i)
		}
	}
	return all
}

// payer returns an input's address; nobody if none is known.
func (p *Payment) payer() clew.Address {
	for i := range p.From {
		if a := p.From[i].Address; !a.IsZero() {
			return a
		}
	}
	return clew.Address{}
}

// known reports whether all inputs are known, and there are any.
func (p *Payment) known() bool {
	for i := range p.From {
		if p.From[i].Unknown || p.From[i].Address.IsZero() {
			return false
		}
	}
	return true
}

// A rule returns those of some outputs which it cannot rule out as change. Where
// it does not apply it rules out none. Where it contradicts itself it rules out
// all.
type rule func(p *Payment, of Outputs) Outputs

// rules are the rules of change, in the order of [Heuristics].
var rules = []struct {
	sign Sign
	keep rule
}{
	{ChangeReuse, keepReused},
	{ChangeScriptType, keepScriptType},
	{ChangeRoundAmount, keepNotRound},
	{ChangeOptimal, keepOptimal},
	{ChangeFreshAddress, keepFresh},
	{ChangeClient, keepClient},
	{ChangePeel, keepPeel},
}

// A Change is what the rules say of the outputs of one transaction.
type Change struct {
	Veto       Veto    // then nothing else is said
	Candidates Outputs // that may be change: those that hold value
	Kept       []Kept  // by every rule, in the order of [Heuristics]
	Named      []Named // outputs that a rule named, by index
}

// Kept is what one rule cannot rule out.
type Kept struct {
	Sign    Sign
	Outputs Outputs
}

// Named is an output that some rules leave alone among the candidates.
type Named struct {
	Output  int
	Signs   []Sign // that name it
	Against []Sign // that rule it out
}

// Merges reports whether what names an output is enough to take it for change,
// rather than for a lead: two signs that look at different evidence, and none
// against it.
func (n *Named) Merges() bool { return len(n.Against) == 0 && Merges(n.Signs) }

// ChangeOf says which outputs of a transaction may be change. Nothing is said of
// one that is vetoed, issues coins, has no input that is known, fewer than two
// candidates or more than [MaxOutputs] outputs.
func ChangeOf(p *Payment) Change {
	c := Change{Veto: VetoOf(p.Transfer)}
	if c.Veto != NoVeto || p.payer().IsZero() || len(p.To) > MaxOutputs+1 { // with the fee
		return c
	}
	if c.Candidates = p.candidates(); c.Candidates.Len() < 2 {
		return c
	}
	for _, r := range rules {
		c.Kept = append(c.Kept, Kept{r.sign, r.keep(p, c.Candidates)})
	}
	for i := range p.To {
		if n := c.named(i); len(n.Signs) > 0 && p.Outputs[i].Spendable {
			c.Named = append(c.Named, n)
		}
	}
	return c
}

// named returns which rules name an output, and which rule it out.
func (c *Change) named(i int) Named {
	n := Named{Output: i}
	for _, k := range c.Kept {
		switch {
		case k.Outputs.Only() == i:
			n.Signs = append(n.Signs, k.Sign)
		case c.Candidates.Has(i) && !k.Outputs.Has(i):
			n.Against = append(n.Against, k.Sign)
		}
	}
	return n
}

// AddChange takes the links that the rules of change give: from an input's
// address to that of an output. Those that merge nothing are leads.
func (c *Clusters) AddChange(p *Payment) {
	change := ChangeOf(p)
	for _, n := range change.Named {
		if a := p.To[n.Output].Address; a != p.payer() && !p.spends(a) {
			c.Link(Link{p.payer(), a, n.Signs, n.Against, p.Pos, p.Tx})
		}
	}
}

// spends reports whether an address is that of an input.
func (p *Payment) spends(a clew.Address) bool {
	for i := range p.From {
		if p.From[i].Address == a {
			return true
		}
	}
	return false
}
