package launder

import (
	"cmp"
	"slices"
	"strings"

	"clew"
)

// A side is what a party of a transaction paid and got of one asset.
type side struct{ out, in clew.Amount }

// lost and gained return what is left when both are set off.
func (s side) lost() clew.Amount   { return s.out.MinusOrZero(s.in) }
func (s side) gained() clew.Amount { return s.in.MinusOrZero(s.out) }

// books are the balance changes of one transaction: what each address paid and
// got of each asset. Who issues a token pays it, and who destroys it is paid: the
// token's contract.
type books struct {
	parties map[clew.Address]map[clew.Asset]side
	rows    []clew.Transfer // that count
	sender  clew.Address    // who pays the transaction's fee; nobody: it is not held
	fits    bool            // every sum fits 256 bits
}

// party returns whose books a leg changes.
func party(a clew.Address, asset clew.Asset) clew.Address {
	if a.IsZero() || a.IsIssuer() {
		return asset.Contract()
	}
	return a
}

// counts reports whether a transfer changes balances: fees are paid for the
// transaction and not in it, items have no units, and what is paid to oneself
// moves nothing.
func counts(t *clew.Transfer) bool {
	return t.Pos.Class < clew.Fee && t.Asset.IsFungible() && t.Aggregate == nil && len(t.From) == 1 && len(t.To) == 1 &&
		!t.From[0].Unknown && !t.Amount().IsZero() && t.From[0].Address != t.To[0].Address
}

// keepBooks adds up the transfers of one transaction.
func keepBooks(tx []clew.Transfer) *books {
	b := &books{parties: map[clew.Address]map[clew.Asset]side{}, fits: true}
	for i := range tx {
		t := &tx[i]
		if t.Pos.Class == clew.Fee && b.sender.IsZero() && len(t.From) == 1 {
			b.sender = t.From[0].Address
		}
		if !counts(t) {
			continue
		}
		b.rows = append(b.rows, *t)
		b.add(party(t.From[0].Address, t.Asset), t.Asset, side{out: t.Amount()})
		b.add(party(t.To[0].Address, t.Asset), t.Asset, side{in: t.Amount()})
	}
	slices.SortFunc(b.rows, func(s, t clew.Transfer) int { return s.Pos.Cmp(t.Pos) })
	return b
}

func (b *books) add(a clew.Address, asset clew.Asset, more side) {
	if b.parties[a] == nil {
		b.parties[a] = map[clew.Asset]side{}
	}
	s := b.parties[a][asset]
	out, outFits := s.out.Add(more.out)
	in, inFits := s.in.Add(more.in)
	b.fits = b.fits && outFits && inFits
	b.parties[a][asset] = side{out, in}
}

// lost and gained return the assets of which a party has less, or more, than
// before, in order of their names.
func (b *books) lost(a clew.Address) []clew.Asset {
	return b.assets(a, func(s side) bool { return !s.lost().IsZero() })
}

func (b *books) gained(a clew.Address) []clew.Asset {
	return b.assets(a, func(s side) bool { return !s.gained().IsZero() })
}

func (b *books) assets(a clew.Address, wanted func(side) bool) []clew.Asset {
	var list []clew.Asset
	for asset, s := range b.parties[a] {
		if wanted(s) {
			list = append(list, asset)
		}
	}
	slices.SortFunc(list, func(x, y clew.Asset) int { return strings.Compare(x.String(), y.String()) })
	return list
}

// pays reports whether a party pays anything at all: one that does not is where
// a payment ends.
func (b *books) pays(a clew.Address) bool {
	for _, s := range b.parties[a] {
		if !s.out.IsZero() {
			return true
		}
	}
	return false
}

// conduit reports whether a party nets to nothing: of no asset does more than
// one in twenty stay with it, or come from it, of what went through. Set off in
// each asset, this needs no prices.
func (b *books) conduit(a clew.Address) bool {
	for _, s := range b.parties[a] {
		if !small(s.gained().Plus(s.lost()), s.in.Min(s.out)) {
			return false
		}
	}
	return true
}

// small reports whether an amount is at most a twentieth of what went through.
func small(amount, through clew.Amount) bool {
	twentieth, _ := through.MulDiv(clew.Units(1), clew.Units(20))
	return amount.Cmp(twentieth) <= 0
}

// names returns the parties in order.
func (b *books) names() []clew.Address {
	list := make([]clew.Address, 0, len(b.parties))
	for a := range b.parties {
		list = append(list, a)
	}
	slices.SortFunc(list, func(x, y clew.Address) int { return cmp.Compare(x.String(), y.String()) })
	return list
}
