package taint

import (
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

// A naive set of origins, against which marks are held.
type naive map[int]bool

func (n naive) origins() []int {
	var list []int
	for origin := range n {
		list = append(list, origin)
	}
	slices.Sort(list)
	return list
}

// TestMarksAreSets does with marks what it does with naive sets. Most origins
// lie where the two ways of keeping them meet.
func TestMarksAreSets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		a, b := naive{}, naive{}
		var first, second Marks
		for range r.IntN(9) {
			origin := anOrigin(r)
			a[origin], first = true, first.Union(MarkOf(origin))
		}
		for range r.IntN(9) {
			b[anOrigin(r)] = true
		}
		second = MarksOf(b.origins()...)
		both := naive{}
		for _, list := range []naive{a, b} {
			for origin := range list {
				both[origin] = true
			}
		}
		union := first.Union(second)
		want := both.origins()
		if !slices.Equal(union.Origins(), want) || union.Len() != len(want) || union != MarksOf(want...) || union != second.Union(first) {
			t.Fatalf("%v and %v are %v", a.origins(), b.origins(), union.Origins())
		}
		for range 20 {
			origin := anOrigin(r)
			if union.Has(origin) != both[origin] || union.rank(origin) != before(want, origin) {
				t.Fatalf("%v has %d: %v, as number %d", want, origin, union.Has(origin), union.rank(origin))
			}
		}
		tape := Tape{CleanRun(units(1)), {Amount: units(1), Marks: first}, {Amount: units(1), Marks: second}, {Amount: units(1), Marks: MarkOf(70)}}
		if tape.Marks() != union.Union(MarkOf(70)) || !tape.IsMarked() || tape[:1].IsMarked() {
			t.Fatalf("a tape has %v", tape.Marks().Origins())
		}
		if c := first.Compare(second); (c == 0) != (first == second) || c != -second.Compare(first) || first != (Marks{}) && (Marks{}).Compare(first) >= 0 {
			t.Fatalf("%v to %v: %d", first.Origins(), second.Origins(), c)
		}
	}
}

func anOrigin(r *rand.Rand) int {
	return []int{r.IntN(MaxOrigins), 55 + r.IntN(20), 62 + r.IntN(4), 315 + r.IntN(10), MaxOrigins - 1 - r.IntN(3)}[r.IntN(5)]
}

func before(list []int, origin int) int {
	n := 0
	for _, have := range list {
		if have < origin {
			n++
		}
	}
	return n
}

// TestRenumberedOrigins gives origins numbers beyond the bits of a word, in the
// same order: every pot then holds the same.
func TestRenumberedOrigins(t *testing.T) {
	renumber := func(origin int) int { return 61 + 130*origin }
	for _, m := range methods() {
		if m.Policy == Haircut || m.Allocation == ProRata || m.Allocation == Rolling {
			continue // among equals, rounding goes by the order of sets
		}
		for seed := range uint64(60) {
			maker := newMaker(seed, 1000, 5)
			maker.convert = seed%2 == 1
			steps := maker.steps(40)
			low := play(t, m, steps)
			for i := range steps {
				steps[i].tape = renumbered(steps[i].tape, renumber)
			}
			high := play(t, m, steps)
			for _, name := range names {
				if got, want := text(high.contents(name)), text(renumbered(low.contents(name), renumber)); got != want {
					t.Fatalf("%v, seed %d: %s holds %s, want %s", m, seed, name, got, want)
				}
			}
		}
	}
}

func renumbered(t Tape, number func(int) int) Tape {
	var list Tape
	for _, r := range t {
		var origins []int
		var bases []clew.Amount
		for origin, basis := range r.Bases() {
			origins, bases = append(origins, number(origin)), append(bases, basis)
		}
		r.Marks = MarksOf(origins...)
		r.setBases(bases)
		list = list.Append(r)
	}
	return list
}
