package launder

import (
	"slices"

	"clew"
)

// gotInOwn finds who got something for what a payer paid where no one address both
// takes the one and gives the other: shares of a pool that another contract issues,
// or what a vault pays for shares that are destroyed. That they belong together is
// told by this alone, that the payer had the transaction made, for it pays the fee,
// paid one address, and nobody else gave anything up in it.
func (b *books) gotInOwn(s *Swap, paid []clew.Asset) []clew.Asset {
	if b.sender != s.Payer || !b.paysOne(s.Payer) {
		return nil
	}
	destroyed := map[clew.Asset]bool{}
	for _, asset := range paid {
		destroyed[asset] = b.destroys(s.Payer, asset)
	}
	for _, a := range b.names() {
		if a != s.Payer && b.parts(a) && !destroyed[paid[0]] {
			return nil // it may have paid for it
		}
	}
	var got []clew.Asset
	for _, t := range b.rows {
		if slices.Contains(paid, t.Asset) || slices.Contains(got, t.Asset) {
			continue
		}
		if recipients := b.recipients(s.Payer, nil, t.Asset); len(recipients) > 0 {
			got, s.Recipients = append(got, t.Asset), append(s.Recipients, recipients...)
		}
	}
	return got
}

// paysOne reports whether all that a party pays goes to one address, or is destroyed.
func (b *books) paysOne(payer clew.Address) bool {
	var to []clew.Address
	for i := range b.rows {
		if t := &b.rows[i]; t.From[0].Address == payer && !slices.Contains(to, t.To[0].Address) {
			to = append(to, t.To[0].Address)
		}
	}
	return len(to) == 1
}

// parts reports whether a party gives something up and has nothing for it, unless it
// issues it.
func (b *books) parts(a clew.Address) bool {
	return len(b.gained(a)) == 0 && !b.conduit(a) && slices.ContainsFunc(b.lost(a), func(asset clew.Asset) bool { return asset.Contract() != a })
}

// destroysAny reports whether a party has one of some assets destroyed that it was
// paid.
func (b *books) destroysAny(a clew.Address, assets map[clew.Asset]bool) bool {
	for asset, own := range b.parties[a] {
		if assets[asset] && !own.in.IsZero() && asset.Contract() != a && b.destroys(a, asset) {
			return true
		}
	}
	return false
}

// destroys reports whether a party gives an asset to nobody, or to a contract that
// does.
func (b *books) destroys(a clew.Address, asset clew.Asset) bool {
	return slices.ContainsFunc(b.rows, func(t clew.Transfer) bool { return t.Asset == asset && t.From[0].Address == a && destroyed(b, &t) })
}
