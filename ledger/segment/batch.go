package segment

import (
	"context"
	"slices"

	"clew"
	"clew/ledger"
)

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
		cold := false
		for n, key := range order {
			if n%batchAhead == 0 {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				cold = s.sides[q.Side].ahead(order[n:min(n+batchAhead, len(order))], cold)
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
	s.names.ids(addresses, func(i int, id uint32) { order = append(order, uint64(id)<<32|uint64(i)) })
	slices.Sort(order)
	return order, number, one
}

// batchAhead is how many addresses' rows are asked for before the first is
// read.
const batchAhead = 128

// ahead asks for all that reading the rows of light addresses will touch, so
// that a disk has many requests at once: first where they lie, then the rows,
// then what these name. Heavy addresses are few, and ask for theirs alone.
// The last part is worth its time only if something is not in memory: if so
// was the case for the addresses before, or is for where these lie. It reports
// whether it was.
func (d *side) ahead(order []uint64, cold bool) bool {
	for _, key := range order {
		cold = d.soonBounds(uint32(key>>32)) || cold
	}
	for _, key := range order {
		first, end := d.bounds(uint32(key >> 32))
		if end-first <= lightRows {
			cold = d.s.soon(d.section(sideRecords), first*d.s.layout.size, (end-first)*d.s.layout.size) || cold
		}
	}
	if !cold {
		return false
	}
	cold = false
	l := &d.s.layout
	for _, key := range order {
		first, end := d.bounds(uint32(key >> 32))
		if end-first > lightRows {
			continue
		}
		d.touch(first, end)
		for i := first; i < end; i++ {
			b := d.record(i)
			cold = d.s.soonNamed(l.peer.get(b), l.block.get(b)) || cold
		}
	}
	return cold
}

// soonBounds asks for where the rows of an address lie, and whether it is
// heavy.
func (d *side) soonBounds(id uint32) bool {
	if !d.s.soon(d.section(sideStarts), 4*uint64(id), 8) {
		return false // mostly so for the rest
	}
	d.s.soon(secHeavyBits, uint64(id>>6)*8, 8)
	d.s.soon(secHeavyRanks, uint64(id>>6)*4, 4)
	return true
}

// soonNamed asks for the peer and the block that a record names.
func (s *Segment) soonNamed(peer, block uint32) bool {
	asked := s.soon(secBlocks, uint64(block)*blockBytes, blockBytes)
	if peer >= s.names.count {
		return asked
	}
	f := s.names.formOf(peer)
	return s.soon(secKeys, f.keys+uint64(peer-f.first)*f.size, f.size) || asked
}
