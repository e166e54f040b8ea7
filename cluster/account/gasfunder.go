package account

import (
	"context"
	"slices"

	"clew"
	"clew/cluster"
	"clew/ledger"
)

// A FirstGas is the payment by which an address came to the coin that paid its
// first fee, as far as that can be told.
type FirstGas struct {
	Transfer clew.Transfer
	From     clew.Address
	Amount   clew.Amount
	Sender   clew.Address // of the transaction, where it is not From: a contract was paid to pass it on
	Earlier  int          // payments before it that did not cover the first fee: dust, maybe
	Fee      clew.Amount  // the address's first fee; zero: none is held
}

// firstRows is how many payments from the beginning are looked at.
const firstRows = 64

// FirstPayments returns the first payments of the coin to an address, from
// others.
func FirstPayments(ctx context.Context, r ledger.Reader, a clew.Address) ([]ledger.Row, error) {
	in, _, err := r.Rows(ctx, ledger.Query{Address: a, Side: ledger.In, Asset: clew.NativeAsset(a.Chain()), Limit: firstRows}, nil)
	return slices.DeleteFunc(in, func(r ledger.Row) bool { return r.Amount.IsZero() || r.Peer == a || r.Pos.Class == clew.Fee }), err
}

// FindFirstGas returns the first payment of the coin to an address of an account
// chain that could pay its first fee by itself; if there is none, the first of
// all; nil if none is held. In are its first payments.
func FindFirstGas(ctx context.Context, r ledger.Reader, a clew.Address, in []ledger.Row) (*FirstGas, error) {
	out, _, err := r.Rows(ctx, ledger.Query{Address: a, Side: ledger.Out, Asset: clew.NativeAsset(a.Chain()), Limit: firstRows}, nil)
	if err != nil {
		return nil, err
	}
	g := &FirstGas{}
	until := clew.LastPos
	if fee := slices.IndexFunc(out, func(r ledger.Row) bool { return r.Pos.Class == clew.Fee && !r.Amount.IsZero() }); fee >= 0 {
		until, g.Fee = out[fee].Pos, feeOf(out, out[fee].Pos)
	}
	in = slices.DeleteFunc(slices.Clone(in), func(r ledger.Row) bool { return !r.Pos.Before(until) })
	if len(in) == 0 {
		return nil, nil
	}
	at := max(slices.IndexFunc(in, func(r ledger.Row) bool { return !r.Amount.Less(g.Fee) }), 0)
	if g.Transfer, err = r.Transfer(ctx, in[at].Pos); err != nil {
		return nil, err
	}
	g.From, g.Amount, g.Earlier = in[at].Peer, in[at].Amount, at
	sender, err := FeePayer(ctx, r, g.Transfer.Tx)
	if err == nil && !g.Transfer.Tx.IsZero() && sender != g.From {
		g.Sender = sender
	}
	return g, err
}

// feeOf adds up the parts of one transaction's fee.
func feeOf(out []ledger.Row, pos clew.Pos) clew.Amount {
	var sum clew.Amount
	for i := range out {
		if p := out[i].Pos; p.Class == clew.Fee && p.Height == pos.Height && p.Index == pos.Index {
			sum, _ = sum.Add(out[i].Amount)
		}
	}
	return sum
}

// gasFunder says who first paid for an address's fees.
func gasFunder(ctx context.Context, r ledger.Reader, a clew.Address) ([]Lead, error) {
	in, err := FirstPayments(ctx, r, a)
	if err != nil {
		return nil, err
	}
	g, err := FindFirstGas(ctx, r, a, in)
	if err != nil || g == nil || g.From.IsZero() || g.From.IsIssuer() {
		return nil, err
	}
	says := "first sent it the coin that pays fees"
	if !g.Sender.IsZero() {
		says += ", in a transaction that " + g.Sender.Text() + " sent"
	}
	return []Lead{{Sign: cluster.GasFunder, Of: a, With: g.From, Says: says, Transfer: &g.Transfer}}, nil
}
