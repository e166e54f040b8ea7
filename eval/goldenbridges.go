package eval

import (
	"encoding/csv"
	"io"
)

var bridgeColumns = []string{"matched by", "of", "habit or chains", "seeds", "crossings", "named", "right", "right of 1000 named", "right of 1000 crossings", "F1 of 1000", "several fit", "nothing fits", "too many fit",
	"deposits of nothing held", "of these named"}

// WriteBridges writes the table of bridges as CSV with a header; after the rows of
// bridges those of turns, and of scores. What does not apply is empty.
func WriteBridges(w io.Writer, t *BridgeTable) error {
	out := csv.NewWriter(w)
	out.Write(bridgeColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		f1 := ""
		if n, known := r.F1(); known {
			f1 = decimal(n)
		}
		out.Write([]string{r.By, r.Span, r.Habit + r.Pair, r.Seeds, decimal(r.True), decimal(r.Named), decimal(r.Right), share(r.Right, r.Named), share(r.Right, r.True), f1,
			decimal(r.Several), decimal(r.Nothing), decimal(r.Crowded), decimal(r.Lonely), decimal(r.Astray)})
	}
	for _, r := range t.Turns {
		out.Write(padded("turns", string(r.Kind), "both crossings of it", t.seedWords(), decimal(r.True), decimal(r.Named), decimal(r.Right), share(r.Right, r.Named), share(r.Right, r.True)))
	}
	for _, r := range t.Scores {
		out.Write(padded("comparison, by score", r.Of, r.Range(), t.seedWords(), "", decimal(r.Named), decimal(r.Right), share(r.Right, r.Named)))
	}
	for _, text := range t.Wrong {
		out.Write(padded("wrong", text))
	}
	out.Flush()
	return out.Error()
}

// padded returns a row with empty cells at its end.
func padded(cells ...string) []string {
	return append(cells, make([]string, len(bridgeColumns)-len(cells))...)
}
