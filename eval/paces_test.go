package eval

import (
	"bytes"
	"context"
	"fmt"
	"go/format"
	"os"
	"strings"
	"testing"

	"clew/launder"
)

const pacesFile = "testdata/paces.csv"

// TestPacesGolden holds the rules of pace against what they found when somebody last
// looked.
func TestPacesGolden(t *testing.T) {
	table, err := Paces(context.Background(), 1, 30_000, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WritePaces(&got, table); err != nil {
		t.Fatal(err)
	}
	goldenText(t, pacesFile, got.Bytes())
}

// TestPacesOnOtherSeeds: what is planted is found in other worlds too, and what must
// never be taken for it is not.
func TestPacesOnOtherSeeds(t *testing.T) {
	for seed := uint64(2); seed < 5; seed++ {
		table, err := Paces(context.Background(), seed, 20_000, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range table.Rows {
			if r.Planted < 3 || r.Found*10 < r.Planted*9 {
				t.Errorf("seed %d, %s: %d of %d", seed, r.Rule, r.Found, r.Planted)
			}
			switch r.Rule {
			case launder.PoisonRule, launder.ChainHopRule, launder.FloodRule, launder.StructuringRule, launder.ConsolidationRule:
				if r.Taken > 0 || r.Named*1000 > r.People {
					t.Errorf("seed %d, %s: %d of %d look-alikes are taken for it, %d people named", seed, r.Rule, r.Taken, r.Alike, r.Named)
				}
			}
		}
	}
}

// TestPacesSayWhatWasMeasured holds what each rule prints of its error, and the table of
// docs/ACCURACY.md, against the golden file.
func TestPacesSayWhatWasMeasured(t *testing.T) {
	rows := csvRows(t, pacesFile)
	said := map[string]string{}
	rules := launder.Rules()
	for i := range rules {
		said[rules[i].ID] = rules[i].Measured
	}
	var b strings.Builder
	b.WriteString("package launder\n\n// measuredPaces says how often recognisers of pace were right. Package eval measures it;\n// its test holds this against its golden file, and writes it anew.\nvar measuredPaces = map[string]string{\n")
	for _, r := range rows {
		want := fmt.Sprintf("synthetic (seed 1): %s of %s planted are found; of %s findings %s are of nobody guilty; of 100,000 addresses of people %s are named wrongly; on real chains not measured", r[2], r[1], r[4], r[7], r[12])
		if said[r[0]] != want && !*update {
			t.Errorf("%s says %q of its error\nwant %q (go test ./eval -update rewrites it)", r[0], said[r[0]], want)
		}
		fmt.Fprintf(&b, "%q: %q,\n", r[0], want)
	}
	b.WriteString("}\n")
	source, err := format.Source([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- begin paces -->\n", "<!-- end paces -->"
	before, rest, ok := strings.Cut(string(raw), begin)
	old, after, also := strings.Cut(rest, end)
	if !ok || !also {
		t.Fatalf("%s: no table called paces", page)
	}
	table := markdown([]string{"rule", "planted", "found", "‰", "findings", "right", "of other thefts", "of nobody guilty", "look-alikes", "taken for it", "addresses of people", "named wrongly", "of 100,000"}, rows)
	if old != table && !*update {
		t.Errorf("%s: table paces differs from the golden file (go test ./eval -update rewrites it)", page)
	}
	if *update {
		for name, text := range map[string]string{"../launder/measuredpaces.go": string(source), page: before + begin + table + end + after} {
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
