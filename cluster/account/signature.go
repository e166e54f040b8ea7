package account

import (
	"context"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
)

// A Signature is a transaction that the key of an address signed.
type Signature struct {
	Address clew.Address `json:"address"`
	Pos     clew.Pos     `json:"pos"`
	Tx      clew.TxID    `json:"tx,omitzero"`
	Time    clew.Time    `json:"time,omitzero"`
	Shown   string       `json:"shownBy"` // what shows it: that it paid the fee, spent a coin, or did an act
}

// Bounds of the search for a signature.
const (
	maxSignRows = 1 << 12 // payments of the coin that are read, from the first
	maxSignActs = 1 << 10 // acts
)

// FirstSignature returns the first transaction held that the key of an address
// signed; nil if none is.
//
// On account chains that is one whose fee it paid: contracts never do. On Tron,
// where resources take the place of fees, staking and permissions that it changed
// show it too; what comes after others were let sign does not. On Bitcoin and its
// kin it is one that spent an output of a key's hash. Elsewhere it is nil.
func FirstSignature(ctx context.Context, r ledger.Reader, a clew.Address) (*Signature, error) {
	switch {
	case a.Form() == clew.P2PKH, a.Form() == clew.P2WPKH:
		return signedBy(ctx, r, a, "it spent a coin", clew.LastPos, func(*ledger.Row) bool { return true })
	case a.Form() != clew.EVMForm && a.Form() != clew.TronForm:
		return nil, nil
	}
	var act *Signature
	until := clew.LastPos
	if a.Form() == clew.TronForm {
		var err error
		if act, until, err = signedAct(ctx, r, a); err != nil {
			return nil, err
		}
	}
	paid, err := signedBy(ctx, r, a, "it paid the fee", until, func(x *ledger.Row) bool { return x.Pos.Class == clew.Fee })
	if err != nil || act == nil || paid != nil && paid.Pos.Before(act.Pos) {
		return paid, err
	}
	return act, nil
}

// signedBy returns the first payment of the coin by an address, before a place,
// that shows a signature.
func signedBy(ctx context.Context, r ledger.Reader, a clew.Address, how string, until clew.Pos, shows func(*ledger.Row) bool) (*Signature, error) {
	const page = 256
	q := ledger.Query{Address: a, Side: ledger.Out, Asset: clew.NativeAsset(a.Chain()), Until: until, Limit: page}
	for range maxSignRows / page {
		rows, more, err := r.Rows(ctx, q, nil)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(rows, func(x ledger.Row) bool { return shows(&x) }); i >= 0 {
			t, err := r.Transfer(ctx, rows[i].Pos)
			return &Signature{Address: a, Pos: t.Pos, Tx: t.Tx, Time: t.Time, Shown: how}, err
		}
		if !more || len(rows) == 0 {
			return nil, nil
		}
		q = q.After(rows[len(rows)-1])
	}
	return nil, nil
}

// byContract begins the detail of acts that a contract did. Package tron writes it.
const byContract = "by a contract"

// signedAct returns the first act that shows the signature of an account of Tron,
// and the place from which on others may sign for it.
func signedAct(ctx context.Context, r ledger.Reader, a clew.Address) (first *Signature, until clew.Pos, err error) {
	kinds := []clew.ActKind{clew.Permission, clew.Activation, clew.Delegate, clew.Undelegate, clew.Stake, clew.Unstake, clew.Restake}
	acts, _, err := r.Acts(ctx, ledger.ActQuery{Address: a, Kinds: kinds, Limit: maxSignActs}, nil)
	if err != nil {
		return nil, until, err
	}
	until = clew.LastPos
	for i := range acts {
		x := &acts[i]
		if first == nil && x.By == a && !strings.HasPrefix(x.Detail, byContract) {
			first = &Signature{Address: a, Pos: x.Pos, Tx: x.Tx, Time: x.Time, Shown: string(x.Kind)}
		}
		if x.Kind == clew.Permission && x.On == a && !x.With.IsZero() {
			until = clew.Pos{Height: x.Pos.Height, Index: x.Pos.Index + 1} // that transaction it signed itself
			break
		}
	}
	return first, until, nil
}
