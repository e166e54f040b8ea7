package trace

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestStarts asks from addresses, transactions and transfers, both ways, with
// all that a world may have: the books close, or Run would give an error, and
// they start with what the legs at hand add up to.
func TestStarts(t *testing.T) {
	for seed := range worlds(60) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, anything)
		in := w.input(t, taint.Method{}, "")
		all := slices.Clone(w.transfers)
		for _, s := range w.supposed {
			all = append(all, s.Transfer)
		}
		checkStarts(t, fmt.Sprint("seed ", seed), in, all, who)
	}
}

// TestOutputsStarts is TestStarts where value rests in outputs.
func TestOutputsStarts(t *testing.T) {
	for seed := range worlds(60) {
		rng := rand.New(rand.NewSource(seed))
		w := randomCoins(rng, true)
		w.randomLimits(rng)
		in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Bitcoin, w.transfers)}, Limits: w.limits, Spread: No}
		checkStarts(t, fmt.Sprint("seed ", seed), in, w.transfers, script)
	}
}

func checkStarts(t *testing.T, name string, in Input, transfers []clew.Transfer, named func(int) clew.Address) {
	t.Helper()
	last := &transfers[len(transfers)-1]
	starts := []Start{{Transfer: &last.Pos}, {Tx: transfers[len(transfers)/2].Tx}, {Tx: clew.TxID{1, 2, 3}}}
	for n := range 3 {
		for _, sent := range []bool{false, true} {
			starts = append(starts, Start{Address: named(n), Sent: sent}, Start{Address: named(n), Sent: sent, Since: transfers[10].Pos})
		}
	}
	for _, start := range starts {
		for _, direction := range []Direction{Forward, Backward} {
			for _, p := range taint.Policies() {
				d := p.Describe()
				outputs := in.Ledgers[0].Chain().IsBitcoin()
				if !d.Accounts && !outputs || direction == Backward && !d.Backward {
					continue
				}
				in.Start, in.Direction, in.Method.Policy = start, direction, p
				r, err := Run(context.Background(), in)
				var input *clew.InputError
				switch {
				case errors.Is(err, clew.ErrNotFound), errors.As(err, &input):
				case err != nil:
					t.Fatalf("%s, %s %s from %+v: %v", name, p, direction, start, err)
				case !start.Address.IsZero():
					checkStarted(t, fmt.Sprintf("%s, %s %s from %+v", name, p, direction, start), r, start, transfers)
				}
			}
		}
	}
}

// checkStarted adds up the legs that a trace from an address begins with.
func checkStarted(t *testing.T, name string, r *Result, start Start, transfers []clew.Transfer) {
	t.Helper()
	want := map[clew.Asset]clew.Amount{}
	for i := range transfers {
		tr := &transfers[i]
		own, other := tr.To, tr.From
		if start.Sent {
			own, other = tr.From, tr.To
		}
		for _, leg := range own {
			itself := !tr.Asset.Chain().IsBitcoin() && other[0].Address == start.Address
			if leg.Address == start.Address && !itself && tr.Pos.Class != clew.Fee && !tr.Pos.Before(start.Since) {
				want[tr.Asset] = want[tr.Asset].Plus(leg.Amount)
			}
		}
	}
	for _, o := range r.Origins {
		if o.Amount != want[o.Asset] {
			t.Fatalf("%s: %s of %s, want %s", name, o.Amount, o.Asset, want[o.Asset])
		}
		delete(want, o.Asset)
	}
	for asset, n := range want {
		if !n.IsZero() {
			t.Fatalf("%s: %s of %s left out", name, n, asset)
		}
	}
}
