package trace

import (
	"context"
	"fmt"
	"math/big"
	"math/rand"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// carried returns what each transfer carries of a walk's only origin.
func carried(t *testing.T, in Input) map[clew.Pos]clew.Amount {
	t.Helper()
	r, err := Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	amounts := map[clew.Pos]clew.Amount{}
	for _, u := range r.Uses {
		amounts[u.Transfer.Pos] = u.Amount
	}
	return amounts
}

// TestBackwardUndoesForward walks forward from every transfer and backward
// from every other one: what the second carries of the first is what the first
// gave to the second.
func TestBackwardUndoesForward(t *testing.T) {
	for seed := range int64(60) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, traits{openings: seed%2 == 0, converts: seed%3 == 0})
		w.converts = nil
		if seed%4 == 1 {
			w.suppose(rng)
		}
		if seed%2 == 1 {
			w.magnify() // beside amounts as large as these, rounding is small and a mistake is not
		}
		snapshot := ledgerOf(t, clew.Ethereum, w.transfers)
		for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut, taint.Poison} {
			checkDuality(t, fmt.Sprintf("seed %d, %s", seed, p), p, snapshot, &w, w.mostRounded)
		}
	}
}

// checkDuality holds every forward walk against every backward one. Under
// haircut they may differ by what rounding can have moved from one to the
// other: bound says how much, given what each transfer touches forward and is
// touched by backward.
func checkDuality(t *testing.T, name string, p taint.Policy, snapshot ledger.Snapshot, w *world, bound func(s, e clew.Pos, after, before reached) *big.Rat) {
	t.Helper()
	forward, backward := map[clew.Pos]map[clew.Pos]clew.Amount{}, map[clew.Pos]map[clew.Pos]clew.Amount{}
	after, before := reached{}, reached{}
	var starts []clew.Pos
	for i := range w.transfers {
		tr := &w.transfers[i]
		if tr.Amount().IsZero() || !tr.Asset.Chain().IsBitcoin() && tr.From[0].Address == tr.To[0].Address {
			continue
		}
		in := Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Transfer: &tr.Pos}, Method: taint.Method{Policy: p}, Spread: No,
			Assumptions: Assumptions{Transfers: w.supposed}}
		starts = append(starts, tr.Pos)
		forward[tr.Pos] = carried(t, in)
		in.Direction = Backward
		backward[tr.Pos] = carried(t, in)
		if p == taint.Haircut {
			in.Method.Policy = taint.Poison
			before[tr.Pos] = carried(t, in)
			in.Direction = Forward
			after[tr.Pos] = carried(t, in)
		}
	}
	for _, s := range starts {
		for _, e := range starts {
			if s == e {
				continue
			}
			there, back := forward[s][e], backward[e][s]
			if p == taint.Haircut && there != back {
				apart, most := there.Max(back).Minus(there.Min(back)), bound(s, e, after, before)
				if new(big.Rat).SetInt(apart.Big()).Cmp(most) > 0 {
					t.Fatalf("%s: from %s to %s: forward %s, backward %s, which rounding alone parts by at most %s", name, s, e, there, back, most.FloatString(2))
				}
			}
			switch {
			case p == taint.Poison && there.IsZero() != back.IsZero(),
				(p == taint.FIFO || p == taint.LIFO) && there != back:
				t.Fatalf("%s: from %s to %s: forward %s, backward %s", name, s, e, there, back)
			}
		}
	}
}
