package cluster

import "clew"

// CoSpend is the sign that inputs of one transaction have one owner. [VetoOf]
// looks for transactions where they do not.
const CoSpend Sign = "common-input"

var commonInput = Heuristic{
	ID:         string(CoSpend),
	Name:       "inputs of one transaction",
	Assumption: "Who signs one input holds the keys of all.",
	Failure:    "CoinJoins and PayJoins that the veto does not know; services that sign for many customers, whose cluster is the service's; keys that were sold or published.",
	Source:     "S. Nakamoto, \"Bitcoin: A Peer-to-Peer Electronic Cash System\" (2008), section 10; S. Meiklejohn and others, \"A Fistful of Bitcoins\" (2013)",
	Measured:   measured[CoSpend],
}

// AddTransaction takes the links that a Bitcoin transaction gives: of its first
// input's address with each other's. A transaction that is vetoed is counted
// instead, and links none. Inputs that are not known say nothing.
func (c *Clusters) AddTransaction(t *clew.Transfer) {
	var first clew.Address
	var veto *Veto
	for i := range t.From {
		a := t.From[i].Address
		switch {
		case a.IsZero() || a == first:
			continue
		case first.IsZero():
			first = a
			continue
		case veto == nil:
			v := VetoOf(t)
			if veto = &v; v != NoVeto {
				c.vetoed[v]++
				return
			}
		}
		c.Link(Link{first, a, []Sign{CoSpend}, nil, t.Pos, t.Tx})
	}
}

// Vetoed returns how many transactions with several inputs' addresses were not
// taken, for a reason.
func (c *Clusters) Vetoed(v Veto) uint64 { return c.vetoed[v] }
