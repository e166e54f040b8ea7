package memory

import (
	"context"
	"fmt"
	"sort"

	"clew"
	"clew/ledger"
)

// Rows appends to page the rows that q asks for.
func (s *Set) Rows(ctx context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	if err := q.Check(); err != nil {
		return page, false, err
	}
	if err := ctx.Err(); err != nil {
		return page, false, err
	}
	entries, side := s.find(q)
	if q.Sums && side != nil && side.over {
		return page, false, overflow(clew.Pot{Address: q.Address, Asset: q.Asset})
	}
	first, end := s.firstAt(entries, q.From), len(entries)
	if (q.Until != clew.Pos{}) {
		end = max(first, s.firstAt(entries, q.Until))
	}
	n := s.pageSize(entries[first:end], q)
	for i := range n {
		at := first + i
		if q.Newest {
			at = end - 1 - i
		}
		row := s.row(q.Side, entries[at])
		if q.Sums {
			row.Before = side.before[at]
		}
		page = append(page, row)
	}
	return page, n < end-first, nil
}

// find returns the rows of an address on a side, and with an asset their sums.
func (s *Set) find(q ledger.Query) ([]entry, *potSide) {
	id, ok := s.ids[q.Address]
	if !ok {
		return nil, nil
	}
	if q.Asset.IsZero() {
		return s.rows[q.Side][id], nil
	}
	side := s.side(clew.Pot{Address: q.Address, Asset: q.Asset}, q.Side)
	if side == nil {
		return nil, nil
	}
	return side.entries, side
}

func (s *Set) pot(p clew.Pot) *pot {
	id, ok := s.ids[p.Address]
	asset, known := s.assetIDs[p.Asset]
	if !ok || !known {
		return nil
	}
	return s.pots[potKey{id, asset}]
}

func (s *Set) side(p clew.Pot, side ledger.Side) *potSide {
	if found := s.pot(p); found != nil {
		return &found.sides[side]
	}
	return nil
}

// pageSize returns how many of the entries make a page that parts no transfer.
func (s *Set) pageSize(entries []entry, q ledger.Query) int {
	n := min(q.Limit, len(entries))
	at := func(i int) uint32 {
		if q.Newest {
			return entries[len(entries)-1-i].transfer
		}
		return entries[i].transfer
	}
	for n > 0 && n < len(entries) && at(n) == at(n-1) {
		n++
	}
	return n
}

func (s *Set) row(side ledger.Side, e entry) ledger.Row {
	return ledger.RowOf(&s.transfers[e.transfer], side, int(e.leg))
}

func overflow(p clew.Pot) error {
	return fmt.Errorf("%s of %s: %w", p.Asset, p.Address.Text(), ledger.ErrOverflow)
}

// Batch asks q of every address.
func (s *Set) Batch(ctx context.Context, addresses []clew.Address, q ledger.Query, visit func(int, []ledger.Row) error) error {
	return ledger.BatchByOne(ctx, s, addresses, q, visit)
}

// Tile appends to page the rows of a pot's side that hold the units lo to hi.
func (s *Set) Tile(ctx context.Context, p clew.Pot, side ledger.Side, lo, hi clew.Amount, limit int, page []ledger.Row) ([]ledger.Row, bool, error) {
	q := ledger.Query{Address: p.Address, Asset: p.Asset, Side: side, Limit: limit, Sums: true}
	if err := q.Check(); err != nil {
		return page, false, err
	}
	if err := ctx.Err(); err != nil {
		return page, false, err
	}
	own := s.side(p, side)
	if own == nil || !lo.Less(hi) {
		return page, false, nil
	}
	if own.over {
		return page, false, overflow(p)
	}
	// The first row that holds units is the one before the first that begins above lo.
	first := max(0, sort.Search(len(own.before), func(i int) bool { return lo.Less(own.before[i]) })-1)
	for i := first; i < len(own.entries) && own.before[i].Less(hi); i++ {
		row := s.row(side, own.entries[i])
		row.Before = own.before[i]
		if row.Amount.IsZero() || !row.Counts(p.Address) || !lo.Less(row.Before.Plus(row.Amount)) {
			continue
		}
		if limit == 0 {
			return page, true, nil
		}
		page, limit = append(page, row), limit-1
	}
	return page, false, nil
}

// Flow returns what went through a pot before a position.
func (s *Set) Flow(ctx context.Context, p clew.Pot, before clew.Pos) (ledger.Flow, error) {
	found := s.pot(p)
	if found == nil || ctx.Err() != nil {
		return ledger.Flow{}, ctx.Err()
	}
	out, in := &found.sides[ledger.Out], &found.sides[ledger.In]
	if out.over || in.over {
		return ledger.Flow{}, overflow(p)
	}
	flow := ledger.Flow{Out: out.sum(s.firstAt(out.entries, before)), In: in.sum(s.firstAt(in.entries, before))}
	if n := s.firstAt(out.entries, before); n > 0 {
		flow.Deficit = found.worst[n-1]
	}
	return flow, nil
}

// sum returns what the first n rows that count add up to.
func (p *potSide) sum(n int) clew.Amount {
	if n < len(p.before) {
		return p.before[n]
	}
	return p.total
}

// Count returns how many rows an address has on a side.
func (s *Set) Count(ctx context.Context, a clew.Address, side ledger.Side) (uint64, error) {
	q := ledger.Query{Side: side, Limit: 1}
	if err := q.Check(); err != nil {
		return 0, err
	}
	id, ok := s.ids[a]
	if !ok {
		return 0, ctx.Err()
	}
	return uint64(len(s.rows[side][id])), ctx.Err()
}

// Transfer returns the transfer at pos.
func (s *Set) Transfer(ctx context.Context, pos clew.Pos) (clew.Transfer, error) {
	if err := ctx.Err(); err != nil {
		return clew.Transfer{}, err
	}
	i := s.search(pos)
	if i == len(s.transfers) || s.transfers[i].Pos != pos {
		return clew.Transfer{}, fmt.Errorf("transfer at %s: %w", pos, clew.ErrNotFound)
	}
	return s.transfers[i], nil
}

func (s *Set) search(pos clew.Pos) int {
	return sort.Search(len(s.transfers), func(i int) bool { return !s.transfers[i].Pos.Before(pos) })
}

// Transaction returns the transfers of a transaction.
func (s *Set) Transaction(ctx context.Context, id clew.TxID) ([]clew.Transfer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found := s.byTx[id]
	if len(found) == 0 {
		return nil, fmt.Errorf("transaction %s: %w", id, clew.ErrNotFound)
	}
	transfers := make([]clew.Transfer, len(found))
	for i, at := range found {
		transfers[i] = s.transfers[at]
	}
	return transfers, nil
}

// Spender returns which input spends an output of the transfer at creator.
func (s *Set) Spender(ctx context.Context, creator clew.Pos, output uint32) (clew.Pos, uint32, error) {
	t, err := s.Transfer(ctx, creator)
	if err != nil {
		return clew.Pos{}, 0, err
	}
	return s.SpenderOf(ctx, clew.Output{Tx: t.Tx, Index: output})
}

// SpenderOf is [Set.Spender] for an output known by its transaction, whose
// creator need not be in the set.
func (s *Set) SpenderOf(ctx context.Context, output clew.Output) (clew.Pos, uint32, error) {
	e, ok := s.spent[output]
	if err := ctx.Err(); err != nil {
		return clew.Pos{}, 0, err
	}
	if !ok {
		return clew.Pos{}, 0, fmt.Errorf("spender of output %d of %s: %w", output.Index, output.Tx, clew.ErrNotFound)
	}
	return s.transfers[e.transfer].Pos, e.leg, nil
}
