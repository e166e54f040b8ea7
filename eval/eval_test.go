package eval

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew"
	"clew/cluster"
	"clew/internal/simchain"
)

var update = flag.Bool("update", false, "rewrite the golden files and docs/ACCURACY.md")

func measure() (*Table, error) {
	return Synthetic(context.Background(), 1, 20_000, func(string) {})
}

var once = sync.OnceValues(measure)

// measured returns the table of the golden file. Nobody changes it.
func measured(t *testing.T) *Table {
	t.Helper()
	table, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestGolden holds what is measured on synthetic worlds against what was measured
// when somebody last looked: a change of a heuristic shows its effect in the
// difference.
func TestGolden(t *testing.T) {
	table := measured(t)
	golden(t, "testdata/cluster.csv", table)
	again, err := measure()
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(again.Scores) != fmt.Sprint(table.Scores) || fmt.Sprint(again.Pairs) != fmt.Sprint(table.Pairs) {
		t.Error("measured twice, it differs")
	}
}

func golden(t *testing.T, file string, table *Table) {
	t.Helper()
	var got bytes.Buffer
	if err := WriteGolden(&got, table); err != nil {
		t.Fatal(err)
	}
	goldenBytes(t, file, got.Bytes())
}

func goldenBytes(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			t.Fatalf("%s differs from line %d on (go test ./eval -update rewrites it):\nwant %q\ngot  %q", file, i+1, slices.Concat(w, []string{""})[min(i, len(w))], slices.Concat(g, []string{""})[min(i, len(g))])
		}
	}
}

// defended are planted behaviours that the heuristics see through: these are what
// they must never fall for.
var defended = []string{"contract of another at the same digits", "friend pays into a deposit address once", "customers pay into a merchant's deposit address once"}

// TestPlantsBite wants of every heuristic a planted behaviour for which it falls
// nearly every time: one that does not bite any more breaks nothing, and says
// nothing.
func TestPlantsBite(t *testing.T) {
	bitten, known := map[string]bool{}, map[string]bool{}
	for _, h := range cluster.Heuristics() {
		known[h.ID] = true
	}
	for _, s := range measured(t).Scores {
		if !s.Planted || s.Heuristic == TwoSigns {
			continue
		}
		if !known[s.Heuristic] {
			t.Errorf("%q is planted against %q, which is none", s.Behaviour, s.Heuristic)
		}
		if s.Cases < 20 {
			t.Errorf("%s: %q: %d cases", s.Heuristic, s.Behaviour, s.Cases)
		}
		if slices.Contains(defended, s.Behaviour) {
			if s.Named != 0 {
				t.Errorf("%s falls for %q, %d times of %d", s.Heuristic, s.Behaviour, s.Named, s.Cases)
			}
			continue
		}
		if s.Right != 0 || s.Named*10 < s.Cases*9 {
			t.Errorf("%s: %q: named %d and right %d of %d", s.Heuristic, s.Behaviour, s.Named, s.Right, s.Cases)
		}
		bitten[s.Heuristic] = true
	}
	for _, h := range cluster.Heuristics() {
		if !bitten[h.ID] {
			t.Errorf("nothing is planted against %s that bites", h.ID)
		}
	}
}

// TestEveryPlantIsCounted wants every behaviour of a world in the table, as a row
// of the heuristic that it breaks.
func TestEveryPlantIsCounted(t *testing.T) {
	rows := map[string]bool{}
	for _, s := range measured(t).Scores {
		if s.Planted {
			rows[s.Heuristic+": "+s.Behaviour] = true
		}
	}
	for _, make := range []func(simchain.Plan) (*simchain.World, error){simchain.UTXO, simchain.EVM, simchain.Tron} {
		w, err := make(simchain.Plan{Seed: 1, Transfers: 20_000})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range w.Plants {
			if !rows[p.Breaks+": "+p.Behaviour] {
				t.Fatalf("%s: %q is in no row", p.Breaks, p.Behaviour)
			}
		}
	}
}

func TestPermille(t *testing.T) {
	for _, c := range []struct {
		part, whole, want uint64
		known             bool
	}{{0, 0, 0, false}, {0, 1, 0, true}, {1, 1, 1000, true}, {1, 3, 333, true}, {2, 3, 666, true}, {999, 1000, 999, true}, {1999, 2000, 999, true}, {1 << 63, 1 << 63, 1000, true}} {
		if got, known := Permille(c.part, c.whole); got != c.want || known != c.known {
			t.Errorf("%d of %d: %d, %v", c.part, c.whole, got, known)
		}
	}
}

func TestTallies(t *testing.T) {
	tl := newTally("hand")
	for _, c := range []struct {
		behaviour           string
		planted             bool
		there, named, right bool
	}{
		{ordinary, false, true, true, true}, {ordinary, false, true, false, false}, {ordinary, false, false, false, false}, {ordinary, false, true, true, false},
		{"trick", true, false, true, false}, {"apple", false, true, true, true}, {ordinary, false, true, false, true},
	} {
		tl.note("change-reuse", behaviour{c.behaviour, c.planted}, c.there, c.named, c.right)
	}
	want := []Score{
		{World: "hand", Heuristic: "change-reuse", Behaviour: ordinary, Cases: 5, True: 4, Named: 2, Right: 1},
		{World: "hand", Heuristic: "change-reuse", Behaviour: "apple", Cases: 1, True: 1, Named: 1, Right: 1},
		{World: "hand", Heuristic: "change-reuse", Behaviour: "trick", Planted: true, Cases: 1, Named: 1},
	}
	if got := tl.list(); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if p, ok := want[0].Precision(); p != 500 || !ok || want[0].Wrong() != 1 {
		t.Errorf("precision %d, %v; %d wrong", p, ok, want[0].Wrong())
	}
	if r, ok := want[0].Recall(); r != 250 || !ok {
		t.Errorf("recall %d, %v", r, ok)
	}
	lead := Score{True: 2, Right: 2, Lead: true}
	if _, ok := lead.Recall(); ok {
		t.Error("a lead has a recall")
	}
}

// person makes an address by a letter.
func person(b byte) clew.Address {
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 19), b))
	if err != nil {
		panic(err)
	}
	return a
}

// TestPairs counts those of two clusters by hand: a, b of one and c of another;
// d and e of that other, who also holds f alone.
func TestPairs(t *testing.T) {
	c := cluster.New()
	for i, l := range []string{"ab", "bc", "de"} {
		c.Link(cluster.Link{A: person(l[0]), B: person(l[1]), Signs: []cluster.Sign{cluster.CoSpend}, Pos: clew.Pos{Height: uint64(i)}, Tx: clew.TxID{byte(i + 1)}})
	}
	truth := &simchain.Truth{Addresses: map[clew.Address]simchain.Place{}}
	for i, who := range "abcdef" {
		truth.Addresses[person(byte(who))] = simchain.Place{Actor: []int{1, 1, 2, 2, 2, 2}[i]}
	}
	want := Pairs{World: "w", Clusters: "by hand", Addresses: 5, Number: 2, Mixed: 1, Largest: 3, Together: 4, Right: 2, True: 7}
	if got := pairsOf("w", "by hand", c, truth); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	d := person('d')
	truth.Addresses[d] = simchain.Place{Actor: 9, Customer: 2}
	if got := pairsOf("w", "by hand", c, customerPairs(truth)); got.Right != 2 || got.True != 7 {
		t.Errorf("of customers: %+v", got)
	}
	if truth.Addresses[d].Actor != 9 {
		t.Error("the truth was changed")
	}
}

// rowsOf reads a golden file.
func rowsOf(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 || !slices.Equal(rows[0], columns) {
		t.Fatalf("%s: %d rows, %v", file, len(rows), err)
	}
	return rows[1:]
}
