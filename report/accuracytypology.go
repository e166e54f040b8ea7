package report

import "clew/eval"

// A TypologyAccuracy says how often shapes and paces are found, and how often people
// who hide nothing make them.
type TypologyAccuracy struct {
	*eval.TypologyTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *TypologyAccuracy) Outcome() Outcome { return Found }

// Doc lays the table out.
func (a *TypologyAccuracy) Doc() *Doc {
	t := &Table{Name: "typologies", Columns: []Column{{Title: "world"}, {Title: "rule"}, {Title: "planted", Align: Right}, {Title: "found", Align: Right}, {Title: "of 1000", Align: Right},
		{Title: "findings", Align: Right}, {Title: "right", Align: Right}, {Title: "of 1000", Align: Right}, {Title: "look-alikes", Align: Right}, {Title: "taken for it", Align: Right},
		{Title: "people's addresses", Align: Right}, {Title: "named wrongly", Align: Right}}}
	for i := range a.Rows {
		r := &a.Rows[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Data), word(r.Rule), count(r.Planted), count(r.Found), permille(r.Found, r.Planted), count(r.Findings), count(r.Right), permille(r.Right, r.Findings),
			count(r.Alike), count(r.Taken), count(r.People), count(r.Named)}})
	}
	return measuredDoc("Accuracy of typologies", "How often are shapes and paces of thieves found, and how often do others make them?", a.Seed, a.Transfers, a.Out,
		Section{ID: "typologies", Title: "By rule (synthetic)", Tables: some(t), Notes: []string{
			"The last two columns are the rule's base rate: how many of all addresses of people and shops have a part in a finding that is of nothing planted."}})
}
