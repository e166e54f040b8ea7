package eval

import (
	"encoding/csv"
	"io"
	"strconv"
)

// The columns of a golden file. A share of nothing is empty, for it is not known.
var columns = []string{"measured on", "heuristic", "behaviour", "cases", "true", "named", "right", "wrong", "right of a thousand named", "right of a thousand true"}

// WriteScores writes what was measured on synthetic worlds as CSV with a header:
// the scores, then pairs in clusters in the same columns, where "cases" are the
// addresses in clusters, "named" the pairs together and "true" the pairs that one
// actor holds.
func WriteScores(w io.Writer, t *Table) error {
	out := csv.NewWriter(w)
	out.Write(columns)
	for i := range t.Scores {
		s := &t.Scores[i]
		behaviour := s.Behaviour
		if s.Planted {
			behaviour = "planted: " + behaviour
		}
		out.Write(append([]string{"synthetic " + s.World, s.Heuristic, behaviour}, numbers(s.Cases, s.True, s.Named, s.Right)...))
	}
	for i := range t.Pairs {
		p := &t.Pairs[i]
		out.Write(append([]string{"synthetic " + p.World, "pairs by " + p.Clusters, "all"}, numbers(p.Addresses, p.True, p.Together, p.Right)...))
	}
	out.Flush()
	return out.Error()
}

func numbers(cases, there, named, right uint64) []string {
	return append(decimals(cases, there, named, right, named-right), shareText(right, named), shareText(right, there))
}

// shareText returns a share in a thousand, rounded down; nothing of nothing.
func shareText(part, whole uint64) string {
	if permille, known := Permille(part, whole); known {
		return strconv.FormatUint(permille, 10)
	}
	return ""
}

func decimals(list ...uint64) (texts []string) {
	for _, n := range list {
		texts = append(texts, strconv.FormatUint(n, 10))
	}
	return texts
}

// realColumns are those of what was measured on real ledgers.
var realColumns = []string{"measured on", "heuristic", "cases", "named", "tagged pairs", "of one actor", "of two actors", "revealed", "borne out", "refuted", "clusters with several tags", "of several actors"}

// WriteReal writes what was measured on real ledgers as CSV with a header.
func WriteReal(w io.Writer, rows []Real) error {
	out := csv.NewWriter(w)
	out.Write(realColumns)
	for i := range rows {
		r := &rows[i]
		out.Write(append([]string{r.Data, r.Heuristic}, decimals(r.Cases, r.Named, r.TaggedPairs(), r.SameActor, r.TwoActors, r.Revealed(), r.Borne, r.Refuted, r.Several, r.Conflicts)...))
	}
	out.Flush()
	return out.Error()
}
