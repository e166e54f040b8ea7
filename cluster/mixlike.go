package cluster

import "clew"

// A Veto says why the inputs of a transaction do not show one owner.
type Veto string

// The vetoes.
const (
	NoVeto       Veto = ""
	EqualOutputs Veto = "equal outputs"     // as where several people mix
	SpareInput   Veto = "an input to spare" // as where the one who is paid adds one
)

const (
	leastEqual  = 5000 // satoshis: smaller outputs are data or dust
	mostPayJoin = 3    // inputs
)

// VetoOf returns why the inputs of a Bitcoin transaction may be of several
// people. It errs on the side of vetoing: a cluster that lacks a member is
// smaller than it might be, one with a stranger in it is wrong.
//
// EqualOutputs: two outputs or more of one amount, to different scripts. It
// covers Whirlpool, Wasabi, JoinMarket and Stonewall. Known failure: one
// payer's equal payments to several people are vetoed too.
//
// SpareInput: two outputs, and the larger could have been paid without the
// smallest input; all scripts of one kind and few inputs, as the protocol has it
// (BIP 78). Known failure: wallets that consolidate while they pay look so; a
// PayJoin whose added input is worth more than the payer's change does not.
//
// Source: the CoinJoin rules that BlockSci, Dumplings and GraphSense have in
// common, loosened; the unnecessary-input heuristic of A. Ghesmati, A. Kern,
// A. Judmayer, N. Stifter and E. Weippl, "Unnecessary Input Heuristics and
// PayJoin Transactions" (2021).
func VetoOf(t *clew.Transfer) Veto {
	switch {
	case equalOutputs(t.To):
		return EqualOutputs
	case spareInput(t):
		return SpareInput
	}
	return NoVeto
}

// equalOutputs reports whether two scripts are paid one amount.
func equalOutputs(to []clew.Leg) bool {
	first := make(map[clew.Amount]clew.Address, len(to))
	for i := range to {
		l := &to[i]
		if l.Address.IsZero() || l.Amount.Less(clew.Units(leastEqual)) {
			continue
		}
		if other, ok := first[l.Amount]; ok && other != l.Address {
			return true
		}
		first[l.Amount] = l.Address
	}
	return false
}

// spareInput reports whether an input was not needed for the larger of two
// outputs.
func spareInput(t *clew.Transfer) bool {
	if len(t.From) < 2 || len(t.From) > mostPayJoin {
		return false
	}
	form := t.From[0].Address.Form()
	all, least := clew.Amount{}, t.From[0].Amount
	for i := range t.From {
		l := &t.From[i]
		if l.Unknown || l.Address.Form() != form {
			return false
		}
		all = all.Plus(l.Amount)
		if l.Amount.Less(least) {
			least = l.Amount
		}
	}
	outputs, largest, fee := 0, clew.Amount{}, clew.Amount{}
	for i := range t.To {
		switch l := &t.To[i]; {
		case l.Address.IsZero():
			fee = fee.Plus(l.Amount)
		case l.Address.Form() != form:
			return false
		default:
			if outputs++; largest.Less(l.Amount) {
				largest = l.Amount
			}
		}
	}
	needed := largest.Plus(fee)
	without := all.Minus(least)
	return outputs == 2 && without.Cmp(needed) >= 0
}
