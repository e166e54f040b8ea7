package simchain

import (
	"bytes"
	"encoding/json"
	"testing"

	"clew"
)

func madeBridges(t testing.TB, p Plan) *Bridges {
	t.Helper()
	w, err := MakeBridges(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestBridgesAreFacts wants blocks that are chains, of facts, and crossings that
// are in them; nobody pays what they do not have.
func TestBridgesAreFacts(t *testing.T) {
	for seed := range uint64(8) {
		w := madeBridges(t, Plan{Seed: seed, Transfers: 8_000})
		at := map[clew.Chain]map[clew.Pos]clew.Transfer{}
		for _, l := range w.Ledgers {
			at[l.Chain] = map[clew.Pos]clew.Transfer{}
			held := map[clew.Pot]clew.Amount{}
			for i := range l.Blocks {
				b := &l.Blocks[i]
				if err := b.Check(l.Chain); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if i > 0 && (b.Parent != l.Blocks[i-1].Ref.Hash || b.Ref.Height != l.Blocks[i-1].Ref.Height+1 || b.Ref.Time <= l.Blocks[i-1].Ref.Time) {
					t.Fatalf("seed %d: %s: block %d does not follow the one before", seed, l.Chain, b.Ref.Height)
				}
				for _, tr := range b.Transfers {
					at[l.Chain][tr.Pos] = tr
					balance(t, held, &tr)
				}
			}
		}
		for _, x := range w.Crossings {
			for _, e := range append([]End{x.In}, x.Out...) {
				tr, ok := at[e.Chain][e.Pos]
				if !ok || tr.Tx != e.Tx || tr.To[e.Leg].Amount != e.Amount || tr.Asset != e.Asset || tr.Time != e.Time {
					t.Fatalf("seed %d: an end of a crossing of %s is nowhere", seed, w.Spans[x.Span].Name)
				}
				if e.Time < x.In.Time-clew.Time(2*blockEvery) {
					t.Fatalf("seed %d: comes out before it went in", seed)
				}
			}
			if x.Refund != (x.In.Chain == x.Out[0].Chain && x.In.Asset == x.Out[0].Asset) {
				t.Fatalf("seed %d: given back, or not", seed)
			}
		}
	}
}

func balance(t *testing.T, held map[clew.Pot]clew.Amount, tr *clew.Transfer) {
	t.Helper()
	for _, l := range tr.From {
		pot := clew.Pot{Address: l.Address, Asset: tr.Asset}
		if l.Address.IsZero() {
			continue
		}
		if held[pot].Less(l.Amount) {
			t.Fatalf("%s pays %s of %s", l.Address, l.Amount, held[pot])
		}
		held[pot] = held[pot].Minus(l.Amount)
	}
	for _, l := range tr.To {
		pot := clew.Pot{Address: l.Address, Asset: tr.Asset}
		held[pot] = held[pot].Plus(l.Amount)
	}
}

// TestBridgesDoEverything wants each habit to be met, many times.
func TestBridgesDoEverything(t *testing.T) {
	w := madeBridges(t, Plan{Seed: 1, Transfers: 20_000})
	count, refunds, streams, rounds := make([]int, len(w.Spans)), 0, 0, 0
	for i, x := range w.Crossings {
		count[x.Span]++
		if x.Refund {
			refunds++
		}
		if len(x.Out) > 1 {
			streams++
		}
		if x.Back > 0 {
			first := w.Crossings[x.Back-1]
			if first.Out[0].Who != x.In.Who || first.In.Asset != x.Out[0].Asset {
				t.Errorf("crossing %d takes nothing back", i)
			}
			if x.Out[0].Who == first.In.Who {
				rounds++
			}
		}
		if (x.Message == "") != w.Spans[x.Span].Instant {
			t.Errorf("crossing %d has message %q", i, x.Message)
		}
	}
	for i, n := range count {
		if n < 100 {
			t.Errorf("%s: %d crossings", w.Spans[i].Name, n)
		}
	}
	if refunds < 10 || streams < 20 || w.Turns < 10 || rounds < 5 || rounds == w.Turns {
		t.Errorf("%d refunds, %d in parts, %d turns of which %d round trips", refunds, streams, w.Turns, rounds)
	}
	if day := int64(w.Crossings[0].In.Time) / 86_400; w.Close(clew.NativeAsset(EVMChain), day) == 0 || w.Close(clew.NativeAsset(EVMChain), day-1) != 0 {
		t.Error("closes are of other days")
	}
	t.Logf("%d crossings %v, %d transfers over %d seconds", len(w.Crossings), count, w.Plan.Transfers, w.Crossings[len(w.Crossings)-1].In.Time-utxoStart)
}

// TestBridgesAreOfTheirSeed wants the same world of the same seed, and another of
// another.
func TestBridgesAreOfTheirSeed(t *testing.T) {
	text := func(seed uint64) []byte {
		b, err := json.Marshal(madeBridges(t, Plan{Seed: seed, Transfers: 3_000}).Ledgers)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if !bytes.Equal(text(5), text(5)) || bytes.Equal(text(5), text(6)) {
		t.Error("worlds do not follow their seeds")
	}
	for _, bad := range []struct{ transfers, pace int }{{1, 1}, {3_000, 0}, {3_000, 101}} {
		if _, err := MakeBridges(Plan{Transfers: bad.transfers}, bad.pace); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
