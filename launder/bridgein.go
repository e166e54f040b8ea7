package launder

import (
	"context"
	"errors"
	"slices"
	"strings"

	"clew"
	"clew/evm"
)

// entering works out by which transfers an address paid into the bridges of a
// transaction.
type entering struct {
	tx    []clew.Transfer
	payer clew.Address
	books *books
	sends []end
}

func newEntering(tx []clew.Transfer, payer clew.Address, sends []end) *entering {
	return &entering{tx: tx, payer: payer, books: keepBooks(tx), sends: sends}
}

// link returns the near side of a link; nil if what was sent is somebody else's.
func (n *entering) link(s *end) *Link {
	l := n.refused(s, NoRefusal)
	if s.chain().IsBitcoin() {
		if !slices.ContainsFunc(n.tx[0].From, func(leg clew.Leg) bool { return leg.Address == n.payer }) {
			return nil
		}
		l.In, l.inAsset, l.inAmount, l.moved = []clew.Pos{n.tx[0].Pos}, n.tx[0].Asset, paidOn(&n.tx[0]), true
		return l
	}
	if !n.books.fits {
		return l.refuse(TooMuch)
	}
	if own := n.straight(s); len(own) > 0 {
		l.In, l.inAsset, l.inAmount, l.moved = own, n.assetAtPos(own[0]), s.act.Amount, true
		return l
	}
	if len(n.books.lost(n.payer)) == 0 || n.isAnothers(s) {
		return nil
	}
	asset, why := n.assetOf(s)
	if why != NoRefusal {
		return l.refuse(why)
	}
	l.In, l.inAsset = n.books.entering(n.payer, asset), asset
	l.inAmount = n.books.sum(l.In)
	l.moved = s.act.With.IsZero() || slices.ContainsFunc(n.books.rows, func(t clew.Transfer) bool {
		return t.To[0].Address == s.act.With || t.Asset.Contract() == s.act.With && t.To[0].Address.IsIssuer()
	})
	switch paid := n.books.sum(l.In); {
	case len(l.In) == 0:
		return l.refuse(NoTransfers)
	case s.act.On != n.payer && s.act.By != n.payer && n.others(s, asset):
		return l.refuse(SeveralPayers)
	case n.comparable(s, asset) && n.sentOf(s, asset).Less(paid.MinusOrZero(twentieth(paid))):
		return l.refuse(PartOnly)
	}
	return l
}

// paidOn adds up what a transaction pays others than those who put into it.
func paidOn(t *clew.Transfer) clew.Amount {
	var o outflow
	for _, to := range t.To {
		if !slices.ContainsFunc(t.From, func(from clew.Leg) bool { return from.Address == to.Address }) {
			o.add(to.Amount)
		}
	}
	return o.amount
}

// refused returns a link of which nothing more is looked for.
func (n *entering) refused(s *end, why Refusal) *Link {
	l := newLink(s.key())
	l.InTx, l.Payer, l.InChain, l.OutChain, l.trusted, l.Refused = n.tx[0].Tx, n.payer, s.chain(), s.message.To, s.known(), why
	return l
}

// isAnothers reports whether what was sent was paid by somebody else: by whom the
// bridge names, if that is who gave the asset that it names, for a depositor can be
// named who gave nothing; or by another who gave that asset where the payer did not.
func (n *entering) isAnothers(s *end) bool {
	named := func(a clew.Address) bool {
		return slices.ContainsFunc(n.books.lost(a), func(asset clew.Asset) bool { return asset == s.act.Asset || sameCoin(asset, s.act.Asset) })
	}
	other := func(a clew.Address) bool { return a != n.payer && a != s.act.With && !n.books.conduit(a) }
	switch {
	case s.act.Asset.IsZero():
		return other(s.act.On) && len(n.books.lost(s.act.On)) > 0
	case named(n.payer):
		return other(s.act.On) && named(s.act.On)
	}
	return slices.ContainsFunc(n.books.names(), func(a clew.Address) bool {
		return other(a) && named(a) && len(n.books.gained(a)) == 0
	})
}

// twentieth is how much of what is paid may be kept for a fee.
func twentieth(a clew.Amount) clew.Amount {
	part, _ := a.MulDiv(clew.Units(1), clew.Units(20))
	return part
}

// assetOf returns which of the assets that the payer has less of went into the
// bridge: that which the bridge names, or its wrapped form; else the only one, but
// for what is paid in the chain's coin for the message.
func (n *entering) assetOf(s *end) (clew.Asset, Refusal) {
	lost := n.books.lost(n.payer)
	for _, asset := range lost {
		if asset == s.act.Asset {
			return asset, NoRefusal
		}
	}
	for _, asset := range lost {
		if sameCoin(asset, s.act.Asset) {
			return asset, NoRefusal
		}
	}
	if !s.act.Amount.IsZero() {
		for _, asset := range lost {
			if n.books.sum(n.books.entering(n.payer, asset)) == s.act.Amount {
				return asset, NoRefusal
			}
		}
	}
	if tokens := slices.DeleteFunc(slices.Clone(lost), clew.Asset.IsNative); len(tokens) > 0 {
		lost = tokens
	}
	if len(lost) != 1 {
		return clew.Asset{}, SeveralIn
	}
	return lost[0], NoRefusal
}

// sameCoin reports whether one asset is the chain's coin and the other its wrapped
// form.
func sameCoin(a, b clew.Asset) bool {
	if a.IsZero() || b.IsZero() || a.Chain() != b.Chain() || a.IsNative() == b.IsNative() {
		return false
	}
	wrapper := evm.Wrapper(a.Chain())
	return !wrapper.IsZero() && (a.Contract() == wrapper || b.Contract() == wrapper)
}

// comparable reports whether the amount that the bridge names counts the same
// units as what was paid.
func (n *entering) comparable(s *end, asset clew.Asset) bool {
	return !s.act.Amount.IsZero() && (s.act.Asset == asset || sameCoin(s.act.Asset, asset))
}

// sentOf adds up what the transaction sends of an asset: a payment may be sent in
// parts.
func (n *entering) sentOf(s *end, asset clew.Asset) clew.Amount {
	var sum clew.Amount
	for i := range n.sends {
		if o := &n.sends[i]; n.comparable(o, asset) && o.act.On == s.act.On && o.known() == s.known() {
			var fits bool
			if sum, fits = sum.Add(o.act.Amount); !fits {
				return clew.MaxAmount
			}
		}
	}
	return sum
}

// others reports whether somebody else of the transaction only paid, and so may be
// who it was for: of the asset that the bridge names, where it was that.
func (n *entering) others(s *end, asset clew.Asset) bool {
	return slices.ContainsFunc(n.books.names(), func(a clew.Address) bool {
		lost := n.books.lost(a)
		if n.comparable(s, asset) {
			lost = slices.DeleteFunc(lost, func(x clew.Asset) bool { return x != asset && !sameCoin(x, asset) })
		}
		return a != n.payer && a != asset.Contract() && len(lost) > 0 && len(n.books.gained(a)) == 0 && !n.books.conduit(a)
	})
}

// payersOf returns who may have paid what an end says was sent: whom it names, who
// sent the transaction, or who else lost something in it.
func payersOf(s *end, tx []clew.Transfer) []clew.Address {
	if len(tx) == 0 {
		return nil
	}
	if s.chain().IsBitcoin() {
		return []clew.Address{tx[0].From[0].Address}
	}
	b := keepBooks(tx)
	payers := slices.DeleteFunc(b.names(), func(a clew.Address) bool {
		return a.IsZero() || len(b.lost(a)) == 0 || len(b.gained(a)) > 0
	})
	for _, a := range []clew.Address{s.act.By, s.act.On} {
		if !a.IsZero() && len(b.lost(a)) > 0 && !b.conduit(a) {
			payers = append([]clew.Address{a}, payers...)
		}
	}
	payers = payers[:min(len(payers), maxPayers)]
	for i := range tx { // last, who gave it to the bridge for them
		if t := &tx[i]; counts(t) && t.To[0].Address == s.act.With && !slices.Contains(payers, t.From[0].Address) {
			return append(payers, t.From[0].Address)
		}
	}
	return payers
}

// sent returns what a transaction sends, each identifier once: several contracts
// may log the same message, and one that is known is taken before others.
func sent(ends []end) []end {
	var sends []end
	for _, e := range ends {
		if e.kind != clew.BridgeSent {
			continue
		}
		i := slices.IndexFunc(sends, func(o end) bool { return o.key() == e.key() })
		switch {
		case i < 0:
			sends = append(sends, e)
		case !sends[i].known() && e.known():
			sends[i] = e
		}
	}
	return sends
}

// sentUnsaid adds a payment to Avalanche's bridge, of which on the paying chain
// nothing tells but that the other end names it.
func (f *BridgeFinder) sentUnsaid(ctx context.Context, tx []clew.Transfer, sends []end) ([]end, error) {
	chain := tx[0].Asset.Chain()
	key := endKey{avalancheBridge, tx[0].Tx.String()}
	if len(sends) > 0 || tx[0].Tx.IsZero() || f.reader(clew.Avalanche) == nil || chain != clew.Ethereum && chain != clew.Bitcoin {
		return sends, nil
	}
	far, _, err := f.ends(ctx, key)
	if err != nil || len(far) == 0 {
		return sends, err
	}
	for i := range tx {
		to := tx[i].To[0].Address
		if chain.IsBitcoin() || isBridge(avalancheBridge, to) {
			return append(sends, wholeEnd(&tx[i], key, clew.BridgeSent)), nil
		}
	}
	return sends, nil
}

const avalancheBridge = "avalanche"

// wholeEnd is an end of which no act tells: the transfer is.
func wholeEnd(t *clew.Transfer, k endKey, kind clew.ActKind) end {
	e := end{kind: kind, whole: true, message: clew.Message{Protocol: k.protocol, ID: k.id}}
	e.act = clew.Act{Pos: t.Pos, Time: t.Time, Tx: t.Tx, Kind: kind, On: t.From[0].Address, By: t.From[0].Address, Asset: t.Asset, Amount: t.Amount()}
	if kind == clew.BridgeReceived {
		e.act.On, e.act.By = t.To[0].Address, clew.Address{}
	}
	if t.Asset.Chain().IsBitcoin() {
		e.act.Amount = clew.Amount{}
	}
	return e
}

// sourceByTx returns the deposit that an end names by its transaction, where the
// other chain logs nothing of it.
func (f *BridgeFinder) sourceByTx(ctx context.Context, e *end) ([]end, error) {
	if e.message.Protocol != avalancheBridge && e.message.Protocol != thorchain {
		return nil, nil
	}
	id, err := clew.ParseTxID(strings.TrimPrefix(e.message.ID, "0x"))
	if err != nil {
		return nil, nil
	}
	for _, r := range f.readers {
		if r.Chain() == e.chain() && e.message.Protocol == avalancheBridge {
			continue
		}
		tx, err := r.Transaction(ctx, id)
		if errors.Is(err, clew.ErrNotFound) || err == nil && len(tx) == 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return []end{wholeEnd(&tx[0], e.key(), clew.BridgeSent)}, nil
	}
	return nil, nil
}
