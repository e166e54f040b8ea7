package eval

import (
	"encoding/csv"
	"io"
)

var (
	joinColumns = []string{"measured on", "made to be", "right label", "cases", "right", "wrong label", "of these likely", "which", "no label", "right of 1000",
		"outputs of change", "with inputs", "exactly those", "exactly of 1000 with inputs"}
	peelColumns = []string{"measured on", "transfers", "chains planted", "found", "steps planted", "found", "of 1000", "findings", "without a thief", "nothing against them", "addresses that paid", "in such findings", "of 100000"}
)

// WriteJoins writes the table of joins as CSV with a header. What nobody knows is
// empty.
func WriteJoins(w io.Writer, t *JoinTable) error {
	out := csv.NewWriter(w)
	out.Write(joinColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		none := r.Cases - r.Other
		if r.Kind != "" {
			none -= r.Right
		}
		row := []string{r.Data, r.Made, string(r.Kind), decimal(r.Cases), decimal(r.Right), decimal(r.Other), decimal(r.Likely), r.Words(), decimal(none), share(r.Right, r.Cases),
			decimal(r.Change), decimal(r.Matched), "", ""}
		if r.Paid != nil {
			row[12], row[13] = decimal(*r.Paid), share(*r.Paid, r.Matched)
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// WritePeels writes the table of peel chains as CSV with a header. Where nothing
// was planted, the columns of what was are empty, and no finding is known to be of
// a thief.
func WritePeels(w io.Writer, t *PeelTable) error {
	out := csv.NewWriter(w)
	out.Write(peelColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		row := []string{r.Data, decimal(r.Transfers), "", "", "", "", "", decimal(r.Findings), decimal(r.Others), decimal(r.Plain), decimal(r.Payers), decimal(r.InOthers), perHundredThousand(r.InOthers, r.Payers)}
		if r.Known {
			row[2], row[3], row[4], row[5], row[6] = decimal(r.Chains), decimal(r.Found), decimal(r.Steps), decimal(r.StepsFound), share(r.StepsFound, r.Steps)
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// perHundredThousand is for what is rare; nothing of nothing.
func perHundredThousand(part, whole uint64) string {
	if whole == 0 {
		return ""
	}
	return decimal(part * 100_000 / whole)
}
