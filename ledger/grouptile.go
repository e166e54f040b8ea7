package ledger

import (
	"context"

	"clew"
)

// tileWalk is how many merged rows a tile looks through from a pot's first
// before it searches for the first that it wants: most pots are short.
const tileWalk = 64

// tile appends the group's rows that hold units from lo to hi, counted from
// the group's first. What it costs does not depend on how many rows come
// before those.
func (g *group) tile(ctx context.Context, pot clew.Pot, side Side, lo, hi clew.Amount, limit int, page []Row) ([]Row, bool, error) {
	if len(g.parts) == 1 {
		return g.parts[0].Tile(ctx, pot, side, lo, hi, limit, page)
	}
	q := Query{Address: pot.Address, Asset: pot.Asset, Side: side, Limit: tileWalk, Sums: true}
	looked := 0
	if from, found := g.anchors.find(pot, side, lo); found {
		q.From, q.Limit, looked = from, tilePage, tileWalk+1
	}
	walk := &rowWalk{group: g, q: q}
	for ; ; looked++ {
		if looked == tileWalk {
			// Short pots are done with by now.
			from, err := g.seek(ctx, pot, side, lo)
			if err == nil {
				err = g.searched(ctx, pot, side)
			}
			if err != nil {
				return page, false, err
			}
			if row, err := walk.peek(ctx); err == nil && row != nil && row.Pos.Before(from) {
				q.From, q.Limit = from, min(limit+1, walkPage)
				walk = &rowWalk{group: g, q: q}
			}
		}
		row, err := walk.peek(ctx)
		if err != nil || row == nil || !row.Before.Less(hi) {
			return page, false, err
		}
		walk.at++
		end, fits := row.Before.Add(row.Amount)
		if row.Amount.IsZero() || !row.Counts(pot.Address) || fits && !lo.Less(end) {
			continue
		}
		if limit == 0 {
			return page, true, nil
		}
		page, limit = append(page, *row), limit-1
	}
}

// seek returns a position in the transaction whose rows hold the unit lo of a
// pot's side; all rows that hold units from lo on come at it or after. Where
// there is no such unit it is the last position.
func (g *group) seek(ctx context.Context, pot clew.Pot, side Side, lo clew.Amount) (clew.Pos, error) {
	height, err := firstWhere(g.span.From, g.span.To, func(h uint64) (bool, error) {
		sum, err := g.total(ctx, pot, side, clew.Pos{Height: h + 1})
		return lo.Less(sum), err
	})
	if err != nil || height == g.span.To {
		return clew.LastPos, err
	}
	index, err := firstWhere(0, 1<<32-1, func(i uint64) (bool, error) {
		sum, err := g.total(ctx, pot, side, clew.Pos{Height: height, Index: uint32(i) + 1})
		return lo.Less(sum), err
	})
	return clew.Pos{Height: height, Index: uint32(index)}, err
}

// firstWhere returns the least number from lo up to hi for which a condition
// holds that goes on holding once it does; hi if there is none.
func firstWhere(lo, hi uint64, holds func(uint64) (bool, error)) (uint64, error) {
	for lo < hi {
		mid := lo + (hi-lo)/2
		ok, err := holds(mid)
		switch {
		case err != nil:
			return 0, err
		case ok:
			hi = mid
		default:
			lo = mid + 1
		}
	}
	return hi, nil
}
