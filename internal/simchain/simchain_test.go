package simchain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"clew"
)

var worlds = []struct {
	name string
	make func(Plan) (*World, error)
}{{"bitcoin", UTXO}, {"evm", EVM}, {"tron", Tron}}

func made(t testing.TB, make func(Plan) (*World, error), p Plan) *World {
	t.Helper()
	w, err := make(p)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func eachTransfer(w *World, visit func(clew.Chain, *clew.Transfer)) {
	for i := range w.Ledgers {
		for j := range w.Ledgers[i].Blocks {
			for k := range w.Ledgers[i].Blocks[j].Transfers {
				visit(w.Ledgers[i].Chain, &w.Ledgers[i].Blocks[j].Transfers[k])
			}
		}
	}
}

// TestWorldsAreFacts wants blocks that are one chain, and transfers and acts that
// can be facts, between addresses of which the truth is known.
func TestWorldsAreFacts(t *testing.T) {
	for _, one := range worlds {
		for seed := range uint64(4) {
			w := made(t, one.make, Plan{Seed: seed, Transfers: 5_000})
			if n := w.Transfers(); n < 5_000 || n > 6_000 {
				t.Errorf("%s, seed %d: %d transfers", one.name, seed, n)
			}
			for _, l := range w.Ledgers {
				for i := range l.Blocks {
					b := &l.Blocks[i]
					if err := b.Check(l.Chain); err != nil {
						t.Fatalf("%s, seed %d: %v", one.name, seed, err)
					}
					if i > 0 && (b.Parent != l.Blocks[i-1].Ref.Hash || b.Ref.Height != l.Blocks[i-1].Ref.Height+1 || b.Ref.Time <= l.Blocks[i-1].Ref.Time) {
						t.Fatalf("%s, seed %d: block %d does not follow the one before", one.name, seed, b.Ref.Height)
					}
				}
			}
			eachTransfer(w, func(_ clew.Chain, tr *clew.Transfer) {
				for _, leg := range append(tr.From, tr.To...) {
					if a := leg.Address; !a.IsZero() && !a.IsIssuer() && w.Addresses[a].Actor == 0 {
						t.Fatalf("%s, seed %d: nobody knows whose %s is", one.name, seed, a)
					}
				}
			})
		}
	}
}

// TestNobodyPaysWhatTheyDoNotHave adds up balances of account chains by hand.
func TestNobodyPaysWhatTheyDoNotHave(t *testing.T) {
	for _, one := range worlds[1:] {
		for seed := range uint64(4) {
			w := made(t, one.make, Plan{Seed: seed, Transfers: 5_000})
			held := map[clew.Pot]clew.Amount{}
			eachTransfer(w, func(_ clew.Chain, tr *clew.Transfer) {
				from, to := tr.From[0], tr.To[0]
				if !from.Address.IsZero() && !from.Address.IsIssuer() {
					pot := clew.Pot{Address: from.Address, Asset: tr.Asset}
					if held[pot].Less(from.Amount) {
						t.Fatalf("%s, seed %d: %s pays %s of %s", one.name, seed, from.Address, from.Amount, held[pot])
					}
					held[pot] = held[pot].Minus(from.Amount)
				}
				if !to.Address.IsZero() {
					pot := clew.Pot{Address: to.Address, Asset: tr.Asset}
					held[pot] = held[pot].Plus(to.Amount)
				}
				if tr.Pos.Class == clew.Fee && w.Addresses[from.Address].Contract {
					t.Fatalf("%s, seed %d: a contract signs", one.name, seed)
				}
			})
		}
	}
}

// TestTruthPointsAtWhatIsThere wants every transaction that the truth names to be
// on the chain that it names.
func TestTruthPointsAtWhatIsThere(t *testing.T) {
	for _, one := range worlds {
		w := made(t, one.make, Plan{Seed: 7, Transfers: 20_000})
		at := map[clew.Pos]bool{}
		txs := map[clew.TxID]bool{}
		eachTransfer(w, func(_ clew.Chain, tr *clew.Transfer) { txs[tr.Tx] = true; at[tr.Pos] = true })
		for _, p := range w.Plants {
			if p.Breaks == "" || p.Behaviour == "" || !p.Tx.IsZero() && !txs[p.Tx] || p.Tx.IsZero() && len(p.Addresses) == 0 {
				t.Errorf("%s: plant %+v is nowhere", one.name, p)
			}
		}
		for id := range w.Joins {
			if !txs[id] {
				t.Errorf("%s: join %s is nowhere", one.name, id)
			}
		}
		if len(w.Thefts) == 0 {
			t.Errorf("%s: no theft", one.name)
		}
		for _, crime := range w.Thefts {
			if crime.Steps[0].Kind != Drain || crime.Thief == crime.Victim || w.Actors[crime.Thief].Role != Thief {
				t.Errorf("%s: %s begins with %s", one.name, crime.Name, crime.Steps[0].Kind)
			}
			for _, s := range crime.Steps {
				if !txs[s.Tx] {
					t.Errorf("%s: a step of %s is nowhere", one.name, crime.Name)
				}
			}
		}
		for a, p := range w.Addresses {
			if p.Customer != 0 && (w.Actors[p.Actor].Role != Exchange || w.Actors[p.Customer].Role == Exchange) {
				t.Errorf("%s: %s is a deposit address of %s at %s", one.name, a, w.Actors[p.Customer].Name, w.Actors[p.Actor].Name)
			}
		}
		for _, c := range w.Crossings {
			if !at[c.In[0]] || !at[c.Out[0]] || c.InChain == c.OutChain {
				t.Errorf("%s: crossing %s is nowhere", one.name, c.ID)
			}
		}
		for _, x := range w.Approvals {
			if !txs[x.Tx] {
				t.Errorf("%s: an approval is nowhere", one.name)
			}
		}
	}
}

// TestThievesDoEverything wants every kind of step somewhere.
func TestThievesDoEverything(t *testing.T) {
	for _, one := range worlds {
		w := made(t, one.make, Plan{Seed: 1, Transfers: 30_000})
		met := map[StepKind]int{}
		for _, crime := range w.Thefts {
			for _, s := range crime.Steps {
				met[s.Kind]++
			}
		}
		kinds := []StepKind{Drain, FanOut, Peel, Deposit, MixIn, MixOut}
		if one.name == "evm" {
			kinds = append(kinds, CrossOut)
		}
		for _, k := range kinds {
			if met[k] == 0 {
				t.Errorf("%s: no thief does %q", one.name, k)
			}
		}
	}
}

// digest names a world by its bytes.
func digest(t *testing.T, w *World) string {
	t.Helper()
	h := sha256.New()
	e := json.NewEncoder(h)
	for i := range w.Ledgers {
		if err := e.Encode(w.Ledgers[i]); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []any{w.Actors, w.Plants, w.Thefts, w.Crossings, w.Approvals} {
		if err := e.Encode(part); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprint(h, w.Addresses, w.Change, w.Forms, w.Joins) // maps, in the order of their keys
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// TestSameSeedSameBytes holds worlds against the digests that they had when they
// were last changed, and against themselves. Who changes a world changes its digest
// here, and then the golden file of package eval.
func TestSameSeedSameBytes(t *testing.T) {
	want := map[string]string{"bitcoin": "119bd95d81e8a1f6", "evm": "f55329cf7cda711b", "tron": "aa7269219d2a5f72"}
	for _, one := range worlds {
		p := Plan{Seed: 3, Transfers: 3_000}
		first := digest(t, made(t, one.make, p))
		if again := digest(t, made(t, one.make, p)); again != first {
			t.Errorf("%s: %s, then %s", one.name, first, again)
		}
		if first != want[one.name] {
			t.Errorf("%s: %s, want %s", one.name, first, want[one.name])
		}
		p.Seed++
		if other := digest(t, made(t, one.make, p)); other == first {
			t.Errorf("%s: another seed gives the same", one.name)
		}
	}
}

// TestPlainWorldsHavePlantedNothing wants no plant where none is asked for, and
// each kind of plant more than once where they are.
func TestPlainWorldsHavePlantedNothing(t *testing.T) {
	for _, one := range worlds {
		if w := made(t, one.make, Plan{Seed: 1, Transfers: 5_000, Plain: true}); len(w.Plants) != 0 {
			t.Errorf("%s: %d plants in a plain world", one.name, len(w.Plants))
		}
		w := made(t, one.make, Plan{Seed: 1, Transfers: 20_000})
		times := map[string]int{}
		for _, p := range w.Plants {
			times[p.Behaviour]++
		}
		for _, b := range w.Behaviours("") {
			if times[b] < 10 {
				t.Errorf("%s: %q is planted %d times", one.name, b, times[b])
			}
		}
	}
}

func TestPlansHaveBounds(t *testing.T) {
	for _, one := range worlds {
		for _, n := range []int{-1, 0, LeastTransfers - 1, MostTransfers + 1} {
			_, err := one.make(Plan{Transfers: n})
			var input *clew.InputError
			if !errors.As(err, &input) || input.Field != "transfers" {
				t.Errorf("%s, %d transfers: %v", one.name, n, err)
			}
		}
	}
}

// BenchmarkWorlds makes worlds of 100,000 transfers.
func BenchmarkWorlds(b *testing.B) {
	for _, one := range worlds {
		b.Run(one.name, func(b *testing.B) {
			for b.Loop() {
				made(b, one.make, Plan{Seed: 1, Transfers: 100_000})
			}
		})
	}
}
