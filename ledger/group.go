package ledger

import (
	"cmp"
	"context"
	"slices"

	"clew"
)

// rows appends to page the group's rows that q asks for, with sums relative to
// the group.
func (g *group) rows(ctx context.Context, q Query, page []Row) ([]Row, bool, error) {
	if len(g.parts) == 1 {
		return g.parts[0].Rows(ctx, q, page)
	}
	start, more := len(page), false
	sums := q.Sums
	q.Sums = false
	for _, part := range g.parts {
		var rest bool
		var err error
		if page, rest, err = part.Rows(ctx, q, page); err != nil {
			return page[:start], false, err
		}
		more = more || rest
	}
	rows := page[start:]
	slices.SortFunc(rows, compareRows)
	if q.Newest {
		slices.Reverse(rows)
	}
	n := min(q.Limit, len(rows))
	for n > 0 && n < len(rows) && rows[n].Pos == rows[n-1].Pos {
		n++
	}
	page, more = page[:start+n], more || n < len(rows)
	if sums && n > 0 {
		if err := g.fillSums(ctx, q, page[start:]); err != nil {
			return page[:start], false, err
		}
	}
	return page, more, nil
}

func compareRows(a, b Row) int {
	return cmp.Or(a.Pos.Cmp(b.Pos), cmp.Compare(a.Leg, b.Leg))
}

// fillSums adds up a page of merged rows from what comes before them.
func (g *group) fillSums(ctx context.Context, q Query, rows []Row) error {
	pot := clew.Pot{Address: q.Address, Asset: q.Asset}
	at := func(i int) *Row {
		if q.Newest {
			return &rows[len(rows)-1-i]
		}
		return &rows[i]
	}
	sum, err := g.total(ctx, pot, q.Side, at(0).Pos)
	for i := range rows {
		if err != nil {
			return err
		}
		row := at(i)
		row.Before = sum
		if i+1 < len(rows) && row.Counts(q.Address) {
			sum, err = add(pot, sum, row.Amount)
		}
	}
	return err
}

// total returns what a pot's rows on a side before a position add up to.
func (g *group) total(ctx context.Context, pot clew.Pot, side Side, before clew.Pos) (clew.Amount, error) {
	var total clew.Amount
	if before == (clew.Pos{}) {
		return total, nil
	}
	q := Query{Address: pot.Address, Asset: pot.Asset, Side: side, Until: before, Newest: true, Limit: 1, Sums: true}
	var page [4]Row
	for _, part := range g.parts {
		rows, _, err := part.Rows(ctx, q, page[:0])
		if err != nil {
			return total, err
		}
		if len(rows) == 0 {
			continue
		}
		last := &rows[0]
		if total, err = add(pot, total, last.Before); err == nil && last.Counts(pot.Address) {
			total, err = add(pot, total, last.Amount)
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// flow returns what went through a pot in the group before a position.
func (g *group) flow(ctx context.Context, pot clew.Pot, before clew.Pos) (Flow, error) {
	var sum Flow
	active := 0
	for _, part := range g.parts {
		f, err := part.Flow(ctx, pot, before)
		if err != nil {
			return Flow{}, err
		}
		if f == (Flow{}) {
			continue
		}
		active++
		sum.Deficit = f.Deficit
		if sum.In, err = add(pot, sum.In, f.In); err != nil {
			return Flow{}, err
		}
		if sum.Out, err = add(pot, sum.Out, f.Out); err != nil {
			return Flow{}, err
		}
	}
	if active < 2 {
		return sum, nil
	}
	var err error
	sum.Deficit, err = g.deficit(ctx, pot, before)
	return sum, err
}

// deficit walks both sides of a pot's merged rows: its parts' deficits say
// nothing of the whole's where they overlap.
func (g *group) deficit(ctx context.Context, pot clew.Pot, before clew.Pos) (clew.Amount, error) {
	q := Query{Address: pot.Address, Asset: pot.Asset, Until: before, Limit: walkPage}
	out := &rowWalk{group: g, q: q}
	q.Side = In
	in := &rowWalk{group: g, q: q}
	var outSum, inSum, worst clew.Amount
	for {
		next, err := out.peek(ctx)
		if err != nil || next == nil {
			return worst, err
		}
		for {
			came, err := in.peek(ctx)
			if err != nil {
				return worst, err
			}
			if came == nil || !came.Pos.Before(next.Pos) {
				break
			}
			if came.Counts(pot.Address) {
				inSum = inSum.Plus(came.Amount)
			}
			in.at++
		}
		if next.Counts(pot.Address) {
			outSum = outSum.Plus(next.Amount)
		}
		worst = worst.Max(outSum.MinusOrZero(inSum))
		out.at++
	}
}

// walkPage is how many rows are read at once where many are walked.
const walkPage = 1024

// A rowWalk reads a group's rows from the first, page by page.
type rowWalk struct {
	group *group
	q     Query
	page  []Row
	at    int
	more  bool
	begun bool
}

// peek returns the next row, or nil at the end.
func (w *rowWalk) peek(ctx context.Context) (*Row, error) {
	if w.at < len(w.page) {
		return &w.page[w.at], nil
	}
	if w.begun && !w.more {
		return nil, nil
	}
	if w.begun {
		w.q = w.q.After(w.page[len(w.page)-1])
		w.q.Limit = min(2*w.q.Limit, walkPage)
	}
	var err error
	w.page, w.more, err = w.group.rows(ctx, w.q, w.page[:0])
	w.begun, w.at = true, 0
	if err != nil || len(w.page) == 0 {
		return nil, err
	}
	return &w.page[0], nil
}
