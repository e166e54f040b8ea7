package eval

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const page = "../docs/ACCURACY.md"

// TestAccuracyPage holds the tables of docs/ACCURACY.md against the golden files,
// and the rates of the veto against those of docs/METHODS.md, where they were
// measured.
func TestAccuracyPage(t *testing.T) {
	synthetic, real := rowsOf(t, "testdata/cluster.csv"), rowsOf(t, "testdata/real.csv")
	text := holdTables(t, map[string]string{
		"summary": summaryTable(synthetic, real), "behaviours": behaviourTable(synthetic), "pairs": pairTable(synthetic), "real": realTable(real),
		"hunts": huntTable(slices.Concat(huntRows(t, realHuntsGolden), huntRows(t, huntsGolden))),
	})
	methods, err := os.ReadFile("../docs/METHODS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, veto, _ := strings.Cut(text, "| transactions | vetoed |\n| --- | --- |\n")
	veto, _, _ = strings.Cut(veto, "\n\n")
	rows := strings.Split(veto, "\n")
	if len(rows) < 5 {
		t.Errorf("%s: %d rows of vetoes", page, len(rows))
	}
	for _, row := range rows {
		if !strings.Contains(string(methods), row+"\n") {
			t.Errorf("%s: %q is not in docs/METHODS.md", page, row)
		}
	}
}

// holdTables holds tables of docs/ACCURACY.md by their names, or rewrites them. It
// returns the page.
func holdTables(t *testing.T, tables map[string]string) string {
	t.Helper()
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for name, table := range tables {
		begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
		before, rest, ok := strings.Cut(text, begin)
		old, after, also := strings.Cut(rest, end)
		if !ok || !also {
			t.Fatalf("%s: no table called %s", page, name)
		}
		if old != table && !*update {
			t.Errorf("%s: table %s differs from the golden files (go test ./eval -update rewrites it)", page, name)
		}
		text = before + begin + table + end + after
	}
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return text
}

// markdown lays rows out.
func markdown(header []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(header)
	rule := make([]string, len(header))
	for i := range rule {
		rule[i] = "---"
	}
	line(rule)
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// Columns of a golden file.
const (
	world = iota
	heuristic
	shown
	cases
	there
	named
	right
	wrong
	precision
	recall
	taggedPairs
	oneActor
	twoActors
	several
	severalOne
	severalMany
	told
	borne
	refuted
)

func isPairs(row []string) bool { return strings.HasPrefix(row[heuristic], "pairs by ") }

// summaryTable has a row for what is ordinary in each world, what was planted
// against it, and what is known of it in reality.
func summaryTable(synthetic, real [][]string) string {
	var rows [][]string
	for _, row := range synthetic {
		if isPairs(row) || row[shown] != ordinary {
			continue
		}
		tags, later := "not measured", ""
		if of := realOf(real, row[world], row[heuristic]); of != nil {
			tags, later = realWords(of)
		}
		worst := ""
		for _, p := range synthetic {
			if p[world] == row[world] && p[heuristic] == row[heuristic] && strings.HasPrefix(p[shown], "planted: ") && p[wrong] != "0" {
				worst += "; " + strings.TrimPrefix(p[shown], "planted: ") + " " + p[wrong] + "/" + p[cases]
			}
		}
		rows = append(rows, []string{row[world], row[heuristic], row[right] + "/" + row[named], orUnknown(row[precision]), orUnknown(row[recall]), strings.TrimPrefix(worst, "; "), tags, later})
	}
	return markdown([]string{"measured on", "heuristic", "right of named, ordinary", "‰", "‰ of what is there", "wrong where planted", "real: tags", "real: later inputs"}, rows)
}

// realOf adds up what is known of a heuristic on real ledgers of a world's kind, or
// of any; nil: it was not measured.
func realOf(real [][]string, of, id string) (sum *Real) {
	for _, r := range real {
		kind := "synthetic EVM-like"
		if strings.HasPrefix(r[world], "Bitcoin") {
			kind = "synthetic Bitcoin-like"
		}
		if r[heuristic] != id || of != "" && of != kind {
			continue
		}
		if sum == nil {
			sum = &Real{Heuristic: id}
		}
		sum.Named += number(r[named])
		sum.SameActor, sum.TwoActors = sum.SameActor+number(r[oneActor]), sum.TwoActors+number(r[twoActors])
		sum.Borne, sum.Refuted = sum.Borne+number(r[borne]), sum.Refuted+number(r[refuted])
	}
	return sum
}

// number reads a cell; an empty one is nothing to add.
func number(s string) uint64 {
	n, err := strconv.ParseUint("0"+s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func realWords(r *Real) (tags, later string) {
	tags = "no tagged pair"
	if n := r.TaggedPairs(); n > 0 {
		tags = ofParts(decimal(r.SameActor), decimal(n), "of one actor")
	}
	if n := r.Told(); n > 0 {
		later = ofParts(decimal(r.Borne), decimal(n), "borne out")
	} else if r.OfChange() {
		later = "none told"
	}
	return tags, later
}

func ofParts(part, whole, what string) string {
	if part == "" {
		return whole
	}
	return part + " of " + whole + " " + what
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

func behaviourTable(synthetic [][]string) string {
	var rows [][]string
	for _, row := range synthetic {
		if !isPairs(row) {
			rows = append(rows, []string{row[world], row[heuristic], row[shown], row[cases], row[there], row[named], row[right], row[wrong], orUnknown(row[precision]), orUnknown(row[recall])})
		}
	}
	return markdown([]string{"measured on", "heuristic", "behaviour", "cases", "true", "named", "right", "wrong", "‰ of named", "‰ of true"}, rows)
}

func pairTable(synthetic [][]string) string {
	var rows [][]string
	for _, row := range synthetic {
		if isPairs(row) {
			rows = append(rows, []string{row[world], strings.TrimPrefix(row[heuristic], "pairs by "), row[cases], row[named], row[right], row[wrong], orUnknown(row[precision]), orUnknown(row[recall])})
		}
	}
	return markdown([]string{"measured on", "clusters by", "addresses", "pairs together", "of one actor", "of several", "‰", "‰ of all pairs of one actor"}, rows)
}

func realTable(real [][]string) string {
	var rows [][]string
	for _, row := range real {
		rows = append(rows, []string{row[world], row[heuristic], row[cases], row[named], ofParts(row[oneActor], row[taggedPairs], "of one actor"),
			orNone(row[several], row[severalMany]+" of several actors"), ofParts(row[borne], row[told], "borne out")})
	}
	return markdown([]string{"measured on", "heuristic", "cases", "named", "tagged pairs", "clusters with several tags", "later inputs"}, rows)
}

func orNone(n, more string) string {
	if n == "" || strings.HasPrefix(more, " ") {
		return n
	}
	return n + ", " + more
}

// TestAttributionPage holds the tables of docs/ACCURACY.md against the golden files.
func TestAttributionPage(t *testing.T) {
	var rows [][]string
	for _, r := range csvRows(t, allFile) {
		if r[0] == AttributionSection {
			rows = append(rows, []string{r[1], r[2], r[4], r[5], r[6], r[7], r[8], r[11], r[18]})
		}
	}
	real, err := os.ReadFile(attributionRealGolden)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	holdTables(t, map[string]string{
		"attribution":     markdown([]string{"measured on", "what", "pairs", "true", "named", "right", "wrong", "named of 100,000 not true", "note"}, rows),
		"attributionreal": "```text\n" + string(real) + "```\n",
	})
}
