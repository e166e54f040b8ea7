package eval

import (
	"encoding/csv"
	"io"
	"strconv"

	"clew/cluster"
)

// The columns of a golden file. What was not measured is empty.
var columns = []string{"measured on", "heuristic", "behaviour", "cases", "true", "named", "right", "wrong", "right of 1000 named", "right of 1000 true",
	"tagged pairs", "of one actor", "of two actors", "clusters with several tags", "of one actor", "of several actors", "told by later inputs", "borne out", "refuted"}

const (
	recallColumn = 9

	ofTruth = 5 // columns that only known truth fills
	ofReal  = 9 // columns that only real ledgers fill
)

// WriteGolden writes a table as CSV with a header: synthetic scores, then pairs in
// clusters (cases are addresses, named are pairs together, true are pairs of one
// actor), then what real ledgers say. Shares are in a thousand and rounded down;
// of nothing they are empty.
func WriteGolden(w io.Writer, t *Table) error {
	out := csv.NewWriter(w)
	out.Write(columns)
	for i := range t.Scores {
		s := &t.Scores[i]
		row := synthetic(s.World, s.Heuristic, s.Shown(), s.Cases, s.True, s.Named, s.Right)
		if s.Lead {
			row[recallColumn] = ""
		}
		out.Write(row)
	}
	for i := range t.Pairs {
		p := &t.Pairs[i]
		out.Write(synthetic(p.World, "pairs by "+p.Clusters, "all", p.Addresses, p.True, p.Together, p.Right))
	}
	for i := range t.Real {
		r := &t.Real[i]
		row := append([]string{r.Data, r.Heuristic, "all", decimal(r.Cases), "", decimal(r.Named)}, make([]string, ofTruth-1)...)
		row = append(row, parts("no tagged pair", r.SameActor, r.TwoActors)...)
		several := make([]string, 3)
		if r.Heuristic == string(cluster.CoSpend) { // the clusters are made by it alone
			several = parts("no such cluster", r.Several-r.Conflicts, r.Conflicts)
		}
		row = append(row, several...)
		later := make([]string, 3)
		if r.OfChange() {
			later = parts("none", r.Borne, r.Refuted)
		}
		out.Write(append(row, later...))
	}
	out.Flush()
	return out.Error()
}

// Shown returns the behaviour with whether it was planted against the heuristic.
func (s *Score) Shown() string {
	if s.Planted {
		return "planted: " + s.Behaviour
	}
	return s.Behaviour
}

func synthetic(world, heuristic, behaviour string, cases, there, named, right uint64) []string {
	row := []string{"synthetic " + world, heuristic, behaviour, decimal(cases), decimal(there), decimal(named), decimal(right), decimal(named - right), share(right, named), share(right, there)}
	return append(row, make([]string, ofReal)...)
}

// parts returns a sum and what it is made of; words where it is nothing, for of
// nothing nothing is known.
func parts(none string, a, b uint64) []string {
	if a+b == 0 {
		return []string{none, "", ""}
	}
	return []string{decimal(a + b), decimal(a), decimal(b)}
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// share returns a share in a thousand; nothing of nothing.
func share(part, whole uint64) string {
	if permille, known := Permille(part, whole); known {
		return decimal(permille)
	}
	return ""
}
