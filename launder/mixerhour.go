package launder

import (
	"fmt"

	"clew"
)

// hoursApart is how far apart hours of the day may be.
const hoursApart = 3

// hourOfDay: the note came out, on another day, at the hours at which the batch was
// put in.
var hourOfDay = MixerRule{
	Sign: "hour-of-day", Name: "Hour of the day",
	Assumption: "one and the same person is awake at the same hours",
	Failure:    "so are most others of that part of the world; on the links of Ronin's thief it does no better than chance; within half a day of the batch it would only say again that it came out soon",
	Source:     "F. Béres et al., 2021, for the use of hours; the rule is ours",
	see: func(v *mixerView) (Sight, string) {
		if !v.timed() || v.soon() {
			return NotSeen, "it came out soon after the batch, which says the same, or times are not held"
		}
		near := HourNear(v.w.Time, v.batch.First, v.batch.Last)
		return sight(near), fmt.Sprintf("it came out at %d:00 UTC, the batch was put in from %d:00 to %d:00", hourOf(v.w.Time), hourOf(v.batch.First), hourOf(v.batch.Last))
	},
}

func hourOf(t clew.Time) int { return int(t/3600) % 24 }

// HourNear reports whether a time of day is at most [hoursApart] before or after
// some hour of a span.
func HourNear(t, first, last clew.Time) bool {
	if last-first >= (24-2*hoursApart)*3600 {
		return true
	}
	since := ((hourOf(t)-hourOf(first))%24 + 24) % 24
	return since <= int(last/3600-first/3600)+hoursApart || since >= 24-hoursApart
}
