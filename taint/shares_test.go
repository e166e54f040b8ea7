package taint

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

// plainShares are shares whose runs come in one at a time, each into its place
// in a copy.
type plainShares struct{ shares }

func (s *plainShares) add(t Tape) error {
	next := slices.Clone(s.bySet)
	for _, r := range t {
		if r.marked().IsZero() {
			continue
		}
		at := 0
		for at < len(next) && next[at].left.Marks.Compare(r.Marks) < 0 {
			at++
		}
		if at == len(next) || next[at].left.Marks != r.Marks {
			next = slices.Insert(next, at, share{r, r.Amount})
			continue
		}
		sum, fits := next[at].left.sum(r)
		if !fits {
			return ErrOverflow
		}
		next[at].left = sum
		if next[at].paid, fits = next[at].paid.Add(r.Amount); !fits {
			next[at].paid = clew.MaxAmount
		}
	}
	s.bySet = next
	return nil
}

// TestSharesAgainstPlain plays random histories of pots that pay each other:
// tapes come in the order of their marks or in none, with sets that are new,
// known, or on the tape twice, and with bases near 256 bits.
func TestSharesAgainstPlain(t *testing.T) {
	full := 0
	for seed := range uint64(6000) {
		rng := rand.New(rand.NewPCG(seed, 11))
		h := shareHistory{rng: rng, origins: 1 + rng.IntN(400), most: 1 << (1 + rng.IntN(40)), rich: seed%8 == 0}
		rolling := seed%2 == 0
		var fast [3]shares
		var plain [3]plainShares
		for i := range fast {
			fast[i].rolling, plain[i].rolling = rolling, rolling
		}
		for step := range 16 {
			tape := h.tape()
			from, to := rng.IntN(3), rng.IntN(3)
			if n := marksLeft(&fast[from]); from != to && !n.IsZero() && rng.IntN(2) == 0 {
				n, _ = n.MulDiv(units(1+rng.Uint64N(8)), units(8))
				tape = fast[from].take(n, nil)
				if want := plain[from].take(n, nil); !slices.EqualFunc(tape, want, sameRun) {
					t.Fatalf("seed %d, step %d: %s left, want %s", seed, step, text(tape), text(want))
				}
				tape = append(tape, CleanRun(units(1)))
			}
			got, want := fast[to].add(tape), plain[to].add(tape)
			if errors.Is(got, ErrOverflow) != (want != nil) {
				t.Fatalf("seed %d, step %d: error %v, want %v", seed, step, got, want)
			}
			if got != nil {
				full++
			}
			if !slices.EqualFunc(fast[to].bySet, plain[to].bySet, sameShare) {
				t.Fatalf("seed %d, step %d: holds %s, want %s", seed, step, text(fast[to].contents(nil)), text(plain[to].contents(nil)))
			}
		}
	}
	if full == 0 {
		t.Error("no pot was ever too full")
	}
}

// A shareHistory makes tapes for one history.
type shareHistory struct {
	rng     *rand.Rand
	origins int
	most    uint64
	rich    bool // bases near 256 bits
}

func (h *shareHistory) tape() Tape {
	var tape Tape
	for range h.rng.IntN(12) {
		var origins []int
		for range h.rng.IntN(3) {
			origins = append(origins, h.rng.IntN(h.origins))
		}
		r := Run{Amount: units(h.rng.Uint64N(h.most)), Marks: MarksOf(origins...)}
		bases := make([]clew.Amount, r.Marks.Len())
		for i := range bases {
			bases[i] = units(h.rng.Uint64N(h.most))
			if h.rich && h.rng.IntN(9) == 0 {
				bases[i] = clew.MaxAmount.Minus(bases[i])
			}
		}
		r.setBases(bases)
		tape = append(tape, r)
	}
	if h.rng.IntN(2) == 0 {
		slices.SortStableFunc(tape, func(a, b Run) int { return a.Marks.Compare(b.Marks) })
	}
	return tape
}

// marksLeft returns how many marked units shares have.
func marksLeft(s *shares) clew.Amount { return s.contents(nil).Marked() }

func sameShare(a, b share) bool { return sameRun(a.left, b.left) && a.paid == b.paid }

func sameRun(a, b Run) bool {
	return a.Amount == b.Amount && a.Marks == b.Marks && a.Basis == b.Basis && slices.Equal(a.Also, b.Also)
}
