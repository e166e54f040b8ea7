package trace

import (
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"clew"
	"clew/evm"
	"clew/taint"
)

// checkRounds holds a history with rounds against the same without: places and books
// are the same by every policy but first in, first out, where they are if marked units
// would move; no lender that has nothing else has anything; all engines agree, however
// the transfers are loaded; and the books close.
func checkRounds(t *testing.T, name string, rng *rand.Rand, with, without *world) (netted int) {
	t.Helper()
	shuffled := *with
	shuffled.transfers = slices.Clone(with.transfers)
	rng.Shuffle(len(shuffled.transfers), func(i, k int) {
		shuffled.transfers[i], shuffled.transfers[k] = shuffled.transfers[k], shuffled.transfers[i]
	})
	for _, p := range taint.AccountPolicies() {
		for _, way := range []Direction{Forward, Backward} {
			if way == Backward && !p.Describe().Backward {
				continue
			}
			name, m := fmt.Sprintf("%s, %s %s", name, way, p), taint.Method{Policy: p}
			ask := func(w *world, e Engine) *Result {
				in := w.input(t, m, e)
				if in.Direction = way; w == &shuffled && e == Sweep {
					in.Ledgers[0] = crumbled{in.Ledgers[0]}
				}
				return swapRun(t, name, in)
			}
			r := ask(with, "")
			if nets(r) {
				netted++
			}
			for _, w := range []*world{with, &shuffled} {
				for _, e := range []Engine{Queue, Sweep} {
					if got, want := placesOf(ask(w, e)), placesOf(r); got != want {
						t.Fatalf("%s by %s, shuffled %t:\n%s\nwant\n%s", name, e, w == &shuffled, got, want)
					}
				}
			}
			for i := range r.Places {
				if a := r.Places[i].Address; a == who(pureLender) || a == who(pureLender+1) || way == Forward && (a == evm.Wrapper(clew.Ethereum) || a == who(60) || a == who(62)) {
					t.Fatalf("%s: value lies at one who net-received nothing: %s", name, placesOf(r))
				}
			}
			plain := ask(without, "")
			if p != taint.FIFO && (placesOf(r) != placesOf(plain) || !reflect.DeepEqual(r.Books, plain.Books)) {
				t.Fatalf("%s:\n%s\nwant\n%s", name, placesOf(r), placesOf(plain))
			}
		}
	}
	return netted
}

// TestRoundsAsIfNotMade: rounds leave no trace.
func TestRoundsAsIfNotMade(t *testing.T) {
	netted := 0
	for seed := range int64(150) {
		rng := rand.New(rand.NewSource(seed))
		with, without := roundWorld(rng)
		netted += checkRounds(t, fmt.Sprintf("seed %d", seed), rng, with, without)
	}
	if netted < 300 {
		t.Errorf("%d traces netted anything: too few to tell", netted)
	}
}

// FuzzRounds does the same with histories of any seed.
func FuzzRounds(f *testing.F) {
	for seed := range int64(8) {
		f.Add(1000 + seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		rng := rand.New(rand.NewSource(seed))
		with, without := roundWorld(rng)
		checkRounds(t, "fuzzed", rng, with, without)
	})
}
