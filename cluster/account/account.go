// Package account looks for signs of common control on account chains: EVM
// chains and Tron. What each sign assumes and how it errs stands in package
// cluster.
//
// It finds unions (deposit addresses that are used again), the same key on
// several chains, and leads. A lead says that two addresses had to do with each
// other, and whom to ask; it never joins them. Nothing here is a claim: that an
// address is inferred to be a deposit address makes no tag of it.
package account

import (
	"context"
	"errors"

	"clew"
	"clew/ledger"
	"clew/tag"
)

// A Namer says what is claimed of an address.
type Namer interface {
	// Stop returns why a walk ends at an address, and the claim that says so.
	Stop(a clew.Address) (tag.Stop, *tag.Tag)

	// At returns the tags of an address, best evidence first.
	At(a clew.Address) []tag.Tag
}

// FeePayer returns who paid a transaction's fee; nobody if that is not held.
func FeePayer(ctx context.Context, r ledger.Reader, tx clew.TxID) (clew.Address, error) {
	if tx.IsZero() {
		return clew.Address{}, nil
	}
	transfers, err := r.Transaction(ctx, tx)
	if err != nil && !errors.Is(err, clew.ErrNotFound) {
		return clew.Address{}, err
	}
	for i := range transfers {
		if t := &transfers[i]; t.Pos.Class == clew.Fee && len(t.From) == 1 {
			return t.From[0].Address, nil
		}
	}
	return clew.Address{}, nil
}

// paidFee reports whether an address paid the fee of the transaction at a place,
// and so signed it.
func paidFee(ctx context.Context, r ledger.Reader, a clew.Address, at clew.Pos) (bool, error) {
	q := ledger.Query{Address: a, Side: ledger.Out, Asset: clew.NativeAsset(a.Chain()), Limit: 1,
		From: clew.Pos{Height: at.Height, Index: at.Index, Class: clew.Fee}, Until: clew.Pos{Height: at.Height, Index: at.Index, Class: clew.BlockLevel}}
	rows, _, err := r.Rows(ctx, q, nil)
	return len(rows) > 0, err
}
