package simchain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"clew"
)

func laundryWorld(t testing.TB, seed uint64, transfers int) *World {
	return made(t, Laundry, Plan{Seed: seed, Transfers: transfers})
}

// TestLaundryIsSound: facts are facts, blocks follow one another, nobody pays what
// is not theirs but by a token that lies, and all chains keep one time.
func TestLaundryIsSound(t *testing.T) {
	w := laundryWorld(t, 1, 4_000)
	if len(w.Ledgers) != 4 {
		t.Fatalf("%d ledgers", len(w.Ledgers))
	}
	var ends []clew.Time
	for _, l := range w.Ledgers {
		held := map[clew.Pot]clew.Amount{}
		for i := range l.Blocks {
			b := &l.Blocks[i]
			if err := b.Check(l.Chain); err != nil {
				t.Fatalf("%s: %v", l.Chain, err)
			}
			if i > 0 && (b.Parent != l.Blocks[i-1].Ref.Hash || b.Ref.Time < l.Blocks[i-1].Ref.Time) {
				t.Fatalf("%s: block %d does not follow", l.Chain, b.Ref.Height)
			}
			for j := range b.Transfers {
				if !l.Chain.IsBitcoin() {
					settle(t, held, &b.Transfers[j])
				}
			}
		}
		ends = append(ends, l.Blocks[len(l.Blocks)-1].Ref.Time)
	}
	if slices.Max(ends)-slices.Min(ends) > 3_600 {
		t.Errorf("chains end at %v", ends)
	}
}

// settle books a transfer; only tokens that were never issued are paid from
// nothing.
func settle(t *testing.T, held map[clew.Pot]clew.Amount, tr *clew.Transfer) {
	t.Helper()
	from, to := clew.Pot{Address: tr.From[0].Address, Asset: tr.Asset}, clew.Pot{Address: tr.To[0].Address, Asset: tr.Asset}
	if issued := (clew.Pot{Asset: tr.Asset}); from.Address.IsZero() || from.Address.IsIssuer() {
		held[issued] = clew.Units(1)
	} else if held[from].Less(tr.Amount()) {
		if !held[issued].IsZero() {
			t.Fatalf("%s pays %s of %s", from.Address, tr.Amount(), held[from])
		}
	} else {
		held[from] = held[from].Minus(tr.Amount())
	}
	held[to] = held[to].Plus(tr.Amount())
}

// TestLaundryTellsTheTruth: every kind of laundering is there, with what it is
// made of; edges are transfers from whom they say to whom they say; each swap is
// of one transaction; both ends of a crossing name one identifier; and of the value
// that was stolen as much lies at the ends as fees and prices leave.
func TestLaundryTellsTheTruth(t *testing.T) {
	for seed := uint64(1); seed < 4; seed++ {
		w := laundryWorld(t, seed, 6_000)
		at := map[clew.Chain]map[clew.Pos]*clew.Transfer{}
		sent, received := map[string]clew.Chain{}, map[string]clew.Chain{}
		for _, l := range w.Ledgers {
			at[l.Chain] = map[clew.Pos]*clew.Transfer{}
			for i := range l.Blocks {
				for j := range l.Blocks[i].Transfers {
					at[l.Chain][l.Blocks[i].Transfers[j].Pos] = &l.Blocks[i].Transfers[j]
				}
				for j := range l.Blocks[i].Acts {
					if m, ok := l.Blocks[i].Acts[j].Message(); ok && l.Blocks[i].Acts[j].Kind == clew.BridgeSent {
						sent[m.ID] = l.Chain
					} else if ok {
						received[m.ID] = l.Chain
					}
				}
			}
		}
		checkSwaps(t, w, at)
		venues, crossings := map[Venue]bool{}, 0
		for _, kind := range launderings() {
			if !slices.ContainsFunc(w.Launderings, func(l Laundering) bool { return l.Name == kind.name }) {
				t.Errorf("seed %d: nobody launders by %s", seed, kind.name)
			}
		}
		for i := range w.Launderings {
			l := &w.Launderings[i]
			stolen, lies := uint64(0), uint64(0)
			for _, e := range l.Edges {
				tr := at[e.Chain][e.Pos]
				if tr == nil || tr.To[e.Output].Address != e.To || !slices.ContainsFunc(tr.From, func(leg clew.Leg) bool { return leg.Address == e.From }) || e.Value == 0 {
					t.Fatalf("seed %d, %s: edge %+v of %+v", seed, l.Name, e, tr)
				}
			}
			for _, s := range l.Start {
				if tr := at[s.Chain][s.Pos]; w.Addresses[tr.To[s.Output].Address].Actor != l.Thief {
					t.Errorf("seed %d, %s: it starts with %+v", seed, l.Name, tr)
				} else {
					stolen += worth(w, tr.Asset, tr.To[s.Output].Amount)
				}
			}
			for _, e := range l.Rests {
				lies += e.Value
			}
			if stolen == 0 || lies < stolen/10*8 || lies > stolen {
				t.Errorf("seed %d, %s: of %d stolen %d lies somewhere", seed, l.Name, stolen, lies)
			}
			for _, c := range l.Changes {
				venues[c.Venue] = true
				if c.Kind == clew.Bridge {
					if crossings++; sent[c.ID] != c.In[0].Chain || received[c.ID] != c.Out[0].Chain {
						t.Errorf("seed %d, %s: crossing %s", seed, l.Name, c.ID)
					}
				}
				if len(c.In) == 0 || len(c.Out) == 0 {
					t.Errorf("seed %d, %s: %+v", seed, l.Name, c)
				}
			}
		}
		if len(venues) < 20 || crossings < 10 || len(received) < 2*crossings {
			t.Errorf("seed %d: %d venues, %d crossings of thieves and %d of all", seed, len(venues), crossings, len(received))
		}
	}
}

// worth values an asset as the market does.
func worth(w *World, asset clew.Asset, amount clew.Amount) uint64 {
	for _, l := range w.Launderings {
		for _, e := range l.Rests {
			if e.Asset == asset && !e.Amount.IsZero() {
				v, _ := amount.MulDiv(clew.Units(e.Value), e.Amount)
				n, _ := v.Uint64()
				return n + 1
			}
		}
	}
	return 0
}

func checkSwaps(t *testing.T, w *World, at map[clew.Chain]map[clew.Pos]*clew.Transfer) {
	t.Helper()
	met := map[Venue]int{}
	for i := range w.Swaps {
		s := &w.Swaps[i]
		met[s.Venue]++
		if len(s.In) == 0 || len(s.Out) == 0 {
			t.Fatalf("%s %s: nothing goes in, or comes out", s.Venue, s.Tx)
		}
		for _, pos := range s.In {
			if tr := at[s.Chain][pos]; tr.Tx != s.Tx || tr.From[0].Address != s.Payer || !slices.Contains(s.Paid, tr.Asset) {
				t.Fatalf("%s %s: goes in by %+v", s.Venue, s.Tx, tr)
			}
		}
		for _, pos := range s.Out {
			if tr := at[s.Chain][pos]; tr.Tx != s.Tx || tr.To[0].Address != s.Recipient || !slices.Contains(s.Got, tr.Asset) {
				t.Fatalf("%s %s: comes out by %+v", s.Venue, s.Tx, tr)
			}
		}
	}
	kinds := map[NoSwap]int{}
	for _, kind := range w.NoSwaps {
		kinds[kind]++
	}
	if len(met) < 22 || len(kinds) != 6 {
		t.Errorf("venues %v, pretended %v", met, kinds)
	}
}

// TestLaundrySameSeedSameBytes holds a world against its digest, and against
// itself.
func TestLaundrySameSeedSameBytes(t *testing.T) {
	digest := func(seed uint64) string {
		w := laundryWorld(t, seed, 3_000)
		h := sha256.New()
		if err := json.NewEncoder(h).Encode([]any{w.Ledgers, w.Actors, w.Swaps, w.Launderings}); err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(h, w.Addresses, w.NoSwaps)
		return hex.EncodeToString(h.Sum(nil))[:16]
	}
	first := digest(3)
	if again := digest(3); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	if digest(4) == first {
		t.Error("another seed gives the same")
	}
	if want := "9bebb0edca20470a"; first != want {
		t.Errorf("%s, want %s", first, want)
	}
}
