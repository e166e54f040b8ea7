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
	id, ok := s.names.id(a)
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

// page appends the rows of v between q's bounds.
func (s *Segment) page(v *view, q *ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	first, end := v.window(q)
	n := min(uint64(q.Limit), end-first)
	if s.n.several != 0 {
		n = v.whole(first, end, n, q.Newest)
	}
	if n == 0 {
		return page, false, nil
	}
	from := first
	if q.Newest {
		from = end - n
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
	return page, n < end-first, nil
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

// fillBatch is how many rows are filled at once: their blocks and peers are
// looked up after all else, so that the memory is asked for many at a time.
const fillBatch = 64

// fill writes the rows from first on, without sums.
func (s *Segment) fill(v *view, first uint64, rows []ledger.Row) {
	if v.n == 0 {
		return
	}
	if !v.picked && v.width == 0 {
		v.d.touch(v.first+first, v.first+first+uint64(len(rows)))
	}
	var peers, blocks [fillBatch]uint32
	for len(rows) > 0 {
		n := min(len(rows), fillBatch)
		s.fillFacts(v, first, rows[:n], &peers, &blocks)
		for i := range rows[:n] {
			rows[i].Pos.Height, rows[i].Time = s.block(uint64(blocks[i]))
		}
		s.fillPeers(rows[:n], &peers)
		rows, first = rows[n:], first+uint64(n)
	}
}

// fillFacts writes all but the peers, heights and times.
func (s *Segment) fillFacts(v *view, first uint64, rows []ledger.Row, peers, blocks *[fillBatch]uint32) {
	l := &s.layout
	lastAsset, asset := uint32(nobody), clew.Asset{}
	scattered := v.picked || v.width != 0
	for i := range rows {
		r := &rows[i]
		var b []byte
		if scattered {
			b = v.bytes(first + uint64(i))
		} else {
			b = v.d.record(v.first + first + uint64(i))
		}
		r.Pos = clew.Pos{Index: l.index.get(b), Class: clew.Class(l.class.get(b)), Ordinal: l.ordinal.get(b)}
		if id := l.asset.get(b); id != lastAsset {
			lastAsset, asset = id, s.assets.asset(id)
		}
		r.Asset = asset
		r.Amount = s.recordAmount(b)
		r.Leg = l.leg.get(b)
		r.Many = l.many.get(b) != 0
		r.Before = clew.Amount{}
		peers[i], blocks[i] = l.peer.get(b), l.block.get(b)
	}
}

// fillPeers writes the peers.
func (s *Segment) fillPeers(rows []ledger.Row, peers *[fillBatch]uint32) {
	x := &s.names
	plain := len(x.forms) == 1 && x.forms[0].form == clew.EVMForm
	keys := s.parts[secKeys]
	for i := range rows {
		switch id := peers[i]; {
		case id == x.count:
			rows[i].Peer = clew.Address{}
		case plain:
			at := uint64(id) * 20
			s.need(secKeys, at, 20)
			rows[i].Peer = clew.EVMAddress(x.chain, [20]byte(keys[at:at+20]))
		default:
			rows[i].Peer = x.address(id)
		}
	}
}

// Batch asks q of every address.
func (s *Segment) Batch(ctx context.Context, addresses []clew.Address, q ledger.Query, visit func(i int, rows []ledger.Row) error) error {
	if err := q.Check(); err != nil {
		return err
	}
	return s.guard(func() error {
		order, asset, one := s.order(addresses, q.Asset)
		var v view
		var page []ledger.Row
		v.counts = q.Asset.IsFungible()
		for n, key := range order {
			if n%64 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			v.open(&s.sides[q.Side], uint32(key>>32), one, asset)
			var err error
			if page, _, err = s.page(&v, &q, page[:0]); err != nil {
				return err
			}
			if len(page) == 0 {
				continue
			}
			if err := calling(func() error { return visit(int(uint32(key)), page) }); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// order returns the addresses that are held, as number and index, in the order
// of the file; none if the asset is not held.
func (s *Segment) order(addresses []clew.Address, asset clew.Asset) (order []uint64, number uint32, one bool) {
	if one = !asset.IsZero(); one {
		var ok bool
		if number, ok = s.assets.id(asset); !ok {
			return nil, 0, true
		}
	}
	order = make([]uint64, 0, len(addresses))
	for i := range addresses {
		if id, ok := s.names.id(addresses[i]); ok {
			order = append(order, uint64(id)<<32|uint64(i))
		}
	}
	slices.Sort(order)
	return order, number, one
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
