package taint

import (
	"errors"
	"math/rand/v2"
	"testing"

	"clew"
)

// Whatever happens, the units and the basis of every origin are those that
// were issued, no pot has more marked than it has, and what a pot says of
// itself is what it holds. Poison conserves balances alone.
func TestConservation(t *testing.T) {
	for _, m := range methods() {
		for seed := range uint64(100) {
			maker := newMaker(seed, 1<<(1+seed%40), 4)
			maker.convert = seed%2 == 1
			w := newWorld(t, m)
			var issued [4]struct{ amount, basis clew.Amount }
			for i, s := range maker.steps(40) {
				w.do(s)
				checkPots(t, w)
				for origin := range issued {
					if s.from == "" {
						a, b := s.tape.Of(origin)
						issued[origin].amount, issued[origin].basis = issued[origin].amount.Plus(a), issued[origin].basis.Plus(b)
					}
					amount, basis := w.of(origin)
					if m.Policy == Poison {
						continue
					}
					if basis != issued[origin].basis || !maker.convert && amount != issued[origin].amount {
						t.Fatalf("%v, seed %d, step %d: origin %d has %s for %s, issued %v", m, seed, i, origin, amount, basis, issued[origin])
					}
				}
			}
			for name, n := range maker.balance {
				if w.pot(name).Balance() != units(n) {
					t.Fatalf("%v, seed %d: %s has %s, want %d", m, seed, name, w.pot(name).Balance(), n)
				}
			}
		}
	}
}

func checkPots(t *testing.T, w *world) {
	t.Helper()
	for name, p := range w.pots {
		held := p.Contents(nil)
		if p.Balance().Less(p.Marked()) || held.Total() != p.Balance() || held.Marked() != p.Marked() {
			t.Fatalf("%v: %s says %s of %s marked, holds %s", w.method, name, p.Marked(), p.Balance(), text(held))
		}
		for i, r := range held {
			if r.Amount.IsZero() || r.Marks.IsZero() && !r.Basis.IsZero() || len(r.Also) > max(0, r.Marks.Len()-1) {
				t.Fatalf("%v: %s: run %d is %+v", w.method, name, i, r)
			}
		}
	}
}

// Where nothing was converted, the basis of every run is its amount.
func TestBasisIsAmountWithoutConversion(t *testing.T) {
	for _, m := range conserving() {
		for seed := range uint64(50) {
			w := play(t, m, newMaker(seed, 1000, 3).steps(40))
			for _, name := range names {
				for _, r := range w.contents(name) {
					for _, origin := range r.Marks.Origins() {
						if r.BasisOf(origin) != r.Amount {
							t.Fatalf("%v, seed %d: %s", m, seed, text(w.contents(name)))
						}
					}
				}
			}
		}
	}
}

// Two payments in a row carry what one of their sum does: exactly where units
// have an order, within the rounding "haircut" (a unit less at most, which
// moves later) in a mixture.
func TestSplittingATransfer(t *testing.T) {
	for _, m := range []Method{{FIFO, ""}, {LIFO, ""}, {TaintFirst, FirstIn}, {CleanFirst, FirstIn}, {Haircut, ""}} {
		for seed := range uint64(300) {
			steps := newMaker(seed, 1000, 3).steps(30)
			r := rand.New(rand.NewPCG(seed, 1))
			whole, parts := play(t, m, steps), play(t, m, steps)
			from := names[r.IntN(len(names))]
			n := number(whole.pot(from).Balance())
			if n < 2 {
				continue
			}
			amount := 2 + r.Uint64N(n-1)
			first := 1 + r.Uint64N(amount-1)
			whole.do(pay(from, "new", amount))
			parts.do(pay(from, "new", first))
			parts.do(pay(from, "new", amount-first))
			one, two := whole.contents("new"), parts.contents("new")
			switch {
			case m.Policy == Haircut:
				if late := number(one.Marked()) - number(two.Marked()); late > 1 {
					t.Fatalf("seed %d: %s in one payment, %s in two", seed, one.Marked(), two.Marked())
				}
			case m.Policy == FIFO || m.Policy == LIFO:
				if text(one) != text(two) {
					t.Fatalf("%v, seed %d: %s in one payment, %s in two", m, seed, text(one), text(two))
				}
			case one.Marked() != two.Marked():
				t.Fatalf("%v, seed %d: %s in one payment, %s in two", m, seed, text(one), text(two))
			}
		}
	}
}

// Multiplying every amount multiplies every run, under policies that never
// divide.
func TestScaling(t *testing.T) {
	const k = 1_000_003
	for _, m := range []Method{{FIFO, ""}, {LIFO, ""}, {TaintFirst, FirstIn}, {CleanFirst, FirstIn}} {
		for seed := range uint64(200) {
			steps := newMaker(seed, 1000, 3).steps(40)
			small := play(t, m, steps)
			for i := range steps {
				steps[i].amount *= k
				steps[i].tape = scaled(steps[i].tape, k)
			}
			large := play(t, m, steps)
			for _, name := range names {
				if got, want := text(large.contents(name)), text(scaled(small.contents(name), k)); got != want {
					t.Fatalf("%v, seed %d: %s holds %s, want %s", m, seed, name, got, want)
				}
			}
		}
	}
}

func scaled(t Tape, k uint64) Tape {
	var larger Tape
	for _, r := range t {
		r.Amount = units(number(r.Amount) * k)
		bases := make([]clew.Amount, r.Marks.Len())
		for i := range bases {
			bases[i] = units(number(r.basis(i)) * k)
		}
		r.setBases(bases)
		larger = larger.Append(r)
	}
	return larger
}

// Origins never touch one another where units have an order: traced together,
// each has what it has alone.
func TestOriginsTogetherOrAlone(t *testing.T) {
	for _, m := range []Method{{FIFO, ""}, {LIFO, ""}} {
		for seed := range uint64(200) {
			steps := newMaker(seed, 1000, 3).steps(40)
			together := play(t, m, steps)
			for origin := range 3 {
				alone := play(t, m, only(steps, origin))
				for _, name := range names {
					wantAmount, wantBasis := together.contents(name).Of(origin)
					amount, basis := alone.contents(name).Of(origin)
					if amount != wantAmount || basis != wantBasis {
						t.Fatalf("%v, seed %d: origin %d at %s: %s alone, %s together", m, seed, origin, name, amount, wantAmount)
					}
				}
			}
		}
	}
}

// only returns the steps with one origin's marks alone.
func only(steps []step, origin int) []step {
	alone := append([]step(nil), steps...)
	for i, s := range steps {
		alone[i].tape = nil
		for _, r := range s.tape {
			if r.Marks.Has(origin) {
				alone[i].tape = alone[i].tape.Append(OriginRun(r.Amount, origin))
			} else {
				alone[i].tape = alone[i].tape.Append(CleanRun(r.Amount))
			}
		}
	}
	return alone
}

// Haircut is linear: what two origins have together is what they have alone,
// but for the rounding "haircut": less than one unit a payment, and "spread".
func TestHaircutIsLinear(t *testing.T) {
	for seed := range uint64(100) {
		steps := newMaker(seed, 1<<40, 3).steps(40)
		together := play(t, Method{Policy: Haircut}, steps)
		for origin := range 3 {
			alone := play(t, Method{Policy: Haircut}, only(steps, origin))
			for _, name := range names {
				want, _ := together.contents(name).Of(origin)
				got, _ := alone.contents(name).Of(origin)
				// Overlaps make up to 7 sets of marks, and each set may be off.
				if off := got.Max(want).Minus(got.Min(want)); off.Cmp(units(uint64(8*len(steps)))) > 0 {
					t.Fatalf("seed %d: origin %d at %s: %s alone, %s together", seed, origin, name, got, want)
				}
			}
		}
	}
}

// For one pot, what has left by any moment lies between clean-first and
// taint-first, whatever the policy.
func TestBoundsOfOnePot(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		var steps []step
		var balance uint64
		for range 30 {
			n := 1 + r.Uint64N(1000)
			switch {
			case r.IntN(2) == 0 && balance > 0:
				n = min(n, balance)
				balance -= n
				steps = append(steps, pay("a", "out", n))
				continue
			case r.IntN(2) == 0:
				steps = append(steps, stolen("a", n, 0))
			default:
				steps = append(steps, clean("a", n))
			}
			balance += n
		}
		worlds := map[Policy]*world{}
		for _, p := range AccountPolicies() {
			worlds[p] = newWorld(t, Method{Policy: p})
		}
		for i, s := range steps {
			for _, w := range worlds {
				w.do(s)
			}
			low, high := worlds[CleanFirst].marked("out"), worlds[TaintFirst].marked("out")
			for _, p := range []Policy{FIFO, LIFO, Haircut} {
				if n := worlds[p].marked("out"); n < low || n > high {
					t.Fatalf("seed %d, step %d: %s has moved %d, outside %d to %d", seed, i, p, n, low, high)
				}
			}
		}
	}
}

// What any policy marks, poison marks; and once a pot has seen a mark, all
// that leaves it is marked.
func TestPoisonReachesEverything(t *testing.T) {
	for seed := range uint64(100) {
		steps := newMaker(seed, 50, 3).steps(40)
		poisoned := play(t, Method{Policy: Poison}, steps)
		for _, m := range conserving() {
			w := play(t, m, steps)
			for _, name := range names {
				if got, most := w.contents(name).Marks(), poisoned.pot(name).(*poisonPot).ever; got.Union(most) != most {
					t.Fatalf("%v, seed %d: %s has marks %v, poison %v", m, seed, name, got.Origins(), most.Origins())
				}
			}
		}
	}
}

// Played backward, FIFO gives back the seeds: units return to the front of the
// queue that they left, from the back of the one that they entered.
func TestFIFOIsReversible(t *testing.T) {
	for seed := range uint64(200) {
		steps := newMaker(seed, 1000, 3).steps(40)
		w := play(t, Method{Policy: FIFO}, steps)
		pots := map[string]Tape{}
		for _, name := range names {
			pots[name] = w.contents(name)
		}
		for i := len(steps) - 1; i >= 0; i-- {
			s := steps[i]
			n := units(s.amount)
			if s.from == "" {
				n = s.tape.Total()
			}
			rest, moved := pots[s.to].Cut(pots[s.to].Total().Minus(n))
			pots[s.to] = rest
			if s.from != "" {
				pots[s.from] = moved.Append(pots[s.from]...)
			} else if text(moved) != text(s.tape) {
				t.Fatalf("seed %d, step %d: got back %s, issued %s", seed, i, text(moved), text(s.tape))
			}
		}
	}
}

// More leaves than is held: what is there leaves, and the rest is named.
func TestMissing(t *testing.T) {
	for _, m := range methods() {
		w := play(t, m, []step{stolen("a", 5, 0), clean("a", 5)})
		left, missing := w.pot("a").Spend(units(13), nil)
		if left.Total() != units(10) || missing != units(3) || !w.pot("a").Balance().IsZero() {
			t.Errorf("%v: %s left, %s missing, %s stays", m, text(left), missing, w.pot("a").Balance())
		}
		if left, missing = w.pot("a").Spend(units(1), nil); len(left) != 0 || missing != units(1) {
			t.Errorf("%v: an empty pot paid %s, %s missing", m, text(left), missing)
		}
		if left, missing = w.pot("a").Spend(clew.Amount{}, nil); len(left) != 0 || !missing.IsZero() {
			t.Errorf("%v: nothing spent: %s, %s missing", m, text(left), missing)
		}
	}
}

func TestOverflowLeavesThePotAsItWas(t *testing.T) {
	most := clew.MaxAmount
	for _, m := range methods() {
		w := play(t, m, []step{stolen("a", 3, 0), clean("a", 4)})
		before := text(w.contents("a"))
		err := w.pot("a").Receive(Tape{OriginRun(units(1), 1), CleanRun(most)})
		if !errors.Is(err, ErrOverflow) || text(w.contents("a")) != before {
			t.Errorf("%v: error %v, holds %s, held %s", m, err, text(w.contents("a")), before)
		}
	}
	// Units fit, but what they stand for does not.
	p, err := NewPot(Method{Policy: Haircut})
	if err != nil {
		t.Fatal(err)
	}
	rich := Run{Amount: units(1), Marks: MarkOf(0), Basis: most}
	if err := p.Receive(Tape{rich, OriginRun(units(5), 1)}); err != nil {
		t.Fatal(err)
	}
	before := text(p.Contents(nil))
	if err := p.Receive(Tape{OriginRun(units(1), 1), rich}); !errors.Is(err, ErrOverflow) || text(p.Contents(nil)) != before {
		t.Errorf("error %v, holds %s, held %s", err, text(p.Contents(nil)), before)
	}
}

// What a claimant once paid in may pass 256 bits, for it has left again.
func TestPaidInMayExceed256Bits(t *testing.T) {
	p, err := NewPot(Method{TaintFirst, ProRata})
	if err != nil {
		t.Fatal(err)
	}
	large := clew.MaxAmount.Minus(units(100))
	for range 3 {
		if err := p.Receive(Tape{OriginRun(large.Minus(p.Balance()), 0), OriginRun(units(50), 1)}); err != nil {
			t.Fatal(err)
		}
		if left, missing := p.Spend(large.Minus(units(200)), nil); !missing.IsZero() || left.Marked() != left.Total() {
			t.Fatalf("%s left, %s missing", text(left), missing)
		}
	}
	if held := p.Contents(nil); held.Total() != units(250) || held.Marked() != p.Balance() {
		t.Errorf("holds %s of %s", text(held), p.Balance())
	}
}

// A pot that is never empty keeps no room for what has left it.
func TestQueueStaysSmall(t *testing.T) {
	p := &orderedPot{}
	for i := range 10_000 {
		if err := p.Receive(Tape{OriginRun(units(5), i%2), CleanRun(units(3))}); err != nil {
			t.Fatal(err)
		}
		if i > 10 {
			p.Spend(units(8), nil)
		}
	}
	if n := len(p.units.runs); n > 200 || p.units.live().Total() != units(88) {
		t.Errorf("%d runs are kept for %s units", n, p.units.live().Total())
	}
}

// A sweep spends without garbage: the caller's tape is used again.
func TestSpendingMakesNoGarbage(t *testing.T) {
	for _, m := range []Method{{FIFO, ""}, {LIFO, ""}} {
		p, err := NewPot(m)
		if err != nil {
			t.Fatal(err)
		}
		in, out := Tape{OriginRun(units(5), 0), CleanRun(units(3))}, make(Tape, 0, 8)
		if n := testing.AllocsPerRun(1000, func() {
			if err := p.Receive(in); err != nil {
				t.Fatal(err)
			}
			out, _ = p.Spend(units(7), out[:0])
		}); n > 0.1 {
			t.Errorf("%v: %v allocations a payment", m, n)
		}
	}
}

func BenchmarkSpend(b *testing.B) {
	for _, m := range methods() {
		b.Run(string(m.Policy)+string(m.Allocation), func(b *testing.B) {
			p, err := NewPot(m)
			if err != nil {
				b.Fatal(err)
			}
			in, out := Tape{OriginRun(units(5), 0), CleanRun(units(3))}, Tape(nil)
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Receive(in); err != nil {
					b.Fatal(err)
				}
				out, _ = p.Spend(units(7), out[:0])
			}
		})
	}
}
