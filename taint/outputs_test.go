package taint

import (
	"math/rand/v2"
	"testing"

	"clew"
)

// The outputs of one transaction by each policy: inputs 3 marked, 4 clean, 3
// marked; outputs 2, 5, 2; a fee of 1.
func TestApply(t *testing.T) {
	in := []Tape{{OriginRun(units(3), 0), CleanRun(units(2))}, {CleanRun(units(2)), OriginRun(units(3), 1)}}
	for _, c := range []struct {
		method Method
		want   [4]string
	}{
		{Method{FIFO, ""}, [4]string{"2 [0] for 2", "1 [0] for 1, 4 clean", "2 [1] for 2", "1 [1] for 1"}},
		{Method{LIFO, ""}, [4]string{"2 [1] for 2", "1 [1] for 1, 4 clean", "2 [0] for 2", "1 [0] for 1"}},
		{Method{Haircut, ""}, [4]string{"1 [1] for 1, 1 clean", "3 [0] for 3, 2 [1] for 2", "2 clean", "1 clean"}},
		{Method{TaintFirst, FirstIn}, [4]string{"2 [0] for 2", "1 [0] for 1, 3 [1] for 3, 1 clean", "2 clean", "1 clean"}},
		{Method{TaintFirst, Rolling}, [4]string{"1 [0] for 1, 1 [1] for 1", "2 [0] for 2, 2 [1] for 2, 1 clean", "2 clean", "1 clean"}},
		{Method{CleanFirst, FirstIn}, [4]string{"2 clean", "2 clean, 3 [0] for 3", "2 [1] for 2", "1 [1] for 1"}},
		{Method{TIHO, FirstIn}, [4]string{"1 [1] for 1, 1 clean", "3 [0] for 3, 2 [1] for 2", "2 clean", "1 clean"}},
		{Method{Poison, ""}, [4]string{"2 [0 1] for 0 0", "5 [0 1] for 0 0", "2 [0 1] for 0 0", "1 [0 1] for 0 0"}},
	} {
		to, fee, err := Apply(c.method, in, amounts(2, 5, 2), units(1))
		if err != nil {
			t.Fatal(err)
		}
		got := [4]string{text(to[0]), text(to[1]), text(to[2]), text(fee)}
		if got != c.want {
			t.Errorf("%v:\n got %q\nwant %q", c.method, got, c.want)
		}
	}
}

// In tiho the fee comes last, even where it is the largest.
func TestTIHOPaysTheFeeLast(t *testing.T) {
	in := []Tape{{OriginRun(units(3), 0), CleanRun(units(17))}}
	to, fee, err := Apply(Method{Policy: TIHO}, in, amounts(2, 3), units(15))
	if err != nil || to[1].Marked() != units(3) || !fee.Marked().IsZero() {
		t.Errorf("got %v, fee %s, error %v", to, text(fee), err)
	}
}

// Every policy fills every output exactly; all but poison conserve the units
// and the basis of every origin.
func TestApplyConserves(t *testing.T) {
	all := append(methods(), Method{TIHO, FirstIn}, Method{TIHO, ""}, Method{TIHO, Rolling})
	for _, m := range all {
		for seed := range uint64(200) {
			in, out, fee := transaction(seed)
			to, paid, err := Apply(m, in, out, fee)
			if err != nil {
				t.Fatal(err)
			}
			for i := range to {
				if to[i].Total() != out[i] {
					t.Fatalf("%v, seed %d: output %d is %s, want %s", m, seed, i, text(to[i]), out[i])
				}
			}
			if paid.Total() != fee {
				t.Fatalf("%v, seed %d: fee is %s, want %s", m, seed, text(paid), fee)
			}
			if m.Policy == Poison {
				continue
			}
			for origin := range 3 {
				wantAmount, wantBasis := sumOf(in, origin)
				amount, basis := sumOf(append(to, paid), origin)
				if amount != wantAmount || basis != wantBasis {
					t.Fatalf("%v, seed %d: origin %d: %s for %s, want %s for %s", m, seed, origin, amount, basis, wantAmount, wantBasis)
				}
			}
		}
	}
}

// transaction returns random inputs, some converted, and outputs that they pay.
func transaction(seed uint64) (in []Tape, out []clew.Amount, fee clew.Amount) {
	maker := newMaker(seed, 1<<(2+seed%30), 3)
	var total uint64
	for range 1 + maker.r.IntN(4) {
		tape := maker.tape()
		if maker.r.IntN(2) == 0 {
			tape, _ = Convert(tape, units(1+maker.r.Uint64N(maker.size)))
		}
		in = append(in, tape)
		total += number(tape.Total())
	}
	for range 1 + maker.r.IntN(4) {
		n := maker.r.Uint64N(total + 1)
		total -= n
		out = append(out, units(n))
	}
	return in, out, units(total)
}

func sumOf(tapes []Tape, origin int) (amount, basis clew.Amount) {
	for _, tape := range tapes {
		a, b := tape.Of(origin)
		amount, basis = amount.Plus(a), basis.Plus(b)
	}
	return amount, basis
}

// Rounding "outputs": each output but those that take the remainder is its
// share rounded down, none exceeds its room, and the remainder prefers size.
func TestSpreadToLargest(t *testing.T) {
	for _, c := range []struct {
		name       string
		total      uint64
		legs, want []uint64
	}{
		{"to the largest", 5, []uint64{3, 4, 2, 1}, []uint64{1, 3, 1, 0}},
		{"as far as it has room", 2, []uint64{1, 1, 1}, []uint64{1, 1, 0}},
		{"fee last though largest", 4, []uint64{1, 1, 8}, []uint64{1, 0, 3}},
	} {
		got := numbers(spreadToLargest(units(c.total), amounts(c.legs...), amounts(c.legs...)))
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 5))
		legs := make([]clew.Amount, 1+r.IntN(6))
		for i := range legs {
			legs[i] = wide(r, 1+r.IntN(250))
		}
		sum, _ := clew.Sum(legs...)
		total := wide(r, 256).Min(sum)
		parts := spreadToLargest(total, legs, legs)
		if got, _ := clew.Sum(parts...); got != total {
			t.Fatalf("seed %d: sums to %s, want %s", seed, got, total)
		}
		for i := range parts {
			if legs[i].Less(parts[i]) || !sum.IsZero() && parts[i].Less(portion(total, legs[i], sum)) {
				t.Fatalf("seed %d: %s of %s", seed, parts[i], legs[i])
			}
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	in := []Tape{{CleanRun(units(3))}}
	for name, call := range map[string]func() error{
		"unknown policy":     func() error { _, _, err := Apply(Method{Policy: "magic"}, in, amounts(3), units(0)); return err },
		"unknown allocation": func() error { _, _, err := Apply(Method{TIHO, "magic"}, in, amounts(3), units(0)); return err },
		"no balance":         func() error { _, _, err := Apply(Method{Policy: FIFO}, in, amounts(3), units(1)); return err },
		"outputs overflow": func() error {
			_, _, err := Apply(Method{Policy: FIFO}, in, []clew.Amount{clew.MaxAmount, units(4)}, units(0))
			return err
		},
		"inputs overflow": func() error {
			_, _, err := Apply(Method{Policy: FIFO}, []Tape{{CleanRun(clew.MaxAmount)}, {OriginRun(units(4), 0)}}, amounts(3), units(0))
			return err
		},
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if to, fee, err := Apply(Method{Policy: Haircut}, nil, nil, units(0)); err != nil || len(to) != 0 || len(fee) != 0 {
		t.Errorf("nothing: %v, %v, %v", to, fee, err)
	}
}
