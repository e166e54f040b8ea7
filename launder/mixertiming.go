package launder

import (
	"fmt"
	"math/big"
	"time"

	"clew"
)

// soonAfter is how long after the last deposit of a batch a withdrawal is soon
// after it: chosen on the first half of the batches of Ronin's thief.
const soonAfter clew.Time = 12 * 60 * 60

// inTime: the note came out soon after.
var inTime = MixerRule{
	Sign: "timing", Name: "Soon after",
	Assumption: "a thief in a hurry takes out within twelve hours after the batch",
	Failure:    "others take out at the same time, so that of one note it says next to nothing: that is the amount and the time alone; whoever waits is not seen, and is spoken against",
	Source:     "F. Béres et al., 2021, for the use of time; the span is ours, and so is the measure of the others: the share of the pool's notes that were put in within as long",
	see: func(v *mixerView) (Sight, string) {
		if !v.timed() {
			return NotSeen, "times are not held"
		}
		after := v.w.Time - v.batch.Last
		if after <= 0 {
			return SpeaksFor, "it came out while the batch was put in"
		}
		return sight(v.soon()), fmt.Sprintf("it came out %s after the last deposit of the batch", time.Duration(after)*time.Second)
	},
}

// timed reports whether times are held.
func (v *mixerView) timed() bool { return v.w.Time.Known() && v.batch.First.Known() }

// soon reports whether the note came out soon after the batch, or during it.
func (v *mixerView) soon() bool { return v.w.Time <= v.batch.Last+soonAfter }

// rateOfRecent is how likely a note of the pool, taken out at a place, was put in
// within [soonAfter] before, if it was any of them.
func (p *poolView) rateOfRecent(at int) *big.Rat {
	set := max(p.sets[at], 1)
	return Frequency{Seen: min(p.recent[at], set), Of: set}.likelihood()
}
