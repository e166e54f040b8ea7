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
		size := s.layout.size
		s.soon(v.d.section(sideRecords), (v.first+first)*size, uint64(len(rows))*size)
	}
	var peers, blocks, records [fillBatch]uint32
	for len(rows) > 0 {
		n := min(len(rows), fillBatch)
		v.records(first, records[:n])
		s.fillFacts(v.d, records[:n], rows, &peers, &blocks)
		s.fillBlocks(rows[:n], &blocks)
		s.fillPeers(rows[:n], &peers)
		rows, first = rows[n:], first+uint64(n)
	}
}

// fillFacts writes all but the peers, heights and times.
func (s *Segment) fillFacts(d *side, records []uint32, rows []ledger.Row, peers, blocks *[fillBatch]uint32) {
	l := &s.layout
	lastAsset, asset := uint32(nobody), clew.Asset{}
	for i, record := range records {
		r, b := &rows[i], d.record(uint64(record))
		r.Pos = clew.Pos{Index: l.index.get(b), Class: clew.Class(l.class.get(b)), Ordinal: l.ordinal.get(b)}
		if id := l.asset.get(b); id != lastAsset {
			lastAsset, asset = id, s.assets.asset(id)
		}
		r.Asset = asset
		limbs := [4]uint64{le.Uint64(b)}
		if l.high {
			limbs[1] = uint64(le.Uint16(b[8:]))
		}
		if r.Amount = clew.AmountOf(limbs); l.high && limbs[1] == wideHi {
			r.Amount = s.wide(limbs[0])
		}
		r.Leg = l.leg.get(b)
		r.Many = l.many.get(b) != 0
		r.Before = clew.Amount{}
		peers[i], blocks[i] = l.peer.get(b), l.block.get(b)
	}
}

// fillBlocks writes heights and times.
func (s *Segment) fillBlocks(rows []ledger.Row, blocks *[fillBatch]uint32) {
	s.needAll(secBlocks, blockBytes, uint32(s.n.blocks), blocks[:len(rows)])
	entries := s.parts[secBlocks]
	for i := range rows {
		b := entries[uint64(blocks[i])*blockBytes:]
		rows[i].Pos.Height, rows[i].Time = le.Uint64(b), clew.Time(le.Uint64(b[8:]))
	}
}

// fillPeers writes the peers.
func (s *Segment) fillPeers(rows []ledger.Row, peers *[fillBatch]uint32) {
	x := &s.names
	if len(x.forms) == 1 {
		s.needAll(secKeys, x.forms[0].size, x.count, peers[:len(rows)])
	} else {
		for i := range rows {
			if peers[i] < x.count {
				f := x.formOf(peers[i])
				s.soon(secKeys, f.keys+uint64(peers[i]-f.first)*f.size, f.size)
			}
		}
	}
	plain := len(x.forms) == 1 && x.forms[0].form == clew.EVMForm
	keys := s.parts[secKeys]
	for i := range rows {
		switch id := peers[i]; {
		case id == x.count:
			rows[i].Peer = clew.Address{}
		case plain:
			at := uint64(id) * 20
			rows[i].Peer = clew.EVMAddress(x.chain, [20]byte(keys[at:at+20]))
		default:
			rows[i].Peer = x.address(id)
		}
	}
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
