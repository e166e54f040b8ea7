package launder

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/memo"
)

// A BridgeAddress is one by which a bridge or an instant exchanger takes value or
// gives it, as somebody says.
type BridgeAddress struct {
	Address clew.Address
	Bridge  string
}

// Ends of a bridge in one ledger.
type Ends struct {
	Deposits, Releases []End
	Boxes              int  // deposits that came by an address of their own, and were moved on from there
	Cut                bool // there are more than were asked for
}

// Bounds of what is taken for an address that a deposit has for itself.
const (
	boxRows  = 8
	txActs   = 64
	pageEnds = 4096
)

// FindEnds reads the deposits into and the releases from addresses of bridges out of
// a ledger, between two positions; at most so many of each. Recipients are
// taken from what the bridge's contract says of a deposit; identifiers are not
// looked at.
//
// An address that takes value and moves all on to one of the bridge's, and does
// nothing else, is taken for one that an exchanger gave its payer: the deposit is
// what was paid in there. Who moves own coins by an address in between looks so too.
func FindEnds(ctx context.Context, r ledger.Reader, of []BridgeAddress, from, until clew.Pos, most int) (*Ends, error) {
	if most < 1 || most > MaxEnds {
		return nil, &clew.InputError{Field: "ends", Value: fmt.Sprint(most), Want: fmt.Sprintf("1 to %d", MaxEnds)}
	}
	f := &endFinder{r: r, own: map[clew.Address]string{}, boxes: map[clew.Address]bool{}, seen: map[clew.Pos]bool{}, most: most}
	for _, b := range of {
		f.own[b.Address] = b.Bridge
	}
	for _, b := range of {
		if err := f.gather(ctx, b, from, until); err != nil {
			return nil, err
		}
	}
	f.found.Releases = slices.DeleteFunc(f.found.Releases, func(e End) bool { return f.boxes[e.Who] })
	f.found.Boxes = len(f.boxes)
	for _, list := range [][]End{f.found.Deposits, f.found.Releases} {
		slices.SortFunc(list, func(a, b End) int { return compareEnds(&a, &b) })
	}
	return &f.found, nil
}

// An endFinder gathers ends.
type endFinder struct {
	r     ledger.Reader
	own   map[clew.Address]string
	boxes map[clew.Address]bool
	seen  map[clew.Pos]bool // transfers that were read
	most  int
	found Ends
}

// gather reads both sides of one address.
func (f *endFinder) gather(ctx context.Context, b BridgeAddress, from, until clew.Pos) error {
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		q := ledger.Query{Address: b.Address, Side: side, From: from, Until: until, Limit: pageEnds}
		for more := true; more; {
			var rows []ledger.Row
			var err error
			if rows, more, err = f.r.Rows(ctx, q, nil); err != nil {
				return err
			}
			for i := range rows {
				if err := f.row(ctx, b, &rows[i]); err != nil {
					return err
				}
			}
			if f.found.Cut {
				return nil
			}
			if more {
				q = q.After(rows[len(rows)-1])
			}
		}
	}
	return nil
}

func (f *endFinder) full() bool {
	return len(f.found.Deposits) >= f.most || len(f.found.Releases) >= f.most
}

// row reads the transfer of a row, once.
func (f *endFinder) row(ctx context.Context, b BridgeAddress, row *ledger.Row) error {
	if f.seen[row.Pos] || row.Pos.Class == clew.Fee || !row.Asset.IsFungible() {
		return nil
	}
	if f.full() {
		f.found.Cut = true
		return nil
	}
	f.seen[row.Pos] = true
	t, err := f.r.Transfer(ctx, row.Pos)
	if err != nil {
		return err
	}
	payer := clew.Address{}
	for i := range t.From {
		if a := t.From[i].Address; f.own[a] != "" {
			f.releases(&t, f.own[a])
			return nil
		} else if payer.IsZero() {
			payer = a
		}
	}
	if payer.IsZero() {
		return nil
	}
	return f.deposits(ctx, &t, payer)
}

// releases takes what a transfer of a bridge's gives to others.
func (f *endFinder) releases(t *clew.Transfer, bridge string) {
	for i := range t.To {
		if a := t.To[i].Address; !a.IsZero() && f.own[a] == "" && !t.To[i].Amount.IsZero() {
			f.found.Releases = append(f.found.Releases, depositOrRelease(t, i, bridge, a))
		}
	}
}

func depositOrRelease(t *clew.Transfer, leg int, bridge string, who clew.Address) End {
	return End{Bridge: bridge, Pos: t.Pos, Leg: leg, Time: t.Time, Tx: t.Tx, Asset: t.Asset, Amount: t.To[leg].Amount, Who: who}
}

// deposits takes what a transfer gives to a bridge, or what was paid in where it
// comes from.
func (f *endFinder) deposits(ctx context.Context, t *clew.Transfer, payer clew.Address) error {
	for i := range t.To {
		bridge := f.own[t.To[i].Address]
		if bridge == "" || t.To[i].Amount.IsZero() {
			continue
		}
		e := depositOrRelease(t, i, bridge, payer)
		said, err := f.said(ctx, &e, t.To[i].Address)
		if err != nil {
			return err
		}
		if said {
			f.found.Deposits = append(f.found.Deposits, e)
			continue
		}
		paid, err := f.paidIn(ctx, t, bridge)
		if err != nil {
			return err
		}
		if len(paid) == 0 && !f.boxes[payer] {
			paid = []End{e}
		}
		f.found.Deposits = append(f.found.Deposits, paid...)
	}
	return nil
}

// said fills in what a deposit says of its recipient: by the bridge's contract, or
// by a memo that asks for a swap; where one of the transaction alone is about it.
func (f *endFinder) said(ctx context.Context, e *End, with clew.Address) (bool, error) {
	from := clew.Pos{Height: e.Pos.Height, Index: e.Pos.Index}
	until := clew.Pos{Height: e.Pos.Height, Index: e.Pos.Index + 1}
	if until.Index == 0 {
		until.Height++
	}
	acts, more, err := f.r.Acts(ctx, ledger.ActQuery{Tx: e.Tx, Kinds: []clew.ActKind{clew.BridgeSent, clew.Memo}, From: from, Until: until, Limit: txActs}, nil)
	if err != nil {
		return false, err
	}
	about := 0
	for i := range acts {
		if m, ok := saying(&acts[i], with); ok {
			e.To, e.For = m.To, clew.Address{}
			if a, err := clew.ParseAddress(m.Recipient, m.To); err == nil && m.Recipient != "" && a.Chain() == m.To {
				e.For = a
			}
			about++
		}
	}
	if about > 1 || more {
		e.To, e.For = "", clew.Address{}
	}
	return about > 0, nil
}

// saying returns what an act says of a deposit at an address of a bridge.
func saying(a *clew.Act, at clew.Address) (clew.Message, bool) {
	if m, ok := a.Message(); ok {
		return m, a.With == at || a.With.IsZero()
	}
	text, whole := memo.Payload(a)
	if !whole || a.On != at && a.With != at {
		return clew.Message{}, false
	}
	swap, err := memo.ParseSwap(text)
	if err != nil {
		return clew.Message{}, false
	}
	short, _, _ := strings.Cut(swap.Asset, ".")
	return clew.Message{To: memoChains[short], Recipient: swap.To}, true
}

// memoChains are the chains that memos of swaps name, so far as the product knows
// them.
var memoChains = map[string]clew.Chain{"BTC": clew.Bitcoin, "ETH": clew.Ethereum, "BSC": clew.BNB, "AVAX": "eip155:43114", "BASE": clew.Base, "ARB": clew.Arbitrum, "TRON": clew.Tron}

// paidIn returns what was paid in at the addresses that a transfer to a bridge comes
// from, if each is nobody's but its.
func (f *endFinder) paidIn(ctx context.Context, t *clew.Transfer, bridge string) (paid []End, err error) {
	met := map[clew.Address]bool{}
	for i := range t.From {
		box := t.From[i].Address
		if met[box] {
			continue
		}
		met[box] = true
		if only, err := f.paysOnly(ctx, box, bridge); err != nil || !only {
			return nil, err
		}
		ins, more, err := f.r.Rows(ctx, ledger.Query{Address: box, Side: ledger.In, Asset: t.Asset, Until: t.Pos, Limit: boxRows}, nil)
		if err != nil || more {
			return nil, err
		}
		got, err := f.intoBox(ctx, ins, bridge)
		if err != nil || len(got) == 0 {
			return nil, err
		}
		paid = append(paid, got...)
	}
	for box := range met {
		f.boxes[box] = true
	}
	return paid, nil
}

// paysOnly reports whether an address pays a bridge's addresses and nobody else.
func (f *endFinder) paysOnly(ctx context.Context, box clew.Address, bridge string) (bool, error) {
	outs, more, err := f.r.Rows(ctx, ledger.Query{Address: box, Side: ledger.Out, Limit: boxRows}, nil)
	if err != nil || more {
		return false, err
	}
	for k := range outs {
		if outs[k].Pos.Class == clew.Fee {
			continue
		}
		t, err := f.r.Transfer(ctx, outs[k].Pos)
		if err != nil {
			return false, err
		}
		for i := range t.To {
			if a := t.To[i].Address; !a.IsZero() && f.own[a] != bridge {
				return false, nil
			}
		}
	}
	return true, nil
}

// intoBox returns the deposits among what an address was paid; none, if somebody of
// the bridge's paid it in that asset, or nobody that is known.
func (f *endFinder) intoBox(ctx context.Context, ins []ledger.Row, bridge string) (paid []End, err error) {
	for k := range ins {
		if f.seen[ins[k].Pos] {
			continue
		}
		t, err := f.r.Transfer(ctx, ins[k].Pos)
		if err != nil {
			return nil, err
		}
		payer := t.From[0].Address
		if payer.IsZero() || f.own[payer] != "" {
			return nil, nil
		}
		f.seen[ins[k].Pos] = true
		paid = append(paid, depositOrRelease(&t, int(ins[k].Leg), bridge, payer))
	}
	return paid, nil
}
