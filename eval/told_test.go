package eval

import (
	"fmt"
	"go/format"
	"os"
	"strings"
	"testing"

	"clew/cluster"
)

// TestHeuristicsSayWhatWasMeasured holds what each heuristic prints of its error
// against the golden files.
func TestHeuristicsSayWhatWasMeasured(t *testing.T) {
	synthetic, real := rowsOf(t, "testdata/cluster.csv"), rowsOf(t, "testdata/real.csv")
	var b strings.Builder
	b.WriteString("package cluster\n\n// measured says how often heuristics were right. Package eval measures it; its\n// test holds this against its golden files, and writes it anew.\nvar measured = map[Sign]string{\n")
	for _, h := range cluster.Heuristics() {
		want := measuredText(h.ID, synthetic, real)
		if h.Measured != want && !*update {
			t.Errorf("%s says %q of its error\nwant %q (go test ./eval -update rewrites it)", h.ID, h.Measured, want)
		}
		fmt.Fprintf(&b, "%q: %q,\n", h.ID, want)
	}
	b.WriteString("}\n")
	if *update {
		source, err := format.Source([]byte(b.String()))
		if err == nil {
			err = os.WriteFile("../cluster/measured.go", source, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// measuredText adds up the rows of a heuristic.
func measuredText(id string, synthetic, real [][]string) string {
	var all, planted Score
	for _, row := range synthetic {
		if row[heuristic] != id {
			continue
		}
		of := &all
		if strings.HasPrefix(row[shown], "planted: ") {
			of = &planted
		}
		of.Add(&Score{Cases: number(row[cases]), Named: number(row[named]), Right: number(row[right])})
	}
	text := fmt.Sprintf("synthetic (seed 1): %s of %s named are right where nothing was planted against it; where something was, it is wrong in %s of %s cases",
		spaced(all.Right), spaced(all.Named), spaced(planted.Wrong()), spaced(planted.Cases))
	known := "not measured"
	if of := realOf(real, "", id); of != nil {
		if known = "it named nothing"; of.Named > 0 {
			known = "of " + spaced(of.Named) + " named, " + realText(of)
		}
	}
	return text + ". Real: " + known + "."
}

func realText(r *Real) string {
	tags, later := realWords(r)
	if tags += " by tags"; r.TaggedPairs() == 0 {
		tags = "none is a pair of tagged addresses"
	}
	switch {
	case r.Told() > 0:
		later = ", and later inputs bear out " + decimal(r.Borne) + " of the " + decimal(r.Told()) + " of which they tell"
	case r.OfChange():
		later = ", and later inputs tell of none"
	}
	return tags + later
}

// spaced groups digits.
func spaced(n uint64) string {
	s := decimal(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
