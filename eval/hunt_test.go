package eval

import (
	"bytes"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
	"clew/ledger"
	"clew/rank"
)

const huntsGolden, realHuntsGolden = "testdata/hunts.csv", "testdata/realhunts.csv"

func goldenHunts(t *testing.T, file string, hunts []Hunt) {
	t.Helper()
	rows, err := Hunted(t.Context(), hunts)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WriteHunts(&got, rows); err != nil {
		t.Fatal(err)
	}
	goldenBytes(t, file, got.Bytes())
}

// TestHunts holds how far every ranker comes on synthetic thefts against what it
// did when somebody last looked.
func TestHunts(t *testing.T) {
	hunts, err := SyntheticHunts(1, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	goldenHunts(t, huntsGolden, hunts)
}

// TestRealHunts does so on thefts that others wrote down, alone and in a crowd.
func TestRealHunts(t *testing.T) {
	var hunts []Hunt
	for _, f := range realFlows(t) {
		h := f.flows.Hunt()
		reachable := groundOf(&h).blank
		if got, _ := AmountPermille(reachable.Reachable, reachable.Moved); got != f.ceiling {
			t.Errorf("%s: %d of 1000 can be reached, want %d", f.flows.Name, got, f.ceiling)
		}
		hunts = append(hunts, h, h.Planted(1))
	}
	goldenHunts(t, realHuntsGolden, append(hunts, harvest(t)))
}

// A writtenDown is a theft of the field's data, with the most that a walk in time
// can cover of it, which others worked out.
type writtenDown struct {
	flows   Flows
	ceiling uint64
}

func realFlows(t *testing.T) []writtenDown {
	t.Helper()
	dir := sample.Dir(t, "launder-flows")
	read := func(name, folder, file string) Flows {
		f := Flows{Name: name, Transfers: everything(t, imported(t, "launder-flows", folder+"/"+file))}
		f.Sources = listed(t, filepath.Join(dir, folder, "source addresses.csv"))
		f.Ends = listed(t, filepath.Join(dir, folder, "terminal addresses.csv"))
		return f
	}
	harmony, atomic := read("Harmony 2023", "HB", "HB.csv"), read("Atomic 2023", "Atomic", "Atomic.csv")
	all := atomic
	all.Name, all.Sources = "Atomic 2023 from all 30", nil
	raw, err := os.ReadFile(filepath.Join(dir, "Atomic", "Atomic.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		for i := 3; i < 7; i += 2 {
			if a := ethereum(t, row[i]); strings.HasSuffix(row[i+1], "SRC") && !slices.Contains(all.Sources, a) {
				all.Sources = append(all.Sources, a)
			}
		}
	}
	if len(all.Sources) != 30 {
		t.Errorf("%d sources of Atomic, want 30", len(all.Sources))
	}
	return []writtenDown{{harmony, 856}, {atomic, 911}, {all, 1000}}
}

// harvest hunts from the thief's address among its neighbours. Several assets moved,
// so that what was covered is not known; bad are those that the data calls so.
func harvest(t *testing.T) Hunt {
	t.Helper()
	h := Hunt{Name: "Harvest 2020", True: func(*rank.Move) bool { return false }, Bad: map[clew.Address]bool{}, Known: map[clew.Address]bool{}}
	h.Moves = movesOf(everything(t, imported(t, "harvest-2020", "all-tx.csv")), func(*clew.Transfer) bool { return true })
	raw, err := os.ReadFile(filepath.Join(sample.Dir(t, "harvest-2020"), "all-address.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var thief, contract clew.Address
	for _, row := range rows[1:] {
		a := ethereum(t, row[0])
		h.Bad[a], h.Known[a] = row[2] == "heist", row[2] != "" && row[2] != "heist"
		switch row[1] {
		case "Harvest.Finance: Hacker 1":
			thief = a
		case "Harvest.Finance: Hacker 1 contract":
			contract = a
		}
	}
	for _, m := range h.Moves {
		if m.From == contract && m.To == thief {
			m.From = clew.Address{}
			h.Start = append(h.Start, m)
		}
	}
	maps.DeleteFunc(h.Bad, func(_ clew.Address, bad bool) bool { return !bad })
	return h
}

func ethereum(t *testing.T, text string) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(text, clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// listed reads a file of addresses, one a line.
func listed(t *testing.T, file string) (list []clew.Address) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Fields(string(raw)) {
		list = append(list, ethereum(t, line))
	}
	return list
}

func everything(t *testing.T, s ledger.Snapshot) (all []clew.Transfer) {
	t.Helper()
	err := s.Sweep(t.Context(), clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			tr, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			all = append(all, tr)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
