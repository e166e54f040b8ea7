package launder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
)

// clockSkew is by how much a release may seem to be before its deposit: chains
// keep their own time.
const clockSkew = 3600

// follow fills in where what was sent came out.
func (f *BridgeFinder) follow(ctx context.Context, l *Link, s *end) error {
	all, cut, err := f.ends(ctx, s.key())
	switch {
	case err != nil:
		return err
	case cut:
		l.refuse(ManyActs)
		return nil
	case differ(append(trusted(ofKind(all, clew.BridgeSent)), *s)) && !isAlike(s):
		l.refuse(SeveralSources)
		return nil
	}
	if isAlike(s) && several(all) {
		if all = alikeRelease(s, all); len(all) == 0 {
			l.refuse(FarNotHeld)
			return nil
		}
	}
	got, why := releasesOf(s, all)
	if why == FarNotHeld {
		if got, err = f.targetByTx(ctx, s); err != nil {
			return err
		}
	}
	if got, err = f.asked(ctx, s, got); err != nil {
		return err
	}
	switch {
	case len(got) > 0:
		return f.release(ctx, l, s, got)
	case why == FarNotHeld && f.index.cut:
		why = ManyActs
	}
	l.refuse(why)
	return nil
}

// releasesOf returns by which of all ends of an identifier a deposit may have come
// out, or why by none.
func releasesOf(s *end, all []end) ([]end, Refusal) {
	got := ofKind(all, clew.BridgeReceived)
	if s.message.Protocol != thorchain { // whose routers pay out for anybody
		got = trusted(got)
	}
	got = placed(s, got)
	got = slices.DeleteFunc(got, func(e end) bool { return e.act.Time.Known() && s.act.Time.Known() && e.act.Time+clockSkew < s.act.Time })
	if len(got) == 0 {
		return nil, FarNotHeld
	}
	got = ofAsset(s, slices.DeleteFunc(got, func(e end) bool { return !agrees(s, &e) }))
	p, _ := ProtocolOf(s.message.Protocol)
	switch {
	case len(got) == 0:
		return nil, Differs
	case s.message.Protocol == arbitrum: // a ticket is redeemed by the last that tries
		return got[len(got)-1:], NoRefusal
	case len(got) > 1 && !p.Parts:
		return nil, SeveralReleases
	}
	return got, NoRefusal
}

// agrees reports whether a release is for whom the deposit names, or gives it back.
// Where either names nobody that is understood, nothing speaks against it.
func agrees(s, e *end) bool {
	named, err := clew.ParseAddress(s.message.Recipient, e.chain())
	switch {
	case e.chain() == s.chain():
		return e.act.On == s.act.On || e.act.On == s.act.By || e.act.On == e.act.With || err == nil && named == e.act.On
	case err != nil || e.act.On == e.act.With:
		return true
	}
	return named == e.act.On
}

// sure reports whether an end is one that only the protocol can have made: its
// contract is known, or it is a payment in THORChain's or Maya's name to whom the
// deposit names, which nobody gains by feigning.
func sure(s, e *end) bool {
	if e.message.Protocol != thorchain {
		return e.known()
	}
	named, err := clew.ParseAddress(s.message.Recipient, e.chain())
	return err == nil && named == e.act.On || e.chain() == s.chain() && (e.act.On == s.act.On || e.act.On == s.act.By)
}

// take adds what one release gave.
func (l *Link) take(e *end, out outflow) {
	for _, at := range out.at {
		if !slices.Contains(l.Out, at) {
			l.Out = append(l.Out, at)
		}
	}
	for _, a := range out.recipients {
		if !slices.Contains(l.Recipients, a) {
			l.Recipients = append(l.Recipients, a)
		}
	}
	if !slices.Contains(l.OutTxs, e.tx()) {
		l.OutTxs = append(l.OutTxs, e.tx())
	}
	l.OutChain = e.chain()
	l.outs = append(l.outs, out)
}

// settle says how sure a link is, and on what it rests.
func (l *Link) settle(s *end, got []end, moved bool, alike string) {
	slices.SortFunc(l.Out, clew.Pos.Cmp)
	p, _ := ProtocolOf(l.Protocol)
	known := s.known() && !slices.ContainsFunc(got, func(e end) bool { return !sure(s, &e) })
	l.Refund = l.OutChain == l.InChain && (l.Protocol != thorchain || l.outs[0].asset == l.inAsset) // it swaps on one chain too
	l.Certainty = Likely
	words := "not all that name it are contracts known to be the protocol's, but value moved by them"
	if !known && !moved {
		l.refuse(UnknownBridge)
		return
	}
	if known {
		words = cmp.Or(alike, l.doubt(s, got, &p))
	}
	if known && words == "" {
		l.Certainty, words = Certain, "both are logged by contracts that are known to be the protocol's"
		switch {
		case l.Protocol == thorchain:
			words = "a known router took it in, it came to whom its memo names, and what came is worth about what went in"
		case isAlike(s):
			words += ", and what names it is what both say: whichever of the same words it was, it came to the same recipient"
		}
	}
	verb := "came out"
	if l.Refund {
		verb = "was given back"
	}
	l.Note = fmt.Sprintf("%s: what went in by transaction %s %s by %s, which name message %s of %s; %s", l.Certainty, l.InTx, verb, txWords(l.OutTxs), l.Identifier, p.Title, words)
	if len(l.Back) > 0 {
		l.Note += fmt.Sprintf("; of what went in, %s was given back on the same chain", l.returned.amount)
	}
	if n := len(l.OutTxs); n > 1 {
		l.Note += "; more parts may follow than are held"
	}
}

func txWords(ids []clew.TxID) string {
	words := "transaction " + ids[0].String()
	if n := len(ids) - 1; n > 0 {
		words += fmt.Sprintf(" and %d more", n)
	}
	return words
}

// oneAsset reports whether all that came out is of one asset.
func (l *Link) oneAsset() bool {
	return !slices.ContainsFunc(l.outs, func(o outflow) bool { return o.asset != l.outs[0].asset })
}

// recipientOf returns whom a release is for: whom it names, else whom the deposit
// names.
func recipientOf(s, e *end) clew.Address {
	if e.act.On != e.act.With {
		return e.act.On
	}
	a, err := clew.ParseAddress(s.message.Recipient, e.chain())
	if err != nil || a.Chain() != e.chain() {
		return clew.Address{}
	}
	return a
}

// An outflow are the transfers by which one release gave what it gave.
type outflow struct {
	at         []clew.Pos
	asset      clew.Asset
	amount     clew.Amount // all of it; what does not fit is the largest
	payers     []clew.Address
	recipients []clew.Address
}

// by reports whether a contract paid it, or made it.
func (o *outflow) by(contract clew.Address) bool {
	return slices.Contains(o.payers, contract) || o.asset.Contract() == contract
}

// leaving returns the transfers of a transaction by which a release gave its
// recipient what it says; none if they are not among those held, or not to be told
// from others.
func leaving(tx []clew.Transfer, e *end, recipient clew.Address) outflow {
	if tx[0].Asset.Chain().IsBitcoin() {
		o := outflow{at: []clew.Pos{tx[0].Pos}, asset: tx[0].Asset, recipients: []clew.Address{e.act.On}}
		for _, leg := range tx[0].To {
			if leg.Address == e.act.On {
				o.add(leg.Amount)
			}
		}
		return o
	}
	var rows []*clew.Transfer
	for i := range tx {
		if t := &tx[i]; counts(t) && t.To[0].Address == recipient {
			rows = append(rows, t)
		}
	}
	exact := slices.DeleteFunc(slices.Clone(rows), func(t *clew.Transfer) bool { return t.Amount() != e.act.Amount })
	same := func(t *clew.Transfer) bool { return t.Asset != e.act.Asset }
	switch {
	case e.act.Amount.IsZero():
	case len(slices.DeleteFunc(slices.Clone(exact), same)) > 0:
		rows = []*clew.Transfer{nearest(slices.DeleteFunc(exact, same), e)}
	case len(exact) > 0:
		rows = []*clew.Transfer{nearest(exact, e)}
	}
	if len(rows) > 1 && slices.ContainsFunc(rows, func(t *clew.Transfer) bool { return t.Asset == e.act.Asset }) {
		rows = slices.DeleteFunc(rows, same)
	}
	if own := slices.DeleteFunc(slices.Clone(rows), func(t *clew.Transfer) bool { return !paidOrMadeBy(t, e.act.With) }); e.act.Amount.IsZero() && len(own) > 0 {
		rows = own // others may pay the same recipient in the same transaction
	}
	return flowOf(rows)
}

// paidOrMadeBy reports whether a contract paid something, or it was made.
func paidOrMadeBy(t *clew.Transfer, contract clew.Address) bool {
	from := t.From[0].Address
	return from == contract || from.IsIssuer() && !t.Asset.IsNative()
}

// add counts more of what came.
func (o *outflow) add(a clew.Amount) {
	var fits bool
	if o.amount, fits = o.amount.Add(a); !fits {
		o.amount = clew.MaxAmount
	}
}

// flowOf puts transfers together, unless they are of several assets.
func flowOf(rows []*clew.Transfer) outflow {
	var o outflow
	for _, t := range rows {
		if t.Asset != rows[0].Asset {
			return outflow{}
		}
		o.at, o.asset, o.payers = append(o.at, t.Pos), t.Asset, append(o.payers, t.From[0].Address)
		o.recipients = []clew.Address{t.To[0].Address}
		o.add(t.Amount())
	}
	return o
}

// nearest returns the transfer that stands nearest to where an end is logged.
func nearest(rows []*clew.Transfer, e *end) *clew.Transfer {
	distance := func(t *clew.Transfer) int64 {
		if t.Pos.Class != e.act.Pos.Class {
			return 1 << 40
		}
		return max(int64(t.Pos.Ordinal)-int64(e.act.Pos.Ordinal), int64(e.act.Pos.Ordinal)-int64(t.Pos.Ordinal))
	}
	return slices.MinFunc(rows, func(s, t *clew.Transfer) int { return int(min(max(distance(s)-distance(t), -1), 1)) })
}

// targetByTx returns the release that a deposit names by its transaction.
func (f *BridgeFinder) targetByTx(ctx context.Context, s *end) ([]end, error) {
	text, names := strings.CutPrefix(s.message.ID, arbitrumDeposit)
	if s.message.Protocol != zksync && (s.message.Protocol != arbitrum || !names) {
		return nil, nil
	}
	id, err := clew.ParseTxID(strings.TrimPrefix(text, "0x"))
	r := f.reader(s.message.To)
	if err != nil || r == nil {
		return nil, nil
	}
	tx, err := r.Transaction(ctx, id)
	if errors.Is(err, clew.ErrNotFound) || err == nil && len(tx) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	recipient, err := clew.ParseAddress(s.message.Recipient, r.Chain())
	if err != nil {
		return nil, nil
	}
	e := wholeEnd(&tx[0], s.key(), clew.BridgeReceived)
	e.act.On, e.act.Asset, e.act.Amount = recipient, clew.Asset{}, s.act.Amount
	if !s.message.Amount.IsZero() {
		e.act.Amount = s.message.Amount
	}
	return []end{e}, nil
}

// Protocols whose messages name transactions at the other end.
const (
	zksync          = "zksync"
	wormhole        = "wormhole"
	arbitrum        = "arbitrum"
	arbitrumDeposit = "deposit-"
)

// gotUnsaid adds the releases of which no act of this transaction tells: a deposit
// names it, or another transaction does, in which a ticket is redeemed.
func (f *BridgeFinder) gotUnsaid(ctx context.Context, ends []end, tx []clew.Transfer) ([]end, error) {
	if tx[0].Tx.IsZero() || !tx[0].Asset.Chain().IsEVM() {
		return ends, nil
	}
	for _, k := range []endKey{{zksync, tx[0].Tx.String()}, {arbitrum, arbitrumDeposit + tx[0].Tx.String()}} {
		sources, _, err := f.ends(ctx, k)
		if err != nil {
			return nil, err
		}
		if len(sources) == 0 {
			continue
		}
		got, err := f.targetByTx(ctx, &sources[0])
		if err != nil {
			return nil, err
		}
		ends = append(ends, got...)
	}
	redeemed, _, err := f.endsAt(ctx, byTx(arbitrum, tx[0].Tx), func(e *end) bool {
		return e.kind == clew.BridgeReceived && e.message.Tx == tx[0].Tx && e.chain() == tx[0].Asset.Chain()
	})
	return append(ends, redeemed...), err
}

// together makes one link of those that share the transfers by which they were
// paid for: of one payment that crosses by several messages to the same place. What
// contracts say that are not known is left out beside what one says that is.
func together(links []*Link) []*Link {
	var list []*Link
	for _, l := range links {
		i := slices.IndexFunc(list, func(m *Link) bool {
			return slices.ContainsFunc(m.In, func(p clew.Pos) bool { return slices.Contains(l.In, p) })
		})
		switch {
		case i < 0:
			list = append(list, l)
		case list[i].trusted && !l.trusted: // anybody may log more beside it
		case l.trusted && !list[i].trusted:
			list[i] = l
		default:
			list[i].join(l)
		}
	}
	return list
}

// join takes in what another link of the same payment gave.
func (l *Link) join(m *Link) {
	switch {
	case l.Refused != NoRefusal && m.Refused != NoRefusal:
	case l.Refused != NoRefusal || m.Refused != NoRefusal, len(l.Back)+len(m.Back) > 0, l.OutChain != m.OutChain, l.outs[0].asset != m.outs[0].asset:
		l.refuse(SeveralLinks)
	default:
		for _, at := range m.Out {
			if !slices.Contains(l.Out, at) {
				l.Out = append(l.Out, at)
			}
		}
		slices.SortFunc(l.Out, clew.Pos.Cmp)
		for _, a := range m.Recipients {
			if !slices.Contains(l.Recipients, a) {
				l.Recipients = append(l.Recipients, a)
			}
		}
		l.OutTxs = append(l.OutTxs, m.OutTxs...)
		if m.Certainty != Certain {
			l.Certainty = m.Certainty
		}
		l.Note += "; and " + m.Note
	}
}
