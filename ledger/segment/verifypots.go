package segment

import (
	"bytes"
	"fmt"

	"clew"
	"clew/ledger"
)

// pots checks the rows and sums of all addresses.
func (v *verifier) pots() error {
	s := v.s
	for id := range s.names.count {
		if err := v.tick(uint64(id)); err != nil {
			return err
		}
		of := s.names.address(id)
		heavy := false
		var views [2]view
		for side := range views {
			views[side].open(&s.sides[side], id, false, 0)
			heavy = heavy || views[side].n > lightRows
			if err := v.chainOrder(&views[side], side, of); err != nil {
				return err
			}
		}
		rank, marked := s.heavyRank(id)
		if marked != heavy {
			return s.damage("%s: %s is marked wrongly", sectionNames[secHeavyBits], of)
		}
		if heavy {
			if err := v.groups(id, rank); err != nil {
				return err
			}
		}
	}
	for side, d := range v.seen {
		id := s.sides[side].section(sideHeavy)
		b := s.parts[id][heavyBytes*s.n.heavy:]
		if uint64(le.Uint32(b)) != s.n.groups[side] || le.Uint64(b[4:]) != v.order[side] {
			return s.damage("%s: wrong end", sectionNames[id])
		}
		if d.count != s.n.records[side] {
			return s.damage("%s: %d rows of %d are reached", sectionNames[s.sides[side].section(sideStarts)], d.count, s.n.records[side])
		}
	}
	return nil
}

// chainOrder checks that rows come in the order of positions and legs.
func (v *verifier) chainOrder(x *view, side int, of clew.Address) error {
	var rows [fillBatch]ledger.Row
	var last ledger.Row
	for at := uint64(0); at < x.n; {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		n := min(x.n-at, fillBatch)
		v.s.fill(x, at, rows[:n])
		for i := range rows[:n] {
			if err := v.record(x, at+uint64(i)); err != nil {
				return err
			}
			r := &rows[i]
			if c := last.Pos.Cmp(r.Pos); at+uint64(i) > 0 && (c > 0 || c == 0 && last.Leg >= r.Leg) {
				return v.s.damage("rows %s of %s: %s follows %s", ledger.Side(side), of, r.Pos, last.Pos)
			}
			last = *r
			v.seen[side].add(of, r)
		}
		at += n
	}
	return nil
}

// record checks that a record has no bits without a meaning.
func (v *verifier) record(x *view, i uint64) error {
	var r record
	var b [maxRecord]byte
	x.d.touch(x.at(i), x.at(i)+1)
	have := x.d.span(x.at(i))
	v.s.layout.decode(have, &r)
	if !bytes.Equal(v.s.layout.encode(&b, &r), have[:v.s.layout.size]) {
		return v.s.damage("%s: record %d has stray bits", sectionNames[x.d.section(sideRecords)], x.at(i))
	}
	return nil
}

// groups checks the groups of a heavy address and their sums.
func (v *verifier) groups(id uint32, rank uint64) error {
	s := v.s
	for side := range s.sides {
		d := &s.sides[side]
		at, end := d.bounds(id)
		first, last, order := d.heavy(rank)
		if order != v.order[side] {
			return s.damage("%s: %s is out of order", sectionNames[d.section(sideHeavy)], s.names.address(id))
		}
		if last-first > 1 {
			v.order[side] += (end - at) * uint64(orderWidth(end-at))
		}
		for g := first; g < last; g++ {
			asset, from, _ := d.group(g)
			var x [2]view
			for i := range x {
				x[i].open(&s.sides[i], id, true, asset)
				x[i].counts = s.assets.asset(asset).IsFungible()
			}
			if from != at || x[side].n == 0 || x[side].first != from {
				return s.damage("%s: group %d of %s is out of order", sectionNames[d.section(sideGroups)], g, s.names.address(id))
			}
			at += x[side].n
			if x[side].anchored {
				if x[side].anchors != v.anchors[side] {
					return s.damage("%s: group %d is out of order", sectionNames[d.section(sideAnchors)], g)
				}
				v.anchors[side] += x[side].anchorWords()
			}
			if err := v.sums(&x[0], &x[1], side, asset); err != nil {
				return fmt.Errorf("%s of %s: %w", s.assets.asset(asset), s.names.address(id), err)
			}
		}
		if at != end {
			return s.damage("%s: groups of %s end too soon", sectionNames[d.section(sideGroups)], s.names.address(id))
		}
	}
	return nil
}

// sums checks the rows and the sums of one side of a pot.
func (v *verifier) sums(out, in *view, side int, asset uint32) error {
	x := []*view{out, in}[side]
	large := out.n > anchorEvery || in.n > anchorEvery
	if x.anchored != large {
		return v.s.damage("%s: missing or needless", sectionNames[x.d.section(sideAnchors)])
	}
	var sum, came, worst clew.Amount
	fits, ins := true, uint64(0)
	for i := range x.n {
		if err := v.tick(i); err != nil {
			return err
		}
		if have := v.s.layout.asset.get(x.bytes(i)); have != asset {
			return v.s.damage("%s: row %d is of asset %d, not %d", sectionNames[x.d.section(sideGroups)], i, have, asset)
		}
		if large && i > 0 && i%anchorEvery == 0 {
			if err := v.step(x, i/anchorEvery, sum, worst, fits); err != nil {
				return err
			}
		}
		if fits {
			sum, fits = sum.Add(x.amount(i))
		}
		for side == 0 && ins < in.n && in.pos(ins).Before(out.pos(i)) {
			next, ok := came.Add(in.amount(ins))
			if came = next; !ok {
				came = clew.MaxAmount
			}
			ins++
		}
		if side == 0 {
			worst = worst.Max(sum.MinusOrZero(came))
		}
	}
	if large {
		return v.step(x, x.steps(), sum, worst, fits)
	}
	return nil
}

func (v *verifier) step(x *view, k uint64, sum, worst clew.Amount, fits bool) error {
	if x.over() {
		return nil // the pot's sums are never used
	}
	gotSum, gotWorst := x.step(k)
	if !fits || gotSum != sum || x.d.first == secSides && gotWorst != worst {
		return v.s.damage("%s: step %d is %s and %s, want %s and %s", sectionNames[x.d.section(sideAnchors)], k, gotSum, gotWorst, sum, worst)
	}
	return nil
}
