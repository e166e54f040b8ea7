package report

import (
	"fmt"

	"clew/eval"
)

// An AllAccuracy is all that is measured, in one table.
type AllAccuracy struct {
	Seed      uint64     `json:"seed"`
	Transfers int        `json:"transfers"` // of each synthetic world at least; 0: as each section has them
	Rows      []eval.Row `json:"rows"`
	Out       string     `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *AllAccuracy) Outcome() Outcome { return Found }

// Doc lays the one table out.
func (a *AllAccuracy) Doc() *Doc {
	t := &Table{Name: "all", Columns: []Column{{Title: "section"}, {Title: "measured on", Spare: 1}, {Title: "what"}, {Title: "policy"}, {Title: "cases", Align: Right, Spare: 3}, {Title: "true", Align: Right, Spare: 4}, {Title: "named", Align: Right, Spare: 4},
		{Title: "right", Align: Right, Spare: 4}, {Title: "wrong", Align: Right}, {Title: "precision", Align: Right}, {Title: "recall", Align: Right}, {Title: "base rate of 100,000", Align: Right},
		{Title: "flow covered", Align: Right}, {Title: "ceiling", Align: Right}, {Title: "addresses by value", Align: Right}, {Title: "terminals", Align: Right}, {Title: "size", Align: Right, Spare: 5}, {Title: "work", Align: Right, Spare: 5}, {Title: "note", Spare: 2}}}
	for i := range a.Rows {
		t.Rows = append(t.Rows, allRow(&a.Rows[i]))
	}
	d := measuredDoc("All that is measured", "How much of what is there is seen, and how often is what is seen wrong?", a.Seed, a.Transfers, a.Out, Section{ID: "all", Title: "One table", Tables: some(t), Notes: []string{
		"A recogniser has precision (right of what it names), recall (named of what is there) and a base rate: of those who could be named and are nothing, how many are. A case has how much of the value of true edges a trace found, beside the most that a walk in the order of time can; of what came to true addresses, to those found; of what lies at the true ends, what it says lies there; how many addresses it found, and what that took.",
	}})
	if a.Transfers == 0 {
		d.Answer[0] = fmt.Sprintf("Synthetic: seed %d, worlds as large as docs/ACCURACY.md says. Shares of a synthetic world are no estimate of the real one; docs/ACCURACY.md has what was measured on real transactions.", a.Seed)
	}
	return d
}

func allRow(r *eval.Row) Row {
	cells := []Cell{word(r.Section), word(r.Data), word(r.What), word(r.Policy), known(r.Cases), known(r.True), known(r.Named), known(r.Right), known(r.Wrong()), known(r.Precision()), known(r.Recall()), {}}
	if r.Base != nil && r.Base.Whole > 0 {
		cells[len(cells)-1] = count(r.Base.Part * 100_000 / r.Base.Whole)
	}
	if c := r.Case; c != nil {
		cells = append(cells, known(c.Covered), known(c.Ceiling), known(c.Addresses), known(c.Terminals), count(c.Size), count(c.Work))
	} else {
		cells = append(cells, make([]Cell, 6)...)
	}
	return Row{Cells: append(cells, word(r.Note))}
}

// known returns a cell of a number, empty where nobody knows it.
func known(n *uint64) Cell {
	if n == nil {
		return Cell{}
	}
	return count(*n)
}

// A SwapAccuracy says how swaps are seen through.
type SwapAccuracy struct {
	*eval.SwapTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *SwapAccuracy) Outcome() Outcome { return Found }

// Doc lays the table out.
func (a *SwapAccuracy) Doc() *Doc {
	t := &Table{Name: "swaps", Columns: []Column{{Title: "venue, or what is no swap"}, {Title: "cases", Align: Right}, {Title: "swaps", Align: Right}, {Title: "found", Align: Right}, {Title: "right", Align: Right}, {Title: "wrong", Align: Right},
		{Title: "of these into a token that nobody knows", Align: Right}, {Title: "looks like nothing", Align: Right}, {Title: "refused", Align: Right}, {Title: "why"}}}
	for i := range a.Rows {
		r := &a.Rows[i]
		there, missed := count(0), Cell{}
		if r.Swap {
			there, missed = count(r.Cases), count(r.Missed())
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Made), count(r.Cases), there, count(r.Found), count(r.Right), count(r.Found - r.Right), count(r.Unsaid), missed, count(r.Refused), word(r.Words())}})
	}
	return measuredDoc("Accuracy of swaps", "Is what was exchanged within a transaction found, and only that?", a.Seed, a.Transfers, a.Out,
		Section{ID: "swaps", Title: "By venue (three synthetic worlds)", Tables: some(t), Notes: []string{
			"A case is somebody who pays in a transaction. A swap is right if payer, recipient, assets and transfers on both sides are what was made. What is found wrongly into a token of which nobody says anything is not followed by a trace; what is refused is walked like a payment, with the reason."}})
}

// A TheftAccuracy says how much of thefts is seen by tracing them.
type TheftAccuracy struct {
	*eval.TheftTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *TheftAccuracy) Outcome() Outcome { return Found }

// Doc lays the table out.
func (a *TheftAccuracy) Doc() *Doc {
	t := &Table{Name: "thefts", Columns: []Column{{Title: "hidden by"}, {Title: "policy"}, {Title: "thefts", Align: Right}, {Title: "flow covered", Align: Right}, {Title: "ceiling", Align: Right}, {Title: "addresses by value", Align: Right},
		{Title: "found right", Align: Right}, {Title: "terminals", Align: Right}, {Title: "found", Align: Right}, {Title: "rows read", Align: Right}, {Title: "swaps", Align: Right}, {Title: "bridges", Align: Right}, {Title: "books open", Align: Right}}}
	for i := range a.Rows {
		r := &a.Rows[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Case), word(string(r.Policy)), count(r.Thefts), permille(r.Covered, r.Moved), permille(r.Reachable, r.Moved), permille(r.Met, r.Brought),
			permille(r.True, r.Addresses), permille(r.There, r.Lies), count(r.Addresses), count(r.Rows), count(r.Swaps), count(r.Bridges), count(r.Open)}})
	}
	return measuredDoc("Thefts seen through", "How much of a theft does a trace see, by how it was hidden?", a.Seed, a.Transfers, a.Out,
		Section{ID: "thefts", Title: "By way and policy (three synthetic worlds)", Tables: some(t), Notes: []string{
			"Covered is the share of the value of true edges that were found; the ceiling is the most that a walk in the order of time can come to, with every conversion known and not through mixers: a policy that walks through a mix can come further. By value is of what came to true addresses; terminals is of what lies at the true ends. Found right is of the addresses found, but for services and contracts that anybody can tell."}})
}
