package taint

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"clew"
)

// TestScaleVectors scales pots of four stolen units, then six clean, by hand: what
// is marked, and what each unit of the basis has become.
func TestScaleVectors(t *testing.T) {
	for _, c := range []struct {
		policy Policy
		total  uint64
		want   string // marked, and what the first half then carries
	}{
		{Haircut, 20, "8 4"}, // T·k
		{Haircut, 15, "6 2"},
		{Haircut, 5, "2 0"},
		{Haircut, 12, "4 2"}, // 24/5 rounded down
		{Haircut, 1, "1 0"},  // none lost
		{FIFO, 20, "8 8"},
		{FIFO, 5, "2 2"},
		{FIFO, 12, "4 4"}, // border after 4·12/10
		{FIFO, 2, "1 1"},  // border after 0: laid on the unit after
		{LIFO, 20, "8 0"},
		{TaintFirst, 20, "8 8"},
		{CleanFirst, 20, "8 0"},
		{CleanFirst, 5, "2 0"},
		{Poison, 20, "20 10"},
	} {
		p, err := NewPot(Method{Policy: c.policy})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Receive(Tape{OriginRun(units(4), 0), CleanRun(units(6))}); err != nil {
			t.Fatal(err)
		}
		p.Scale(units(c.total))
		basis := units(0)
		if _, b := p.Contents(nil).Of(0); c.policy != Poison {
			basis = b
		}
		all, marked := p.Contents(nil), p.Marked()
		half, _ := p.Spend(units(c.total/2), nil)
		if got := fmt.Sprint(marked, " ", half.Marked()); got != c.want || all.Total() != units(c.total) || c.policy != Poison && basis != units(4) {
			t.Errorf("%s to %d: %s, want %s; basis %s, total %s", c.policy, c.total, got, c.want, basis, all.Total())
		}
	}
}

// TestScaleProperties scales pots of several origins at random, between payments:
// totals are what was asked, bases are those that came in, and what is marked is
// the exact share by rational numbers, rounded as said.
func TestScaleProperties(t *testing.T) {
	for _, m := range methods() {
		for seed := range uint64(150) {
			r := rand.New(rand.NewPCG(seed, 7))
			p, err := NewPot(m)
			if err != nil {
				t.Fatal(err)
			}
			var bases [3]clew.Amount
			for range 1 + r.IntN(6) {
				n := units(1 + r.Uint64N(1<<(1+seed%40)))
				run, origin := CleanRun(n), r.IntN(4)
				if origin < 3 {
					run = OriginRun(n, origin)
					bases[origin] = bases[origin].Plus(n)
				}
				if err := p.Receive(Tape{run}); err != nil {
					t.Fatal(err)
				}
				for range r.IntN(3) {
					bases = scaleOnce(t, m, p, bases, units(1+r.Uint64N(1<<(1+r.IntN(44)))))
				}
				left, _ := p.Spend(units(r.Uint64N(1+number(p.Balance())/2)), nil)
				for i := range bases {
					_, gone := left.Of(i)
					bases[i] = bases[i].MinusOrZero(gone)
				}
			}
		}
	}
}

func scaleOnce(t *testing.T, m Method, p Pot, bases [3]clew.Amount, total clew.Amount) [3]clew.Amount {
	t.Helper()
	if p.Balance().IsZero() {
		return bases
	}
	marked, balance := p.Marked(), p.Balance()
	p.Scale(total)
	held := p.Contents(nil)
	if p.Balance() != total || held.Total() != total || held.Marked() != p.Marked() || total.Less(p.Marked()) {
		t.Fatalf("%v: %s of %s marked in %s, want a balance of %s", m, p.Marked(), p.Balance(), text(held), total)
	}
	if m.Policy == Poison {
		return bases
	}
	for i := range bases {
		if _, b := held.Of(i); b != bases[i] {
			t.Fatalf("%v: basis of %d is %s, was %s", m, i, b, bases[i])
		}
	}
	share := new(big.Rat).Mul(new(big.Rat).SetFrac(marked.Big(), balance.Big()), new(big.Rat).SetInt(total.Big()))
	off := new(big.Rat).Sub(new(big.Rat).SetInt(p.Marked().Big()), share)
	bound := big.NewRat(8, 1) // runs: each border is rounded, and laid units are one more each
	if m.Policy != FIFO && m.Policy != LIFO {
		bound.SetInt64(1)
		if off.Sign() > 0 && p.Marked() != units(1) {
			t.Fatalf("%v: %s marked of %s, scaled by %s from %s of %s, is rounded up", m, p.Marked(), total, share, marked, balance)
		}
	}
	if off.Abs(off).Cmp(bound) >= 0 {
		t.Fatalf("%v: %s marked, exactly %s", m, p.Marked(), share.FloatString(3))
	}
	return bases
}

// TestScaleKeepsProportions scales what two origins paid in pro rata: they move
// in the proportions in which they would have.
func TestScaleKeepsProportions(t *testing.T) {
	for _, a := range Allocations() {
		var sent []string
		for _, k := range []uint64{1, 10} {
			p, err := NewPot(Method{Policy: TaintFirst, Allocation: a.Allocation})
			if err != nil {
				t.Fatal(err)
			}
			p.Receive(Tape{OriginRun(units(300*k), 0)})
			p.Receive(Tape{OriginRun(units(100*k), 1)})
			p.Spend(units(200*k), nil)
			p.Receive(Tape{OriginRun(units(200*k), 1)})
			if k == 1 {
				p.Scale(units(4000))
			}
			left, _ := p.Spend(units(1000), nil)
			x, _ := left.Of(0)
			y, _ := left.Of(1)
			sent = append(sent, fmt.Sprint(x, y))
		}
		if sent[0] != sent[1] {
			t.Errorf("%s: %s", a.Allocation, strings.Join(sent, ", unscaled "))
		}
	}
}

// TestWithhold keeps a fee of a transfer of three marked and seven clean units.
func TestWithhold(t *testing.T) {
	marked, clean := OriginRun(units(3), 0), CleanRun(units(7))
	for _, c := range []struct {
		policy Policy
		tape   Tape
		fee    uint64
		want   string // marked that arrives and that is kept
	}{
		{FIFO, Tape{marked, clean}, 1, "3 0"},
		{FIFO, Tape{clean, marked}, 1, "2 1"},
		{LIFO, Tape{clean, marked}, 4, "0 3"},
		{TaintFirst, Tape{marked, clean}, 8, "2 1"},
		{CleanFirst, Tape{clean, marked}, 2, "1 2"},
		{Haircut, Tape{marked, clean}, 5, "2 1"}, // 3·5/10 rounded down
		{Haircut, Tape{marked, clean}, 10, "0 3"},
		{Poison, Tape{marked, clean}, 1, "9 1"},
		{FIFO, Tape{marked, clean}, 10, "0 3"},
	} {
		arrived, kept, err := Withhold(Method{Policy: c.policy}, c.tape, units(c.fee))
		if got := fmt.Sprint(arrived.Marked(), " ", kept.Marked()); err != nil || got != c.want || kept.Total() != units(c.fee) || arrived.Total() != units(10-c.fee) {
			t.Errorf("%s keeps %d of %s: %s, want %s, %v", c.policy, c.fee, text(c.tape), got, c.want, err)
		}
		if _, b := append(arrived, kept...).Of(0); c.policy != Poison && b != units(3) {
			t.Errorf("%s: basis %s", c.policy, b)
		}
	}
}
