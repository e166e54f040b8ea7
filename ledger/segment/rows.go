package segment

import (
	"context"
	"fmt"
	"slices"

	"clew"
	"clew/ledger"
)

// openParts readies the readers of sections.
func (s *Segment) openParts() error {
	s.rows = newRowColumns(s)
	s.names = newNames(s)
	s.assets = newAssetNames(s)
	s.sides = [2]side{{s, secSides}, {s, secSides + sideSections}}
	s.soon(secAssetEnds, 0, s.header.sections[secAssetNames].at+s.header.sections[secAssetNames].size-s.header.sections[secAssetEnds].at)
	return nil
}

// Rows appends to page the rows that q asks for, and reports whether there are
// more.
func (s *Segment) Rows(ctx context.Context, q ledger.Query, page []ledger.Row) (rows []ledger.Row, more bool, err error) {
	if err := q.Check(); err != nil {
		return page, false, err
	}
	if err := ctx.Err(); err != nil {
		return page, false, err
	}
	rows = page
	err = s.guard(func() (err error) {
		var v view
		if s.find(&v, q.Side, q.Address, q.Asset) {
			rows, more, err = s.page(&v, &q, page)
		}
		return err
	})
	if err != nil {
		return page, false, err
	}
	return rows, more, nil
}

// find opens the rows of an address, of one asset unless that is zero. It
// reports whether there can be any.
func (s *Segment) find(v *view, sd ledger.Side, a clew.Address, asset clew.Asset) bool {
	id, ok := s.names.near(&a, &s.sides[sd])
	if !ok {
		return false
	}
	if asset.IsZero() {
		v.open(&s.sides[sd], id, false, 0)
		return true
	}
	number, ok := s.assets.id(asset)
	if !ok {
		return false
	}
	v.open(&s.sides[sd], id, true, number)
	v.counts = asset.IsFungible()
	return true
}

// pick returns the rows of v that q asks for, and whether there are more.
func (v *view) pick(q *ledger.Query) (from, n uint64, more bool) {
	first, end := v.window(q)
	n = min(uint64(q.Limit), end-first)
	if v.d.s.n.several != 0 {
		n = v.whole(first, end, n, q.Newest)
	}
	if q.Newest {
		return end - n, n, n < end-first
	}
	return first, n, n < end-first
}

// page appends the rows of v that q asks for.
func (s *Segment) page(v *view, q *ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	from, n, more := v.pick(q)
	if n == 0 {
		return page, false, nil
	}
	had := len(page)
	page = slices.Grow(page, int(n))[:had+int(n)]
	rows := page[had:]
	s.fill(v, from, rows)
	if q.Sums {
		if err := v.sums(from, rows, q); err != nil {
			return page[:had], false, err
		}
	}
	if q.Newest {
		slices.Reverse(rows)
	}
	return page, more, nil
}

// whole returns how many rows make a page that parts no transfer.
func (v *view) whole(first, end, n uint64, newest bool) uint64 {
	for n > 0 && n < end-first {
		at := first + n
		if newest {
			at = end - n
		}
		if v.pos(at-1) != v.pos(at) {
			break
		}
		n++
	}
	return n
}

// Count returns how many rows an address has on a side, over all assets.
func (s *Segment) Count(ctx context.Context, a clew.Address, sd ledger.Side) (count uint64, err error) {
	if sd > ledger.In {
		return 0, &clew.InputError{Field: "side", Value: fmt.Sprint(uint8(sd)), Want: "out or in"}
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	err = s.guard(func() error {
		if id, ok := s.names.id(a); ok {
			first, end := s.sides[sd].bounds(id)
			count = end - first
		}
		return nil
	})
	return count, err
}
