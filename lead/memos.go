package lead

import (
	"context"
	"errors"

	"clew"
	"clew/ledger"
	"clew/memo"
	"clew/trace"
)

// An Asked is what the memo of a payment asks for: a claim of whoever paid. What
// became of it stands elsewhere, and nothing follows it.
type Asked struct {
	Memo clew.Act     `json:"memo"`
	Swap *memo.Swap   `json:"swap,omitempty"` // by THORChain's rules; nil: it asks for none, or in a form that is not read
	To   clew.Address `json:"to,omitzero"`    // whom the swap pays, where that is an address of a chain that is read
	Why  string       `json:"why,omitempty"`  // there is no Swap
}

// maxMemoTxs bounds the transactions of one trace whose memos are read, and
// maxMemos those of one of them.
const (
	maxMemoTxs = 4096
	maxMemos   = 64
)

// Memos are those of transactions.
type Memos map[clew.TxID][]clew.Act

// Read adds the memos of transactions that, by a trace, carried marked value on the
// snapshot's chain: first of those that brought it to a stop.
func (m Memos) Read(ctx context.Context, r ledger.Snapshot, t *trace.Result) error {
	if r.ActSpan().Empty() {
		return nil
	}
	var txs []clew.TxID
	for i := range t.Places {
		if p := &t.Places[i]; p.Address.Chain() == r.Chain() {
			for _, a := range p.Arrivals {
				txs = append(txs, a.Tx)
			}
		}
	}
	for i := range t.Uses {
		if x := &t.Uses[i].Transfer; x.Asset.Chain() == r.Chain() {
			txs = append(txs, x.Tx)
		}
	}
	read := 0
	for _, tx := range txs {
		if _, known := m[tx]; known || tx.IsZero() || read == maxMemoTxs {
			continue
		}
		acts, _, err := r.Acts(ctx, ledger.ActQuery{Tx: tx, Kinds: []clew.ActKind{clew.Memo}, Limit: maxMemos}, nil)
		if err != nil {
			return err
		}
		m[tx], read = acts, read+1
	}
	return nil
}

// Of returns what the memo of a payment to a place asks for; nil if none is held,
// or several are and which is of this one is not known.
func (m Memos) Of(place clew.Address, asset clew.Asset, d *Deposit) *Asked {
	var fits, equal []clew.Act
	for _, a := range m[d.Tx] {
		if a.Carrier == clew.RouterDeposit && (a.Asset != asset || a.On != place && a.With != place) {
			continue // others are of their whole transaction
		}
		if fits = append(fits, a); a.Amount == d.Moved {
			equal = append(equal, a)
		}
	}
	switch {
	case len(fits) == 1:
		return Read(fits[0])
	case len(equal) == 1:
		return Read(equal[0])
	}
	return nil
}

// Read reads what a memo asks for.
func Read(a clew.Act) *Asked {
	q := &Asked{Memo: a}
	text, whole := memo.Payload(&a)
	var err error
	switch {
	case whole:
		q.Swap, err = memo.ParseSwap(text)
	case a.Cut():
		err = errors.New("not all of it is kept")
	default:
		err = errors.New("it is not one piece of data")
	}
	if err != nil {
		q.Why = err.Error()
		return q
	}
	q.To, _ = q.Swap.Destination()
	return q
}

// swaps books payments into a place that carries out swaps: by their memos, each
// on its own, and those without together.
func (s *stopping) swaps(p *trace.Place, w *Window, c Chance, deposits []Deposit) {
	var silent []Deposit
	for _, d := range deposits {
		q := s.Memos.Of(p.Address, p.Asset, &d)
		if q == nil {
			silent = append(silent, d)
			continue
		}
		one := c
		one.Deposits, one.Asked = []Deposit{d}, q
		s.term(&one, w, d.Time)
		s.keep(p, one, d.Marked)
	}
	if len(silent) > 0 {
		c.Deposits, c.Why = silent, NoMemo
		s.keep(p, c, s.sum(silent))
	}
}

// term sets by when a swap that was paid for at a time comes out, as its memo asks.
// Blocks are those of the network that carries it out, which begins later than it
// is paid.
func (s *stopping) term(c *Chance, w *Window, paid clew.Time) {
	swap := c.Asked.Swap
	after := func(blocks uint64) clew.Time { return paid + clew.Time(blocks)*clew.Time(w.Block) }
	var end clew.Time // by which it has come out or gone back, if all goes as asked
	switch {
	case swap == nil && c.Asked.Why == memo.ErrNotSwap.Error():
		c.Why = AsksNoSwap
	case swap == nil:
		c.Why = MemoUnread
	case swap.LimitOrder:
		waits := uint64(w.Order)
		if swap.Interval != nil && *swap.Interval > 0 {
			waits = min(waits, *swap.Interval)
		}
		if c.Why = WaitsForPrice; w.Order > 0 {
			end = after(waits)
		}
	case !swap.Streams(): // it may be parted into steps all the same, for as long as one that asks for it
		c.Why, end = AtOnce, after(uint64(w.Longest))
	default:
		blocks, known := swap.Blocks()
		if c.Why, end = StreamsOpen, after(uint64(w.Longest)); known {
			c.Why, end = Streams, after(min(blocks, uint64(w.Longest)))
		}
	}
	switch {
	case end == 0:
	case !paid.Known():
		c.Why = NoTime
	case end <= s.Now:
		c.Standing, c.Why, c.Deadline = Passed, TermOver, Deadline{HasPassed, end}
	case c.Why == Streams:
		c.Deadline = Deadline{At, end}
	}
}

// A Payment is one that carried marked value, with what its memo asks for.
type Payment struct {
	Kind    trace.PlaceKind `json:"kind,omitempty"` // of the stop; none: the walk went on through the address
	Address clew.Address    `json:"address"`        // that was paid
	Asset   clew.Asset      `json:"asset"`
	Deposit Deposit         `json:"deposit"`
	Asked   Asked           `json:"asked"`
}

// Payments returns those of a trace whose memos are among m: those to stops in the
// order of its places, and then those that ask for a swap and were walked through.
// The latter may be to a vault that nobody has tagged.
func (m Memos) Payments(t *trace.Result) []Payment {
	var list []Payment
	told := map[clew.Act]bool{}
	for i := range t.Places {
		p := &t.Places[i]
		for _, a := range p.Arrivals {
			d := Deposit{Pos: a.Pos, Tx: a.Tx, Time: a.Time, From: a.From, Marked: a.Amount, Moved: a.Moved}
			if q := m.Of(p.Address, p.Asset, &d); q != nil {
				told[q.Memo] = true
				list = append(list, Payment{Kind: p.Kind, Address: p.Address, Asset: p.Asset, Deposit: d, Asked: *q})
			}
		}
	}
	crosses := t.Crosses()
	for i := range t.Uses {
		x := &t.Uses[i].Transfer
		if len(m[x.Tx]) == 0 || crosses(x) {
			continue
		}
		for k := range x.To {
			to := &x.To[k]
			d := Deposit{Pos: x.Pos, Tx: x.Tx, Time: x.Time, From: x.From[0].Address, Marked: t.Uses[i].Amount, Moved: to.Amount}
			q := m.Of(to.Address, x.Asset, &d)
			if q == nil || q.Swap == nil || told[q.Memo] || q.Memo.Carrier == clew.DataOutput && q.Memo.On != to.Address {
				continue
			}
			told[q.Memo] = true
			list = append(list, Payment{Address: to.Address, Asset: x.Asset, Deposit: d, Asked: *q})
		}
	}
	return list
}
