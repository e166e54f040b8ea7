package launder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/bridge"
	"clew/ledger"
)

// A BridgeReader is what a finder of bridges needs of what is held of one chain:
// a [ledger.Snapshot] is one.
type BridgeReader interface {
	Chain() clew.Chain
	Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) (acts []clew.Act, more bool, err error)
	Transaction(ctx context.Context, id clew.TxID) ([]clew.Transfer, error)
}

// A BridgeFinder finds both ends of crossings by the identifiers that bridges
// log at both. It reads the acts of all chains once, when it first needs them, and
// keeps 48 bytes of each that a bridge logged; of a chain with more than a million
// such acts, those beyond are not found, and what they would have answered is
// refused with [ManyActs]. It is not safe for concurrent use.
type BridgeFinder struct {
	readers []BridgeReader // in order of their chains' names
	index   bridgeIndex
}

// NewBridgeFinder returns a finder over what is held of several chains, each
// given once.
func NewBridgeFinder(readers ...BridgeReader) *BridgeFinder {
	f := &BridgeFinder{readers: slices.Clone(readers), index: bridgeIndex{read: map[clew.Chain]bool{}, most: maxBridgeActs}}
	slices.SortFunc(f.readers, func(a, b BridgeReader) int { return cmp.Compare(a.Chain(), b.Chain()) })
	return f
}

func (f *BridgeFinder) reader(chain clew.Chain) BridgeReader {
	for _, r := range f.readers {
		if r.Chain() == chain {
			return r
		}
	}
	return nil
}

// Forward returns what became of what an address paid into bridges by a
// transaction of which all transfers are given: one link for each message, which
// may be refused; none if the transaction sends no message of a bridge, or the
// address paid nothing in it. The chain's reader must be among the finder's.
func (f *BridgeFinder) Forward(ctx context.Context, tx []clew.Transfer, payer clew.Address) ([]*Link, error) {
	if len(tx) == 0 || payer.IsZero() || len(tx) > MaxTransfers {
		return nil, nil
	}
	ends, err := f.endsOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	sends, err := f.sentUnsaid(ctx, tx, sent(ends))
	if err != nil || len(sends) == 0 {
		return nil, err
	}
	if len(sends) > maxSends { // what anybody logs beside them hides none
		sends = trusted(sends)
	}
	if len(ends) == maxTxActs || len(sends) > maxSends {
		return []*Link{newEntering(tx, payer, sends).refused(&sends[0], ManyActs)}, nil
	}
	var links []*Link
	in := newEntering(tx, payer, sends)
	for i := range sends {
		l := in.link(&sends[i])
		if l == nil {
			continue
		}
		if l.Refused == NoRefusal {
			if err := f.follow(ctx, l, &sends[i]); err != nil {
				return nil, err
			}
		}
		links = append(links, l)
	}
	return together(links), nil
}

// Backward returns where what an address got out of bridges by a transaction
// came from, in the same way. Of a refused link, Out are the transfers by which it
// got it, and In is empty.
func (f *BridgeFinder) Backward(ctx context.Context, tx []clew.Transfer, recipient clew.Address) ([]*Link, error) {
	if len(tx) == 0 || recipient.IsZero() || len(tx) > MaxTransfers {
		return nil, nil
	}
	ends, err := f.endsOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	if ends, err = f.gotUnsaid(ctx, ends, tx); err != nil {
		return nil, err
	}
	var links []*Link
	for i := range ends {
		e := &ends[i]
		if e.kind != clew.BridgeReceived {
			continue
		}
		l, err := f.comeFrom(ctx, e, tx, recipient)
		if err != nil {
			return nil, err
		}
		if l != nil && !slices.ContainsFunc(links, func(m *Link) bool { return m.ID == l.ID }) {
			links = append(links, l)
		}
	}
	return links, nil
}

// comeFrom returns the link by which a recipient got what one end says; nil if it
// is not for that recipient.
func (f *BridgeFinder) comeFrom(ctx context.Context, e *end, tx []clew.Transfer, recipient clew.Address) (*Link, error) {
	if e.act.On != recipient && e.act.On != e.act.With {
		return nil, nil
	}
	source, why, err := f.source(ctx, e)
	if err != nil {
		return nil, err
	}
	if why == NoRefusal {
		if named := recipientOf(source, e); !named.IsZero() && named != recipient {
			return nil, nil
		}
		var l *Link
		if l, why, err = f.cameBy(ctx, source, tx[0].Tx, recipient); err != nil || l != nil {
			return l, err
		}
	}
	out := leaving(tx, e, recipient)
	if !slices.Contains(out.recipients, recipient) {
		return nil, nil
	}
	l := newLink(e.key())
	l.Out, l.OutChain, l.InChain, l.OutTxs, l.Recipients, l.Refused = out.at, e.chain(), e.message.From, []clew.TxID{e.tx()}, out.recipients, why
	return l, nil
}

// cameBy returns the link of a deposit by which a recipient got something in a
// transaction, or why there is none.
func (f *BridgeFinder) cameBy(ctx context.Context, source *end, got clew.TxID, recipient clew.Address) (*Link, Refusal, error) {
	paid, err := f.transaction(ctx, source)
	if err != nil {
		return nil, "", err
	}
	why := NoTransfers
	for _, payer := range payersOf(source, paid) {
		links, err := f.Forward(ctx, paid, payer)
		if err != nil {
			return nil, "", err
		}
		for _, l := range links {
			if l.Refused == NoRefusal && slices.Contains(l.OutTxs, got) && slices.Contains(l.Recipients, recipient) {
				return l, NoRefusal, nil
			}
			if l.Refused != NoRefusal && l.Protocol == source.message.Protocol && l.Identifier == source.message.ID {
				why = l.Refused
			}
			if len(l.Back) > 0 && slices.ContainsFunc(paid, func(t clew.Transfer) bool { return slices.Contains(l.In, t.Pos) }) {
				why = BackInPart
			}
		}
	}
	return nil, why, nil
}

// source returns the deposit of which an end is the release, or why none is.
func (f *BridgeFinder) source(ctx context.Context, e *end) (*end, Refusal, error) {
	all, cut, err := f.ends(ctx, e.key())
	if err != nil || cut {
		return nil, ManyActs, err
	}
	sources := trusted(ofKind(all, clew.BridgeSent))
	if len(sources) == 0 {
		if sources, err = f.sourceByTx(ctx, e); err != nil {
			return nil, "", err
		}
	}
	switch {
	case len(sources) == 0 && f.index.cut:
		return nil, ManyActs, nil
	case len(sources) == 0:
		return nil, FarNotHeld, nil
	case differ(sources) && isAlike(e):
		if source := alikeSource(e, all); source != nil {
			return source, NoRefusal, nil
		}
		return nil, FarNotHeld, nil
	case differ(sources):
		return nil, SeveralSources, nil
	}
	return &sources[0], NoRefusal, nil
}

// endsOf returns what the acts of a transaction say of crossings.
func (f *BridgeFinder) endsOf(ctx context.Context, tx []clew.Transfer) ([]end, error) {
	r := f.reader(tx[0].Asset.Chain())
	if r == nil {
		return nil, nil
	}
	pos := tx[0].Pos
	q := ledger.ActQuery{Kinds: []clew.ActKind{clew.BridgeSent, clew.BridgeReceived, clew.Memo}, Limit: maxTxActs,
		From: clew.Pos{Height: pos.Height, Index: pos.Index}, Until: clew.Pos{Height: pos.Height, Index: pos.Index + 1}}
	if pos.Index == 1<<32-1 {
		q.Until = clew.Pos{Height: pos.Height + 1}
	}
	acts, _, err := r.Acts(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	var ends []end
	for i := range acts {
		if e, is := endOf(&acts[i]); is && acts[i].Tx == tx[0].Tx {
			ends = append(ends, e)
		}
	}
	return ends, nil
}

// ends returns all ends with a key, in order of time; cut: there are more than are
// looked at.
func (f *BridgeFinder) ends(ctx context.Context, k endKey) ([]end, bool, error) {
	return f.endsAt(ctx, k, func(e *end) bool { return e.key() == k })
}

// endsAt returns the ends that stand where a key leads and are those wanted.
func (f *BridgeFinder) endsAt(ctx context.Context, k endKey, wanted func(*end) bool) (ends []end, cut bool, err error) {
	if err := f.index.readAll(ctx, f.readers); err != nil {
		return nil, false, err
	}
	places, cut := f.index.of(k)
	for _, p := range places {
		acts, _, err := f.reader(p.chain).Acts(ctx, ledger.ActQuery{From: p.pos, Until: ledger.Next(p.pos), Limit: maxTxActs}, nil)
		if err != nil {
			return nil, false, err
		}
		for i := range acts {
			if e, is := endOf(&acts[i]); is && wanted(&e) && !slices.ContainsFunc(ends, func(o end) bool { return o.act == e.act }) {
				ends = append(ends, e)
			}
		}
	}
	slices.SortStableFunc(ends, func(a, b end) int {
		return cmp.Or(cmp.Compare(a.act.Time, b.act.Time), cmp.Compare(a.chain(), b.chain()), a.act.Pos.Cmp(b.act.Pos))
	})
	return ends, cut, nil
}

// transaction returns the transfers of an end's transaction; none if they are not
// held.
func (f *BridgeFinder) transaction(ctx context.Context, e *end) ([]clew.Transfer, error) {
	r := f.reader(e.chain())
	if r == nil || e.tx().IsZero() {
		return nil, nil
	}
	tx, err := r.Transaction(ctx, e.tx())
	if errors.Is(err, clew.ErrNotFound) {
		return nil, nil
	}
	return tx, err
}

func ofKind(ends []end, kind clew.ActKind) []end {
	return slices.DeleteFunc(slices.Clone(ends), func(e end) bool { return e.kind != kind })
}

// trusted leaves out what contracts that are not known log, where one that is
// known logs the same identifier: nobody else's word stands against it.
func trusted(ends []end) []end {
	if !slices.ContainsFunc(ends, func(e end) bool { return e.known() }) {
		return ends
	}
	return slices.DeleteFunc(ends, func(e end) bool { return !e.known() })
}

// differ reports whether ends are of more than one transaction.
func differ(ends []end) bool {
	return slices.ContainsFunc(ends, func(e end) bool { return e.act.Tx != ends[0].act.Tx || e.chain() != ends[0].chain() })
}

func newLink(k endKey) *Link {
	l := &Link{Protocol: k.protocol, Identifier: k.id}
	l.Kind, l.Basis, l.By = clew.Bridge, clew.Inferred, ByIdentifier
	l.ID = fmt.Sprintf("%s %s %s", clew.Bridge, k.protocol, k.id[:min(len(k.id), 80)])
	return l
}

func (l *Link) refuse(why Refusal) *Link {
	l.Refused, l.Out, l.Back, l.Certainty, l.Note = why, nil, nil, "", ""
	return l
}

// isBridge reports whether an address is known to be one of a protocol's.
func isBridge(protocol string, a clew.Address) bool { return bridge.IsKnown(protocol, a) }
