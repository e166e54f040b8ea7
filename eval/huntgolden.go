package eval

import (
	"encoding/csv"
	"io"

	"clew"
)

// The columns of a golden file of hunts. What is not known is empty.
var huntColumns = []string{"hunted", "ranker", "looks allowed", "hunts", "looked at", "of these bad", "right of 1000 looked at", "covered of 1000 moved", "reachable of 1000 moved",
	"first of the order", "of these bad", "right of 1000 listed", "of 1000 bad addresses", "of 1000 by value"}

// WriteHunts writes rows as CSV with a header. Shares are in a thousand and rounded
// down; of nothing they are empty.
func WriteHunts(w io.Writer, rows []Ranked) error {
	out := csv.NewWriter(w)
	out.Write(huntColumns)
	for i := range rows {
		r := &rows[i]
		out.Write([]string{r.Case, r.Ranker, decimal(r.Budget), decimal(r.Hunts), decimal(r.Looked), decimal(r.Right), share(r.Right, r.Looked), amountShare(r.Covered, r.Moved),
			amountShare(r.Reachable, r.Moved), decimal(r.Listed), decimal(r.Hits), share(r.Hits, r.Listed), share(r.Hits, r.Bad), amountShare(r.HitValue, r.BadValue)})
	}
	out.Flush()
	return out.Error()
}

func amountShare(part, whole clew.Amount) string {
	if permille, known := AmountPermille(part, whole); known {
		return decimal(permille)
	}
	return ""
}
