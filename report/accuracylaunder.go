package report

import (
	"fmt"

	"clew/eval"
)

// A JoinAccuracy says how often labels of joins are right.
type JoinAccuracy struct {
	*eval.JoinTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *JoinAccuracy) Outcome() Outcome { return Found }

// Doc lays the table out.
func (a *JoinAccuracy) Doc() *Doc {
	t := &Table{Name: "joins", Columns: []Column{{Title: "made to be"}, {Title: "right label"}, {Title: "cases", Align: Right}, {Title: "right", Align: Right}, {Title: "of 1000", Align: Right},
		{Title: "wrong label", Align: Right}, {Title: "which"}, {Title: "change", Align: Right}, {Title: "with inputs", Align: Right}, {Title: "exactly those", Align: Right}}}
	for i := range a.Rows {
		r := &a.Rows[i]
		kind, paid := string(r.Kind), Cell{}
		if kind == "" {
			kind = "none"
		}
		if r.Paid != nil {
			paid = count(*r.Paid)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Made), word(kind), count(r.Cases), count(r.Right), permille(r.Right, r.Cases), count(r.Other), word(r.Words()), count(r.Change), count(r.Matched), paid}})
	}
	return measuredDoc("Accuracy of labels of joins", "How often is it right what a transaction is said to look like?", a.Seed, a.Transfers, a.Out,
		Section{ID: "joins", Title: "By what transactions were made to be (synthetic)", Tables: some(t), Notes: []string{
			"A label that is wrong for what was made is a false one. Change has inputs where exactly one set of them pays it within the bounds on fees; it is right where these are all inputs of whoever gets it."}})
}

// A PeelAccuracy says how often peel chains are found, and how often people who
// hide nothing make one.
type PeelAccuracy struct {
	*eval.PeelTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *PeelAccuracy) Outcome() Outcome { return Found }

// Doc lays the table out.
func (a *PeelAccuracy) Doc() *Doc {
	t := &Table{Name: "peels", Columns: []Column{{Title: "synthetic world"}, {Title: "chains of thieves", Align: Right}, {Title: "found", Align: Right}, {Title: "their steps", Align: Right}, {Title: "steps found", Align: Right},
		{Title: "of 1000", Align: Right}, {Title: "findings", Align: Right}, {Title: "of no thief", Align: Right}, {Title: "nothing against them", Align: Right}, {Title: "addresses that paid", Align: Right}, {Title: "in those", Align: Right}}}
	for i := range a.Rows {
		r := &a.Rows[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Data), count(r.Chains), count(r.Found), count(r.Steps), count(r.StepsFound), permille(r.StepsFound, r.Steps), count(r.Findings), count(r.Others), count(r.Plain), count(r.Payers), count(r.InOthers)}})
	}
	return measuredDoc("Accuracy of peel chains", "How often are peel chains of thieves found, and how often do others make one?", a.Seed, a.Transfers, a.Out,
		Section{ID: "peels", Title: "By world (synthetic)", Tables: some(t), Notes: []string{
			"The last two columns are the rule's base rate: how many of all addresses that ever paid carry on a chain that is found and is no thief's."}})
}

// measuredDoc is a page of what was measured on synthetic worlds.
func measuredDoc(title, asked string, seed uint64, transfers int, out string, s Section) *Doc {
	d := &Doc{Title: title, Asked: asked, Sections: filled([]Section{s}), Answer: []string{
		fmt.Sprintf("Synthetic: seed %d, at least %s transfers. Shares of a synthetic world are no estimate of the real one; docs/ACCURACY.md has what was measured on real transactions.", seed, group(fmt.Sprint(transfers))),
		"Shares are of a thousand, rounded down; an empty one is not known.",
	}}
	if out != "" {
		d.More = append(d.More, out+" holds all of it, to be compared with what is measured next.")
	}
	return d
}
