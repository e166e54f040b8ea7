package op

import (
	"context"

	"clew"
	"clew/report"
	"clew/trace"
)

// signatures returns the names by which Solana's users call transactions, from
// the answers that are kept; none on other chains.
func (e *Env) signatures(chain clew.Chain, of []clew.TxID) (report.Signatures, error) {
	if e.Explorers == nil || !chain.IsSolana() || len(of) == 0 {
		return nil, nil
	}
	archive, err := e.Explorers.Archive(chain)
	if err != nil {
		return nil, err
	}
	found, err := archive.Signatures(of)
	return report.Signatures(found), err
}

// transactionsOf lists the transactions of a trace.
func transactionsOf(r *trace.Result) []clew.TxID {
	var list []clew.TxID
	for i := range r.Uses {
		list = append(list, r.Uses[i].Transfer.Tx)
	}
	for i := range r.Places {
		for _, a := range r.Places[i].Arrivals {
			list = append(list, a.Tx)
		}
	}
	return list
}

// sign names the transactions that the answer about a chain lists beside those
// of its trace.
func (c *chainCase) sign(context.Context) error {
	var list []clew.TxID
	if c.out.Review != nil {
		for i := range c.out.Review.Proposed {
			list = append(list, c.out.Review.Proposed[i].Tx)
		}
	}
	if c.out.Funding != nil {
		for i := range c.out.Funding.Steps {
			list = append(list, c.out.Funding.Steps[i].Tx)
		}
	}
	for i := range c.out.Grants {
		list = append(list, c.out.Grants[i].Tx)
	}
	var err error
	c.out.Signatures, err = c.env.signatures(c.address.Chain(), list)
	return err
}
