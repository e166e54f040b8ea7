package taint

import (
	"testing"

	"clew"
)

// Vectors worked out with exact rationals, scaled to whole units.
func TestVectors(t *testing.T) {
	v1 := []step{stolen("A", 30, 0), clean("A", 70), pay("A", "B", 40), pay("A", "C", 60)}
	v2 := []step{clean("M", 7*350), stolen("M", 3*350, 0), pay("M", "B", 8*350), clean("M", 5*350), pay("M", "C", 4*350), pay("B", "D", 8*350)}
	v3 := []step{
		stolen("A", 100*26, 0), pay("A", "B", 60*26), clean("B", 60*26), pay("B", "C", 50*26), clean("B", 30*26),
		pay("B", "D", 80*26), pay("A", "E", 40*26), pay("C", "E", 25*26), pay("E", "F", 50*26),
	}
	for _, c := range []struct {
		name   string
		steps  []step
		policy Policy
		want   map[string]uint64
	}{
		{"V1 three stolen, seven clean", v1, Haircut, map[string]uint64{"B": 12, "C": 18}},
		{"V1", v1, FIFO, map[string]uint64{"B": 30, "C": 0}},
		{"V1", v1, LIFO, map[string]uint64{"B": 0, "C": 30}},
		{"V1", v1, TaintFirst, map[string]uint64{"B": 30, "C": 0}},
		{"V1", v1, CleanFirst, map[string]uint64{"B": 0, "C": 30}},
		{"V1", v1, Poison, map[string]uint64{"B": 40, "C": 60}},
		{"V2 mixed, then topped up", v2, Haircut, map[string]uint64{"M": 90, "C": 120, "D": 840}},
		{"V2", v2, FIFO, map[string]uint64{"M": 0, "C": 700, "D": 350}},
		{"V2", v2, LIFO, map[string]uint64{"M": 0, "C": 0, "D": 1050}},
		{"V2", v2, TaintFirst, map[string]uint64{"M": 0, "C": 0, "D": 1050}},
		{"V2", v2, CleanFirst, map[string]uint64{"M": 700, "C": 0, "D": 350}},
		{"V3 five hops", v3, Haircut, map[string]uint64{"B": 7 * 26, "C": 25 * 13, "D": 28 * 26, "E": 315, "F": 1050}},
		{"V3", v3, FIFO, map[string]uint64{"B": 0, "C": 25 * 26, "D": 10 * 26, "E": 15 * 26, "F": 50 * 26}},
		{"V3", v3, LIFO, map[string]uint64{"B": 20 * 26, "C": 0, "D": 40 * 26, "E": 15 * 26, "F": 25 * 26}},
		{"V3", v3, TaintFirst, map[string]uint64{"B": 0, "C": 25 * 26, "D": 10 * 26, "E": 15 * 26, "F": 50 * 26}},
		{"V3", v3, CleanFirst, map[string]uint64{"B": 20 * 26, "C": 0, "D": 40 * 26, "E": 15 * 26, "F": 25 * 26}},
	} {
		w := play(t, Method{Policy: c.policy}, c.steps)
		for name, want := range c.want {
			if got := w.marked(name); got != want {
				t.Errorf("%s, %s: %s has %d marked, want %d", c.name, c.policy, name, got, want)
			}
		}
	}
}

// At C of vector V2, FIFO lies above both taint-first and clean-first: over
// several hops no pair of policies bounds the others.
func TestPoliciesBoundNothingOverSeveralHops(t *testing.T) {
	steps := []step{clean("M", 7), stolen("M", 3, 0), pay("M", "B", 8), clean("M", 5), pay("M", "C", 4), pay("B", "D", 8)}
	at := func(p Policy) uint64 { return play(t, Method{Policy: p}, steps).marked("C") }
	if at(FIFO) != 2 || at(TaintFirst) != 0 || at(CleanFirst) != 0 {
		t.Errorf("C has %d, %d, %d marked, want 2, 0, 0", at(FIFO), at(TaintFirst), at(CleanFirst))
	}
}

// The lowest intermediate balance has a closed form: after each event the claim
// is at most the balance, and own money never restores it.
func TestLowestIntermediateBalance(t *testing.T) {
	w := newWorld(t, Method{Policy: CleanFirst})
	for i, e := range []struct {
		step           step
		balance, claim uint64
	}{
		{stolen("a", 1000, 0), 1000, 1000},
		{clean("a", 500), 1500, 1000},
		{pay("a", "b", 1200), 300, 300},
		{clean("a", 700), 1000, 300},
		{pay("a", "b", 100), 900, 300},
		{stolen("a", 50, 0), 950, 350},
		{pay("a", "b", 900), 50, 50},
	} {
		w.do(e.step)
		p := w.pot("a")
		if p.Balance() != units(e.balance) || p.Marked() != units(e.claim) {
			t.Errorf("event %d: balance %s, claim %s, want %d, %d", i, p.Balance(), p.Marked(), e.balance, e.claim)
		}
	}
}

// A Bitcoin vector with a tenth of a thousandth as fee. Its source, BlockSci's
// test, asserts one unit less at the first output: its rounding drops the
// remainder, ours gives it to the largest output, so that nothing is lost.
func TestOutputVectorOfHaircut(t *testing.T) {
	const coin, f = 100_000_000, 10_000
	seed := Tape{OriginRun(units(coin-f), 0)}
	to, fee, err := Apply(Method{Policy: Haircut}, []Tape{seed, {CleanRun(units(2*coin - f))}}, []clew.Amount{units(3*coin - 3*f)}, units(f))
	if err != nil {
		t.Fatal(err)
	}
	if to[0].Marked() != units(99_986_667) || fee.Marked() != units(3_333) {
		t.Errorf("first: %s and fee %s", to[0].Marked(), fee.Marked())
	}
	to, fee2, err := Apply(Method{Policy: Haircut}, []Tape{to[0], {CleanRun(units(12*coin - 2*f))}}, []clew.Amount{units(15*coin - 6*f)}, units(f))
	if err != nil {
		t.Fatal(err)
	}
	if to[0].Marked() != units(99_986_001) {
		t.Errorf("second: %s", to[0].Marked())
	}
	if sum := to[0].Marked().Plus(fee.Marked()).Plus(fee2.Marked()); sum != units(coin-f) {
		t.Errorf("sum %s", sum)
	}
}

// A seed may lie on part of an output, and FIFO cuts outputs at any unit.
func TestOutputVectorOfFIFO(t *testing.T) {
	tape := Tape{CleanRun(units(3))}.Mark(units(1), units(3), 0)
	in := make([]Tape, 3)
	for i := range in {
		in[i], tape = tape.Cut(units(1))
	}
	to, _, err := Apply(Method{Policy: FIFO}, in, []clew.Amount{units(2), units(1)}, clew.Amount{})
	if err != nil {
		t.Fatal(err)
	}
	if text(to[0]) != "1 clean, 1 [0] for 1" || text(to[1]) != "1 [0] for 1" {
		t.Errorf("got %s | %s", text(to[0]), text(to[1]))
	}
}
