package eval

import (
	"fmt"
	"go/format"
	"os"
	"strconv"
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
		want := measuredText(t, h.ID, synthetic, real)
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
func measuredText(t *testing.T, id string, synthetic, real [][]string) string {
	t.Helper()
	number := func(s string) uint64 {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
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
	for _, row := range real {
		if row[heuristic] != id {
			continue
		}
		var says []string
		if row[oneActor] != "" {
			says = append(says, ofParts(row[oneActor], row[taggedPairs], "pairs of one actor"))
		}
		if row[borne] != "" {
			says = append(says, ofParts(row[borne], row[told], "borne out by later inputs"))
		}
		if known = "nothing tells of it on " + row[world]; len(says) > 0 {
			known = strings.Join(says, ", ") + " on " + row[world]
		}
	}
	return text + ". Real: " + known + "."
}

// spaced groups digits.
func spaced(n uint64) string {
	s := decimal(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
