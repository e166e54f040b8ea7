package eval

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"go/format"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew"
	"clew/internal/sample/joins"
	"clew/launder"
	"clew/ledger"
)

const (
	joinsFile     = "testdata/coinjoin.csv"
	realJoinsFile = "testdata/realcoinjoin.csv"
	peelsFile     = "testdata/peels.csv"
	realPeelsFile = "testdata/realpeels.csv"
)

var onceJoins = sync.OnceValues(func() (*JoinTable, error) { return Joins(context.Background(), 1, 20_000, func(string) {}) })

func measuredJoins(t *testing.T) *JoinTable {
	t.Helper()
	table, err := onceJoins()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestJoinGolden holds labels of synthetic transactions against those of when
// somebody last looked.
func TestJoinGolden(t *testing.T) {
	var got bytes.Buffer
	if err := WriteJoins(&got, measuredJoins(t)); err != nil {
		t.Fatal(err)
	}
	goldenText(t, joinsFile, got.Bytes())
}

// TestJoinsReachWhatTheyMust: of each kind that is made as its software makes it, 99
// of 100 are labelled so, suspicions left out; of what mixes nothing,
// suspicions left out, less than one of 100 is; of ordinary payments, none of 100 is
// even suspected.
func TestJoinsReachWhatTheyMust(t *testing.T) {
	met := map[launder.JoinKind]bool{}
	for _, r := range measuredJoins(t).Rows {
		switch {
		case r.Made == otherKeys:
			if r.Right != 0 {
				t.Errorf("%s: %d of %d: say what changed", r.Made, r.Right, r.Cases)
			}
		case r.Kind == launder.PayJoin:
		case r.Kind == launder.Stonewall: // coins of one address are one part, which nobody takes for two people's
			if met[r.Kind] = true; r.Cases < 100 || r.Right*10 < r.Cases*9 {
				t.Errorf("%s: %d of %d", r.Made, r.Right, r.Cases)
			}
		case r.Kind != "":
			if met[r.Kind] = true; r.Cases < 100 || r.Right*100 < r.Cases*99 {
				t.Errorf("%s: %d of %d", r.Made, r.Right, r.Cases)
			}
		case r.Made == ordinary:
			if r.Cases < 10_000 || r.Other*100 >= r.Cases {
				t.Errorf("%s: %d of %d", r.Made, r.Other, r.Cases)
			}
		default:
			if r.Cases < 20 || r.Likely*100 >= r.Cases {
				t.Errorf("%s: %d of %d", r.Made, r.Likely, r.Cases)
			}
		}
		if r.Paid == nil || r.Kind != launder.Stonewall && *r.Paid != r.Matched {
			t.Errorf("%s: change is matched wrongly", r.Made)
		}
	}
	for _, rule := range launder.JoinRules() {
		if !met[rule.Kind] && rule.Kind != launder.PayJoin {
			t.Errorf("none is made that is %s", rule.Kind)
		}
	}
}

const realMixes = "real, of crocs-muni/coinjoin-analysis"

// realJoins labels the real transactions at hand.
func realJoins(t *testing.T) *JoinTable {
	t.Helper()
	table := &JoinTable{}
	for _, c := range []struct {
		file, shape, made string
		kind              launder.JoinKind
	}{
		{joins.WhirlpoolMixes, "", "Whirlpool mixes", launder.WhirlpoolMix},
		{joins.WhirlpoolTx0s, joins.Mix, "Whirlpool mixes in the list of Tx0s", launder.WhirlpoolMix},
		{joins.WhirlpoolTx0s, joins.Data, "Whirlpool Tx0s", launder.WhirlpoolTx0},
		{joins.Wasabi1Mixes, "", "Wasabi 1 mixes", launder.Wasabi1},
		{joins.WhirlpoolAfter, joins.Mix, "after Whirlpool: mixes again", launder.WhirlpoolMix},
		{joins.WhirlpoolAfter, joins.TwoEqual, "after Whirlpool: two equal outputs of three or four", launder.Stonewall},
		{joins.WhirlpoolAfter, joins.Data, "after Whirlpool: with data", ""},
		{joins.WhirlpoolAfter, joins.Ordinary, "after Whirlpool: ordinary", ""},
		{joins.Wasabi1After, joins.Mix, "after Wasabi 1: mixes again", launder.JoinMarket},
		{joins.Wasabi1After, joins.Ordinary, "after Wasabi 1: ordinary", ""},
	} {
		for _, tx := range joins.Read(t, c.file) {
			if c.shape == "" || joins.ShapeOf(&tx) == c.shape {
				table.note(realMixes, c.made, c.kind, &tx, nil)
			}
		}
	}
	for _, tx := range joins.BeforeMixes(t) {
		table.note("real, Bitcoin, block 277,647", "payments of 2014-01-01, before these mixes were", "", &tx, nil)
	}
	return table
}

// TestRealJoinGolden holds labels of real transactions against those of when
// somebody last looked, and against what they must reach.
func TestRealJoinGolden(t *testing.T) {
	table := realJoins(t)
	for i := range table.Rows {
		r := &table.Rows[i]
		if strings.HasSuffix(r.Made, ": ordinary") && r.Other*100 >= r.Cases || !strings.HasPrefix(r.Made, "after") && r.Kind != "" && r.Right*100 < r.Cases*99 {
			t.Errorf("%s: right %d, wrong %d of %d", r.Made, r.Right, r.Other, r.Cases)
		}
		if r.Kind == "" && r.Made != "after Whirlpool: with data" && r.Likely > 0 {
			t.Errorf("%s: %d are labelled, as more than a suspicion: %s", r.Made, r.Likely, r.Words())
		}
	}
	var got bytes.Buffer
	if err := WriteJoins(&got, table); err != nil {
		t.Fatal(err)
	}
	goldenText(t, realJoinsFile, got.Bytes())
}

// TestPeelGolden holds findings of peel chains against those of when somebody last
// looked.
func TestPeelGolden(t *testing.T) {
	table, err := Peels(context.Background(), 1, 20_000, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Rows {
		if r.Chains < 10 || r.Found == 0 || r.StepsFound > r.Steps || r.Others > r.Findings {
			t.Errorf("%+v", r)
		}
	}
	var got bytes.Buffer
	if err := WritePeels(&got, table); err != nil {
		t.Fatal(err)
	}
	goldenText(t, peelsFile, got.Bytes())
}

// TestRealPeelGolden: how many of those who paid in the first blocks of Bitcoin
// are in a peel chain.
func TestRealPeelGolden(t *testing.T) {
	r := firstBlocks(t)
	m := newPeelMeasure("real, " + r.Data)
	err := r.Ledger.Sweep(t.Context(), clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			tr, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			form, known := r.Forms.FormOf(tr.Tx)
			m.add(&tr, form, known)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WritePeels(&got, &PeelTable{Rows: []PeelRow{m.row(nil)}}); err != nil {
		t.Fatal(err)
	}
	goldenText(t, realPeelsFile, got.Bytes())
}

// goldenText holds a golden file's text, or rewrites it.
func goldenText(t *testing.T, file string, got []byte) {
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
	if !bytes.Equal(want, got) {
		t.Errorf("%s differs (go test ./eval -update rewrites it):\nwant\n%s\ngot\n%s", file, want, got)
	}
}

// csvRows reads a golden file without its header.
func csvRows(t *testing.T, file string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows, %v", file, len(rows), err)
	}
	return rows[1:]
}

// TestLaunderPage holds the tables of docs/ACCURACY.md against the golden files.
func TestLaunderPage(t *testing.T) {
	joinRows := slices.Concat(csvRows(t, realJoinsFile), csvRows(t, joinsFile))
	peelRows := slices.Concat(csvRows(t, realPeelsFile), csvRows(t, peelsFile))
	var matched [][]string
	for i, r := range joinRows {
		joinRows[i] = []string{r[0], r[1], orDash(r[2]), r[3], r[4], orUnknown(r[9]), r[5], r[6], orDash(r[7])}
		if r[10] != "0" {
			matched = append(matched, []string{r[0], r[1], r[10], r[11], orUnknown(r[12])})
		}
	}
	for i, r := range peelRows {
		for j := range r {
			peelRows[i][j] = orUnknown(r[j])
		}
	}
	holdTables(t, map[string]string{
		"joins":   markdown([]string{"measured on", "held to be, or made to be", "right label", "cases", "right", "‰", "wrong label", "of these likely", "which"}, joinRows),
		"matched": markdown([]string{"measured on", "held to be, or made to be", "outputs of change", "with inputs", "exactly those"}, matched),
		"peels": markdown([]string{"measured on", "transfers", "chains of thieves", "found", "their steps", "found", "‰", "findings", "of no thief", "nothing against them", "addresses that paid", "in those", "of 100,000"},
			peelRows),
	})
}

func orDash(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// TestJoinRulesSayWhatWasMeasured holds what each recogniser prints of its error
// against the golden files.
func TestJoinRulesSayWhatWasMeasured(t *testing.T) {
	synthetic, real := csvRows(t, joinsFile), csvRows(t, realJoinsFile)
	var b strings.Builder
	b.WriteString("package launder\n\n// measured says how often recognisers of joins were right. Package eval measures it;\n// its test holds this against its golden files, and writes it anew.\nvar measured = map[JoinKind]string{\n")
	for _, rule := range launder.JoinRules() {
		want := "real: " + joinText(rule.Kind, real) + "; synthetic (seed 1): " + joinText(rule.Kind, synthetic)
		if rule.Measured != want && !*update {
			t.Errorf("%s says %q of its error\nwant %q (go test ./eval -update rewrites it)", rule.Kind, rule.Measured, want)
		}
		fmt.Fprintf(&b, "%q: %q,\n", rule.Kind, want)
	}
	b.WriteString("}\n")
	if *update {
		source, err := format.Source([]byte(b.String()))
		if err == nil {
			err = os.WriteFile("../launder/measured.go", source, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// joinText adds up the rows of a kind, and how often what mixes nothing was given
// it.
func joinText(kind launder.JoinKind, rows [][]string) string {
	var cases, right, others, wrong uint64
	for _, r := range rows {
		switch {
		case r[2] == string(kind) && r[1] != otherKeys:
			cases, right = cases+number(r[3]), right+number(r[4])
		case r[2] == "":
			others += number(r[3])
			for _, part := range strings.Split(r[7], ", ") {
				if n, ok := strings.CutPrefix(part, string(kind)+" "); ok {
					wrong += number(n)
				}
			}
		}
	}
	text := "none is at hand"
	if cases > 0 {
		text = spaced(right) + " of " + spaced(cases) + " held to be such are named so"
	}
	return text + ", and " + spaced(wrong) + " of " + spaced(others) + " that mix nothing"
}
