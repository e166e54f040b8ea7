package lead

import (
	"context"
	"slices"

	"clew"
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

// Bounds of the search for aid.
const (
	maxAidActs = 1024 // acts of one address that are read, from the first
	maxLenders = 3    // of one address that are told, the first
)

// NotAllAid is what is not looked up of aid, where blocks are not held whole.
const NotAllAid = "who opened accounts and lent energy or bandwidth is known of blocks that are held, and of explorers' lists of what an address sent and was sent; whether those have what others did about it was not checked"

// aids finds who opened an address's account and who first lent it resources.
// in are its first payments.
func (q *FundingQuery) aids(ctx context.Context, s ledger.Snapshot, a clew.Address, in []ledger.Row) ([]Aid, error) {
	if !a.Chain().IsTron() {
		return nil, nil
	}
	acts, _, err := s.Acts(ctx, ledger.ActQuery{Address: a, Kinds: []clew.ActKind{clew.Activation, clew.Delegate}, Limit: maxAidActs}, nil)
	if err != nil {
		return nil, err
	}
	var found []Aid
	var lenders []clew.Address
	opened := false
	for i := range acts {
		act := &acts[i]
		one := Aid{Of: a, By: act.By, Pos: act.Pos, Tx: act.Tx, Time: act.Time, Amount: act.Amount, Detail: act.Detail}
		switch {
		case act.Kind == clew.Activation && act.On == a && !opened:
			opened, one.Kind = true, OpenedAccount
		case act.Kind == clew.Delegate && act.With == a && len(lenders) < maxLenders && !slices.Contains(lenders, act.On):
			lenders = append(lenders, act.On)
			one.Kind, one.By = LentResources, act.On
		default:
			continue
		}
		found = append(found, one)
	}
	if !opened && len(in) > 0 {
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

// firstPayments returns the first payments of the coin to an address, from
// others.
func firstPayments(ctx context.Context, s ledger.Snapshot, a clew.Address) ([]ledger.Row, error) {
	in, _, err := s.Rows(ctx, ledger.Query{Address: a, Side: ledger.In, Asset: clew.NativeAsset(a.Chain()), Limit: firstRows}, nil)
	return slices.DeleteFunc(in, func(r ledger.Row) bool { return r.Amount.IsZero() || r.Peer == a || r.Pos.Class == clew.Fee }), err
}
