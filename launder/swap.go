package launder

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/evm"
)

// NetBalanceChange is the method's name, as it stands in inferences.
const NetBalanceChange = "net balance change"

// MaxTransfers bounds how many transfers of one transaction are looked at.
const MaxTransfers = 1 << 12

// maxPayers bounds of how many payers the swaps are looked at for one recipient.
const maxPayers = 64

// A Swap says that in one transaction an address paid one asset and it, or
// somebody else, got another for it: an inference from what each address of the
// transaction has less or more of afterwards, whatever the contracts between.
//
// It fails where a contract gives back a trifle, or a token of its own making,
// for what it keeps: nothing here knows what assets are worth. It takes a loan
// against what was paid in for a sale.
type Swap struct {
	clew.Conversion // In and Out are empty where Refused

	Tx         clew.TxID
	Payer      clew.Address
	Recipients []clew.Address // in the order in which they were paid
	Paid, Got  clew.Asset
	PaidNet    clew.Amount // less what came back; of several assets, not added up
	GotAll     clew.Amount

	// Of a pool's shares, all assets that went in, or came out, where they are
	// several: Paid or Got is the first of them.
	SeveralPaid, SeveralGot []clew.Asset

	// Back are transfers by which some of what went in came back to the payer,
	// unchanged, after all had gone in.
	Back []clew.Pos

	// Between are the addresses other than payer and recipients that took part:
	// pools, routers, issuers.
	Between []clew.Address

	Certainty Certainty
	Refused   Refusal    // "": it can be crossed
	Entering  []clew.Pos // of a refused one, the transfers by which the payer paid
}

// A Refusal is why a transaction that looks like a swap is not crossed.
type Refusal string

// The refusals. The list only grows.
const (
	NoRefusal     Refusal = ""
	TooLarge      Refusal = "its transaction has too many transfers to be looked through"
	TooMuch       Refusal = "its amounts add up to more than can be counted"
	SeveralIn     Refusal = "several assets went in, and what share each had needs prices"
	SeveralOut    Refusal = "several assets came out, and what share each has needs prices"
	SeveralPayers Refusal = "several addresses paid, and the transaction does not tell which of them it was for"
	PaidBefore    Refusal = "the payer got some of what it paid within the same transaction, as from a loan"
	BackEarly     Refusal = "some came back before all had gone in"
	CoinsNotHeld  Refusal = "it was turned into the chain's coin, and to whom that came is not held: internal transfers are missing"
)

// FindSwap looks whether the transfers of one transaction, or those of them that
// are held, net to a swap in which the payer gave something up. It returns nil
// if they do not: nothing but payments, or the payer has no less than before, as
// of a loan paid back. What it returns may be refused.
func FindSwap(tx []clew.Transfer, payer clew.Address) *Swap {
	if len(tx) > MaxTransfers {
		return &Swap{Tx: tx[0].Tx, Payer: payer, Refused: TooLarge}
	}
	return keepBooks(tx).swapOf(payer)
}

// FindSwapFor looks for the swap by which the recipient got something: its own,
// or the only one that paid it.
func FindSwapFor(tx []clew.Transfer, recipient clew.Address) *Swap {
	if len(tx) > MaxTransfers {
		return &Swap{Tx: tx[0].Tx, Payer: recipient, Refused: TooLarge}
	}
	b := keepBooks(tx)
	if own := b.swapOf(recipient); own != nil {
		return own
	}
	var found *Swap
	payers := slices.DeleteFunc(b.names(), func(a clew.Address) bool {
		return a == recipient || len(b.gained(a)) > 0 || len(b.lost(a)) == 0
	})
	for _, a := range payers[:min(len(payers), maxPayers)] {
		s := b.swapOf(a)
		switch {
		case s == nil || !slices.Contains(s.Recipients, recipient):
		case found != nil:
			found.refuse(SeveralPayers)
		default:
			found = s
		}
	}
	if found != nil && len(payers) > maxPayers {
		found.refuse(SeveralPayers)
	}
	return found
}

// swapOf returns the swap of a payer.
func (b *books) swapOf(payer clew.Address) *Swap {
	if payer.IsZero() || len(b.lost(payer)) == 0 {
		return nil
	}
	s := &Swap{Tx: b.rows[0].Tx, Payer: payer}
	if !b.fits {
		return s.refuse(TooMuch)
	}
	paid := b.paidAway(payer)
	if len(paid) == 0 {
		return nil
	}
	got, gained := b.gained(payer), true
	if len(got) == 0 {
		if got, gained = b.gotByOthers(s, paid), false; len(got) == 0 {
			return nil
		}
	}
	for _, asset := range paid {
		s.Entering = append(s.Entering, b.entering(payer, asset)...)
	}
	switch {
	case s.Refused != NoRefusal:
		return s
	case len(paid) > 1:
		return b.sharesOf(s, paid, got, SeveralIn)
	case len(got) > 1:
		return b.sharesOf(s, paid, got, SeveralOut)
	}
	s.Paid, s.Got = paid[0], got[0]
	if gained {
		s.Recipients = append([]clew.Address{payer}, b.alsoPaid(s)...)
	}
	return b.fill(s)
}

// SwapID returns the name of a conversion that a transaction makes.
func SwapID(kind clew.ConversionKind, tx clew.TxID) string {
	return fmt.Sprintf("%s-%s", kind, strings.TrimPrefix(tx.String(), "0x")[:12])
}

func (s *Swap) refuse(why Refusal) *Swap {
	s.Refused, s.In, s.Out, s.Back = why, nil, nil, nil
	return s
}

// paidAway returns the assets that a payer has less of, but for those that it
// only paid to addresses where they stay, if another went further.
func (b *books) paidAway(payer clew.Address) []clew.Asset {
	lost := b.lost(payer)
	further := slices.DeleteFunc(slices.Clone(lost), func(asset clew.Asset) bool {
		_, goes := b.paidBy(payer, asset)
		return len(goes) == 0
	})
	if len(further) == 0 {
		return lost
	}
	return further
}

// entering returns the transfers by which a payer's asset goes into a swap: not
// those to addresses where it stays, if others go further.
func (b *books) entering(payer clew.Address, asset clew.Asset) []clew.Pos {
	all, further := b.paidBy(payer, asset)
	if len(further) == 0 {
		return all
	}
	return further
}

// paidBy returns the transfers by which an address pays an asset, and those of
// them whose recipients pay something in the same transaction.
func (b *books) paidBy(payer clew.Address, asset clew.Asset) (all, further []clew.Pos) {
	for i := range b.rows {
		t := &b.rows[i]
		if t.Asset != asset || t.From[0].Address != payer {
			continue
		}
		all = append(all, t.Pos)
		if b.pays(party(t.To[0].Address, asset)) {
			further = append(further, t.Pos)
		}
	}
	return all, further
}

// positions returns where the transfers are that are wanted.
func (b *books) positions(wanted func(*clew.Transfer) bool) []clew.Pos {
	var list []clew.Pos
	for i := range b.rows {
		if wanted(&b.rows[i]) {
			list = append(list, b.rows[i].Pos)
		}
	}
	return list
}

// alsoPaid returns who got some of what the payer got, from whoever paid it, and
// pays nothing: as those do who take a fee. With other payers in the transaction
// it may be theirs, and nobody is named.
func (b *books) alsoPaid(s *Swap) []clew.Address {
	var from, also []clew.Address
	for _, t := range b.rows {
		if t.Asset == s.Got && t.To[0].Address == s.Payer {
			from = append(from, party(t.From[0].Address, t.Asset))
		}
	}
	for _, a := range b.names() {
		if a != s.Payer && len(b.lost(a)) > 0 && !b.gives(a, s.Got) {
			return nil
		}
	}
	for _, t := range b.rows {
		to := t.To[0].Address
		if t.Asset == s.Got && to != s.Payer && slices.Contains(from, party(t.From[0].Address, t.Asset)) && !b.pays(party(to, t.Asset)) && !slices.Contains(also, to) {
			also = append(also, to)
		}
	}
	return also
}

// gives reports whether a party has something for what it gave up: it exchanges
// and does not pay. One that only parts with an asset does so too, for of a pool
// whose other side is not held no more is seen.
func (b *books) gives(a clew.Address, asset clew.Asset) bool {
	lost := b.lost(a)
	return len(b.gained(a)) > 0 || len(lost) == 1 && lost[0] == asset
}

// fill works out the transfers of a swap of one asset for one other.
func (b *books) fill(s *Swap) *Swap {
	in := b.entering(s.Payer, s.Paid)
	back := b.positions(func(t *clew.Transfer) bool { return t.Asset == s.Paid && t.To[0].Address == s.Payer })
	out := b.positions(func(t *clew.Transfer) bool {
		return t.Asset == s.Got && slices.Contains(s.Recipients, t.To[0].Address) && party(t.From[0].Address, t.Asset) != s.Payer
	})
	switch {
	case len(in) == 0 || len(out) == 0:
		return nil
	case len(back) > 0 && back[0].Before(in[0]):
		return s.refuse(PaidBefore)
	case len(back) > 0 && back[0].Before(in[len(in)-1]):
		return s.refuse(BackEarly)
	}
	went, came := b.sum(in), b.sum(back)
	if !came.Less(went) {
		return nil
	}
	s.PaidNet, s.GotAll = went.Minus(came), b.sum(out)
	if s.GotAll == clew.MaxAmount {
		return s.refuse(TooMuch)
	}
	s.Back, s.Entering = back, in
	s.Conversion = clew.Conversion{Kind: clew.Swap, In: in, Out: out, InChain: s.Paid.Chain(), OutChain: s.Got.Chain(),
		Basis: clew.Inferred, By: NetBalanceChange}
	s.Certainty = Likely
	b.wrapping(s)
	s.Between = b.between(s)
	s.Note = b.evidence(s)
	s.ID = SwapID(s.Kind, s.Tx)
	return s
}

// wrapping tells the wrapping of a chain's own coin, one for one by its
// contract, from a swap.
func (b *books) wrapping(s *Swap) {
	wrapper := evm.Wrapper(s.Paid.Chain())
	token := s.Got
	if s.Got.IsNative() {
		token = s.Paid
	}
	if wrapper.IsZero() || token.Contract() != wrapper || !s.Paid.IsNative() && !s.Got.IsNative() || s.PaidNet != s.GotAll {
		return
	}
	s.Kind, s.Certainty = clew.Wrap, Certain
}

// sum adds up transfers; what does not fit is the largest amount.
func (b *books) sum(at []clew.Pos) clew.Amount {
	var sum clew.Amount
	for i := range b.rows {
		if _, found := slices.BinarySearchFunc(at, b.rows[i].Pos, clew.Pos.Cmp); !found {
			continue
		}
		var fits bool
		if sum, fits = sum.Add(b.rows[i].Amount()); !fits {
			return clew.MaxAmount
		}
	}
	return sum
}

func (b *books) between(s *Swap) []clew.Address {
	return slices.DeleteFunc(b.names(), func(a clew.Address) bool {
		return a.IsZero() || a == s.Payer || slices.Contains(s.Recipients, a)
	})
}

// evidence says what the inference rests on.
func (b *books) evidence(s *Swap) string {
	var note strings.Builder
	fmt.Fprintf(&note, "%s: within transaction %s, %s paid %s of %s net", s.Certainty, b.rows[0].Tx, s.Payer.Text(), s.PaidNet, s.Paid)
	if s.Recipients[0] == s.Payer && len(s.Recipients) == 1 {
		fmt.Fprintf(&note, " and got %s of %s", s.GotAll, s.Got)
	} else {
		fmt.Fprintf(&note, ", and %s of %s came to %s", s.GotAll, s.Got, s.Recipients[0].Text())
		if n := len(s.Recipients) - 1; n > 0 {
			fmt.Fprintf(&note, " and %d more", n)
		}
	}
	if s.Kind == clew.Wrap {
		note.WriteString("; the wrapper gives one for one")
	}
	return note.String()
}
