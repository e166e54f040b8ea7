package account

import (
	"context"

	"clew"
	"clew/cluster"
	"clew/ledger"
)

// mostSpenders is how many spenders of approvals are looked at.
const mostSpenders = 64

// selfAuthorisations says which keys were allowed to move an address's tokens. A
// spender is a key if a signature of it is held; others may be contracts, and
// approvals to those say nothing.
func selfAuthorisations(ctx context.Context, r ledger.Reader, a clew.Address, approvals []Approval) ([]Lead, error) {
	looked := map[clew.Address]bool{}
	var leads []Lead
	for i := range approvals {
		x := &approvals[i]
		if x.Owner != a || x.Spender == a || looked[x.Spender] || len(looked) == mostSpenders {
			continue
		}
		looked[x.Spender] = true
		s, err := FirstSignature(ctx, r, x.Spender)
		if err != nil {
			return nil, err
		}
		if s != nil {
			leads = append(leads, Lead{Sign: cluster.SelfAuthorisation, Of: a, With: x.Spender, Says: "is a key that was allowed to move its tokens", Approval: x, Signed: s})
		}
	}
	return leads, nil
}
