package account

import (
	"context"

	"clew"
	"clew/cluster"
	"clew/ledger"
)

// A Lead says that somebody had to do with an address. It is never a union: each
// kind joins strangers, and victims with thieves.
type Lead struct {
	Sign     cluster.Sign   `json:"sign"`
	Of       clew.Address   `json:"of"`   // the address that it is about
	With     clew.Address   `json:"with"` // who had to do with it
	Says     string         `json:"says"`
	Transfer *clew.Transfer `json:"transfer,omitempty"` // the fact that it rests on: one of these three
	Act      *clew.Act      `json:"act,omitempty"`
	Approval *Approval      `json:"approval,omitempty"`
	Signed   *Signature     `json:"signed,omitempty"` // of an approval: that the spender is a key
}

// An Approval is a permission to move tokens, as logs give it.
type Approval struct {
	Owner    clew.Address `json:"owner"`
	Spender  clew.Address `json:"spender"`
	Contract clew.Address `json:"contract"` // of the token
	Pos      clew.Pos     `json:"pos"`
	Time     clew.Time    `json:"time,omitzero"`
	Tx       clew.TxID    `json:"tx,omitzero"`
	Source   string       `json:"source"` // that gave the log
}

// Leads returns what is held of who had to do with an address: who first paid
// its fees, opened its account, lent it resources, may sign for it, or was allowed
// to move its tokens. Approvals are given, for ledgers do not hold them.
func Leads(ctx context.Context, r ledger.Reader, a clew.Address, approvals []Approval) ([]Lead, error) {
	if a.Form() != clew.EVMForm && a.Form() != clew.TronForm {
		return nil, nil
	}
	var all []Lead
	for _, find := range []func() ([]Lead, error){
		func() ([]Lead, error) { return gasFunder(ctx, r, a) },
		func() ([]Lead, error) { return activation(ctx, r, a) },
		func() ([]Lead, error) { return energySponsors(ctx, r, a) },
		func() ([]Lead, error) { return permissionChanges(ctx, r, a) },
		func() ([]Lead, error) { return selfAuthorisations(ctx, r, a, approvals) },
	} {
		found, err := find()
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// maxLeadActs is how many acts of one kind on an address are read, from the first.
const maxLeadActs = 1024
