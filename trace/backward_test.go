package trace

import (
	"context"
	"fmt"
	"math/big"
	"math/rand"
	"slices"
	"strings"
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
	for seed := range worlds(60) {
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

// mirrored returns a world that runs the other way: the last transfer comes
// first, and who was paid pays.
func (w *world) mirrored() world {
	m := *w
	m.transfers, m.supposed, m.seeds = nil, nil, nil
	var all []clew.Pos
	for i := range w.transfers {
		all = append(all, w.transfers[i].Pos)
	}
	for i := range w.supposed {
		all = append(all, w.supposed[i].Transfer.Pos)
	}
	slices.SortFunc(all, clew.Pos.Cmp)
	mirror := func(t clew.Transfer) clew.Transfer {
		at := slices.Index(all, t.Pos)
		t.Pos = clew.Pos{Height: uint64(len(all) - at), Ordinal: t.Pos.Ordinal / 100 * 100}
		t.Time = 2_000_000_000 - t.Time
		t.From, t.To = t.To, t.From
		return t
	}
	places := map[clew.Pos]clew.Pos{}
	for i := range w.transfers {
		m.transfers = append(m.transfers, mirror(w.transfers[i]))
		places[w.transfers[i].Pos] = m.transfers[i].Pos
	}
	for _, s := range w.supposed {
		s.Transfer = mirror(s.Transfer)
		m.supposed = append(m.supposed, s)
	}
	for _, seed := range w.seeds {
		var at []clew.Pos
		for _, pos := range seed {
			at = append(at, places[pos])
		}
		m.seeds = append(m.seeds, at)
	}
	if w.limits.Until.Known() {
		m.limits.Until = 2_000_000_000 - w.limits.Until
	}
	return m
}

// beginsLate reports whether a seed lies beyond the time limit of a way back.
func (w *world) beginsLate() bool {
	return slices.ContainsFunc(w.transfers, func(t clew.Transfer) bool {
		return t.Time < w.limits.Until && slices.ContainsFunc(w.seeds, func(seed []clew.Pos) bool { return slices.Contains(seed, t.Pos) })
	})
}

// backwardBooks names the places of a mirrored history as those of the way
// back.
func (o *oracle) backwardBooks() string {
	books := map[string]uint64{}
	for k, n := range o.books {
		for _, as := range [][2]PlaceKind{{AtRest, AtOpening}, {AtTimeLimit, AtOpening}} {
			if rest, ok := strings.CutPrefix(k, string(as[0])+" "); ok {
				k = string(as[1]) + " " + rest
			}
		}
		if strings.HasPrefix(k, string(Burnt)+" nobody ") {
			k = string(AtIssuance) + strings.TrimPrefix(k, string(Burnt))
		}
		books[k] += n
	}
	return (&oracle{books: books}).String()
}

// TestBackwardAgainstOracle compares every engine and policy that goes backward
// with the oracle of the mirrored history.
func TestBackwardAgainstOracle(t *testing.T) {
	all := []traits{{origins: 1}, {origins: 1, openings: true}, {origins: 2, openings: true, supposed: true}, {origins: 3, openings: true, limits: true, supposed: true}}
	for seed := range worlds(60) {
		for k, tr := range all {
			w := randomWorld(rand.New(rand.NewSource(seed*100+int64(k))), tr)
			if w.limits.Until.Known() {
				w.limits.Until = w.transfers[len(w.transfers)/6].Time
			}
			mirror := w.mirrored()
			for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut, taint.Poison} {
				if p == taint.Poison && w.beginsLate() {
					continue // the oracle lets nothing earlier change a balance
				}
				want := ask(t, &mirror, taint.Method{Policy: p}).backwardBooks()
				for _, e := range []Engine{Interval, Queue, Sweep} {
					if e == Interval && p != taint.FIFO {
						continue
					}
					in := w.input(t, taint.Method{Policy: p}, e)
					in.Direction = Backward
					r, err := Run(context.Background(), in)
					if err != nil {
						t.Fatalf("seed %d, traits %d, %s by %s: %v", seed, k, p, e, err)
					}
					if got := placesOf(r); got != want {
						t.Fatalf("seed %d, traits %d, %s by %s:\n%s\nwant\n%s", seed, k, p, e, got, want)
					}
				}
			}
		}
	}
}

// TestBackwardOverConversions compares the engines where conversions are
// crossed.
func TestBackwardOverConversions(t *testing.T) {
	crossed := 0
	forWorlds(t, 60, traits{origins: 2, openings: true, converts: true}, func(name string, w world, in Input) {
		if !in.Method.Policy.Describe().Backward {
			return
		}
		in.Direction = Backward
		var want string
		for _, e := range []Engine{Queue, Sweep, Interval} {
			if e == Interval && in.Method.Policy != taint.FIFO {
				continue
			}
			in.Engine = e
			r := mustRun(t, in)
			crossed += len(r.Conversions)
			if want == "" {
				want = placesOf(r)
			}
			if got := placesOf(r); got != want {
				t.Fatalf("%s by %s:\n%s\nwant\n%s", name, e, got, want)
			}
		}
	})
	if crossed < 100 {
		t.Errorf("%d conversions crossed", crossed)
	}
}
