package report

import (
	"clew/eval"
)

// A FlowAccuracy says how much of thefts is found in ordinary traffic.
type FlowAccuracy struct {
	*eval.FlowTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is always that something was found.
func (f *FlowAccuracy) Outcome() Outcome { return Found }

// Doc lays the table out.
func (f *FlowAccuracy) Doc() *Doc {
	d := &Doc{
		Title: "Flows in ordinary traffic",
		Asked: "How much of a theft is found among ordinary transfers, and how much else is taken for it?",
		Answer: []string{
			"Shares are of a thousand, rounded down; an empty one is not known. They are of a made background, and no estimate of the real chain.",
		},
		Sections: filled([]Section{f.flows()}),
	}
	if f.Out != "" {
		d.More = append(d.More, f.Out+" holds all of it, to be compared with what is measured next.")
	}
	return d
}

func (f *FlowAccuracy) flows() Section {
	t := &Table{Name: "flows", Columns: []Column{{Title: "seed", Align: Right}, {Title: "method"}, {Title: "covered", Align: Right}, {Title: "ceiling", Align: Right}, {Title: "right", Align: Right},
		{Title: "named", Align: Right}, {Title: "of addresses", Align: Right}, {Title: "by value", Align: Right}, {Title: "at ends", Align: Right}, {Title: "covered at 900 right", Align: Right},
		{Title: "right at 950 covered", Align: Right}, {Title: "looked at", Align: Right}, {Title: "read", Align: Right}}}
	for i := range f.Rows {
		r := &f.Rows[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(r.Seed), word(r.Method), amountPermille(eval.AmountPermille(r.Covered, r.Reachable)), amountPermille(eval.AmountPermille(r.Reachable, r.Moved)),
			permille(r.Right, r.Named), count(r.Named), permille(r.Right, r.Bad), amountPermille(eval.AmountPermille(r.HitValue, r.Moved)), amountPermille(eval.AmountPermille(r.EndValue, r.AtEnds)),
			amountPermille(eval.AmountPermille(r.Best, r.Reachable)), amountPermille(r.Precision, r.Precision > 0), count(r.Looked), count(r.Read)}})
	}
	return Section{ID: "flows", Title: "What is found", Tables: some(t), Notes: []string{
		"Covered is of what a walk in the order of time can cover at most; the ceiling is that, of all that the theft moved. Right is of the addresses named; by value and at ends are of what the theft brought to its addresses, and to its ends.",
		"Covered at 900 right, and right at 950 covered, are along the order of a method, cut where it is best for it: only company says itself where to cut.",
	}}
}
