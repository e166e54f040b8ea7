package attribution

import (
	"math"
	"math/rand/v2"
	"testing"

	"clew"
)

// drawn returns minutes of the day drawn by the weights of hours.
func drawn(r *rand.Rand, n int, byHour []int) []float64 {
	out := make([]float64, n)
	for i := range out {
		at := r.IntN(sum(byHour))
		for hour, w := range byHour {
			if at -= w; at < 0 {
				out[i] = float64(60*hour) + 60*r.Float64()
				break
			}
		}
	}
	return out
}

var even = func() (all []int) {
	for range 24 {
		all = append(all, 1)
	}
	return all
}()

// TestRayleigh holds the approximation against drawing evenly again and again, and
// against the limit for many, exp(-nR²).
func TestRayleigh(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const times = 40_000
	for _, n := range []int{5, 10, 40} {
		for _, level := range []float64{0.3, 0.1, 0.05, 0.01} {
			closer := 0
			for range times {
				if _, closeness := meanOf(drawn(r, n, even)); rayleigh(n, closeness) <= level {
					closer++
				}
			}
			share := float64(closer) / times
			if off := math.Abs(share - level); off > 4*math.Sqrt(level/times)+0.02*level {
				t.Errorf("n %d: at most %v in %v of even days", n, level, share)
			}
		}
	}
	if p := rayleigh(100_000, math.Sqrt(math.Log(20)/100_000)); math.Abs(p-0.05) > 1e-4 {
		t.Errorf("of many: %v", p)
	}
	if p := rayleigh(6, 0); p != 1 {
		t.Errorf("spread evenly: %v", p)
	}
}

// TestEvened: sessions that are drawn from the others' own hours are gathered
// against an even day, and not against the others.
func TestEvened(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	byDay := make([]int, 24)
	for h := range byDay {
		byDay[h] = 1 + 30*one(h > 8 && h < 18)
	}
	const times = 4_000
	uneven, found := 0, 0
	for range times {
		minutes := drawn(r, 30, byDay)
		uneven += one(chanceOf(minutes, minutes, "", 0).P <= 500)
		found += one(chanceOf(minutes, evened(minutes, byDay), "", 0).P <= 500)
	}
	if uneven < times*99/100 {
		t.Errorf("gathered against an even day in %d of %d", uneven, times)
	}
	if found > times*7/100 || found < times*3/100 {
		t.Errorf("gathered against those they were drawn from in %d of %d, of 5 %%", found, times)
	}
	same := evened([]float64{0, 90, 1439}, even)
	for i, want := range []float64{0, 90, 1439} {
		if math.Abs(same[i]-want) > 1e-9 {
			t.Errorf("against an even day %v becomes %v", want, same[i])
		}
	}
}

// TestMeanOf goes over midnight.
func TestMeanOf(t *testing.T) {
	if m, r := meanOf([]float64{23 * 60, 60}); math.Abs(m-0) > 1e-6 && math.Abs(m-minutesOfDay) > 1e-6 || r < 0.9 {
		t.Errorf("around midnight: %v, %v", m, r)
	}
	if _, r := meanOf([]float64{0, 720}); r > 1e-9 {
		t.Errorf("opposite hours lie together: %v", r)
	}
}

// TestWilson: values that are in textbooks.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		had, all    int
		least, most float64
	}{{0, 20, 0, 0.1611}, {5, 10, 0.2366, 0.7634}, {20, 20, 0.8389, 1}, {0, 0, 0, 1}} {
		least, most := wilson(c.had, c.all)
		if math.Abs(least-c.least) > 5e-5 || math.Abs(most-c.most) > 5e-5 {
			t.Errorf("%d of %d: %v to %v", c.had, c.all, least, most)
		}
	}
	if r := rateOf(5, 10); r.Least != 236 || r.Most != 764 {
		t.Errorf("5 of 10: %+v", r)
	}
	if most := rateOf(0, 100).Most; most < 30 || most > 40 {
		t.Errorf("none of 100 is at most %d of 1,000: the rule of three says 30", most)
	}
}

// TestRatio: none where too little was measured, and never beyond what was.
func TestRatio(t *testing.T) {
	for _, c := range []struct{ same, sameOf, other, otherOf int }{{9, 9, 0, 100}, {10, 10, 0, 19}} {
		if r := ratioOf(rateOf(c.same, c.sameOf), rateOf(c.other, c.otherOf)); r != nil {
			t.Errorf("%+v: %+v", c, r)
		}
	}
	r := ratioOf(rateOf(20, 20), rateOf(0, 40))
	if r == nil || r.Most != 0 || r.Least < 900 || r.Least > 1000 { // 0.8389 / 0.0876
		t.Errorf("20 of 20 against 0 of 40: %+v", r)
	}
	if r := ratioOf(rateOf(10, 20), rateOf(20, 40)); r == nil || r.Least >= 100 || r.Most <= 100 {
		t.Errorf("the same shares: %+v", r)
	}
}

// TestSessions: what a program signs in a minute is one session, whatever it is; a
// session that goes over midnight lies around midnight.
func TestSessions(t *testing.T) {
	const monday = clew.Time(1_704_067_200) // 2024-01-01
	var signed []clew.Time
	for i := range clew.Time(300) {
		signed = append(signed, monday+9*3600+i)
	}
	for _, hours := range []clew.Time{24 + 22, 24 + 25, 24 + 27, 24 + 33} {
		signed = append(signed, monday+hours*3600)
	}
	minutes, h := sessionsOf(signed)
	if h.Sessions != 3 || h.Transactions != 304 || h.ByWeekday[0] != 1 || h.ByWeekday[1] != 1 || h.ByWeekday[2] != 1 {
		t.Fatalf("%+v", h)
	}
	if h.ByHour[9] != 2 || h.ByHour[0] != 1 || math.Abs(minutes[0]-540) > 1 || math.Abs(minutes[1]-40) > 15 {
		t.Errorf("%v, %v", h.ByHour, minutes)
	}
}
