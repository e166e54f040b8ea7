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
	hunts, err := SyntheticHunts(1, 10_000)
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

// huntTable has a row for each hunt and ranker, by budgets, of golden files.
func huntTable(rows [][]string) string {
	const hunted, ranker, right, covered, reachable, byValue, hundred = 0, 1, 6, 7, 8, 13, 2
	header := []string{"hunted", "ranker"}
	for _, b := range Budgets {
		header = append(header, "covered by "+decimal(b))
	}
	var table [][]string
	for i := 0; i < len(rows); i += len(Budgets) {
		row := []string{rows[i][hunted], rows[i][ranker]}
		for j := range Budgets {
			row = append(row, orUnknown(rows[i+j][covered]))
		}
		at := rows[i+hundred]
		table = append(table, append(row, orUnknown(at[reachable]), orUnknown(at[right]), orUnknown(at[byValue])))
	}
	return markdown(append(header, "reachable", "bad of those looked at by 100", "first 100 of the order, by value"), table)
}

// huntRows reads a golden file of hunts.
func huntRows(t *testing.T, file string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil || len(rows) < 2 || !slices.Equal(rows[0], huntColumns) || len(rows)%len(Budgets) != 1 {
		t.Fatalf("%s: %d rows, %v", file, len(rows), err)
	}
	return rows[1:]
}

// TestHuntByHand counts a hunt small enough to do so: a thief pays b and c, b pays a
// service and d what it had before, a stranger pays c.
func TestHuntByHand(t *testing.T) {
	step := func(from, to byte, amount, height uint64) rank.Move {
		return rank.Move{Pos: clew.Pos{Height: height}, Asset: clew.NativeAsset(clew.Bitcoin), From: person(from), To: person(to), Amount: clew.Units(amount)}
	}
	start := step('a', 'a', 100, 1)
	start.From = clew.Address{}
	moves := []rank.Move{step('a', 'b', 60, 2), step('a', 'c', 40, 3), step('b', 's', 60, 4), step('x', 'c', 7, 4), step('b', 'y', 5, 5), step('b', 'q', 1, 5), step('d', 'e', 20, 6)}
	h := Hunt{Name: "by hand", Start: []rank.Move{start}, Moves: moves, Bad: map[clew.Address]bool{}, Known: map[clew.Address]bool{person('s'): true, person('q'): true}}
	h.True = func(m *rank.Move) bool { return m.From != person('x') && m.To != person('y') && m.To != person('q') }
	for _, who := range "abcsde" {
		h.Bad[person(byte(who))] = true
	}
	rows, err := Hunted(t.Context(), []Hunt{h, h})
	if err != nil {
		t.Fatal(err)
	}
	u := clew.Units
	want := Ranked{Case: "by hand", Ranker: "taint-first", Budget: 10, Hunts: 2, Looked: 6, Right: 6, Covered: u(320), Reachable: u(320), Moved: u(360), Listed: 8, Hits: 8, Bad: 12, HitValue: u(320), BadValue: u(360)}
	poison := Ranked{Case: "by hand", Ranker: "poison", Budget: 10, Hunts: 2, Looked: 8, Right: 6, Covered: u(320), Reachable: u(320), Moved: u(360), Listed: 10, Hits: 8, Bad: 12, HitValue: u(320), BadValue: u(360)}
	for _, w := range []Ranked{want, poison} {
		if !slices.Contains(rows, w) {
			t.Errorf("no row %+v in\n%+v", w, rows)
		}
	}
}

// TestArrivals wants as much to start as sources send beyond what they were sent by
// then.
func TestArrivals(t *testing.T) {
	step := func(from, to byte, amount, height uint64) rank.Move {
		return rank.Move{Pos: clew.Pos{Height: height}, Asset: clew.NativeAsset(clew.Bitcoin), From: person(from), To: person(to), Amount: clew.Units(amount)}
	}
	got := arrivals([]rank.Move{step('a', 'b', 10, 1), step('b', 'a', 7, 2), step('a', 'c', 9, 3), step('b', 'c', 3, 4)}, []clew.Address{person('a'), person('b')})
	if len(got) != 2 || got[0].To != person('a') || got[0].Amount != clew.Units(12) || !got[1].Amount.IsZero() {
		t.Errorf("%+v, want 12 at a and nothing at b", got)
	}
}

// TestCrowd wants every bad address that is no service to trade with strangers for
// at least as much as the thief moved through it, each way, and no other move to be
// changed; the same seed gives the same crowd.
func TestCrowd(t *testing.T) {
	var f Flows
	for i, way := range []string{"ab", "ac", "bd", "cd", "ds"} {
		f.Transfers = append(f.Transfers, clew.Transfer{Pos: clew.Pos{Height: uint64(10 * i)}, Asset: clew.NativeAsset(clew.Bitcoin),
			From: []clew.Leg{{Address: person(way[0]), Amount: clew.Units(100)}}, To: []clew.Leg{{Address: person(way[1]), Amount: clew.Units(100)}}})
	}
	f.Sources, f.Ends = []clew.Address{person('a')}, []clew.Address{person('s')}
	h := f.Hunt()
	if len(h.Start) != 1 || h.Start[0].Amount != clew.Units(200) {
		t.Errorf("start %+v, want 200 at a", h.Start)
	}
	p, again, other := h.Planted(1), h.Planted(1), h.Planted(2)
	if !slices.Equal(p.Moves, again.Moves) || slices.Equal(p.Moves, other.Moves) {
		t.Error("crowds do not go by their seed")
	}
	in, out, truth := map[clew.Address]clew.Amount{}, map[clew.Address]clew.Amount{}, 0
	for i := range p.Moves {
		m := &p.Moves[i]
		if p.True(m) {
			truth++
			continue
		}
		in[m.To], out[m.From] = in[m.To].Plus(m.Amount), out[m.From].Plus(m.Amount)
	}
	if truth != len(f.Transfers) {
		t.Errorf("%d true moves, want %d", truth, len(f.Transfers))
	}
	for who, through := range map[byte]uint64{'a': 200, 'b': 200, 'c': 200, 'd': 300} {
		if a := person(who); in[a].Less(clew.Units(through)) || out[a].Less(clew.Units(through)) {
			t.Errorf("%c: %s in and %s out, want %d", who, in[a], out[a], through)
		}
	}
	if s := person('s'); !in[s].IsZero() || !out[s].IsZero() {
		t.Error("the service trades")
	}
}
