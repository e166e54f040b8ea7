package cluster

import (
	"context"

	"clew"
	"clew/ledger"
)

// Limits bound how far clusters are grown. All must be set.
type Limits struct {
	Addresses    int // whose transactions are read
	Transactions int // that are looked at
	Degree       int // of one address on one side, from the first on
}

// A Growth is clusters as they were grown around some addresses from a ledger,
// and what is to be known of that.
type Growth struct {
	*Clusters
	AsOf   clew.BlockRef
	Vetoed []VetoedTransaction // in the order in which they were met
	Reading

	times map[clew.Pos]clew.Time // of the transactions that were looked at
}

// A Reading says how much was read, and what was not.
type Reading struct {
	Addresses      int            `json:"addresses"`                // whose transactions were read
	Transactions   int            `json:"transactions"`             // that were looked at
	Busy           []clew.Address `json:"busy,omitempty"`           // of which more transactions were not read
	AtAddresses    bool           `json:"atAddresses,omitempty"`    // the limit of addresses was reached
	AtTransactions bool           `json:"atTransactions,omitempty"` // the limit of transactions was reached
	Interrupted    bool           `json:"interrupted,omitempty"`
}

// A VetoedTransaction is one whose inputs were not linked.
type VetoedTransaction struct {
	Pos    clew.Pos       `json:"pos"`
	Tx     clew.TxID      `json:"tx"`
	Time   clew.Time      `json:"time"`
	Veto   Veto           `json:"veto"`
	Inputs []clew.Address `json:"inputs"` // each once
}

// Whole reports whether all evidence around the addresses was read.
func (r *Reading) Whole() bool {
	return !r.AtAddresses && !r.AtTransactions && !r.Interrupted && len(r.Busy) == 0
}

// Time returns when a transaction that was looked at happened.
func (g *Growth) Time(pos clew.Pos) clew.Time { return g.times[pos] }

// A grower is a growth under way.
type grower struct {
	*Growth
	ledger ledger.Snapshot
	forms  Forms
	limits Limits
	queue  []clew.Address
	met    map[clew.Address]bool
	looked map[clew.Pos][]clew.Address // transactions, with whom each holds together
	tell   func(addresses, transactions int)
}

// Grow reads the evidence around some addresses from a ledger of Bitcoin's kind:
// breadth first, over the transactions that spend or pay them and whoever those
// hold together, through evidence that a guard would set aside too. Where a limit
// was reached, clusters may be larger than what was grown, and what was set aside
// may be otherwise. forms and tell may be nil.
func Grow(ctx context.Context, s ledger.Snapshot, forms Forms, around []clew.Address, limits Limits, tell func(addresses, transactions int)) (*Growth, error) {
	g := grower{Growth: &Growth{Clusters: New(), AsOf: s.AsOf(), times: map[clew.Pos]clew.Time{}}, ledger: s, forms: forms, limits: limits,
		met: map[clew.Address]bool{}, looked: map[clew.Pos][]clew.Address{}, tell: tell}
	g.push(around)
	for ; len(g.queue) > 0 && !g.AtTransactions; g.queue = g.queue[1:] {
		if g.Addresses == limits.Addresses {
			g.AtAddresses = true
			break
		}
		g.Addresses++
		for _, side := range []ledger.Side{ledger.Out, ledger.In} {
			switch err := g.read(ctx, g.queue[0], side); {
			case ctx.Err() != nil:
				g.Interrupted = true
				return g.Growth, nil
			case err != nil:
				return nil, err
			}
		}
		if g.tell != nil {
			g.tell(g.Addresses, g.Transactions)
		}
	}
	return g.Growth, nil
}

func (g *grower) push(list []clew.Address) {
	for _, a := range list {
		if !g.met[a] {
			g.met[a] = true
			g.queue = append(g.queue, a)
		}
	}
}

// read looks at the transactions of an address on one side.
func (g *grower) read(ctx context.Context, a clew.Address, side ledger.Side) error {
	rows, more, err := g.ledger.Rows(ctx, ledger.Query{Address: a, Side: side, Limit: g.limits.Degree}, nil)
	if err != nil {
		return err
	}
	if n := len(g.Busy); more && (n == 0 || g.Busy[n-1] != a) {
		g.Busy = append(g.Busy, a)
	}
	for i := range rows {
		held, looked := g.looked[rows[i].Pos]
		if !looked {
			if g.Transactions == g.limits.Transactions {
				g.AtTransactions = true
				return nil
			}
			if held, err = g.look(ctx, rows[i].Pos); err != nil {
				return err
			}
			g.looked[rows[i].Pos] = held
		}
		for _, b := range held {
			if b == a {
				g.push(held)
				break
			}
		}
	}
	return nil
}

// look takes the links of a transaction, and returns whom they hold together.
func (g *grower) look(ctx context.Context, pos clew.Pos) ([]clew.Address, error) {
	t, err := g.ledger.Transfer(ctx, pos)
	if err != nil {
		return nil, err
	}
	g.Transactions++
	g.times[t.Pos] = t.Time
	inputs := inputsOf(&t)
	if veto := VetoOf(&t); veto != NoVeto {
		if len(inputs) > 1 {
			g.Vetoed = append(g.Vetoed, VetoedTransaction{t.Pos, t.Tx, t.Time, veto, inputs})
		}
		return nil, nil
	}
	p, err := Look(ctx, g.ledger, g.forms, &t)
	if err != nil {
		return nil, err
	}
	before := len(g.links)
	g.AddTransaction(&t)
	g.AddChange(p)
	held := inputs
	for i := before; i < len(g.links); i++ {
		if b := g.names.at(g.links[i].b); !p.spends(b) {
			held = append(held, b)
		}
	}
	return held, nil
}

// inputsOf returns the addresses of a transaction's inputs, each once.
func inputsOf(t *clew.Transfer) (list []clew.Address) {
	met := map[clew.Address]bool{}
	for i := range t.From {
		if a := t.From[i].Address; !a.IsZero() && !met[a] {
			met[a] = true
			list = append(list, a)
		}
	}
	return list
}
