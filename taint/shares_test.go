package taint

import (
	"math/rand"
	"testing"

	"clew"
)

// TestShares: of every tape each holder has its share, to within a unit of every
// run; no unit is lost and no basis; and cutting runs changes nothing.
func TestShares(t *testing.T) {
	rng := rand.New(rand.NewSource(5))
	for range 2_000 {
		var tape Tape
		for range 1 + rng.Intn(6) {
			n := clew.Units(uint64(rng.Intn(40)))
			if rng.Intn(2) == 0 {
				tape = tape.Append(CleanRun(n))
			} else {
				tape = tape.Append(OriginRun(n, rng.Intn(2)))
			}
		}
		k := 1 + rng.Intn(4)
		shares := Shares(tape, k)
		var units, marked clew.Amount
		bases := map[int]clew.Amount{}
		for j, s := range shares {
			units, marked = units.Plus(s.Total()), marked.Plus(s.Marked())
			for i := range s {
				for origin, basis := range s[i].Bases() {
					bases[origin] = bases[origin].Plus(basis)
				}
			}
			if want := shareBorder(tape.Total(), j, k); s.Total() != want {
				t.Fatalf("%v among %d: %s for %d, want %s", tape, k, s.Total(), j, want)
			}
		}
		want := map[int]clew.Amount{}
		for i := range tape {
			for origin, basis := range tape[i].Bases() {
				want[origin] = want[origin].Plus(basis)
			}
		}
		if units != tape.Total() || marked != tape.Marked() || bases[0] != want[0] || bases[1] != want[1] {
			t.Fatalf("%v among %d: %v", tape, k, shares)
		}
		for j := range shares {
			even, _ := tape.Marked().MulDiv(clew.Units(1), clew.Units(uint64(k)))
			over, under := shares[j].Marked().MinusOrZero(even), even.MinusOrZero(shares[j].Marked())
			if runs := clew.Units(uint64(len(tape) + 1)); runs.Less(over) || runs.Less(under) {
				t.Fatalf("%v among %d: %s marked for %d", tape, k, shares[j].Marked(), j)
			}
		}
	}
	whole := Tape{OriginRun(clew.MaxAmount, 0)}
	if s := Shares(whole, 3); s[0].Total().Plus(s[1].Total()).Plus(s[2].Total()) != clew.MaxAmount {
		t.Error("units of the largest amount are lost")
	}
}
