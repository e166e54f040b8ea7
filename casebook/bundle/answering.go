package bundle

import (
	"context"
	"fmt"

	"clew"
	"clew/ledger"
)

// Chain returns the chain that the ledger is of.
func (r *Recorded) Chain() clew.Chain { return r.head.Chain }

// AsOf returns the last block of which anything was held.
func (r *Recorded) AsOf() clew.BlockRef { return r.head.AsOf }

// Recent returns the last blocks appended.
func (r *Recorded) Recent() []clew.BlockRef { return r.head.Recent }

// Coverage says which history was held, of single addresses as far as the answer
// met them.
func (r *Recorded) Coverage() *clew.Coverage { return &r.head.Coverage }

// Span returns the heights between which all transfers lay.
func (r *Recorded) Span() clew.Window { return r.head.Span }

// ActSpan returns those of the acts.
func (r *Recorded) ActSpan() clew.Window { return r.head.ActSpan }

// Close does nothing.
func (r *Recorded) Close() error { return nil }

// of returns the answer to a question.
func (r *Recorded) of(ctx context.Context, a Ask) (Told, error) {
	if err := ctx.Err(); err != nil {
		return Told{}, err
	}
	if t, ok := r.told[a.key()]; ok {
		return t, nil
	}
	return Told{}, r.fail(&NotHeldError{"the ledger of " + r.head.Chain.Name(), a.String()})
}

func (r *Recorded) fail(err error) error {
	r.missed(err)
	return err
}

// contradicts is the error of an answer that the facts held speak against.
func (r *Recorded) contradicts(a *Ask) error {
	return r.fail(damaged(r.folder+"asked.jsonl", "contradicts the transfers and acts beside it: "+a.String()))
}

// Rows answers a query.
func (r *Recorded) Rows(ctx context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	return r.rows(ctx, askRows, q, page)
}

func (r *Recorded) rows(ctx context.Context, name Name, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	t, err := r.of(ctx, askOf(name, q))
	switch {
	case err != nil:
		return page, false, err
	case t.Overflow:
		return page, false, r.overflow(&t)
	}
	begin, sums := len(page), q.Sums
	q.Sums = false
	rows, more, err := r.set.Rows(ctx, q, page)
	if err != nil {
		return page, false, err
	}
	if len(rows)-begin < t.Found || name == askRows && !t.More && (more || len(rows)-begin > t.Found) || sums && t.Found > 0 && t.Before == nil {
		return page, false, r.contradicts(&t.Ask)
	}
	rows = rows[:begin+t.Found]
	if sums && t.Found > 0 {
		addUp(rows[begin:], &t, q.Newest)
	}
	return rows, t.More, nil
}

func (r *Recorded) overflow(t *Told) error {
	return fmt.Errorf("%s of %s: %w", t.Asset, t.Address.Text(), ledger.ErrOverflow)
}

// addUp gives rows what those before them add up to, from the first in chain
// order on.
func addUp(rows []ledger.Row, t *Told, newest bool) {
	sum := *t.Before
	for k := range rows {
		row := &rows[k]
		if newest {
			row = &rows[len(rows)-1-k]
		}
		if row.Before = sum; row.Counts(t.Address) {
			sum, _ = sum.Add(row.Amount)
		}
	}
}

// Batch asks q of every address.
func (r *Recorded) Batch(ctx context.Context, addresses []clew.Address, q ledger.Query, visit func(int, []ledger.Row) error) error {
	for i, a := range addresses {
		q.Address = a
		rows, _, err := r.rows(ctx, askBatch, q, nil)
		if err == nil && len(rows) > 0 {
			err = visit(i, rows)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Tile answers with the rows of a tile.
func (r *Recorded) Tile(ctx context.Context, pot clew.Pot, side ledger.Side, lo, hi clew.Amount, limit int, page []ledger.Row) ([]ledger.Row, bool, error) {
	a := askOfPot(askTile, pot)
	a.Side, a.Lo, a.Hi, a.Limit = side.String(), lo, hi, limit
	t, err := r.of(ctx, a)
	if err == nil && t.Overflow {
		err = r.overflow(&t)
	}
	if err != nil {
		return page, false, err
	}
	begin := len(page)
	for _, tile := range t.Tiles {
		one, err := r.set.Transfer(ctx, tile.Pos)
		legs := one.From
		if side == ledger.In {
			legs = one.To
		}
		if err != nil || int(tile.Leg) >= len(legs) || legs[tile.Leg].Address != pot.Address || one.Asset != pot.Asset {
			return page[:begin], false, r.contradicts(&t.Ask)
		}
		row := ledger.RowOf(&one, side, int(tile.Leg))
		row.Before = tile.Before
		page = append(page, row)
	}
	return page, t.More, nil
}

// Flow returns what went through a pot.
func (r *Recorded) Flow(ctx context.Context, pot clew.Pot, before clew.Pos) (ledger.Flow, error) {
	a := askOfPot(askFlow, pot)
	a.Until = Place(before)
	t, err := r.of(ctx, a)
	switch {
	case err != nil:
		return ledger.Flow{}, err
	case t.Overflow:
		return ledger.Flow{}, r.overflow(&t)
	case t.Flow == nil:
		return ledger.Flow{}, r.contradicts(&t.Ask)
	}
	return ledger.Flow{In: t.Flow.In, Out: t.Flow.Out, Deficit: t.Flow.Deficit}, nil
}

// Count returns how many rows an address has.
func (r *Recorded) Count(ctx context.Context, a clew.Address, side ledger.Side) (uint64, error) {
	t, err := r.of(ctx, Ask{Ask: askCount, Address: a, Side: side.String()})
	if err != nil {
		return 0, err
	}
	if n, err := r.set.Count(ctx, a, side); err != nil || n > t.Count {
		return 0, r.contradicts(&t.Ask)
	}
	return t.Count, nil
}

// Transfer returns the transfer at pos.
func (r *Recorded) Transfer(ctx context.Context, pos clew.Pos) (clew.Transfer, error) {
	t, err := r.of(ctx, Ask{Ask: askTransfer, Pos: Place(pos)})
	if err != nil {
		return clew.Transfer{}, err
	}
	one, err := r.set.Transfer(ctx, pos)
	if (err != nil) != t.Missing {
		return one, r.contradicts(&t.Ask)
	}
	return one, err
}

// Transaction returns the transfers of a transaction.
func (r *Recorded) Transaction(ctx context.Context, id clew.TxID) ([]clew.Transfer, error) {
	t, err := r.of(ctx, Ask{Ask: askTransaction, Tx: id})
	if err != nil {
		return nil, err
	}
	list, err := r.set.Transaction(ctx, id)
	if (err != nil) != t.Missing || len(list) != t.Found {
		return nil, r.contradicts(&t.Ask)
	}
	return list, err
}

// Spender returns which input spends an output.
func (r *Recorded) Spender(ctx context.Context, creator clew.Pos, output uint32) (clew.Pos, uint32, error) {
	t, err := r.of(ctx, Ask{Ask: askSpender, Pos: Place(creator), Output: output})
	if err != nil {
		return clew.Pos{}, 0, err
	}
	pos, input, err := r.set.Spender(ctx, creator, output)
	if (err != nil) != t.Missing {
		return pos, input, r.contradicts(&t.Ask)
	}
	return pos, input, err
}

// Acts returns the acts that a query asks for.
func (r *Recorded) Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	t, err := r.of(ctx, askOfActs(q))
	if err != nil {
		return page, false, err
	}
	begin := len(page)
	acts, more, err := r.set.Acts(ctx, q, page)
	if err != nil {
		return page, false, err
	}
	if n := len(acts) - begin; n < t.Found || !t.More && (more || n > t.Found) {
		return page, false, r.contradicts(&t.Ask)
	}
	return acts[:begin+t.Found], t.More, nil
}

// Sweep shows the transfers that were looked at, and is an error beyond.
func (r *Recorded) Sweep(ctx context.Context, from clew.Pos, visit func(*ledger.Chunk) error) error {
	t, err := r.of(ctx, Ask{Ask: askSweep, From: Place(from)})
	if err != nil {
		return err
	}
	err = r.set.Sweep(ctx, from, func(c *ledger.Chunk) error {
		n := c.Len()
		for !t.Ended && n > 0 && (t.Last == nil || t.Last.Before(c.Rest.Pos(n-1))) {
			n--
		}
		return visitPart(c, 0, n, visit)
	})
	return r.beyond(&t, err)
}

// SweepBack does so against the chain.
func (r *Recorded) SweepBack(ctx context.Context, until clew.Pos, visit func(*ledger.Chunk) error) error {
	t, err := r.of(ctx, Ask{Ask: askSweepBack, Until: Place(until)})
	if err != nil {
		return err
	}
	err = r.set.SweepBack(ctx, until, func(c *ledger.Chunk) error {
		first := 0
		for !t.Ended && first < c.Len() && (t.Last == nil || c.Rest.Pos(first).Before(*t.Last)) {
			first++
		}
		return visitPart(c, first, c.Len(), visit)
	})
	return r.beyond(&t, err)
}

// beyond says of a sweep that goes on past what was looked at that it cannot.
func (r *Recorded) beyond(t *Told, err error) error {
	if err != nil || t.Ended {
		return err
	}
	return r.fail(&NotHeldError{"the ledger of " + r.head.Chain.Name(), t.Ask.String() + ", beyond what was looked at"})
}

// visitPart shows a part of a chunk.
func visitPart(c *ledger.Chunk, from, to int, visit func(*ledger.Chunk) error) error {
	if from == to {
		return nil
	}
	return visit(&ledger.Chunk{Names: c.Names, Assets: c.Assets, Rest: shifted{c.Rest, from},
		From: c.From[from:to], To: c.To[from:to], Asset: c.Asset[from:to], Lo: c.Lo[from:to]})
}

// A shifted rest begins later.
type shifted struct {
	ledger.Rest
	by int
}

func (s shifted) Pos(i int) clew.Pos                    { return s.Rest.Pos(i + s.by) }
func (s shifted) Time(i int) clew.Time                  { return s.Rest.Time(i + s.by) }
func (s shifted) Amount(i int) clew.Amount              { return s.Rest.Amount(i + s.by) }
func (s shifted) Transfer(i int) (clew.Transfer, error) { return s.Rest.Transfer(i + s.by) }

// Held returns how many transfers, or acts, the ledger held in all.
func (r *Recorded) Held(ctx context.Context, transfers bool) (uint64, error) {
	t, err := r.of(ctx, askHeld(transfers))
	return t.Count, err
}

var _ ledger.Snapshot = (*Recorded)(nil)
