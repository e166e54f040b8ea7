package explorer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/remote"
	"clew/trace"
)

// run traces from an address over a ledger.
func run(t *testing.T, store ledger.Store, start clew.Address) (*trace.Result, error) {
	t.Helper()
	return traced(t, store, start, true) // swaps are left out: a transaction that is held in part shows less of them
}

func traced(t *testing.T, store ledger.Store, start clew.Address, withoutSwaps bool) (*trace.Result, error) {
	t.Helper()
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return trace.Run(t.Context(), trace.Input{Ledgers: []ledger.Snapshot{s}, Start: trace.Start{Address: start}, Spread: trace.No,
		WithoutSwaps: withoutSwaps})
}

// demand fetches round by round what a trace wants.
func demand(ctx context.Context, t *testing.T, f *explorer.Filler, start clew.Address) {
	t.Helper()
	err := f.Rounds(ctx, 20, func(ctx context.Context) ([]clew.Address, error) {
		if held, err := f.Holds(ctx, start); err != nil || !held && f.Report().Rounds == 0 {
			return []clew.Address{start}, err
		}
		r, err := run(t, f.Store, start)
		if errors.Is(err, clew.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return r.Wanted(f.Report().Chain), nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// placesOf says what lies where, and by which sums it came through each pot.
func placesOf(r *trace.Result) string {
	var lines []string
	for i := range r.Places {
		p := &r.Places[i]
		lines = append(lines, fmt.Sprint(p.Kind, " ", p.Address, " ", p.Asset, " ", p.Amount))
	}
	for i := range r.Uses {
		u := &r.Uses[i]
		lines = append(lines, fmt.Sprint("through ", u.Transfer.Tx, " ", u.Transfer.Asset, " ", u.Transfer.To, " ", u.Amount))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// same compares a trace on demand with one over the whole chain.
func same(t *testing.T, whole ledger.Store, services func(*remote.Budget) []explorer.Service, chain clew.Chain, start clew.Address) {
	t.Helper()
	budget := remote.NewBudget(5000)
	store := memory.New(chain)
	f := explorer.NewFiller(services(budget), store, budget)
	demand(t.Context(), t, f, start)
	want, wantErr := run(t, whole, start)
	got, gotErr := run(t, store, start)
	if wantErr != nil || gotErr != nil {
		if (wantErr == nil) != (gotErr == nil) {
			t.Errorf("%v on demand, %v of the whole", gotErr, wantErr)
		}
		return
	}
	if crossed, err := traced(t, store, start, false); err != nil {
		t.Errorf("on demand, with swaps: %v", err)
	} else {
		for _, b := range crossed.Books {
			if !b.Closed {
				t.Errorf("on demand, with swaps: a book does not close: %+v", b)
			}
		}
	}
	report := f.Report()
	if report.Ended != explorer.EndedHeld || len(report.Left) > 0 {
		t.Errorf("ended because %s; left %v", report.Ended, report.Left)
	}
	if a, b := placesOf(got), placesOf(want); a != b {
		t.Errorf("from %s on demand:\n%s\nof the whole:\n%s", start, a, b)
	}
}

func TestOnDemandIsAsWhole(t *testing.T) {
	for seed := range uint64(25) {
		for _, kind := range []string{"etherscan", "trongrid"} {
			chain := clew.Ethereum
			if kind == "trongrid" {
				chain = clew.Tron
			}
			w := newWorld(chain, seed, 12)
			s := w.etherServer(t, 1000)
			if kind == "trongrid" {
				s = w.tronServer(t)
			}
			for _, start := range w.addresses[:2] {
				t.Run(fmt.Sprintf("%s, seed %d, from %s", kind, seed, start.Text()), func(t *testing.T) {
					same(t, w.whole(t), func(b *remote.Budget) []explorer.Service { return []explorer.Service{s.open(t, kind, chain, b)} }, chain, start)
				})
			}
		}
	}
}

// TestPages serves a world in pages so short that every list has many.
func TestPages(t *testing.T) {
	w := newWorld(clew.Ethereum, 3, 300)
	s := w.etherServer(t, 25)
	same(t, w.whole(t), func(b *remote.Budget) []explorer.Service {
		return []explorer.Service{s.open(t, "etherscan", w.chain, b)}
	}, w.chain, w.addresses[0])
	if s.asked.Load() < 50 {
		t.Errorf("%d questions", s.asked.Load())
	}
}
