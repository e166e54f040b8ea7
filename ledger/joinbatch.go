package ledger

import (
	"context"
	"errors"

	"clew"
)

// batchSlice is how many addresses of a joined batch are held at once.
const batchSlice = 4096

// Batch asks q of every address. Where several groups may answer, it asks each
// for many addresses at once, and each only for those whose page is not full.
func (j *joined) Batch(ctx context.Context, addresses []clew.Address, q Query, visit func(i int, rows []Row) error) error {
	if err := errors.Join(q.Check(), ctx.Err()); err != nil {
		return err
	}
	groups, before := within(j.groups, q.From, q.Until, q.Newest)
	if len(groups) == 1 && len(groups[0].parts) == 1 && (!q.Sums || before == 0) {
		return groups[0].parts[0].Batch(ctx, addresses, q, visit)
	}
	if q.Sums {
		return BatchByOne(ctx, j, addresses, q, visit)
	}
	for start := 0; start < len(addresses); start += batchSlice {
		some := addresses[start:min(start+batchSlice, len(addresses))]
		b := batch{addresses: some, q: q, rows: make([][]Row, len(some))}
		for i := range groups {
			if err := b.ask(ctx, &groups[i]); err != nil {
				return err
			}
		}
		for i, rows := range b.rows {
			if len(rows) == 0 {
				continue
			}
			if err := visit(start+i, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// BatchByOne answers [Reader.Batch] by asking r of one address after another.
func BatchByOne(ctx context.Context, r Reader, addresses []clew.Address, q Query, visit func(i int, rows []Row) error) error {
	var page []Row
	for i, a := range addresses {
		q.Address = a
		rows, _, err := r.Rows(ctx, q, page[:0])
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			if err := visit(i, rows); err != nil {
				return err
			}
		}
		page = rows
	}
	return nil
}

// A batch gathers the rows of some addresses over groups.
type batch struct {
	addresses []clew.Address
	q         Query
	rows      [][]Row
}

// ask adds a group's rows to the pages that are not full.
func (b *batch) ask(ctx context.Context, g *group) error {
	var open []int
	var asked []clew.Address
	for i, a := range b.addresses {
		if len(b.rows[i]) < b.q.Limit {
			open, asked = append(open, i), append(asked, a)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if len(g.parts) > 1 {
		return b.askMerged(ctx, g, open)
	}
	return g.parts[0].Batch(ctx, asked, b.q, func(i int, rows []Row) error {
		b.add(open[i], rows)
		return nil
	})
}

func (b *batch) askMerged(ctx context.Context, g *group, open []int) error {
	var page []Row
	q := b.q
	for _, i := range open {
		q.Address = b.addresses[i]
		rows, _, err := g.rows(ctx, q, page[:0])
		if err != nil {
			return err
		}
		b.add(i, rows)
		page = rows
	}
	return nil
}

// add fills up a page without parting the legs of one transfer.
func (b *batch) add(i int, rows []Row) {
	n := min(b.q.Limit-len(b.rows[i]), len(rows))
	for n > 0 && n < len(rows) && rows[n].Pos == rows[n-1].Pos {
		n++
	}
	b.rows[i] = append(b.rows[i], rows[:n]...)
}
