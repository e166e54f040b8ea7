package launder

import (
	"slices"

	"clew"
	"clew/bridge"
)

// What anybody can do is not certain: who relays pays what he likes in the name of a
// deposit, and others may pay the same recipient in the same transaction. So a link
// is certain only where what moved is what the messages of both ends say.

// Why a link by contracts that are known is likely, and no more.
const (
	lessCame      = "much less came out than was to, so that more may follow, or it is another's that names it"
	moreCame      = "much more came out than was to, so that some of it is another's"
	moreThanSaid  = "much more came to the recipient than the release says"
	otherThanSaid = "it came in another asset than the release says"
	otherAsset    = "it came out in another asset than was named where it went in"
	anyAsset      = "the deposit does not say in what asset it is to come out, and whoever relays it chooses"
	mayBeAlike    = "another message of the same parties and amount may be among what is not held, for it came out long after"
)

// doubt says why a link whose ends are known is not certain; "" if it is.
func (l *Link) doubt(s *end, got []end, p *Protocol) string {
	for i := range got {
		if why := l.outs[i].unlike(&got[i]); why != "" {
			return why
		}
	}
	switch {
	case l.Refund:
		return l.doubtBack(s)
	case s.message.Protocol == thorchain:
		return l.doubtSwap(s)
	case s.message.Protocol == wormhole:
		return l.doubtEight(s)
	}
	named := s.namedAsset(l.OutChain)
	switch {
	case !named.IsZero() && slices.ContainsFunc(l.outs, func(o outflow) bool { return !alike(o.asset, named) }):
		return otherAsset
	case p.Relayed && named.IsZero() && slices.ContainsFunc(l.outs, func(o outflow) bool { return !o.asset.IsNative() && !alike(o.asset, clew.NativeAsset(l.OutChain)) }):
		return anyAsset
	}
	return l.doubtAmount(s, p, !named.IsZero())
}

// doubtAmount holds what came out against what was to, or where that is not said and
// both ends count the same units, against what went in.
func (l *Link) doubtAmount(s *end, p *Protocol, named bool) string {
	want := s.message.Amount
	if want.IsZero() || !named && !p.Level {
		want = s.act.Amount
		if !p.Level {
			return ""
		}
	}
	came := l.cameOut()
	switch {
	case want.IsZero():
		return ""
	case withTwentieth(want).Less(came):
		return moreCame
	case s.message.Amount.IsZero(): // after fees that are not said
		half, _ := want.MulDiv(clew.Units(1), clew.Units(2))
		if came.Less(half) {
			return lessCame
		}
	case came.Less(want.MinusOrZero(twentieth(want))):
		return lessCame
	}
	return ""
}

// doubtBack holds what was given back against what went in.
func (l *Link) doubtBack(s *end) string {
	if s.act.Amount.IsZero() || !alike(l.outs[0].asset, s.act.Asset) {
		return ""
	}
	switch came := l.cameOut(); {
	case withTwentieth(s.act.Amount).Less(came):
		return moreCame
	case came.Less(s.act.Amount.MinusOrZero(twentieth(s.act.Amount))):
		return lessCame
	}
	return ""
}

// doubtEight holds what came out against an amount of eight decimals at most: the
// token's own may be more, by up to ten.
func (l *Link) doubtEight(s *end) string {
	want, came := s.message.Amount, l.cameOut()
	if want.IsZero() {
		return ""
	}
	why := lessCame
	for range 11 {
		if !came.Less(want.MinusOrZero(twentieth(want))) && !withTwentieth(want).Less(came) {
			return ""
		}
		if want.Less(came) {
			why = moreCame
		}
		var fits bool
		if want, fits = want.MulDiv(clew.Units(10), clew.Units(1)); !fits {
			return why
		}
	}
	return why
}

// unlike says in what the transfers of a release differ from what it says; "" in
// nothing. What it does not say differs in nothing.
func (o *outflow) unlike(e *end) string {
	said := e.act.Amount
	switch {
	case e.whole || e.chain().IsBitcoin():
		return ""
	case !e.act.Asset.IsZero() && !alike(o.asset, e.act.Asset):
		return otherThanSaid
	case !said.IsZero() && withTwentieth(said).Less(o.amount):
		return moreThanSaid
	}
	return ""
}

// cameOut adds up what came out; what does not fit is the largest amount.
func (l *Link) cameOut() clew.Amount {
	var sum clew.Amount
	for i := range l.outs {
		var fits bool
		if sum, fits = sum.Add(l.outs[i].amount); !fits {
			return clew.MaxAmount
		}
	}
	return sum
}

// namedAsset returns the asset that a message says is to come out on a chain; none if
// it says none that is understood.
func (e *end) namedAsset(chain clew.Chain) clew.Asset {
	if e.message.To != chain || e.message.Asset == "" {
		return clew.Asset{}
	}
	contract, err := clew.ParseAddress(e.message.Asset, chain)
	if err != nil {
		return clew.Asset{}
	}
	return bridge.AssetOf(chain, contract)
}

// alike reports whether two assets are one, or a chain's coin and its wrapped form.
func alike(a, b clew.Asset) bool { return a == b || sameCoin(a, b) }
