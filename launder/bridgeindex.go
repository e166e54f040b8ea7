package launder

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"

	"clew"
	"clew/bridge"
	"clew/ledger"
	"clew/memo"
)

// Bounds of what is looked through of one chain.
const (
	maxBridgeActs  = 1 << 20 // that are kept
	maxActsWalked  = 1 << 24 // acts and memos
	maxTxActs      = 1 << 12 // of one transaction
	bridgeActsPage = 1 << 12
)

// An end is one end of a crossing: an act, and what it says.
type end struct {
	act     clew.Act
	message clew.Message
	kind    clew.ActKind
	whole   bool // a transaction on the chain is the end, and no act says so
}

// endKey names a crossing.
type endKey struct{ protocol, id string }

func (e *end) key() endKey       { return endKey{e.message.Protocol, e.message.ID} }
func (e *end) chain() clew.Chain { return e.act.On.Chain() }

// tx returns the transaction by which value went in or came out.
func (e *end) tx() clew.TxID {
	if !e.message.Tx.IsZero() {
		return e.message.Tx
	}
	return e.act.Tx
}

// byTx is the key by which an end is found that names another transaction.
func byTx(protocol string, tx clew.TxID) endKey {
	return endKey{protocol, "by transaction " + tx.String()}
}

// known reports whether the contract that logged e is known to be the protocol's.
func (e *end) known() bool { return e.whole || bridge.IsKnown(e.message.Protocol, e.act.With) }

// endOf returns what an act says of a crossing; false if it says nothing of one.
// Memos of THORChain and Maya say it in words: those who pay in ask for a swap, and
// what is paid out names the transaction by which it came in.
func endOf(a *clew.Act) (end, bool) {
	if m, ok := a.Message(); ok {
		return end{act: *a, message: m, kind: a.Kind}, true
	}
	text, whole := memo.Payload(a)
	if !whole {
		return end{}, false
	}
	if id, _, is := bridge.OutMemo(text); is {
		return end{act: *a, kind: clew.BridgeReceived, message: clew.Message{Protocol: thorchain, ID: id, To: a.On.Chain()}}, true
	}
	swap, err := memo.ParseSwap(text)
	if err != nil || a.Tx.IsZero() {
		return end{}, false
	}
	e := end{act: *a, kind: clew.BridgeSent, message: clew.Message{Protocol: thorchain, ID: a.Tx.String()[2:], From: a.On.Chain()}}
	e.act.On = a.By // On is the vault
	if e.act.On.IsZero() {
		e.act.On = a.On
	}
	if to, ok := swap.Destination(); ok {
		e.message.To, e.message.Recipient = to.Chain(), to.Text()
	}
	return e, true
}

// thorchain is the protocol of which memos, and not contracts alone, tell.
const thorchain = "thorchain"

// A place is where an end stands.
type place struct {
	hash  uint64 // of its key
	kind  uint8  // see [placeKind]
	chain clew.Chain
	pos   clew.Pos
}

// placeKind tells what stands at a place: deposits 0, releases 1, and 2 more
// of what contracts log that are not known to be the protocol's.
func placeKind(e *end) uint8 {
	kind := uint8(0)
	if e.kind == clew.BridgeReceived {
		kind = 1
	}
	if e.known() && e.message.Protocol != thorchain {
		return kind
	}
	return 2 + kind
}

// bridgeIndex knows where ends stand, by their keys. Each chain is read once.
type bridgeIndex struct {
	places []place // in order of hash
	read   map[clew.Chain]bool
	cut    bool // a chain has more acts than are kept
	most   int  // see maxBridgeActs
}

func (k endKey) hash() uint64 {
	h := fnv.New64a()
	h.Write([]byte(k.protocol + " " + k.id))
	return h.Sum64()
}

// readAll reads the chains that were not read yet.
func (x *bridgeIndex) readAll(ctx context.Context, readers []BridgeReader) error {
	grown := false
	for _, r := range readers {
		if x.read[r.Chain()] {
			continue
		}
		if err := x.readOne(ctx, r); err != nil {
			return err
		}
		x.read[r.Chain()], grown = true, true
	}
	if grown {
		slices.SortFunc(x.places, func(p, q place) int {
			return cmp.Or(cmp.Compare(p.hash, q.hash), cmp.Compare(p.kind, q.kind), cmp.Compare(p.chain, q.chain), p.pos.Cmp(q.pos))
		})
	}
	return nil
}

func (x *bridgeIndex) readOne(ctx context.Context, r BridgeReader) error {
	q := ledger.ActQuery{Kinds: []clew.ActKind{clew.BridgeSent, clew.BridgeReceived, clew.Memo}, Limit: bridgeActsPage}
	var page []clew.Act
	kept := 0
	for walked := 0; ; walked += len(page) {
		acts, more, err := r.Acts(ctx, q, page[:0])
		if err != nil {
			return err
		}
		page = acts
		for i := range page {
			e, is := endOf(&page[i])
			if !is {
				continue
			}
			if kept++; kept > x.most {
				x.cut = true
				return nil
			}
			x.places = append(x.places, place{e.key().hash(), placeKind(&e), r.Chain(), page[i].Pos})
			if !e.message.Tx.IsZero() {
				x.places = append(x.places, place{byTx(e.message.Protocol, e.message.Tx).hash(), placeKind(&e), r.Chain(), page[i].Pos})
			}
		}
		if !more || len(page) == 0 {
			return nil
		}
		if walked > maxActsWalked {
			x.cut = true
			return nil
		}
		q = q.After(&page[len(page)-1])
	}
}

// of returns where ends with a key may stand: some may have another with the same
// hash. Cut says that there are more of a kind that counts: what contracts say that
// are not known does not beside what one says that is.
func (x *bridgeIndex) of(k endKey) (places []place, cut bool) {
	hash := k.hash()
	first, _ := slices.BinarySearchFunc(x.places, hash, func(p place, hash uint64) int { return cmp.Compare(p.hash, hash) })
	var seen [4]int
	for _, p := range x.places[first:] {
		if p.hash != hash {
			break
		}
		if p.kind >= 2 && seen[p.kind-2] > 0 {
			continue
		}
		if seen[p.kind]++; seen[p.kind] > maxEnds {
			return places, true
		}
		places = append(places, p)
	}
	return places, false
}

// maxEnds bounds how many ends of one key are looked at: a streaming swap has a
// few, and who logs more to hide one has all of them refused. maxSends bounds the
// messages of one transaction in the same way.
const (
	maxEnds  = 1 << 8
	maxSends = 1 << 7
)
