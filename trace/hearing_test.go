package trace

import (
	"math/rand"
	"slices"

	"clew"
	"clew/taint"
)

// tell makes readings of some pots at random: around what the transfers come to, by
// a fee where something was received, by a factor, or anything.
func (w *world) tell(rng *rand.Rand) {
	for range 1 + rng.Intn(8) {
		t := &w.transfers[rng.Intn(len(w.transfers))]
		id := clew.Pot{Address: t.To[0].Address, Asset: coin(1)}
		if id.Address.IsZero() {
			continue
		}
		h := t.Pos.Height
		if rng.Intn(2) == 0 {
			w.say(id, h-1, w.sum(id, h-1))
			n, _ := t.Amount().Uint64()
			w.say(id, h, w.sum(id, h)-int(n)*rng.Intn(4)/4)
			continue
		}
		w.say(id, h, w.sum(id, h)*rng.Intn(7)/3+rng.Intn(2))
	}
}

// say adds a reading, if there is none of that block.
func (w *world) say(id clew.Pot, height uint64, says int) {
	if !slices.ContainsFunc(w.readings, func(r Reading) bool { return r.Pot == id && r.Block.Height == height }) {
		r := told(id.Address, height, uint64(max(says, 0)))
		w.readings = append(w.readings, r)
	}
}

// sum returns what transfers up to a block bring a pot.
func (w *world) sum(id clew.Pot, height uint64) (sum int) {
	for i := range w.transfers {
		t := &w.transfers[i]
		n, _ := t.Amount().Uint64()
		if t.Asset != id.Asset || t.Pos.Height > height {
			continue
		}
		if t.To[0].Address == id.Address {
			sum += int(n)
		}
		if t.From[0].Address == id.Address {
			sum -= int(n)
		}
	}
	return max(sum, 0)
}

// hear finds which of the readings tell of a fee, going through the history of
// each pot by whole numbers.
func (o *oracle) hear() {
	o.told, o.fees = map[clew.Pot][]Reading{}, map[clew.Pos]uint64{}
	for _, r := range o.readings {
		o.told[r.Pot] = append(o.told[r.Pot], r)
	}
	for id, list := range o.told {
		slices.SortFunc(list, func(a, b Reading) int { return int(a.Block.Height) - int(b.Block.Height) })
		o.findFees(id, list)
	}
}

func (o *oracle) findFees(id clew.Pot, list []Reading) {
	worst, sum := 0, 0
	o.each(id, 0, list[0].Block.Height, func(_ clew.Pos, n int) { sum += n; worst = max(worst, -sum) })
	held, from := worst, uint64(0)
	for i, r := range list {
		h, says := r.Block.Height, 0
		n, _ := r.Says.Uint64()
		says = int(n)
		o.each(id, from, h-1, func(_ clew.Pos, n int) { held = max(0, held+n) })
		after, brought, covered := held, 0, true
		var came []clew.Pos
		var weights []clew.Amount
		o.each(id, h, h, func(pos clew.Pos, n int) {
			after += n
			covered = covered && after >= 0
			if n > 0 {
				brought += n
				came, weights = append(came, pos), append(weights, clew.Units(uint64(n)))
			}
		})
		if known := held == 0 || i > 0 && list[i-1].Block.Height+1 == h; known && covered && after > says && after-says <= brought {
			for k, part := range taint.Spread(clew.Units(uint64(after-says)), weights) {
				o.fees[came[k]], _ = part.Uint64()
			}
		}
		held, from = says, h+1
	}
}

// each goes through what changes a pot within blocks.
func (o *oracle) each(id clew.Pot, from, to uint64, do func(clew.Pos, int)) {
	for i := range o.all {
		t := &o.all[i]
		n, _ := t.Amount().Uint64()
		if t.Asset != id.Asset || t.Pos.Height < from || t.Pos.Height > to || t.From[0].Address == t.To[0].Address || n == 0 {
			continue
		}
		if t.To[0].Address == id.Address {
			do(t.Pos, int(n))
		}
		if t.From[0].Address == id.Address {
			do(t.Pos, -int(n))
		}
	}
}

// unread reports whether no reading of a pot was before a height.
func (o *oracle) unread(id clew.Pot, height uint64) bool {
	return len(o.told[id]) == 0 || height <= o.told[id][0].Block.Height
}

// listen sets a pot to what readings before a height say.
func (o *oracle) listen(id clew.Pot, height uint64) {
	pot := o.pots[id]
	for len(o.told[id]) > 0 && pot != nil {
		r := o.told[id][0]
		if r.Block.Height >= height || o.limits.Until.Known() && r.Block.Time > o.limits.Until {
			return
		}
		o.told[id] = o.told[id][1:]
		switch {
		case r.Says == pot.Balance():
		case pot.Balance().IsZero():
			if err := pot.Receive(taint.Tape{taint.CleanRun(r.Says)}); err != nil {
				panic(err)
			}
		case r.Says.IsZero():
			gone, _ := pot.Spend(pot.Balance(), nil)
			o.book(TokenFee, id.Address, id.Asset, gone)
		default:
			pot.Scale(r.Says)
		}
	}
}

// withhold books the fee of a transfer, and returns what arrives.
func (o *oracle) withhold(tr *clew.Transfer, tape taint.Tape) taint.Tape {
	fee := clew.Units(o.fees[tr.Pos])
	if fee.IsZero() {
		return tape
	}
	arrived, kept, err := taint.Withhold(o.method, tape, fee)
	if err != nil {
		panic(err)
	}
	o.book(TokenFee, tr.To[0].Address, tr.Asset, kept)
	return arrived
}
