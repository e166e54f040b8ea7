package trace

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"clew"
	"clew/ledger"
)

// maxOverlaid bounds the history of a pot that a supposed transfer touches:
// it is read whole.
const maxOverlaid = 1 << 20

// An overlaid reader is a ledger with a case's supposed transfers laid over it.
// A pot that one of them touches is read whole and held, with sums that count
// what is supposed; all others are the ledger's own. Its Sweep shows the ledger
// alone: the sweep engine takes supposed transfers by itself.
//
// It is not safe for concurrent use.
type overlaid struct {
	ledger.Reader
	supposed []clew.Transfer // in chain order
	touched  map[clew.Pot]*merged
}

// A merged pot is its rows on both sides, with what is supposed.
type merged struct {
	read  bool
	sides [2][]ledger.Row // with sums
	total [2]clew.Amount
	worst []clew.Amount // after each row out, the largest deficit so far
}

// overlay returns the reader of a view with what is supposed laid over it.
func overlay(v *view) ledger.Reader {
	o := &overlaid{Reader: v.snapshot, touched: map[clew.Pot]*merged{}}
	for _, sp := range v.special {
		if sp.supposed == nil {
			continue
		}
		t := sp.supposed.Transfer
		o.supposed = append(o.supposed, t)
		o.touched[clew.Pot{Address: t.From[0].Address, Asset: t.Asset}] = &merged{}
		o.touched[clew.Pot{Address: t.To[0].Address, Asset: t.Asset}] = &merged{}
	}
	if len(o.supposed) == 0 {
		return v.snapshot
	}
	slices.SortFunc(o.supposed, func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
	return o
}

// pot returns a touched pot with its rows; nil for all others.
func (o *overlaid) pot(ctx context.Context, id clew.Pot) (*merged, error) {
	m := o.touched[id]
	if m == nil || m.read {
		return m, nil
	}
	for _, side := range []ledger.Side{ledger.Out, ledger.In} {
		rows, err := o.readAll(ctx, id, side)
		if err != nil {
			return nil, err
		}
		m.sides[side] = rows
	}
	if !m.sum(id.Address) {
		return nil, fmt.Errorf("%s of %s: %w", id.Asset, id.Address.Text(), ledger.ErrOverflow)
	}
	m.read = true
	return m, nil
}

func (o *overlaid) readAll(ctx context.Context, id clew.Pot, side ledger.Side) ([]ledger.Row, error) {
	q := ledger.Query{Address: id.Address, Side: side, Asset: id.Asset, Limit: maxOverlaid}
	rows, more, err := o.Reader.Rows(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	if more {
		return nil, &clew.InputError{Field: "supposed transfer", Value: id.Address.Text(), Want: fmt.Sprintf("addresses with at most %d transfers of its asset", maxOverlaid)}
	}
	rows = append(rows, o.rows(q)...)
	slices.SortStableFunc(rows, func(a, b ledger.Row) int { return a.Pos.Cmp(b.Pos) })
	return rows, nil
}

// rows returns the supposed transfers that a query asks for, in chain order.
func (o *overlaid) rows(q ledger.Query) []ledger.Row {
	var rows []ledger.Row
	for i := range o.supposed {
		t := &o.supposed[i]
		own := t.From[0].Address
		if q.Side == ledger.In {
			own = t.To[0].Address
		}
		if own == q.Address && (q.Asset.IsZero() || q.Asset == t.Asset) && q.Has(t.Pos) {
			rows = append(rows, ledger.RowOf(t, q.Side, 0))
		}
	}
	return rows
}

// sum fills the sums, and reports whether they fit.
func (m *merged) sum(owner clew.Address) bool {
	out, in := m.sides[ledger.Out], m.sides[ledger.In]
	var sums [2]clew.Amount
	var worst clew.Amount
	fits := true
	add := func(side ledger.Side, r *ledger.Row) {
		r.Before = sums[side]
		if r.Counts(owner) {
			var ok bool
			sums[side], ok = sums[side].Add(r.Amount)
			fits = fits && ok
		}
	}
	for i, k := 0, 0; i < len(out) || k < len(in); {
		if i == len(out) || k < len(in) && in[k].Pos.Before(out[i].Pos) {
			add(ledger.In, &in[k])
			k++
			continue
		}
		add(ledger.Out, &out[i])
		i++
		worst = worst.Max(sums[ledger.Out].MinusOrZero(sums[ledger.In]))
		m.worst = append(m.worst, worst)
	}
	m.total = sums
	return fits
}

// Rows answers from the merged pot, or merges what all assets have.
func (o *overlaid) Rows(ctx context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	if err := q.Check(); err != nil {
		return page, false, err
	}
	if q.Asset.IsZero() {
		return o.rowsOfAll(ctx, q, page)
	}
	m, err := o.pot(ctx, clew.Pot{Address: q.Address, Asset: q.Asset})
	if err != nil {
		return page, false, err
	}
	if m == nil {
		return o.Reader.Rows(ctx, q, page)
	}
	var rows []ledger.Row
	for _, r := range m.sides[q.Side] {
		if q.Has(r.Pos) {
			rows = append(rows, r)
		}
	}
	if q.Newest {
		slices.Reverse(rows)
	}
	n := min(q.Limit, len(rows))
	return append(page, rows[:n]...), n < len(rows), nil
}

// rowsOfAll merges a page of the ledger with the supposed rows that lie in it.
func (o *overlaid) rowsOfAll(ctx context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	rows, more, err := o.Reader.Rows(ctx, q, nil)
	if err != nil {
		return page, false, err
	}
	order := func(a, b ledger.Row) int {
		if q.Newest {
			return b.Pos.Cmp(a.Pos)
		}
		return a.Pos.Cmp(b.Pos)
	}
	for _, r := range o.rows(q) {
		if more && order(rows[len(rows)-1], r) < 0 {
			continue // on a later page
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, order)
	n := min(q.Limit, len(rows))
	return append(page, rows[:n]...), more || n < len(rows), nil
}

// Tile answers from the merged pot.
func (o *overlaid) Tile(ctx context.Context, id clew.Pot, side ledger.Side, lo, hi clew.Amount, limit int, page []ledger.Row) ([]ledger.Row, bool, error) {
	m, err := o.pot(ctx, id)
	if err != nil {
		return page, false, err
	}
	if m == nil {
		return o.Reader.Tile(ctx, id, side, lo, hi, limit, page)
	}
	rows := m.sides[side]
	first := sort.Search(len(rows), func(i int) bool { return lo.Less(rows[i].Before.Plus(rows[i].Amount)) })
	for _, r := range rows[first:] {
		if !r.Before.Less(hi) {
			break
		}
		if r.Amount.IsZero() || !r.Counts(id.Address) || !lo.Less(r.Before.Plus(r.Amount)) {
			continue
		}
		if limit == 0 {
			return page, true, nil
		}
		page, limit = append(page, r), limit-1
	}
	return page, false, nil
}

// Flow answers from the merged pot.
func (o *overlaid) Flow(ctx context.Context, id clew.Pot, before clew.Pos) (ledger.Flow, error) {
	m, err := o.pot(ctx, id)
	if err != nil {
		return ledger.Flow{}, err
	}
	if m == nil {
		return o.Reader.Flow(ctx, id, before)
	}
	flow := ledger.Flow{Out: m.upTo(ledger.Out, before), In: m.upTo(ledger.In, before)}
	if n := firstAt(m.sides[ledger.Out], before); n > 0 {
		flow.Deficit = m.worst[n-1]
	}
	return flow, nil
}

// upTo returns what a side's rows before a position add up to.
func (m *merged) upTo(side ledger.Side, before clew.Pos) clew.Amount {
	if n := firstAt(m.sides[side], before); n < len(m.sides[side]) {
		return m.sides[side][n].Before
	}
	return m.total[side]
}

// firstAt returns how many rows come before a position.
func firstAt(rows []ledger.Row, pos clew.Pos) int {
	return sort.Search(len(rows), func(i int) bool { return !rows[i].Pos.Before(pos) })
}

// Count counts what is supposed too.
func (o *overlaid) Count(ctx context.Context, a clew.Address, side ledger.Side) (uint64, error) {
	n, err := o.Reader.Count(ctx, a, side)
	return n + uint64(len(o.rows(ledger.Query{Address: a, Side: side}))), err
}

// Transfer returns a transfer of the ledger or a supposed one.
func (o *overlaid) Transfer(ctx context.Context, pos clew.Pos) (clew.Transfer, error) {
	for i := range o.supposed {
		if o.supposed[i].Pos == pos {
			return o.supposed[i], nil
		}
	}
	return o.Reader.Transfer(ctx, pos)
}
