package attribution

import (
	"math/rand/v2"
	"testing"

	"clew"
)

// naiveSteps tries everything.
func naiveSteps(a, b []StepKind) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	}
	return min(naiveSteps(a[1:], b)+1, naiveSteps(a, b[1:])+1, naiveSteps(a[1:], b[1:])+one(a[0] != b[0]))
}

// naiveHours tries each assignment of sessions to sessions, of as many on both
// sides, and takes the shorter way around for each.
func naiveHours(a, b []int) int {
	if len(a) == 0 {
		return 0
	}
	best := 1 << 30
	for i := range b {
		rest := append(append([]int{}, b[:i]...), b[i+1:]...)
		d := absolute(a[0] - b[i])
		best = min(best, min(d, 24-d)+naiveHours(a[1:], rest))
	}
	return best
}

func hist(hours []int) []int {
	out := make([]int, 24)
	for _, h := range hours {
		out[h]++
	}
	return out
}

func TestDistancesAgainstNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	kinds := StepKinds()
	for range 400 {
		a, b := make([]StepKind, r.IntN(6)), make([]StepKind, r.IntN(6))
		for i := range a {
			a[i] = kinds[r.IntN(3)]
		}
		for i := range b {
			b[i] = kinds[r.IntN(3)]
		}
		want := 0
		if n := max(len(a), len(b)); n > 0 {
			want = naiveSteps(a, b) * 1000 / n
		}
		if got := stepsApart(a, b); got != want || got != stepsApart(b, a) {
			t.Fatalf("%v, %v: %d, want %d", a, b, got, want)
		}
		n := 1 + r.IntN(5)
		x, y := make([]int, n), make([]int, n)
		for i := range x {
			x[i], y[i] = r.IntN(24), r.IntN(24)
		}
		want = naiveHours(x, y) * 60 / n
		if got := hoursApart(hist(x), hist(y)); got != want || got != hoursApart(hist(y), hist(x)) {
			t.Fatalf("hours %v, %v: %d minutes, want %d", x, y, got, want)
		}
	}
}

// naiveGap looks at each size there is.
func naiveGap(a, b []int) int {
	gap := 0
	for size := range 20 {
		below := func(list []int) (n int) {
			for _, x := range list {
				n += one(x <= size)
			}
			return n
		}
		gap = max(gap, absolute(below(a)*len(b)-below(b)*len(a))*1000/(len(a)*len(b)))
	}
	return gap
}

func TestTranchesAgainstNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	asset := clew.NativeAsset(clew.Ethereum)
	of := func(sizes []int) (list []Tranche) {
		for _, s := range sizes {
			list = append(list, Tranche{asset, clew.Units(uint64(s)), 1})
		}
		return list
	}
	for range 300 {
		a, b := make([]int, leastTranches+r.IntN(6)), make([]int, leastTranches+r.IntN(6))
		for i := range a {
			a[i] = r.IntN(20)
		}
		for i := range b {
			b[i] = r.IntN(20)
		}
		got, _, ok := tranchesApart(of(a), of(b))
		back, _, _ := tranchesApart(of(b), of(a))
		if want := naiveGap(a, b); !ok || got != want || back != want {
			t.Fatalf("%v, %v: %d and %d, want %d", a, b, got, back, want)
		}
	}
	if _, _, ok := tranchesApart(of([]int{1, 2, 3}), of([]int{1, 2, 3})); ok {
		t.Error("three tranches make a distribution")
	}
}

func TestDwells(t *testing.T) {
	a := []Dwell{{StepMix, 3600}, {StepService, 7200}}
	b := []Dwell{{StepMix, 7200}, {StepBridge, 1}}
	for _, pair := range [][2][]Dwell{{a, b}, {b, a}} {
		if d, ok := dwellsApart(pair[0], pair[1]); !ok || d != 100 {
			t.Errorf("twice as long: %d, %v", d, ok)
		}
	}
	if _, ok := dwellsApart(a[1:], b[1:]); ok {
		t.Error("other steps compare")
	}
	if d, _ := dwellsApart([]Dwell{{StepMix, 0}}, []Dwell{{StepMix, 59}}); d != 0 {
		t.Errorf("below a minute: %d", d)
	}
}

func TestZones(t *testing.T) {
	for _, c := range []struct{ mean, least, most int }{{13*60 + 30, -3, 3}, {4*60 + 30, 6, 12}, {18*60 + 30, -8, -2}} {
		if least, most := Zones(c.mean); least != c.least || most != c.most {
			t.Errorf("around %d: UTC%+d to UTC%+d", c.mean, least, most)
		}
	}
}

func TestOnce(t *testing.T) {
	var got []StepKind
	for _, s := range []StepKind{StepSwap, StepSwap, StepGather, StepMix, StepGather, StepMix, StepBridge, StepMix} {
		got = once(append(got, s))
	}
	want := []StepKind{StepSwap, StepGather, StepMix, StepBridge, StepMix}
	if len(got) != len(want) || stepsApart(got, want) != 0 {
		t.Errorf("%v, want %v", got, want)
	}
}
