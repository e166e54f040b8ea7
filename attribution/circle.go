package attribution

import (
	"math"

	"clew"
)

// Floating point is used in this file and in odds.go alone, for tests against
// chance: no amount comes here.

// minutesOfDay is how many minutes a day has.
const minutesOfDay = 24 * 60

// meanOf returns around which minute of the day some minutes lie, and how closely,
// from 0 to 1. Of none, or of those that lie evenly, the minute means nothing.
func meanOf(minutes []float64) (minute, resultant float64) {
	var x, y float64
	for _, m := range minutes {
		sin, cos := math.Sincos(2 * math.Pi * m / minutesOfDay)
		x, y = x+cos, y+sin
	}
	if len(minutes) == 0 {
		return 0, 0
	}
	minute = math.Atan2(y, x) / (2 * math.Pi) * minutesOfDay
	return math.Mod(minute+minutesOfDay, minutesOfDay), math.Hypot(x, y) / float64(len(minutes))
}

// rayleigh returns how often n directions that are drawn evenly and independently
// lie as closely together as a resultant says, or closer. The approximation is
// that of Greenwood and Durand (1955) as given by Zar, Biostatistical Analysis
// (5th edition, 2010, section 27.1).
//
// It sees one gathering alone: two opposite ones hide from it.
func rayleigh(n int, resultant float64) float64 {
	if n == 0 {
		return 1
	}
	count := float64(n)
	total := count * min(resultant, 1)
	return min(1, math.Exp(math.Sqrt(1+4*count+4*(count*count-total*total))-(1+2*count)))
}

// evened moves minutes of the day to where they would lie if the others' hours
// were even: a minute goes to the share of the others that comes before it. Drawn
// from the others, they are even then, and can be tested as such.
func evened(minutes []float64, others []int) []float64 {
	var sum float64
	for _, n := range others {
		sum += float64(n)
	}
	out := make([]float64, len(minutes))
	for i, m := range minutes {
		hour := min(int(m/60), len(others)-1)
		var before float64
		for _, n := range others[:hour] {
			before += float64(n)
		}
		before += float64(others[hour]) * (m - float64(60*hour)) / 60
		out[i] = before / sum * minutesOfDay
	}
	return out
}

// chanceOf tests minutes of the day. tested are those minutes, or where they lie
// after [evened]; the mean is that of the minutes themselves.
func chanceOf(minutes, tested []float64, against string, of int) *Chance {
	_, closeness := meanOf(tested)
	mean, _ := meanOf(minutes)
	p := math.Ceil(rayleigh(len(tested), closeness) * 10_000)
	return &Chance{Against: against, Of: of, P: int(p), R: int(closeness * 1000), Mean: int(mean) % minutesOfDay}
}

// sessionsOf parts times in order into sessions, and returns around which minute
// of the day each lies.
func sessionsOf(signed []clew.Time) (minutes []float64, h *Hours) {
	h = &Hours{Transactions: len(signed), ByHour: make([]int, 24), ByWeekday: make([]int, weekdays)}
	for start := 0; start < len(signed); {
		end := start + 1
		for end < len(signed) && signed[end]-signed[end-1] < Pause {
			end++
		}
		var active []float64
		for i := start; i < end; i++ {
			hour := signed[i] / 3600
			if i == start || hour != signed[i-1]/3600 {
				active = append(active, float64(signed[i]%onDay/60))
			}
		}
		minute, _ := meanOf(active)
		minutes = append(minutes, minute)
		h.ByHour[int(minute/60)%24]++
		h.ByWeekday[(int(signed[start]/onDay)+3)%weekdays]++ // 1970-01-01 was a Thursday
		start = end
	}
	h.Sessions = len(minutes)
	return minutes, h
}
