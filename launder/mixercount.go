package launder

import "fmt"

// noteCount: as many notes came out to one hand as the batch has.
var noteCount = MixerRule{
	oneHand: true,
	Sign:    "note-count", Name: "As many notes as were put in",
	Assumption: "who puts in several notes and gathers all of them at one address took out exactly as many as he put in",
	Failure:    "small numbers are met by chance; who leaves one note in, or parts them over several addresses that never meet, is spoken against",
	Source:     "the exact count is ours, after Tutela's multi-denomination reveal of one pool",
	see: func(v *mixerView) (Sight, string) {
		if v.batch.Count < leastBurst {
			return NotSeen, smallBatch
		}
		n := v.window.by[v.facts.gathers(v.w.Who)]
		return sight(n == v.batch.Count), fmt.Sprintf("%d notes came out to this hand in the window; the batch has %d", n, v.batch.Count)
	},
}
