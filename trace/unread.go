package trace

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"clew"
	"clew/bridge"
	"clew/launder"
	"clew/ledger"
)

// An Unread is a transaction of which what contracts logged is not held, as of those
// that histories of addresses have, and may say how value went on.
type Unread struct {
	Chain clew.Chain   `json:"chain"`
	Tx    clew.TxID    `json:"tx"`
	Pos   clew.Pos     `json:"pos"` // of one of its transfers
	Time  clew.Time    `json:"time,omitzero"`
	To    clew.Address `json:"to,omitzero"` // whom that paid
	Why   UnreadWhy    `json:"why"`
}

// An UnreadWhy says what the logs of a transaction may say.
type UnreadWhy string

// Why the logs of a transaction are wanted, the most wanted first.
const (
	IntoBridge  UnreadWhy = "value was paid into a bridge by it"
	MayRelease  UnreadWhy = "what went into a bridge may have come out by it"
	DestroyedBy UnreadWhy = "a token was destroyed by it, as bridges do whose tokens come out on another chain"
	CallsOther  UnreadWhy = "it calls a contract, which may have passed value on"
)

// unreadOrder is that of whys.
var unreadOrder = []UnreadWhy{IntoBridge, MayRelease, DestroyedBy, CallsOther}

// WantedLogs returns the transactions of a chain of which it is wanted what contracts
// logged, the most wanted first.
func (r *Result) WantedLogs(chain clew.Chain) []Unread {
	var list []Unread
	for _, u := range r.Unread {
		if u.Chain == chain {
			list = append(list, u)
		}
	}
	return list
}

// Bounds of what is looked through for where value came out of a bridge.
const (
	releaseWithin = 30 * 86400 // seconds after it went in: withdrawals from rollups take a week
	releasePages  = 16
	releasePage   = 1 << 10
	maxReleases   = 6 // transactions that are looked at for one message
	releasesNow   = 2 // of them that are wanted at once: the first may be the one
)

// showUnread lists the transactions that marked value went through, forward, by which
// it may have gone on in a way that only logs tell, where its histories are held of
// single addresses alone; and says of bridges that nobody looked.
func (w *walk) showUnread(ctx context.Context, r *Result) error {
	if w.backward || w.in.WithoutBridges {
		return nil
	}
	f := unreadFinder{walk: w, seen: map[clew.TxID]bool{}, crossed: r.converted()}
	for i := range r.Uses {
		if err := f.use(ctx, &r.Uses[i].Transfer); err != nil {
			return err
		}
	}
	for _, c := range w.crossings {
		if err := f.releases(ctx, c); err != nil {
			return err
		}
	}
	slices.SortStableFunc(f.list, func(a, b Unread) int {
		return cmp.Compare(slices.Index(unreadOrder, a.Why), slices.Index(unreadOrder, b.Why))
	})
	r.Unread = f.list
	for i := range r.Unread {
		if u := &r.Unread[i]; u.Why == IntoBridge {
			r.Gaps = append(r.Gaps, clew.Gap{Kind: clew.GapCrossing, Chain: u.Chain, Address: u.To, Window: clew.Window{From: u.Pos.Height, To: u.Pos.Height + 1},
				Note: fmt.Sprintf("value went in by transaction %s, of which what contracts logged is not held: no link by an identifier was looked for", u.Tx)})
		}
	}
	return nil
}

// An unreadFinder finds them.
type unreadFinder struct {
	*walk
	seen    map[clew.TxID]bool
	crossed map[placed]bool
	list    []Unread
}

// use adds the transaction of a transfer that marked value went through.
func (f *unreadFinder) use(ctx context.Context, t *clew.Transfer) error {
	v, err := f.viewOf(t.Asset.Chain())
	if err != nil || v.chain.IsBitcoin() || len(t.From) != 1 || len(t.To) != 1 || t.Pos.Class >= clew.Fee || f.seen[t.Tx] {
		return nil
	}
	if f.crossed[placed{v.chain, t.Pos}] || !v.onDemand(t.From[0].Address) || v.holdsLogs(t.Tx, t.Pos.Height) {
		return nil
	}
	why, err := f.why(ctx, v, t)
	if err == nil && why != "" {
		f.add(t, why)
	}
	return err
}

// why says what the logs of a transaction may say; "" if nothing that is missing.
func (f *unreadFinder) why(ctx context.Context, v *view, t *clew.Transfer) (UnreadWhy, error) {
	acts, _, err := v.snapshot.Acts(ctx, envelopeOf(t.Pos).acts(mostActs, clew.Called, clew.BridgeSent, clew.Memo), nil)
	if err != nil {
		return "", err
	}
	calls := false
	for i := range acts {
		if acts[i].Tx == t.Tx && acts[i].Kind != clew.Called {
			return "", nil // it says where it goes
		}
		calls = calls || acts[i].Tx == t.Tx
	}
	to := t.To[0].Address
	said := f.named(to)
	switch {
	case isBridges(to) || said != nil && said.kind == InBridge:
		return IntoBridge, nil
	case !t.Asset.IsNative() && (to.IsZero() || to.IsIssuer()):
		return DestroyedBy, nil
	case calls && said == nil, said != nil && said.kind == Unconverted:
		return CallsOther, nil
	}
	return "", nil
}

func (f *unreadFinder) add(t *clew.Transfer, why UnreadWhy) {
	f.seen[t.Tx] = true
	f.list = append(f.list, Unread{Chain: t.Asset.Chain(), Tx: t.Tx, Pos: t.Pos, Time: t.Time, To: t.To[0].Address, Why: why})
}

// A release is a transfer by which what went into a bridge may have come out.
type release struct {
	row  ledger.Row
	rank int // the least first
}

// releases adds, of a message whose release is not held, the transactions by which
// it may have come to whom it names: those that a contract of the bridge pays or an
// issuer makes, and whose amount fits, first.
func (f *unreadFinder) releases(ctx context.Context, c *crossing) error {
	if c.link == nil || c.in.IsZero() || c.link.Refused != launder.FarNotHeld || c.said.recipient.IsZero() || !bridgeLink(c.link, c.said).believed() {
		return nil
	}
	v, err := f.viewOf(c.said.to)
	if err != nil || v.chain.IsBitcoin() || !v.onDemand(c.said.recipient) {
		return nil
	}
	list, err := f.candidates(ctx, v, c)
	if err != nil {
		return err
	}
	looked, wanted := map[clew.TxID]bool{}, 0
	for _, one := range list {
		t, err := v.reader.Transfer(ctx, one.row.Pos)
		if err != nil {
			return err
		}
		if len(looked) == maxReleases || wanted == releasesNow {
			break
		}
		if looked[t.Tx] {
			continue
		}
		looked[t.Tx] = true
		if !f.seen[t.Tx] && !v.holdsLogs(t.Tx, t.Pos.Height) {
			f.add(&t, MayRelease)
			wanted++
		}
	}
	return nil
}

// candidates returns what the recipient got in the time in which a message may have
// been carried out, the likeliest first.
func (f *unreadFinder) candidates(ctx context.Context, v *view, c *crossing) ([]release, error) {
	from, until := c.near[0].time-bridgeSlack, c.near[len(c.near)-1].time+releaseWithin
	q := ledger.Query{Address: c.said.recipient, Side: ledger.In, Limit: releasePage}
	var list []release
	for range releasePages {
		rows, more, err := v.reader.Rows(ctx, q, nil)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if r := &rows[i]; r.Time >= from && r.Time <= until && r.Asset.IsFungible() && r.Pos.Class < clew.Fee {
				list = append(list, release{*r, c.said.rank(r)})
			}
		}
		if !more || len(rows) == 0 || rows[len(rows)-1].Time > until {
			break
		}
		q.From = ledger.Next(rows[len(rows)-1].Pos)
	}
	f.work.Rows += len(list)
	slices.SortStableFunc(list, func(a, b release) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), a.row.Pos.Cmp(b.row.Pos))
	})
	return list, nil
}

// rank says how little a transfer is like what a message says comes out: by who pays
// it, then by the amount, which is less by a fee if at all.
func (s *bridgeSaying) rank(r *ledger.Row) int {
	rank := 0
	if !isBridges(r.Peer) && !r.Peer.IsZero() && !r.Peer.IsIssuer() {
		rank = 3
	}
	least, _ := s.amount.MulDiv(clew.Units(19), clew.Units(20))
	switch {
	case r.Amount == s.amount:
		return rank
	case r.Amount.Less(least) || s.amount.Less(r.Amount):
		return rank + 2
	}
	return rank + 1
}

// onDemand reports whether histories of single addresses are what is held of an
// address.
func (v *view) onDemand(a clew.Address) bool {
	if v.demanded == nil {
		v.demanded = map[clew.Address]bool{}
		held := v.snapshot.Coverage()
		v.holdsLogs = held.HoldsLogs()
		for _, h := range held.Held {
			if !h.Address.IsZero() {
				v.demanded[h.Address] = true
			}
		}
	}
	return v.demanded[a]
}

// isBridges reports whether an address is a contract that is known to be a bridge's.
func isBridges(a clew.Address) bool { return bridge.ProtocolOf(a) != "" }
