package launder

import (
	"fmt"
	"math/big"

	"clew"
)

// Bounds of a burst.
const (
	leastBurst = 3
	burstOdds  = 1000 // chance must bring such a burst at most once in so many
)

// smallBatch is why nothing is said of some.
var smallBatch = fmt.Sprintf("a batch of fewer than %d notes", leastBurst)

// burstRule: several notes came out soon after, to one hand.
var burstRule = MixerRule{
	oneHand: true,
	Sign:    "burst", Name: "A burst of notes to one hand",
	Assumption: "who puts in several notes takes several out at one address, or gathers them at one, soon after; by chance so many of one hand's withdrawals of a week would not fall in those hours",
	Failure:    "everybody who takes out several notes at once makes a burst, and some batch of somebody's precedes it; services that gather for many look like one hand",
	Source:     "ours: the hypergeometric likelihood of so many notes of one hand among those that come out soon after",
	see: func(v *mixerView) (Sight, string) {
		switch {
		case v.batch.Count < leastBurst:
			return NotSeen, smallBatch
		case !v.timed():
			return NotSeen, "times are not held"
		case !v.soon():
			return NotSeen, "it did not come out soon after the batch"
		}
		hand := v.facts.gathers(v.w.Who)
		k, kind := v.window.soonBy[hand], v.window.by[hand]
		if k < leastBurst || k > v.batch.Count {
			return SpeaksAgainst, fmt.Sprintf("%d notes came out to this hand soon after a batch of %d; at least %d are wanted, and no more than the batch has", k, v.batch.Count, leastBurst)
		}
		p := v.window.tail(kind, k)
		rare := p.Cmp(big.NewRat(1, burstOdds)) <= 0
		return sight(rare), fmt.Sprintf("of %d notes that came out to this hand in the window, %d did among the first %d of %d: chance brings that %s", kind, k, v.window.soon, v.window.all, oftenWords(p))
	},
}

// oftenWords says how often chance brings something.
func oftenWords(p *big.Rat) string {
	if p.Sign() == 0 {
		return "never"
	}
	n := new(big.Int).Quo(p.Denom(), p.Num())
	if n.Cmp(big.NewInt(1_000_000_000)) > 0 {
		return "less than once in 1000000000"
	}
	return "once in " + n.String()
}

// A windowView counts what came out of a pool while candidates of a batch are
// looked for.
type windowView struct {
	all, soon  uint64                  // withdrawals of the window, and those soon after the batch
	by, soonBy map[clew.Address]uint64 // by whom they gather at
	tails      map[[2]uint64]*big.Rat
}

// windowOf counts the withdrawals from the first of a batch's deposits to so long
// after its last.
func (p *poolView) windowOf(b *MixerBatch, within clew.Time, f *MixerFacts) *windowView {
	v := &windowView{by: map[clew.Address]uint64{}, soonBy: map[clew.Address]uint64{}, tails: map[[2]uint64]*big.Rat{}}
	for i := range p.Withdrawals {
		w := &p.Withdrawals[i]
		if !b.reaches(w, within) {
			continue
		}
		hand := f.gathers(w.Who)
		v.all++
		v.by[hand]++
		if w.Time <= b.Last+soonAfter {
			v.soon++
			v.soonBy[hand]++
		}
	}
	return v
}

// reaches reports whether a withdrawal is in the window of a batch.
func (b *MixerBatch) reaches(w *MixerNote, within clew.Time) bool {
	return w.Time <= b.Last+within && b.before(w) > 0
}

// tail is the likelihood of so many of a kind among those soon after.
func (v *windowView) tail(kind, least uint64) *big.Rat {
	key := [2]uint64{kind, least}
	if v.tails[key] == nil {
		v.tails[key] = Hypergeometric(v.all, kind, v.soon, least)
	}
	return v.tails[key]
}
