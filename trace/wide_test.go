package trace

import (
	"context"
	"math/rand"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestHeldBeforeOneWayIsTheOther looks up what every pot held before every one
// of its transfers in one flow and in two sums.
func TestHeldBeforeOneWayIsTheOther(t *testing.T) {
	ctx := context.Background()
	for seed := range worlds(40) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, traits{origins: 1, openings: seed%2 == 0, supposed: seed%3 == 0})
		in, err := w.input(t, taint.Method{Policy: taint.Haircut}, Sweep).check()
		if err != nil {
			t.Fatal(err)
		}
		walk, err := newWalk(ctx, &in)
		if err != nil {
			t.Fatal(err)
		}
		a := newAccounts(walk)
		for i := range w.transfers {
			tr := &w.transfers[i]
			p := &pot{id: clew.Pot{Address: tr.To[0].Address, Asset: tr.Asset}, view: walk.views[0]}
			if p.id.Address.IsZero() {
				continue
			}
			var held [2]clew.Amount
			for k, judged := range []*verdict{{counted: true, degree: fewRows}, {counted: true, degree: fewRows + 1}} {
				walk.verdicts[p.id.Address] = judged
				if held[k], err = a.heldAt(ctx, p, tr.Pos); err != nil {
					t.Fatal(err)
				}
			}
			if held[0] != held[1] {
				t.Fatalf("seed %d, %s before %s: %s by its flow, %s by its sums", seed, p.id.Address.Text(), tr.Pos, held[0], held[1])
			}
		}
	}
}

// TestSweepForgetsClosedAccounts sends all of one asset on, and keeps another:
// the address stays minded for the one alone.
func TestSweepForgetsClosedAccounts(t *testing.T) {
	s := &sweep{bits: make([]uint64, 1), minded: map[uint32][]minded{}}
	account := func(asset clew.Asset) *account {
		return &account{pot: &pot{id: clew.Pot{Address: who(1), Asset: asset}}}
	}
	first, second := account(ether), account(coin(1))
	s.mindAt(5, 0, first)
	s.mindAt(5, 1, second)
	s.mindAt(5, 2, account(clew.Token("erc721", who(7)))) // no units that value is made of
	if s.accountAt(5, 0) != first || s.accountAt(5, 1) != second || s.accountAt(5, 2) != nil || s.accountAt(4, 0) != nil || s.accountAt(ledger.NoID, 0) != nil {
		t.Fatal("an account is not where it was put")
	}
	first.closed = true
	if s.accountAt(5, 0) != nil || s.accountAt(5, 1) != second || len(s.minded[5]) != 1 {
		t.Fatalf("%d accounts are minded, want the open one", len(s.minded[5]))
	}
	second.closed = true
	if s.accountAt(5, 1) != nil || len(s.minded) != 0 || s.bits[0] != 0 {
		t.Fatalf("an address without accounts is minded: %v, bits %b", s.minded, s.bits)
	}
}

// BenchmarkWideSweep sweeps for an origin whose every small part is followed,
// and reports the time for each transfer used: without acts, and with memos at one of
// twenty transactions.
func BenchmarkWideSweep(b *testing.B) {
	transfers := wideTransfers(400_000)
	b.Run("plain", func(b *testing.B) { wideSweep(b, ledgerOf(b, clew.Ethereum, transfers)) })
	var places []clew.Pos
	for i := 0; i < len(transfers); i += 20 {
		places = append(places, transfers[i].Pos)
	}
	acts := actsOn(rand.New(rand.NewSource(1)), places)
	b.Run("acts", func(b *testing.B) { wideSweep(b, ledgerSaying(b, clew.Ethereum, transfers, acts)) })
}

func wideSweep(b *testing.B, snapshot ledger.Snapshot) {
	pos := clew.Pos{Height: 3, Index: 7}
	b.ReportAllocs()
	uses := 0
	for b.Loop() {
		r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Transfer: &pos}, Spread: No, Engine: Sweep,
			Method: taint.Method{Policy: taint.Haircut}})
		if err != nil {
			b.Fatal(err)
		}
		uses += len(r.Uses)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(uses), "ns/use")
	b.ReportMetric(float64(uses)/float64(b.N), "uses")
}
