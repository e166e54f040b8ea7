package segment

import (
	"context"
	"fmt"

	"clew"
	"clew/ledger"
)

// sums fills what comes before each of rows, the first of which is v's row
// from.
func (v *view) sums(from uint64, rows []ledger.Row, q *ledger.Query) error {
	sum, fits := v.sumBefore(from)
	for i := range rows {
		if !fits {
			return overflow(clew.Pot{Address: q.Address, Asset: q.Asset})
		}
		r := &rows[i]
		r.Before = sum
		if v.counts && r.Peer != q.Address {
			sum, fits = sum.Add(r.Amount)
		}
	}
	return nil
}

func overflow(p clew.Pot) error {
	return fmt.Errorf("%s of %s: %w", p.Asset, p.Address.Text(), ledger.ErrOverflow)
}

// amount returns what a row adds to the sums of its pot.
func (v *view) amount(i uint64) clew.Amount {
	b := v.bytes(i)
	if !v.counts || v.d.s.layout.peer.get(b) == v.of {
		return clew.Amount{}
	}
	return v.d.s.recordAmount(b)
}

// sumBefore returns what the first i rows add up to, and whether that fits.
func (v *view) sumBefore(i uint64) (clew.Amount, bool) {
	if !v.counts {
		return clew.Amount{}, true
	}
	sum, at := clew.Amount{}, uint64(0)
	if v.anchored {
		if v.over() {
			return clew.Amount{}, false
		}
		k := i / anchorEvery
		if i == v.n {
			k, at = v.steps(), i
		} else {
			at = k * anchorEvery
		}
		if k > 0 {
			sum, _ = v.step(k)
		}
	}
	return v.addUp(sum, at, i)
}

// addUp adds the rows from at up to end to sum.
func (v *view) addUp(sum clew.Amount, at, end uint64) (clew.Amount, bool) {
	fits := true
	for ; at < end && fits; at++ {
		sum, fits = sum.Add(v.amount(at))
	}
	return sum, fits
}

// steps returns how many sums an anchored pot has.
func (v *view) steps() uint64 { return (v.n + anchorEvery - 1) / anchorEvery }

// over reports whether the sums of an anchored pot do not fit.
func (v *view) over() bool {
	return v.n > 0 && v.d.s.u64(v.d.section(sideAnchors), v.anchors)&overFlag != 0
}

// anchorWords returns how many words the sums of an anchored pot take.
func (v *view) anchorWords() uint64 {
	each := v.d.s.u64(v.d.section(sideAnchors), v.anchors) &^ overFlag
	if v.d.first == secSides {
		each *= 2
	}
	return 1 + each*v.steps()
}

// step returns what the rows before step k, from 1, add up to, and on the
// outgoing side their deficit.
func (v *view) step(k uint64) (sum, deficit clew.Amount) {
	id := v.d.section(sideAnchors)
	words := v.d.s.u64(id, v.anchors) &^ overFlag
	if words > 4 {
		panic(&damageError{v.d.s.damage("%s: out of range", sectionNames[id])})
	}
	at, size := v.anchors+1+(k-1)*words, words
	if v.d.first == secSides {
		at, size = v.anchors+1+(k-1)*2*words, 2*words
	}
	if size == 0 {
		return sum, deficit
	}
	v.d.s.need(id, 8*at, 8*size)
	b := v.d.s.parts[id][8*at : 8*(at+size)]
	sum = wordsAmount(b[:8*words])
	return sum, wordsAmount(b[8*words:])
}

func wordsAmount(b []byte) clew.Amount {
	var limbs [4]uint64
	for i := 0; len(b) > 0; i++ {
		limbs[i] = le.Uint64(b)
		b = b[8:]
	}
	return clew.AmountOf(limbs)
}

// Tile appends to page the rows of a pot on one side that hold the units from
// lo up to hi.
func (s *Segment) Tile(ctx context.Context, pot clew.Pot, sd ledger.Side, lo, hi clew.Amount, limit int, page []ledger.Row) (rows []ledger.Row, more bool, err error) {
	q := ledger.Query{Address: pot.Address, Asset: pot.Asset, Side: sd, Limit: limit, Sums: true}
	if err := q.Check(); err != nil {
		return page, false, err
	}
	if err := ctx.Err(); err != nil {
		return page, false, err
	}
	rows = page
	err = s.guard(func() (err error) {
		var v view
		if lo.Less(hi) && s.find(&v, sd, pot.Address, pot.Asset) && v.counts && v.n > 0 {
			rows, more, err = s.tile(ctx, &v, pot, lo, hi, limit, page)
		}
		return err
	})
	if err != nil {
		return page, false, err
	}
	return rows, more, nil
}

func (s *Segment) tile(ctx context.Context, v *view, pot clew.Pot, lo, hi clew.Amount, limit int, page []ledger.Row) ([]ledger.Row, bool, error) {
	if v.anchored && v.over() {
		return page, false, overflow(pot)
	}
	at, sum := v.seek(lo)
	for ; at < v.n && sum.Less(hi); at++ {
		if at%checkEvery == 0 && ctx.Err() != nil {
			return page, false, ctx.Err()
		}
		amount := v.amount(at)
		end, fits := sum.Add(amount)
		if !fits {
			return page, false, overflow(pot)
		}
		if !amount.IsZero() && lo.Less(end) {
			if limit == 0 {
				return page, true, nil
			}
			page = append(page, ledger.Row{})
			row := page[len(page)-1:]
			s.fill(v, at, row)
			row[0].Before = sum
			limit--
		}
		sum = end
	}
	return page, false, nil
}

// seek returns a row not after the one that holds the unit lo, and what comes
// before it.
func (v *view) seek(lo clew.Amount) (uint64, clew.Amount) {
	if !v.anchored {
		return 0, clew.Amount{}
	}
	from, to := uint64(0), v.steps()
	for from < to { // the greatest step that is not above lo
		mid := from + (to-from+1)/2
		if sum, _ := v.step(mid); lo.Less(sum) {
			to = mid - 1
		} else {
			from = mid
		}
	}
	if from == 0 {
		return 0, clew.Amount{}
	}
	sum, _ := v.step(from)
	return min(from*anchorEvery, v.n), sum
}

// Flow returns what went through a pot before a position.
func (s *Segment) Flow(ctx context.Context, pot clew.Pot, before clew.Pos) (flow ledger.Flow, err error) {
	if err := ctx.Err(); err != nil {
		return ledger.Flow{}, err
	}
	err = s.guard(func() (err error) {
		id, ok := s.names.id(pot.Address)
		asset, known := s.assets.id(pot.Asset)
		if ok && known && pot.Asset.IsFungible() {
			flow, err = s.flow(pot, id, asset, before)
		}
		return err
	})
	if err != nil {
		return ledger.Flow{}, err
	}
	return flow, nil
}

// openBoth opens both sides of a pot, and asks for the rows of both before it
// looks at any.
func openBoth(out, in *view, id, asset uint32) {
	out.d.soonBounds(id)
	in.d.soonBounds(id)
	var first, end [2]uint64
	for i, v := range []*view{out, in} {
		v.of = id
		if first[i], end[i] = v.d.bounds(id); end[i]-first[i] <= lightRows {
			v.d.s.soon(v.d.section(sideRecords), first[i]*v.d.s.layout.size, (end[i]-first[i])*v.d.s.layout.size)
		}
	}
	out.openAt(first[0], end[0], true, asset)
	in.openAt(first[1], end[1], true, asset)
}

func (s *Segment) flow(pot clew.Pot, id, asset uint32, before clew.Pos) (flow ledger.Flow, err error) {
	var out, in view
	out.d, in.d = &s.sides[0], &s.sides[1]
	out.counts, in.counts = true, true
	openBoth(&out, &in, id, asset)
	outs, ins := out.n, in.n
	if before != clew.LastPos {
		outs, ins = out.search(before), in.search(before)
	}
	var outFits, inFits bool
	if !out.anchored && !in.anchored {
		if flow, outFits = smallFlow(&out, &in, outs, ins); !outFits {
			return ledger.Flow{}, overflow(pot)
		}
		return flow, nil
	}
	flow.Out, outFits = out.sumBefore(outs)
	flow.In, inFits = in.sumBefore(ins)
	if outFits && inFits {
		flow.Deficit, outFits = deficit(&out, &in, outs)
	}
	if !outFits || !inFits {
		return ledger.Flow{}, overflow(pot)
	}
	return flow, nil
}

// smallFlow returns what the first outs and ins rows of a pot without kept
// sums add up to, and whether that fits. Each row is looked at once.
func smallFlow(out, in *view, outs, ins uint64) (flow ledger.Flow, fits bool) {
	came := uint64(0)
	fits = true
	for i := uint64(0); i < outs && fits; i++ {
		o := out.bytes(i)
		for ; came < ins && fits && in.d.s.earlier(in.bytes(came), o); came++ {
			flow.In, fits = flow.In.Add(in.amount(came))
		}
		if fits {
			flow.Out, fits = flow.Out.Add(out.amount(i))
		}
		if flow.In.Less(flow.Out) {
			flow.Deficit = flow.Deficit.Max(flow.Out.Minus(flow.In))
		}
	}
	for ; came < ins && fits; came++ {
		flow.In, fits = flow.In.Add(in.amount(came))
	}
	return flow, fits
}

// earlier reports whether record a is at an earlier position than record b.
func (s *Segment) earlier(a, b []byte) bool {
	l := &s.layout
	if x, y := uint64(l.block.get(a)), uint64(l.block.get(b)); x != y {
		if s.n.odd == 0 {
			return x < y
		}
		height, _ := s.block(x)
		if other, _ := s.block(y); height != other {
			return height < other
		}
	}
	if x, y := l.index.get(a), l.index.get(b); x != y {
		return x < y
	}
	if x, y := l.class.get(a), l.class.get(b); x != y {
		return x < y
	}
	return l.ordinal.get(a) < l.ordinal.get(b)
}

// deficit returns the largest deficit after any of the first outs rows.
func deficit(out, in *view, outs uint64) (worst clew.Amount, fits bool) {
	at, sum := uint64(0), clew.Amount{}
	if out.anchored && outs > 0 {
		k := outs / anchorEvery
		if outs == out.n {
			_, worst = out.step(out.steps())
			return worst, true
		}
		if at = k * anchorEvery; k > 0 {
			sum, worst = out.step(k)
		}
	}
	came, ins := clew.Amount{}, uint64(0)
	for ; at < outs; at++ {
		if sum, fits = sum.Add(out.amount(at)); !fits {
			return worst, false
		}
		if came, ins, fits = in.cameBefore(out.pos(at), came, ins); !fits {
			return worst, false
		}
		worst = worst.Max(sum.MinusOrZero(came))
	}
	return worst, true
}

// cameBefore returns what rows before pos add up to and how many they are,
// given the same for an earlier position.
func (v *view) cameBefore(pos clew.Pos, sum clew.Amount, at uint64) (clew.Amount, uint64, bool) {
	for steps := 0; steps < anchorEvery || !v.anchored; steps++ {
		if at == v.n || !v.pos(at).Before(pos) {
			return sum, at, true
		}
		var fits bool
		if sum, fits = sum.Add(v.amount(at)); !fits {
			return sum, at, false
		}
		at++
	}
	at = v.search(pos)
	sum, fits := v.sumBefore(at)
	return sum, at, fits
}
