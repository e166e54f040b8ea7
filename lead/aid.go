package lead

import (
	"context"
	"slices"

	"clew"
	"clew/cluster/account"
	"clew/ledger"
	"clew/tag"
)

// An AidKind is something that others did for an address and that spared it the
// chain's coin. On Tron it takes the place of a first payment of gas.
type AidKind string

// The kinds of aid.
const (
	OpenedAccount AidKind = "opened the account"
	FirstCoin     AidKind = "sent it the first coin, which opens an account"
	LentResources AidKind = "lent it energy or bandwidth"
)

// An Aid is a lead: who did it need not know whoever uses the address, for
// energy is let to anybody.
type Aid struct {
	Kind   AidKind      `json:"kind"`
	Of     clew.Address `json:"of"` // the address that had it
	By     clew.Address `json:"by"`
	Pos    clew.Pos     `json:"pos"`
	Tx     clew.TxID    `json:"tx,omitzero"`
	Time   clew.Time    `json:"time,omitzero"`
	Amount clew.Amount  `json:"amount,omitzero"` // of the coin: sent, or staked for what is lent
	Detail string       `json:"detail,omitempty"`
	Said   *tag.Tag     `json:"said,omitempty"` // of By
}

// NotAllAid is what is not looked up of aid, where blocks are not held whole.
const NotAllAid = "who opened accounts and lent energy or bandwidth is known of blocks that are held, and of explorers' lists of what an address sent and was sent; whether those have what others did about it was not checked"

// aids finds who opened an address's account and who first lent it resources.
// in are its first payments.
func (q *FundingQuery) aids(ctx context.Context, s ledger.Snapshot, a clew.Address, in []ledger.Row) ([]Aid, error) {
	if !a.Chain().IsTron() {
		return nil, nil
	}
	var found []Aid
	act, err := account.Opened(ctx, s, a)
	if err != nil {
		return nil, err
	}
	if act != nil {
		found = append(found, aidOf(OpenedAccount, a, act.By, act))
	}
	loans, err := account.Lenders(ctx, s, a)
	if err != nil {
		return nil, err
	}
	for i := range loans {
		found = append(found, aidOf(LentResources, a, loans[i].On, &loans[i]))
	}
	if act == nil && len(in) > 0 {
		t, err := s.Transfer(ctx, in[0].Pos)
		if err != nil {
			return nil, err
		}
		first := Aid{Kind: FirstCoin, Of: a, By: in[0].Peer, Pos: t.Pos, Tx: t.Tx, Time: t.Time, Amount: in[0].Amount}
		found = slices.Insert(found, 0, first)
	}
	for i := range found {
		if q.Namer != nil && !found[i].By.IsZero() {
			_, found[i].Said = q.Namer.Stop(found[i].By)
		}
	}
	return found, nil
}

// aidOf returns what an act says that somebody did for an address.
func aidOf(kind AidKind, of, by clew.Address, act *clew.Act) Aid {
	return Aid{Kind: kind, Of: of, By: by, Pos: act.Pos, Tx: act.Tx, Time: act.Time, Amount: act.Amount, Detail: act.Detail}
}
