package eval

import (
	"encoding/csv"
	"io"

	"clew"
)

// The columns of a golden file of flows. What is not known is empty.
var flowColumns = []string{"theft", "seed", "transfers", "method", "looked at", "transfers read", "named", "right", "right of 1000 named", "of 1000 addresses", "covered of 1000 reachable",
	"reachable of 1000 moved", "of 1000 by value", "of 1000 at ends", "covered where 900 of 1000 are right", "right of 1000 where 950 are covered"}

// WriteFlows writes rows as CSV with a header. Shares are in a thousand and rounded
// down; of nothing they are empty.
func WriteFlows(w io.Writer, rows []Flowed) error {
	out := csv.NewWriter(w)
	out.Write(flowColumns)
	for i := range rows {
		r := &rows[i]
		never := decimal(r.Precision)
		if r.Precision == 0 {
			never = ""
		}
		out.Write([]string{r.Case, decimal(r.Seed), decimal(r.Transfers), r.Method, decimal(r.Looked), decimal(r.Read), decimal(r.Named), decimal(r.Right), share(r.Right, r.Named), share(r.Right, r.Bad),
			amountShare(r.Covered, r.Reachable), amountShare(r.Reachable, r.Moved), amountShare(r.HitValue, r.Moved), amountShare(r.EndValue, r.AtEnds), amountShare(r.Best, r.Reachable), never})
	}
	out.Flush()
	return out.Error()
}

// FlowTable is what `clew eval flow` finds.
type FlowTable struct {
	Rows []Flowed `json:"rows"`
}

// Reaches reports whether a method covers 95 % of the ceiling with nine of ten
// addresses right.
func (r *Flowed) Reaches() bool {
	precision, known := Permille(r.Right, r.Named)
	covered, also := r.Covered.MulDiv(clew.Units(1000), r.Reachable)
	return known && also && precision >= 900 && !covered.Less(clew.Units(950))
}
