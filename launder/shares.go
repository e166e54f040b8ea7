package launder

import (
	"fmt"
	"slices"
	"strings"

	"clew"
)

// sharesOf works out a swap of several assets for a token that is issued for them,
// or of such a token, which is destroyed, for several: into the shares of a pool, or
// out of them. What each of the assets is worth of the whole is not known: each is
// taken for as much as every other one, as a pool of constant product takes them. A
// pool of other weights, or one that takes any mixture, is then marked in another
// part of its shares than it should be; what that stands for is carried whole.
// Where some of what went in came back, or the token was not made or destroyed for
// it, nothing is crossed, nor where several got what came out.
func (b *books) sharesOf(s *Swap, paid, got []clew.Asset, why Refusal) *Swap {
	if len(paid) > 1 && len(got) > 1 || len(paid)+len(got) > maxShared {
		return s.refuse(why)
	}
	one, who := paid[0], s.Payer
	if len(s.Recipients) > 0 {
		who = s.Recipients[0]
	}
	several := slices.ContainsFunc(s.Recipients, func(a clew.Address) bool { return a != who })
	issued := func(t *clew.Transfer) bool { return t.To[0].Address == who && nobody(t.From[0].Address) }
	if len(paid) > 1 {
		one = got[0]
	} else {
		issued = func(t *clew.Transfer) bool { return t.From[0].Address == s.Payer && destroyed(b, t) }
	}
	shares := b.positions(func(t *clew.Transfer) bool { return t.Asset == one && issued(t) })
	back := b.positions(func(t *clew.Transfer) bool { return t.To[0].Address == s.Payer && slices.Contains(paid, t.Asset) })
	if one.IsNative() || len(shares) == 0 || len(back) > 0 || several {
		return s.refuse(why)
	}
	s.Paid, s.Got, s.Recipients = paid[0], got[0], []clew.Address{who}
	if len(paid) > 1 {
		s.SeveralPaid = paid
	} else {
		s.SeveralGot = got
	}
	var in, out []clew.Pos
	for _, asset := range paid {
		in = append(in, b.entering(s.Payer, asset)...)
	}
	for _, asset := range got {
		out = append(out, b.positions(func(t *clew.Transfer) bool { return t.Asset == asset && t.To[0].Address == who })...)
	}
	slices.SortFunc(in, clew.Pos.Cmp)
	slices.SortFunc(out, clew.Pos.Cmp)
	s.Entering, s.Certainty, s.Between = in, Likely, b.between(s)
	s.Conversion = clew.Conversion{ID: SwapID(clew.Swap, s.Tx), Kind: clew.Swap, In: in, Out: out, InChain: paid[0].Chain(), OutChain: got[0].Chain(), Basis: clew.Inferred, By: NetBalanceChange}
	s.Note = fmt.Sprintf("%s: within transaction %s, %s paid %s and %s; each of several assets is taken for as much of the whole as every other one, as in a pool of constant product",
		s.Certainty, s.Tx, s.Payer.Text(), b.listed(s.Payer, paid, side.lost), s.gotWords()+b.listed(who, got, side.gained))
	return s
}

// gotWords says who got it.
func (s *Swap) gotWords() string {
	if s.Recipients[0] == s.Payer {
		return "got "
	}
	return s.Recipients[0].Text() + " got "
}

// Assets returns all that went in or came out.
func (s *Swap) Assets() []clew.Asset {
	if s.Refused != NoRefusal {
		return nil
	}
	return append(s.PaidAssets(), s.GotAssets()...)
}

// PaidAssets returns what went in.
func (s *Swap) PaidAssets() []clew.Asset {
	if len(s.SeveralPaid) > 0 {
		return slices.Clone(s.SeveralPaid)
	}
	return []clew.Asset{s.Paid}
}

// GotAssets returns what came out.
func (s *Swap) GotAssets() []clew.Asset {
	if len(s.SeveralGot) > 0 {
		return s.SeveralGot
	}
	return []clew.Asset{s.Got}
}

// maxShared bounds how many assets a pool's shares stand for.
const maxShared = 9

func nobody(a clew.Address) bool { return a.IsZero() || a.IsIssuer() }

// destroyed reports whether a transfer destroys a token, or gives it to a contract
// that does.
func destroyed(b *books, t *clew.Transfer) bool {
	to := t.To[0].Address
	return nobody(to) || slices.ContainsFunc(b.rows, func(o clew.Transfer) bool {
		return o.Asset == t.Asset && o.From[0].Address == to && nobody(o.To[0].Address) && o.Amount() == t.Amount()
	})
}

// listed says what a party has more or less of, in words.
func (b *books) listed(a clew.Address, assets []clew.Asset, of func(side) clew.Amount) string {
	var words []string
	for _, asset := range assets {
		words = append(words, of(b.parties[a][asset]).String()+" of "+asset.String())
	}
	return strings.Join(words, " and ")
}
