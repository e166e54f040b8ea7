package trace

import (
	"slices"

	"clew"
	"clew/evm"
	"clew/launder"
)

// find looks for the swap by which a holder lost, or backward got, something. Any
// contract can log transfers of its own token between any addresses: where tokens of
// which nothing is said would decide, it is asked what the others net to.
func (w *walk) find(tx []clew.Transfer, holder clew.Address, held clew.Asset) *launder.Swap {
	s := w.findAmong(tx, holder)
	if s == nil || s.Refused == launder.NoRefusal && w.knowsAll(s.Assets()) || len(tx) > launder.MaxTransfers {
		return s
	}
	said := slices.DeleteFunc(slices.Clone(tx), func(t clew.Transfer) bool { return t.Asset != held && !w.knows(t.Asset) })
	if len(said) == len(tx) || len(said) == 0 {
		return s
	}
	other := w.findAmong(said, holder)
	if other == nil || other.Refused != launder.NoRefusal || slices.ContainsFunc(other.Recipients, func(a clew.Address) bool { return a != other.Payer && pays(tx, a) }) {
		return s // one that pays on a token of which nothing is said is no end of a swap
	}
	other.Note += "; transfers of tokens of which nothing is said are left out: any contract can log them"
	return other
}

func (w *walk) findAmong(tx []clew.Transfer, holder clew.Address) *launder.Swap {
	if w.backward {
		return launder.FindSwapFor(tx, holder)
	}
	return launder.FindSwap(tx, holder)
}

// knows reports whether it is known what an asset is: the coin, its wrapper, or a
// token of which a claim says what it is.
func (w *walk) knows(asset clew.Asset) bool {
	issuer := asset.Contract()
	return asset.IsNative() || !issuer.IsZero() && (issuer == evm.Wrapper(asset.Chain()) || w.tagged(issuer))
}

func (w *walk) knowsAll(assets []clew.Asset) bool {
	return !slices.ContainsFunc(assets, func(a clew.Asset) bool { return !w.knows(a) })
}

// pays reports whether an address pays anything by a transaction but a fee.
func pays(tx []clew.Transfer, a clew.Address) bool {
	return slices.ContainsFunc(tx, func(t clew.Transfer) bool {
		return t.Pos.Class < clew.Fee && len(t.From) == 1 && t.From[0].Address == a
	})
}

// believed reports whether what a swap leads to can be taken for something: it is
// known what it is, or it was exchanged where a claim says that value is, and where
// something known was paid by it.
func (w *walk) believed(s *launder.Swap, c *crossing, tx []clew.Transfer) bool {
	if w.knowsAll(c.farAssets()) {
		return true
	}
	paid := func(a clew.Address) bool {
		return slices.ContainsFunc(tx, func(t clew.Transfer) bool {
			return len(t.To) == 1 && t.To[0].Address == a && (t.Asset == c.near[0].asset || w.knows(t.Asset))
		})
	}
	return slices.ContainsFunc(s.Between, func(a clew.Address) bool {
		said := w.named(a)
		return said != nil && said.kind == Unconverted && paid(a)
	})
}
