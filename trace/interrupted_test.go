package trace

import (
	"context"
	"errors"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/taint"
)

// interruptedAfter ends after it was asked n times whether it has ended.
type interruptedAfter struct {
	context.Context
	left *int
}

func (c interruptedAfter) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return nil
}

func (c interruptedAfter) Deadline() (time.Time, bool) { return time.Time{}, false }

// TestInterrupted stops walks at every step and within it, at every reading:
// what there is adds up, and says that it is partial.
func TestInterrupted(t *testing.T) {
	for seed := range int64(30) {
		rng := rand.New(rand.NewSource(seed))
		for _, p := range []taint.Policy{taint.FIFO, taint.Haircut, taint.LIFO} {
			w := randomWorld(rng, traits{origins: 2, openings: true, converts: true})
			in := w.input(t, taint.Method{Policy: p}, "")
			engines := []Engine{Queue, Sweep}
			if p == taint.FIFO {
				engines = append(engines, Interval)
			}
			for _, e := range engines {
				in.Engine = e
				interrupt(t, rng, in)
			}
			in.Engine, in.Direction, in.Assumptions = "", Backward, Assumptions{}
			interrupt(t, rng, in)
		}
	}
}

func interrupt(t *testing.T, rng *rand.Rand, in Input) {
	t.Helper()
	for n := 0; n < 200; n += 1 + rng.Intn(4) {
		left := n
		r, err := Run(interruptedAfter{context.Background(), &left}, in)
		if err != nil {
			t.Fatalf("%s by %s, %s, after %d: %v", in.Method.Policy, in.Engine, in.Direction, n, err)
		}
		if left < 0 != r.Partial {
			t.Fatalf("%s by %s, %s, after %d: partial %v", in.Method.Policy, in.Engine, in.Direction, n, r.Partial)
		}
		if left >= 0 {
			return
		}
	}
}

// TestInterruptedRanges stops while possible ranges are worked out: the answer
// says that, and not that there were too many ways.
func TestInterruptedRanges(t *testing.T) {
	for seed := range int64(10) {
		w := randomWorld(rand.New(rand.NewSource(seed)), traits{origins: 1, openings: true})
		in := w.input(t, taint.Method{Policy: taint.FIFO}, Queue)
		whole := 1 << 30
		if _, err := Run(interruptedAfter{context.Background(), &whole}, in); err != nil {
			t.Fatal(err)
		}
		in.Ranges = true
		all := 1 << 30
		if _, err := Run(interruptedAfter{context.Background(), &all}, in); err != nil {
			t.Fatal(err)
		}
		for n := 1<<30 - whole; n < 1<<30-all; n++ {
			left := n
			r, err := Run(interruptedAfter{context.Background(), &left}, in)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Partial || len(r.Limits) > 0 || !strings.Contains(strings.Join(r.Method.Notes, " "), "interrupted") {
				t.Fatalf("seed %d, after %d: partial %v, limits %v, notes %v", seed, n, r.Partial, r.Limits, r.Method.Notes)
			}
		}
	}
}

// TestMaxFlowCanBeInterrupted stops a single largest flow.
func TestMaxFlowCanBeInterrupted(t *testing.T) {
	var n network
	source, sink := n.node(), n.node()
	for range 100 {
		node := n.node()
		n.arc(source, node, clew.Units(1))
		n.arc(node, sink, clew.Units(1))
	}
	left := 50
	if _, err := n.flow(interruptedAfter{context.Background(), &left}, source, sink, downstream); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	// What the arcs carry already stays, and the rest is added to it.
	if flow, err := n.flow(context.Background(), source, sink, downstream); err != nil || flow.IsZero() || !flow.Less(clew.Units(100)) {
		t.Errorf("flow %s more, error %v", flow, err)
	}
}

// A slow snapshot answers by another reader, and ends the context once it was
// asked for a few pages of the stretches of who(1).
type slow struct {
	ledger.Snapshot
	reader ledger.Reader
	tiles  int
	after  int
	cancel context.CancelFunc
}

func (s *slow) Tile(ctx context.Context, pot clew.Pot, side ledger.Side, lo, hi clew.Amount, limit int, page []ledger.Row) ([]ledger.Row, bool, error) {
	if pot.Address == who(1) {
		if s.tiles++; s.tiles == s.after {
			s.cancel()
		}
	}
	return s.reader.Tile(ctx, pot, side, lo, hi, limit, page)
}

func (s *slow) Flow(ctx context.Context, pot clew.Pot, before clew.Pos) (ledger.Flow, error) {
	return s.reader.Flow(ctx, pot, before)
}

func (s *slow) Rows(ctx context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	return s.reader.Rows(ctx, q, page)
}

// peel returns a history in which one address pays away a large sum in many
// payments.
func peel(payments int) []clew.Transfer {
	transfers := []clew.Transfer{move(1, who(0), who(1), ether, uint64(payments))}
	for i := range payments {
		t := move(uint64(2+i), who(1), who(2+i%50), ether, 1)
		transfers = append(transfers, t)
	}
	return transfers
}

// TestLongStretchesOverOverlappingParts follows one stretch of units through
// tens of thousands of payments that lie in two parts: the pages read are few,
// the answer is that of one part, and an interruption within the stretch ends
// it there with books that close.
func TestLongStretchesOverOverlappingParts(t *testing.T) {
	const payments = 30_000
	transfers := peel(payments)
	var parts [2][]clew.Transfer
	for i, tr := range transfers {
		parts[i%2] = append(parts[i%2], tr)
	}
	whole := ledgerOf(t, clew.Ethereum, transfers)
	joined := &slow{Snapshot: whole, reader: ledger.Join(memory.NewSet(parts[0]), memory.NewSet(parts[1]))}
	in := Input{Ledgers: []ledger.Snapshot{joined}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No, Limits: Limits{Degree: 1_000_000}}
	got := mustRun(t, in)
	if joined.tiles > 16 {
		t.Errorf("%d pages were asked for", joined.tiles)
	}
	in.Ledgers = []ledger.Snapshot{whole}
	want := mustRun(t, in)
	if placesOf(got) != placesOf(want) || len(got.Uses) != payments+1 {
		t.Errorf("%d uses, places:\n%s\nwant\n%s", len(got.Uses), placesOf(got), placesOf(want))
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	short := &slow{Snapshot: whole, reader: joined.reader, after: 3, cancel: cancel}
	in.Ledgers = []ledger.Snapshot{short}
	r, err := Run(ctx, in)
	if err != nil || !r.Partial || short.tiles > 3 {
		t.Fatalf("partial %v after %d pages, error %v", r.Partial, short.tiles, err)
	}
	if i := slices.IndexFunc(r.Places, func(p Place) bool { return p.Address == who(1) && p.Kind == AtSizeLimit }); i < 0 || !r.Books[0].Closed {
		t.Errorf("places %s, closed %v", placesOf(r), r.Books[0].Closed)
	}
}
