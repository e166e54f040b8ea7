package trace

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

var bitcoin = clew.NativeAsset(clew.Bitcoin)

func script(n int) clew.Address {
	key := make([]byte, 20)
	key[0], key[19] = 0xbb, byte(n)
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, key)
	if err != nil {
		panic(err)
	}
	return a
}

// A coinWorld is a random history of outputs.
type coinWorld struct {
	world
	unspent []coinOutput
}

type coinOutput struct {
	leg clew.Leg // as an input spends it
}

func randomCoins(rng *rand.Rand, unknown bool) *coinWorld {
	w := &coinWorld{world: world{stops: stops{}, limits: Limits{Hops: 1000, Addresses: 1000, Transfers: 1000, Degree: 1000, Peers: 1}}}
	for h := range uint64(25) {
		t := clew.Transfer{Pos: clew.Pos{Height: 1 + h/2, Index: uint32(h % 2)}, Asset: bitcoin}
		t.Time, t.Tx = clew.Time(1_600_000_000+600*t.Pos.Height), txOf(t.Pos)
		n := 1 + rng.Intn(3)
		if len(w.unspent) < n || rng.Intn(6) == 0 {
			t.From = []clew.Leg{{Amount: clew.Units(uint64(10 + rng.Intn(20)))}}
		}
		for len(t.From) == 0 || len(t.From) < n && !t.From[0].Address.IsZero() {
			at := rng.Intn(len(w.unspent))
			t.From = append(t.From, w.unspent[at].leg)
			w.unspent = slices.Delete(w.unspent, at, at+1)
		}
		w.pay(rng, &t)
		if unknown && len(t.From) > 1 && rng.Intn(3) == 0 {
			t.From[rng.Intn(len(t.From))] = clew.Leg{Unknown: true, Spends: &clew.Output{Tx: clew.TxID{9}, Index: uint32(h)}}
		}
		w.transfers = append(w.transfers, t)
	}
	return w
}

// pay gives a transaction outputs and a fee.
func (w *coinWorld) pay(rng *rand.Rand, t *clew.Transfer) {
	left, _ := t.Amount().Uint64()
	for i := 0; left > 0 && i < 4; i++ {
		n := 1 + uint64(rng.Int63n(int64(left)))
		leg := clew.Leg{Address: script(rng.Intn(9)), Amount: clew.Units(n)}
		t.To = append(t.To, leg)
		leg.Spends = &clew.Output{Tx: t.Tx, Index: uint32(i)}
		w.unspent = append(w.unspent, coinOutput{leg: leg})
		left -= n
	}
	if left > 0 {
		t.To = append(t.To, clew.Leg{Amount: clew.Units(left)})
	}
}

// TestOutputsUndo is TestBackwardUndoesForward where value rests in outputs.
func TestOutputsUndo(t *testing.T) {
	for seed := range worlds(60) {
		w := randomCoins(rand.New(rand.NewSource(seed)), seed%2 == 1)
		if seed%4 > 1 {
			w.magnify()
		}
		snapshot := ledgerOf(t, clew.Bitcoin, w.transfers)
		for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut, taint.Poison} {
			checkDuality(t, fmt.Sprintf("seed %d, %s", seed, p), p, snapshot, &w.world, w.mostRounded)
		}
	}
}

// askCoins follows the outputs of one transaction by looking at every
// transaction, with units of the two ordered policies one by one.
func askCoins(t *testing.T, w *coinWorld, seed clew.Pos, p taint.Policy) map[string]uint64 {
	t.Helper()
	held := map[clew.Output]taint.Tape{}
	books := map[string]uint64{}
	passed := map[clew.Output]bool{}
	book := func(kind PlaceKind, a clew.Address, tape taint.Tape) {
		if n, _ := tape.Marked().Uint64(); n > 0 {
			books[placeLabel(kind, a, bitcoin, 0)] += n
		}
	}
	for i := range w.transfers {
		tr := &w.transfers[i]
		var in []taint.Tape
		known := clew.Amount{}
		for _, leg := range tr.From {
			known = known.Plus(leg.Amount)
		}
		filled := false
		for _, leg := range tr.From {
			amount := leg.Amount
			if leg.Unknown && !filled {
				amount, filled = tr.Amount().Minus(known), true
			}
			tape := taint.Tape{}.Append(taint.CleanRun(amount))
			if leg.Spends != nil && held[*leg.Spends] != nil {
				tape, passed[*leg.Spends] = held[*leg.Spends], true
			}
			in = append(in, tape)
		}
		for k, tape := range spendCoins(t, p, in, tr.To) {
			leg := tr.To[k]
			if tr.Pos == seed && !leg.Address.IsZero() {
				tape = tape.Mark(clew.Amount{}, leg.Amount, 0)
			}
			switch {
			case leg.Address.IsZero():
				book(PaidAsFee, leg.Address, tape)
			case stopKinds[w.stops[leg.Address]] != "":
				book(stopKinds[w.stops[leg.Address]], leg.Address, tape)
			default:
				held[clew.Output{Tx: tr.Tx, Index: uint32(k)}] = tape
			}
		}
	}
	for i := range w.transfers {
		for k, leg := range w.transfers[i].To {
			if output := (clew.Output{Tx: w.transfers[i].Tx, Index: uint32(k)}); !passed[output] {
				book(AtRest, leg.Address, held[output])
			}
		}
	}
	return books
}

func spendCoins(t *testing.T, p taint.Policy, in []taint.Tape, to []clew.Leg) []taint.Tape {
	t.Helper()
	var fee clew.Amount
	var amounts []clew.Amount
	for _, leg := range to {
		if leg.Address.IsZero() {
			fee = leg.Amount
			continue
		}
		amounts = append(amounts, leg.Amount)
	}
	if p != taint.FIFO && p != taint.LIFO {
		out, rest, err := taint.Apply(taint.Method{Policy: p}, in, amounts, fee)
		if err != nil {
			t.Fatal(err)
		}
		return append(out, rest)[:len(to)]
	}
	pot := &unitPot{newest: p == taint.LIFO}
	for _, tape := range in {
		if err := pot.Receive(tape); err != nil {
			t.Fatal(err)
		}
	}
	var out []taint.Tape
	for _, leg := range to {
		part, _ := pot.Spend(leg.Amount, nil)
		out = append(out, part)
	}
	return out
}

func TestOutputsAgainstOracle(t *testing.T) {
	for seed := range worlds(150) {
		rng := rand.New(rand.NewSource(seed))
		w := randomCoins(rng, seed%3 == 1)
		if seed%2 == 0 {
			w.stops[script(rng.Intn(9))] = tag.Service
		}
		snapshot := ledgerOf(t, clew.Bitcoin, w.transfers)
		start := w.transfers[rng.Intn(15)].Pos
		for _, p := range taint.Policies() {
			r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Origins: []Seed{{ID: "A", Transfers: []clew.Pos{start}}}},
				Method: taint.Method{Policy: p}, Namer: w.stops, Spread: No})
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, p, err)
			}
			want := (&oracle{books: askCoins(t, w, start, p)}).String()
			if got := placesOf(r); got != want {
				t.Fatalf("seed %d, %s:\n%s\nwant\n%s", seed, p, got, want)
			}
		}
	}
}
