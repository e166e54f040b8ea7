package trace

import (
	"cmp"
	"context"
	"fmt"

	"clew"
	"clew/ledger"
)

// A moment is a place in the order in which a walk takes the transfers of one
// chain: the chain's own order, but that within one transaction the assets
// that conversions turn into others come first. Pots are of one asset, so the
// order within a pot is the chain's.
type moment struct {
	height  uint64
	index   uint32
	rank    uint16 // of the asset, among those that the transaction converts
	class   clew.Class
	ordinal uint32
}

func (m moment) compare(n moment) int {
	return cmp.Or(cmp.Compare(m.height, n.height), cmp.Compare(m.index, n.index),
		cmp.Compare(m.rank, n.rank), cmp.Compare(m.class, n.class), cmp.Compare(m.ordinal, n.ordinal))
}

// pos returns the place on the chain that a moment is of.
func (m moment) pos() clew.Pos {
	return clew.Pos{Height: m.height, Index: m.index, Class: m.class, Ordinal: m.ordinal}
}

// An envelope names a transaction by its place.
type envelope struct {
	height uint64
	index  uint32
}

// A row is a transfer of one leg a side, as a walk sees it: value leaves near
// and goes to far. Forward, near is the sender; backward, the recipient.
type row struct {
	pos       clew.Pos
	time      clew.Time
	asset     clew.Asset
	amount    clew.Amount
	near, far clew.Address
	leg       int            // of an output of Bitcoin's kind
	fact      *clew.Transfer // the whole of it, where that was at hand
}

func (r *row) nearPot() clew.Pot { return clew.Pot{Address: r.near, Asset: r.asset} }
func (r *row) farPot() clew.Pot  { return clew.Pot{Address: r.far, Asset: r.asset} }

// A special is what a case says about one transfer, beyond the ledger.
type special struct {
	row      row
	origins  []int     // that begin here
	enters   *crossing // value goes into it
	leaves   *crossing // value comes out of it
	enterLeg int       // index among the near rows of the one it enters
	leaveLeg int       // index among the far rows of the one it leaves
	supposed *Supposed
	refused  *crossing // it looks as if value went into it, but that is not followed

	into  dealing // by a record, value goes from it into an account: forward a deposit; backward a withdrawal
	outOf dealing // by a record, value comes to it out of an account: forward a withdrawal; backward a deposit
}

// A view is one chain as a walk reads it: the ledger with the case's
// suppositions laid over it.
type view struct {
	index    int
	other    bool // of a chain that only bridges lead to
	chain    clew.Chain
	reader   ledger.Reader
	snapshot ledger.Snapshot
	backward bool
	special  map[clew.Pos]*special
	outputs  []outputSeed
	dealings map[clew.Pos]map[int]*outputDealing // of a chain of outputs, by leg
	ranks    map[envelope]map[clew.Asset]uint16
	netted   netted // of the transaction that the walk is at
	acts     actPlaces
	actSpan  clew.Window // between which all acts lie
	openings map[clew.Pot]clew.Amount
	work     *Work
	page     []ledger.Row          // reused
	demanded map[clew.Address]bool // whose histories are held; nil: not looked up yet
	// holdsLogs reports of which transactions it is held what contracts logged; set with demanded
	holdsLogs func(clew.TxID, uint64) bool
}

// moment returns when a walk takes a transfer.
func (v *view) moment(pos clew.Pos, asset clew.Asset) moment {
	m := moment{height: pos.Height, index: pos.Index, class: pos.Class, ordinal: pos.Ordinal}
	if v.ranks != nil {
		m.rank = v.ranks[envelope{pos.Height, pos.Index}][asset]
	}
	return m
}

// near returns the side of its rows on which value leaves a pot.
func (v *view) near() ledger.Side {
	if v.backward {
		return ledger.In
	}
	return ledger.Out
}

// far returns the side of its rows on which value enters a pot.
func (v *view) far() ledger.Side {
	if v.backward {
		return ledger.Out
	}
	return ledger.In
}

// row returns a ledger's row of an address as a walk sees it.
func (v *view) row(owner clew.Address, side ledger.Side, r *ledger.Row) row {
	seen := row{pos: r.Pos, time: r.Time, asset: r.Asset, amount: r.Amount, near: owner, far: r.Peer}
	if side != v.near() {
		seen.near, seen.far = r.Peer, owner
	}
	return seen
}

// rowOf returns a transfer of one leg a side as a walk sees it.
func (v *view) rowOf(t *clew.Transfer) row {
	r := row{pos: t.Pos, time: t.Time, asset: t.Asset, amount: t.Amount(), near: t.From[0].Address, far: t.To[0].Address}
	if v.backward {
		r.near, r.far = r.far, r.near
	}
	return r
}

// opening returns what a pot must have held before the history at hand: the
// largest deficit. It is taken to be the oldest value in the pot.
func (v *view) opening(ctx context.Context, pot clew.Pot) (clew.Amount, error) {
	if a, ok := v.openings[pot]; ok {
		return a, nil
	}
	flow, err := v.reader.Flow(ctx, pot, clew.LastPos)
	if err != nil {
		return clew.Amount{}, err
	}
	if _, fits := flow.In.Add(flow.Deficit); !fits {
		return clew.Amount{}, fmt.Errorf("pot of %s: %w", pot.Address, ledger.ErrOverflow)
	}
	v.openings[pot] = flow.Deficit
	return flow.Deficit, nil
}

// before returns what a pot's rows on a side add up to before the row at pos,
// which is one of them.
func (v *view) before(ctx context.Context, pot clew.Pot, side ledger.Side, pos clew.Pos) (clew.Amount, error) {
	q := ledger.Query{Address: pot.Address, Side: side, Asset: pot.Asset, From: pos, Limit: 1, Sums: true}
	rows, _, err := v.reader.Rows(ctx, q, v.page[:0])
	v.page = rows
	v.work.Rows += len(rows)
	if err != nil {
		return clew.Amount{}, err
	}
	if len(rows) == 0 || rows[0].Pos != pos {
		return clew.Amount{}, fmt.Errorf("trace: the ledger gives a transfer at %s but no row of %s there", pos, pot.Address)
	}
	return rows[0].Before, nil
}

// sumBefore returns what a pot's rows on a side before a position add up to. It
// asks for one row: a flow, with its deficit, can cost the whole history.
func (v *view) sumBefore(ctx context.Context, pot clew.Pot, side ledger.Side, pos clew.Pos) (clew.Amount, error) {
	if pos == (clew.Pos{}) {
		return clew.Amount{}, nil
	}
	q := ledger.Query{Address: pot.Address, Side: side, Asset: pot.Asset, Until: pos, Newest: true, Limit: 1, Sums: true}
	rows, _, err := v.reader.Rows(ctx, q, v.page[:0])
	v.page = rows
	if err != nil || len(rows) == 0 {
		return clew.Amount{}, err
	}
	if !rows[0].Counts(pot.Address) {
		return rows[0].Before, nil
	}
	return rows[0].Before.Plus(rows[0].Amount), nil
}

// window returns the heights from one up to the last block held.
func (v *view) window(from uint64) clew.Window {
	return clew.Window{From: from, To: max(v.snapshot.AsOf().Height, from) + 1}
}
