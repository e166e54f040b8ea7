package eval

import (
	"encoding/json"
	"strings"
	"testing"

	"clew"
	"clew/attribution"
	"clew/internal/simchain"
)

// attributionRow returns a row of the golden table by what it counts.
func attributionRow(t *testing.T, rows []Row, what string) *Row {
	t.Helper()
	for i := range rows {
		if rows[i].What == what {
			return &rows[i]
		}
	}
	t.Fatalf("no row %q", what)
	return nil
}

// TestAttribution holds what must never be told, on the worlds that docs/ACCURACY.md
// reports.
func TestAttribution(t *testing.T) {
	rows, err := attributionRows(t.Context(), &Question{Seed: 1, Doing: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	hired := attributionRow(t, rows, "launderer for hire")
	if *hired.True == 0 || *hired.Right != *hired.True || *hired.Wrong() != 0 {
		t.Errorf("launderers: %v", hired.Cells())
	}
	if r := attributionRow(t, rows, "links above weak, a trail laid"); *r.Cases == 0 || *r.Named != 0 {
		t.Errorf("a laid trail is told with more than weak support: %v", r.Cells())
	}
	if r := attributionRow(t, rows, "links, one careless thief twice"); *r.Cases == 0 || *r.Right != *r.Cases {
		t.Errorf("the careless thief: %v", r.Cells())
	}
	links := attributionRow(t, rows, "links, all pairs")
	if trail := attributionRow(t, rows, "links, a trail laid"); *links.Wrong() != *trail.Named {
		t.Errorf("links of strangers beyond laid trails: %v", links.Cells())
	}
}

// comparisons compares each theft of a world with those before it, as JSON. What
// others sent to the addresses is left out: it is told, and decides nothing here.
func comparisons(t *testing.T, w *simchain.ThiefWorld) string {
	t.Helper()
	profiles, err := ThiefProfiles(t.Context(), w, &w.Ledgers[0], len(w.Jobs))
	if err != nil {
		t.Fatal(err)
	}
	var all []attribution.Comparison
	for i := range profiles {
		for k := range i {
			c := attribution.Compare(profiles[i], profiles[k], profiles, nil)
			for r := range c.Rows {
				for s := range c.Rows[r].Shared {
					x := &c.Rows[r].Shared[s]
					x.This.Came, x.That.Came, x.This.Payers, x.That.Payers = clew.Amount{}, clew.Amount{}, 0, 0
				}
			}
			all = append(all, c)
		}
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAttributionDust: what strangers send to every address of every thief, before
// and after it is used, changes no comparison.
func TestAttributionDust(t *testing.T) {
	make := func() *simchain.ThiefWorld {
		w, err := simchain.Thieves(simchain.Plan{Seed: 8, Transfers: 2_000})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	plain := make()
	want := comparisons(t, plain)
	dusted := make()
	blocks, sent := dusted.Ledgers[0].Blocks, 0
	seen := map[clew.Address]bool{}
	for i := range blocks {
		var dust []clew.Transfer
		for _, x := range blocks[i].Transfers {
			a := x.To[0].Address
			if dusted.Actors[dusted.Addresses[a].Actor].Role != simchain.Thief || len(x.From) == 0 {
				continue
			}
			for n := range 12 {
				if seen[a] && n > 0 {
					break
				}
				var key [20]byte
				key[0], key[1], key[18], key[19] = 0xdd, byte(n), byte(sent>>8), byte(sent)
				sent++
				one := clew.Units(uint64(1 + n))
				stranger := clew.EVMAddress(a.Chain(), key)
				at := clew.Pos{Height: blocks[i].Ref.Height, Index: uint32(1000 + len(dust))}
				dust = append(dust, clew.Transfer{Pos: at, Time: blocks[i].Ref.Time, Tx: clew.TxID{0: 0xdd, 1: byte(sent), 2: byte(sent >> 8), 3: byte(i), 4: byte(i >> 8)}, Asset: x.Asset,
					From: []clew.Leg{{Address: stranger, Amount: one}}, To: []clew.Leg{{Address: a, Amount: one}}})
			}
			seen[a] = true
		}
		last := len(blocks[i].Transfers)
		for last > 0 && blocks[i].Transfers[last-1].Pos.Class == clew.BlockLevel {
			last--
		}
		blocks[i].Transfers = append(append(append([]clew.Transfer{}, blocks[i].Transfers[:last]...), dust...), blocks[i].Transfers[last:]...)
	}
	if sent < 300 {
		t.Fatalf("%d dust transfers", sent)
	}
	if got := comparisons(t, dusted); got != want {
		t.Errorf("after %d dust transfers: %s", sent, firstLine(want, got))
	}
}

func firstLine(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return strings.Join(g[max(0, i-12):i+1], "\n") + "\n was " + w[i]
		}
	}
	return "one is longer"
}

// TestAttributionHub: the exchange and the pool, which all thieves use, are never
// evidence nor told as launderers.
func TestAttributionHub(t *testing.T) {
	w, err := simchain.Thieves(simchain.Plan{Seed: 9, Transfers: 2_000})
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := ThiefProfiles(t.Context(), w, &w.Ledgers[0], len(w.Jobs))
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	for i := range profiles {
		for k := range i {
			for _, r := range attribution.Compare(profiles[i], profiles[k], nil, nil).Rows {
				for _, s := range r.Shared {
					place := w.Addresses[s.Address]
					if role := w.Actors[place.Actor].Role; place.Customer != 0 || role != simchain.Exchange && role != simchain.Mixer {
						continue
					}
					if met++; r.Kind != attribution.NoEvidence {
						t.Errorf("%s is told as %s", w.Actors[place.Actor].Name, r.Kind)
					}
				}
			}
		}
	}
	if met == 0 {
		t.Error("no service is shared: nothing was tested")
	}
}
