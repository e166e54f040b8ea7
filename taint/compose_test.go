package taint

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"clew"
)

func in(n uint64) Event  { return Event{In: true, Amount: units(n)} }
func out(n uint64) Event { return Event{Amount: units(n)} }

func TestCompose(t *testing.T) {
	events := []Event{in(3), in(7), out(4), in(5), out(6), out(9)}
	for _, c := range []struct {
		name   string
		policy Policy
		which  int
		want   string
	}{
		{"the oldest pays", FIFO, 2, "[{0 0 3} {1 0 1}]"},
		{"then the next", FIFO, 4, "[{1 1 6}]"},
		{"more than there is", FIFO, 5, "[{3 0 5} {-1 0 4}]"},
		{"the newest pays, from its end", LIFO, 2, "[{1 3 4}]"},
		{"a stack", LIFO, 4, "[{3 0 5} {1 2 1}]"},
		{"more than there is", LIFO, 5, "[{1 0 2} {0 0 3} {-1 0 4}]"},
		{"in shares", Haircut, 2, "[{0 0 2} {1 0 2}]"},
		{"in shares of what is left", Haircut, 4, "[{0 0 2} {1 0 2} {3 0 2}]"},
		{"more than there is", Haircut, 5, "[{0 0 1} {1 0 2} {3 0 2} {-1 0 4}]"},
		{"whatever came before", Poison, 4, "[{0 0 3} {1 0 7} {3 0 5}]"},
	} {
		pieces, err := Compose(c.policy, events, c.which)
		got := make([]string, 0)
		for _, p := range pieces {
			got = append(got, fmt.Sprintf("{%d %s %s}", p.Event, p.Offset, p.Amount))
		}
		if err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%s %d, %s: got %v, %v, want %s", c.policy, c.which, c.name, got, err, c.want)
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	events := []Event{in(3), out(1)}
	for _, c := range []struct {
		policy Policy
		which  int
	}{{FIFO, 0}, {FIFO, -1}, {FIFO, 2}, {TaintFirst, 1}, {CleanFirst, 1}, {TIHO, 1}, {"magic", 1}} {
		var bad *clew.InputError
		if _, err := Compose(c.policy, events, c.which); !errors.As(err, &bad) {
			t.Errorf("%s %d: error %v", c.policy, c.which, err)
		}
	}
	wide := []Event{{In: true, Amount: clew.MaxAmount}, in(1), out(1)}
	if _, err := Compose(Haircut, wide, 2); !errors.Is(err, ErrOverflow) {
		t.Errorf("overflow: %v", err)
	}
}

// Backward and forward agree: the pieces of the incoming tapes that Compose
// names are the tape that the pot sends.
func TestComposeAgainstPots(t *testing.T) {
	for _, p := range []Policy{FIFO, LIFO, Haircut, Poison} {
		for seed := range uint64(300) {
			checkCompose(t, p, seed)
		}
	}
}

func checkCompose(t *testing.T, p Policy, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 11))
	maker := newMaker(seed, 1000, 3)
	pot, err := NewPot(Method{Policy: p})
	if err != nil {
		t.Fatal(err)
	}
	var events []Event
	tapes := map[int]Tape{}
	for i := range 30 {
		if r.IntN(2) == 0 {
			tapes[i] = maker.tape()
			events = append(events, Event{true, tapes[i].Total()})
			if err := pot.Receive(tapes[i]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		events = append(events, out(r.Uint64N(900)))
		sent, missing := pot.Spend(events[i].Amount, nil)
		pieces, err := Compose(p, events, i)
		if err != nil {
			t.Fatal(err)
		}
		got, unpaid := assemble(tapes, pieces, p == LIFO)
		agree := unpaid == missing && got.Total() == sent.Total()
		switch p {
		case FIFO, LIFO:
			agree = agree && text(got) == text(sent)
		case Poison:
			agree = sent.Marks()&^got.Marks() == 0
		}
		if !agree {
			t.Fatalf("%s, seed %d, event %d: composed %s, sent %s; unpaid %s, missing %s", p, seed, i, text(got), text(sent), unpaid, missing)
		}
	}
}

// assemble lays the pieces of tapes end to end.
func assemble(tapes map[int]Tape, pieces []Piece, reversed bool) (whole Tape, unpaid clew.Amount) {
	for _, p := range pieces {
		if p.Event == Unpaid {
			unpaid = unpaid.Plus(p.Amount)
			continue
		}
		_, rest := tapes[p.Event].Cut(p.Offset)
		body, _ := rest.Cut(p.Amount)
		for i := range body {
			if reversed {
				i = len(body) - 1 - i
			}
			whole = whole.Append(body[i])
		}
	}
	return whole, unpaid
}

// Rounding "backward": what haircut composes from one marked event is what the
// pot sends of it, to within a unit for each event.
func TestComposeHaircutAgainstPots(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 13))
		marked := r.IntN(4)
		pot, err := NewPot(Method{Policy: Haircut})
		if err != nil {
			t.Fatal(err)
		}
		var events []Event
		for i := range 20 {
			n := 1 + r.Uint64N(1<<30)
			if i > 3 && r.IntN(2) == 0 {
				events = append(events, out(n))
				sent, _ := pot.Spend(units(n), nil)
				pieces, err := Compose(Haircut, events, i)
				if err != nil {
					t.Fatal(err)
				}
				var composed clew.Amount
				for _, p := range pieces {
					if p.Event == marked {
						composed = p.Amount
					}
				}
				want := sent.Marked()
				if off := composed.Max(want).Minus(composed.Min(want)); off.Cmp(units(20)) > 0 {
					t.Fatalf("seed %d, event %d: composed %s, sent %s", seed, i, composed, want)
				}
				continue
			}
			events = append(events, in(n))
			tape := Tape{CleanRun(units(n))}
			if i == marked {
				tape = Tape{OriginRun(units(n), 0)}
			}
			if err := pot.Receive(tape); err != nil {
				t.Fatal(err)
			}
		}
	}
}
