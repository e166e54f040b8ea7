package launder

import (
	"slices"

	"clew"
	"clew/evm"
)

// gotByOthers finds who got something for what a payer paid who got nothing
// itself. What went in stays with the market: those who have more of one asset
// and less of another, and whoever gave them that. What the market has less of
// came out, to those who only gained.
func (b *books) gotByOthers(s *Swap, paid []clew.Asset) []clew.Asset {
	market := b.market(s.Payer, paid)
	if len(market) == 0 {
		return b.gotInOwn(s, paid)
	}
	total := &books{parties: map[clew.Address]map[clew.Asset]side{}, fits: true}
	for a := range market {
		for asset, own := range b.parties[a] {
			total.add(clew.Address{}, asset, own)
		}
	}
	if !total.fits {
		s.refuse(TooMuch)
		return paid
	}
	for _, asset := range paid {
		paidNet := b.sum(b.entering(s.Payer, asset)).MinusOrZero(b.parties[s.Payer][asset].in)
		if kept := total.parties[clew.Address{}][asset].gained(); !small(paidNet.MinusOrZero(kept), paidNet) {
			return nil // most of it was paid on
		}
	}
	var got []clew.Asset
	for _, asset := range total.lost(clew.Address{}) {
		own := total.parties[clew.Address{}][asset]
		if slices.Contains(paid, asset) || small(own.lost(), own.in) {
			continue
		}
		recipients := b.recipients(s.Payer, market, asset)
		if len(recipients) == 0 && b.unwrapsUnseen(asset) {
			s.refuse(CoinsNotHeld)
			return paid
		}
		if len(recipients) > 0 {
			got, s.Recipients = append(got, asset), append(s.Recipients, recipients...)
		}
	}
	if len(got) > 0 && b.othersReach(s, market) {
		s.refuse(SeveralPayers)
	}
	return got
}

// market returns those that exchange what the payer paid: they gained it, or
// something that another of them gave for it, or had it destroyed, and gave
// something up.
func (b *books) market(payer clew.Address, paid []clew.Asset) map[clew.Address]bool {
	market, assets := map[clew.Address]bool{}, map[clew.Asset]bool{}
	for _, asset := range paid {
		assets[asset] = true
	}
	for grown := true; grown; {
		grown = false
		for a := range b.parties {
			if a == payer || market[a] || len(b.lost(a)) == 0 {
				continue
			}
			if !slices.ContainsFunc(b.gained(a), func(asset clew.Asset) bool { return assets[asset] }) && !b.destroysAny(a, assets) {
				continue
			}
			market[a], grown = true, true
			for _, asset := range b.lost(a) {
				assets[asset] = true
			}
		}
	}
	return market
}

// recipients returns who has more of an asset and less of nothing, in the order
// in which they were paid.
func (b *books) recipients(payer clew.Address, market map[clew.Address]bool, asset clew.Asset) []clew.Address {
	var list []clew.Address
	for i := range b.rows {
		to := b.rows[i].To[0].Address
		a := party(to, asset)
		if b.rows[i].Asset != asset || nobody(to) || a == payer || market[a] || slices.Contains(list, to) {
			continue
		}
		if !b.parties[a][asset].gained().IsZero() && len(b.lost(a)) == 0 && !b.conduit(a) {
			list = append(list, to)
		}
	}
	return list
}

// unwrapsUnseen reports whether an asset is the coin's wrapper, which was destroyed
// while no coin is seen to leave its contract.
func (b *books) unwrapsUnseen(asset clew.Asset) bool {
	wrapper := asset.Contract()
	return !wrapper.IsZero() && wrapper == evm.Wrapper(asset.Chain()) &&
		!b.parties[wrapper][asset].gained().IsZero() && b.parties[wrapper][clew.NativeAsset(asset.Chain())].out.IsZero()
}

// othersReach reports whether what somebody else paid can have come to the same
// recipients, by the ways of the transaction.
func (b *books) othersReach(s *Swap, market map[clew.Address]bool) bool {
	ways := map[clew.Address][]clew.Address{}
	for _, t := range b.rows {
		from := party(t.From[0].Address, t.Asset)
		ways[from] = append(ways[from], party(t.To[0].Address, t.Asset))
	}
	for _, a := range b.names() {
		if a == s.Payer || market[a] || b.conduit(a) || len(b.lost(a)) == 0 || b.sender == s.Payer && !b.parts(a) {
			continue
		}
		for _, r := range s.Recipients {
			if leads(ways, a, r) {
				return true
			}
		}
	}
	return false
}

// leads reports whether transfers lead from one party to another.
func leads(ways map[clew.Address][]clew.Address, from, to clew.Address) bool {
	seen, next := map[clew.Address]bool{from: true}, []clew.Address{from}
	for len(next) > 0 {
		a := next[len(next)-1]
		next = next[:len(next)-1]
		if a == to {
			return true
		}
		for _, b := range ways[a] {
			if !seen[b] {
				seen[b] = true
				next = append(next, b)
			}
		}
	}
	return false
}
