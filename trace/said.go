package trace

import (
	"context"
	"slices"
	"sort"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// A said pot is one of whose balances there are readings: its transfers, held
// against them in order, whatever is marked.
type said struct {
	opening clew.Amount  // what more left before the first reading than came in: it was there first
	short   clew.Amount  // what more left later than was there
	points  []Adjustment // every reading; without a kind where it agrees or decides nothing
	fees    map[clew.Pos]withheld
	rows    []standing // its transfers, in order
	balance clew.Amount
}

// A standing is what a pot held just before one of its transfers.
type standing struct {
	pos  clew.Pos
	held clew.Amount
}

// A withheld fee is what a token kept of one transfer, by the reading at an index.
type withheld struct {
	amount clew.Amount
	point  int
}

// A change is one transfer of a pot.
type change struct {
	pos    clew.Pos
	in     bool
	amount clew.Amount
}

// hold holds the transfers of every pot with readings against them.
func (w *walk) hold(ctx context.Context) error {
	if len(w.in.Readings) == 0 {
		return nil
	}
	byPot, err := w.readings()
	if err != nil {
		return err
	}
	w.said = map[clew.Pot]*said{}
	for id, list := range byPot { // in any order: each is by itself
		v, err := w.viewOf(id.Asset.Chain())
		if err != nil {
			return err
		}
		changes, fits, err := v.changes(ctx, id)
		if err != nil {
			return err
		}
		if fits {
			s := holdAgainst(v, id, list, changes)
			w.said[id], v.openings[id] = s, s.opening
		}
	}
	return nil
}

// changes returns the transfers of a pot in order, and false if they are too many
// or too large to be held against readings.
func (v *view) changes(ctx context.Context, id clew.Pot) ([]change, bool, error) {
	var list []change
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		q := ledger.Query{Address: id.Address, Side: side, Asset: id.Asset, Limit: maxReadRows}
		rows, more, err := v.reader.Rows(ctx, q, nil)
		v.work.Rows += len(rows)
		if err != nil || more {
			return nil, false, err
		}
		sum := MaxReading()
		for i := range rows {
			var fits bool
			if sum, fits = sum.Add(rows[i].Amount); !fits {
				return nil, false, nil
			}
			if rows[i].Counts(id.Address) && !rows[i].Amount.IsZero() {
				list = append(list, change{rows[i].Pos, side == ledger.In, rows[i].Amount})
			}
		}
	}
	slices.SortFunc(list, func(a, b change) int { return a.pos.Cmp(b.pos) })
	return list, true, nil
}

// holdAgainst holds a pot's transfers against its readings, which are in order.
func holdAgainst(v *view, id clew.Pot, list []Reading, changes []change) *said {
	s := &said{fees: map[clew.Pos]withheld{}, points: make([]Adjustment, len(list))}
	s.opening = deficit(changes, list[0].Block.Height)
	s.balance = s.opening
	from := uint64(0) // the first block since the last reading
	for i, r := range list {
		s.points[i].Reading = r
		n := sort.Search(len(changes), func(k int) bool { return changes[k].pos.Height >= r.Block.Height })
		m := sort.Search(len(changes), func(k int) bool { return changes[k].pos.Height > r.Block.Height })
		s.play(changes[:n])
		held := Lacks(v.snapshot.Coverage(), id, clew.Window{From: from, To: r.Block.Height + 1}) == ""
		known := i > 0 && from == r.Block.Height && s.balance == list[i-1].Says
		if held && (known || s.balance.IsZero()) {
			s.findFee(i, changes[n:m])
		}
		s.play(changes[n:m])
		s.meet(i, held)
		changes, from = changes[m:], r.Block.Height+1
	}
	s.play(changes)
	return s
}

// deficit returns by how much more left up to a block than came in, at most.
func deficit(changes []change, last uint64) clew.Amount {
	var in, out, worst clew.Amount
	for _, c := range changes {
		if c.pos.Height > last {
			break
		}
		if c.in {
			in = in.Plus(c.amount)
		} else {
			out = out.Plus(c.amount)
		}
		worst = worst.Max(out.MinusOrZero(in))
	}
	return worst
}

// play goes on over transfers.
func (s *said) play(changes []change) {
	for _, c := range changes {
		s.rows = append(s.rows, standing{c.pos, s.balance})
		if c.in {
			s.balance = s.balance.Plus(c.amount).Minus(s.fees[c.pos].amount)
			continue
		}
		s.short = s.short.Plus(c.amount.MinusOrZero(s.balance))
		s.balance = s.balance.MinusOrZero(c.amount)
	}
}

// findFee finds that a reading says so much less as a token can have kept of what
// its block brought. What the pot held before the block is known: so nothing else
// was lowered. The fee lies on the transfers in proportion.
func (s *said) findFee(point int, block []change) {
	held, amounts := s.balance, []clew.Amount(nil)
	var in clew.Amount
	for _, c := range block {
		if c.in {
			held, in, amounts = held.Plus(c.amount), in.Plus(c.amount), append(amounts, c.amount)
			continue
		}
		if held.Less(c.amount) {
			return // a part of what left is not explained
		}
		held = held.Minus(c.amount)
	}
	missing := held.MinusOrZero(s.points[point].Says)
	if missing.IsZero() || in.Less(missing) {
		return
	}
	for _, c := range block {
		if c.in {
			s.fees[c.pos] = withheld{point: point}
		}
	}
	parts := taint.Spread(missing, amounts)
	for _, c := range block {
		if c.in {
			s.fees[c.pos] = withheld{parts[0], point}
			parts = parts[1:]
		}
	}
	s.points[point].Kind, s.points[point].Held = FeeKept, held
}

// meet sets the balance to what a reading says, if the history since the one before
// is held; if not, what is said to be there more was there before.
func (s *said) meet(point int, held bool) {
	p := &s.points[point]
	if p.Kind == FeeKept {
		return
	}
	p.Held = s.balance
	switch {
	case p.Says == s.balance || !held && p.Says.Less(s.balance):
		return
	case !held:
		p.Kind = ThereBefore
	case p.Says.IsZero():
		p.Kind = Emptied
	case s.balance.IsZero():
		p.Kind = Made
	case s.balance.Less(p.Says):
		p.Kind = ScaledUp
	default:
		p.Kind = ScaledDown
	}
	s.balance = p.Says
}

// heldBefore returns what the pot held just before one of its transfers.
func (s *said) heldBefore(pos clew.Pos) clew.Amount {
	i := sort.Search(len(s.rows), func(k int) bool { return !s.rows[k].pos.Before(pos) })
	if i == len(s.rows) {
		return s.balance
	}
	return s.rows[i].held
}
