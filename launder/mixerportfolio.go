package launder

import (
	"fmt"
	"maps"

	"clew"
)

// A day is how close together the notes of a portfolio are.
const portfolioSpan clew.Time = 24 * 60 * 60

// mostPortfolio is how many notes may come out to one hand.
const mostPortfolio = 1_000

// portfolio: what came out to one hand is what one hand put in, pool by pool.
var portfolio = MixerRule{
	oneHand: true,
	Sign:    "portfolio", Name: "The same notes of several pools",
	Assumption: "three notes or more of two pools or more that one hand puts in within a day, and another takes out within a day in the same numbers, are one person's",
	Failure:    "small portfolios are met by chance; only the pools that the case reaches are read, so that what somebody took out of others is not seen",
	Source:     "Tutela's multi-denomination reveal (an open tool of 2021)",
	see: func(v *mixerView) (Sight, string) {
		mine, total := map[clew.Address]uint64{}, uint64(0)
		for _, b := range v.mine {
			if b.Last >= v.batch.First-portfolioSpan && b.First <= v.batch.Last+portfolioSpan {
				mine[b.Pool.At] += b.Count
				total += b.Count
			}
		}
		if len(mine) < 2 || total < leastBurst || !v.timed() {
			return NotSeen, "the batch is not part of a portfolio of several pools, or times are not held"
		}
		theirs := v.pool.portfolio(v.facts.gathers(v.w.Who), v.w.Time)
		return sight(maps.Equal(mine, theirs)), fmt.Sprintf("%d notes of %d pools were put in within a day; %s came out to this hand", total, len(mine), portfolioWords(theirs))
	},
}

func portfolioWords(p map[clew.Address]uint64) string {
	n := uint64(0)
	for _, k := range p {
		n += k
	}
	return fmt.Sprintf("%d of %d", n, len(p))
}

// portfolio returns what came out to one hand within a day of a time, by pool.
func (p *poolView) portfolio(hand clew.Address, at clew.Time) map[clew.Address]uint64 {
	out := map[clew.Address]uint64{}
	if len(p.hands[hand]) > mostPortfolio {
		return out // many people's
	}
	for _, w := range p.hands[hand] {
		if w.Time >= at-portfolioSpan && w.Time <= at+portfolioSpan {
			out[w.Pool]++
		}
	}
	return out
}
