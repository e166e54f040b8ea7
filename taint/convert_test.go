package taint

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

func TestConvert(t *testing.T) {
	a, b := OriginRun(units(3), 0), OriginRun(units(1), 1)
	for _, c := range []struct {
		name string
		in   Tape
		out  uint64
		want string
	}{
		{"one to one", Tape{a, CleanRun(units(2))}, 5, "3 [0] for 3, 2 clean"},
		{"finer", Tape{a, CleanRun(units(2))}, 50, "30 [0] for 3, 20 clean"},
		{"coarser, borders rounded down", Tape{CleanRun(units(2)), a, CleanRun(units(2))}, 3, "2 [0] for 3, 1 clean"},
		{"a marked run without a unit goes to the unit before", Tape{CleanRun(units(4)), b, CleanRun(units(5))}, 3, "1 [1] for 1, 2 clean"},
		{"or after, at the front", Tape{b, CleanRun(units(9))}, 5, "1 [1] for 1, 4 clean"},
		{"on top of another mark", Tape{a, b}, 1, "1 [0 1] for 3 1"},
		{"several at the front", Tape{b, a, CleanRun(units(96))}, 2, "1 [0 1] for 3 1, 1 clean"},
		{"the same mark adds up", Tape{OriginRun(units(6), 0), CleanRun(units(1)), OriginRun(units(1), 0)}, 1, "1 [0] for 7"},
		{"nothing to nothing", nil, 0, ""},
	} {
		got, err := Convert(c.in, units(c.out))
		if err != nil || text(got) != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, text(got), err, c.want)
		}
	}
}

func TestConvertRefusesNothing(t *testing.T) {
	var bad *clew.InputError
	if _, err := Convert(Tape{CleanRun(units(1))}, units(0)); !errors.As(err, &bad) {
		t.Errorf("something to nothing: %v", err)
	}
	if _, err := Convert(nil, units(1)); !errors.As(err, &bad) {
		t.Errorf("nothing to something: %v", err)
	}
}

// Rounding "tiling": the new asset is filled exactly, every basis is carried
// whole, marks keep their order, and at most one unit more is marked for each
// run.
func TestConvertConserves(t *testing.T) {
	for seed := range uint64(3000) {
		maker := newMaker(seed, 1<<(1+seed%40), 4)
		in := maker.tape().Append(maker.tape()...)
		outUnits := units(1 + maker.r.Uint64N(1<<maker.r.IntN(50)))
		out, err := Convert(in, outUnits)
		if err != nil {
			t.Fatal(err)
		}
		if out.Total() != outUnits {
			t.Fatalf("seed %d: %s is not %s units", seed, text(out), outUnits)
		}
		for origin := range 4 {
			amount, want := in.Of(origin)
			got, basis := out.Of(origin)
			if basis != want {
				t.Fatalf("seed %d: origin %d: basis %s, want %s", seed, origin, basis, want)
			}
			fair := portion(outUnits, amount, in.Total())
			if off := got.Max(fair).Minus(got.Min(fair)); off.Cmp(units(2*uint64(len(in)))) > 0 {
				t.Fatalf("seed %d: origin %d: %s units, about %s wanted", seed, origin, got, fair)
			}
		}
	}
}

// There and back again through a finer asset is the identity.
func TestConvertThereAndBack(t *testing.T) {
	for seed := range uint64(500) {
		maker := newMaker(seed, 1000, 3)
		in := maker.tape()
		finer, err := Convert(in, units(number(in.Total())*(1+seed%7)))
		if err != nil {
			t.Fatal(err)
		}
		back, err := Convert(finer, in.Total())
		if err != nil || text(back) != text(in) {
			t.Fatalf("seed %d: %s became %s", seed, text(in), text(back))
		}
	}
}

// Roundings "cut" and "join": cutting a run anywhere and joining it again
// gives it back, and a cut never makes or loses basis.
func TestCutAndJoin(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 9))
		run := Run{Amount: wide(r, 128).Plus(units(2)), Marks: MarksOf(0, 2), Basis: wide(r, 200), Also: []clew.Amount{wide(r, 200)}}
		at := portion(wide(r, 256), run.Amount.Minus(units(1)), clew.MaxAmount).Plus(units(1))
		front, back := run.split(at)
		for _, origin := range []int{0, 2} {
			if front.BasisOf(origin).Plus(back.BasisOf(origin)) != run.BasisOf(origin) {
				t.Fatalf("seed %d: basis of %d is not kept", seed, origin)
			}
			if front.BasisOf(origin) != portion(run.BasisOf(origin), at, run.Amount) {
				t.Fatalf("seed %d: the front's basis is not rounded down", seed)
			}
		}
		joined := Tape{front}.Append(back)
		if text(joined) != text(Tape{run}) {
			t.Fatalf("seed %d: %s became %s", seed, text(Tape{run}), text(joined))
		}
	}
}

// The pieces of a run that was cut twice become one run again, though cuts one
// after the other round differently from one at the same place.
func TestPiecesJoin(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 10))
		run := Run{Amount: units(3 + r.Uint64N(1000)), Marks: MarkOf(0), Basis: units(r.Uint64N(1000))}
		var joined Tape
		rest := run
		for range 2 {
			if rest.Amount == units(1) {
				break
			}
			var front Run
			front, rest = rest.split(units(1 + r.Uint64N(number(rest.Amount)-1)))
			joined = joined.Append(front)
		}
		if joined = joined.Append(rest); text(joined) != text(Tape{run}) {
			t.Fatalf("seed %d: %s became %s", seed, text(Tape{run}), text(joined))
		}
	}
}

// Runs whose units stand for different value stay apart, though their marks
// are the same.
func TestUnlikeRunsStayApart(t *testing.T) {
	cheap := Run{Amount: units(10), Marks: MarkOf(0), Basis: units(1000)}
	dear := Run{Amount: units(10), Marks: MarkOf(0), Basis: units(3000)}
	if got := (Tape{cheap}).Append(dear); len(got) != 2 {
		t.Errorf("joined to %s", text(got))
	}
	if got := (Tape{cheap}).Append(cheap); len(got) != 1 {
		t.Errorf("not joined: %s", text(got))
	}
}

// Cut leaves the tape as it is; Take takes it apart, from the front.
func TestCutAndTake(t *testing.T) {
	for seed := range uint64(300) {
		maker := newMaker(seed, 500, 3)
		tape := maker.tape()
		before := text(tape)
		n := maker.r.Uint64N(number(tape.Total()) + 5)
		front, back := tape.Cut(units(n))
		if front.Total() != units(n).Min(tape.Total()) || text(slices.Clone(front).Append(back...)) != before {
			t.Fatalf("seed %d: %s cut after %d: %s and %s", seed, before, n, text(front), text(back))
		}
		if text(tape) != before {
			t.Fatalf("seed %d: %s became %s", seed, before, text(tape))
		}
		rest, whole := slices.Clone(tape), Tape(nil)
		for len(rest) > 0 {
			whole = whole.Append(rest.Take(units(1 + maker.r.Uint64N(50)))...)
		}
		if text(whole) != before {
			t.Fatalf("seed %d: %s taken apart is %s", seed, before, text(whole))
		}
	}
}

func TestMark(t *testing.T) {
	tape := Tape{CleanRun(units(10))}.Mark(units(2), units(6), 0).Mark(units(4), units(8), 3)
	if want := "2 clean, 2 [0] for 2, 2 [0 3] for 2 2, 2 [3] for 2, 2 clean"; text(tape) != want {
		t.Errorf("got %s, want %s", text(tape), want)
	}
	if again := tape.Mark(units(0), units(10), 0); text(again) != "4 [0] for 4, 4 [0 3] for 4 4, 2 [0] for 2" {
		t.Errorf("marked twice: %s", text(again))
	}
	if beyond := tape.Mark(units(9), units(99), 1); beyond.Total() != units(10) {
		t.Errorf("marking beyond the end made %s", text(beyond))
	}
	if none := tape.Mark(units(5), units(5), 1); text(none) != text(tape) {
		t.Errorf("marking nothing made %s", text(none))
	}
	converted, _ := Convert(tape, units(1000))
	if again := converted.Mark(units(0), units(400), 0); text(again) != "200 [0] for 200, 200 [0] for 2, 200 [0 3] for 2 2, 200 [3] for 2, 200 clean" {
		t.Errorf("an origin's own units marked anew: %s", text(again))
	}
	if got := converted.Mark(units(200), units(400), 1); text(got) != "200 clean, 200 [0 1] for 2 200, 200 [0 3] for 2 2, 200 [3] for 2, 200 clean" {
		t.Errorf("a second theft after a conversion: %s", text(got))
	}
}
