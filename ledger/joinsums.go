package ledger

import (
	"context"
	"errors"

	"clew"
)

// Tile appends to page the rows of a pot's side that hold units lo to hi.
func (j *joined) Tile(ctx context.Context, pot clew.Pot, side Side, lo, hi clew.Amount, limit int, page []Row) ([]Row, bool, error) {
	q := Query{Address: pot.Address, Asset: pot.Asset, Side: side, Limit: limit, Sums: true}
	if err := errors.Join(q.Check(), ctx.Err()); err != nil {
		return page, false, err
	}
	var base clew.Amount
	start := len(page)
	for i := range j.groups {
		if !base.Less(hi) || !lo.Less(hi) {
			break
		}
		g, end := &j.groups[i], clew.MaxAmount
		if i+1 < len(j.groups) { // where the last one ends does not matter
			total, err := g.total(ctx, pot, side, clew.LastPos)
			if err == nil {
				end, err = add(pot, base, total)
			}
			if err != nil {
				return page[:start], false, err
			}
		}
		if lo.Less(end) {
			var err error
			var more bool
			page, more, err = g.tileFrom(ctx, pot, side, base, lo, hi, limit, page, start)
			if err != nil {
				return page[:start], false, err
			}
			if more {
				return page, true, nil
			}
		}
		base = end
	}
	return page, false, nil
}

// tileFrom adds a group's rows to a page begun at start, whose units begin at
// base. Once the page is full it only looks whether there are more.
func (g *group) tileFrom(ctx context.Context, pot clew.Pot, side Side, base, lo, hi clew.Amount, limit int, page []Row, start int) ([]Row, bool, error) {
	lo, hi = lo.MinusOrZero(base), hi.Minus(base)
	left := limit - (len(page) - start)
	if left == 0 {
		rows, _, err := g.tile(ctx, pot, side, lo, hi, 1, nil)
		return page, len(rows) > 0, err
	}
	from := len(page)
	page, more, err := g.tile(ctx, pot, side, lo, hi, left, page)
	if err != nil {
		return page, false, err
	}
	for i := range page[from:] {
		row := &page[from+i]
		if row.Before, err = add(pot, row.Before, base); err != nil {
			return page, false, err
		}
	}
	return page, more, nil
}

// Flow returns what went through a pot before a position. A deficit of a later
// group counts from what the earlier ones left.
func (j *joined) Flow(ctx context.Context, pot clew.Pot, before clew.Pos) (Flow, error) {
	var sum Flow
	for i := range j.groups {
		g := &j.groups[i]
		if before.Height < g.span.From {
			break
		}
		f, err := g.flow(ctx, pot, before)
		if err != nil {
			return Flow{}, err
		}
		short := f.Deficit.MinusOrZero(sum.In.MinusOrZero(sum.Out))
		if sum.In.Less(sum.Out) {
			if short, err = add(pot, f.Deficit, sum.Out.Minus(sum.In)); err != nil {
				return Flow{}, err
			}
		}
		sum.Deficit = sum.Deficit.Max(short)
		if sum.In, err = add(pot, sum.In, f.In); err != nil {
			return Flow{}, err
		}
		if sum.Out, err = add(pot, sum.Out, f.Out); err != nil {
			return Flow{}, err
		}
	}
	return sum, ctx.Err()
}
