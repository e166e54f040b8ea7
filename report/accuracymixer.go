package report

import (
	"fmt"

	"clew/eval"
)

// A MixerAccuracy says how often candidates behind a mixer are right.
type MixerAccuracy struct {
	*eval.MixerTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *MixerAccuracy) Outcome() Outcome { return Found }

// Doc lays the tables out.
func (a *MixerAccuracy) Doc() *Doc {
	t := &Table{Name: "mixers", Columns: []Column{{Title: "measured on"}, {Title: "heuristic"}, {Title: "batches", Align: Right}, {Title: "withdrawals after", Align: Right}, {Title: "linked", Align: Right},
		{Title: "names", Align: Right}, {Title: "right", Align: Right}, {Title: "of 1000", Align: Right}, {Title: "chance", Align: Right}, {Title: "of 1000 linked", Align: Right}, {Title: "batches beyond chance", Align: Right}}}
	for i := range a.Rows {
		r := &a.Rows[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Data), word(r.Sign), count(r.Batches), count(r.Pairs), count(r.Linked), count(r.Named), count(r.Right), permille(r.Right, r.Named),
			word(eval.Tenths(r.Chance)), permille(r.Right, r.Linked), word(fmt.Sprintf("%d of %d", r.Beyond, r.Possible))}})
	}
	b := &Table{Name: "bands", Columns: []Column{{Title: "measured on"}, {Title: "supposed, of 1000"}, {Title: "candidates", Align: Right}, {Title: "right", Align: Right}, {Title: "of 1000", Align: Right}, {Title: "supposed in all", Align: Right}}}
	for i := range a.Bands {
		r := &a.Bands[i]
		b.Rows = append(b.Rows, Row{Cells: []Cell{word(r.Data), word(fmt.Sprintf("%d to %d", r.From, r.To)), count(r.Candidates), count(r.Linked), permille(r.Linked, r.Candidates), count(r.Millionths / 1_000_000)}})
	}
	d := measuredDoc("Accuracy of candidates behind a mixer", "How often is a withdrawal that is supposed to be of a batch of deposits of it?", a.Seed, a.Transfers, a.Out,
		Section{ID: "mixers", Title: "By heuristic (synthetic)", Tables: some(t), Notes: []string{
			"Chance is how many would be right if as many had been drawn blindly from the withdrawals after each batch of which the heuristic says something; beyond it is a batch where blind drawing gives so many at most once in a hundred, of those where it could be.",
			"What heuristics are worth was chosen on seed 1 without decoys, and on half of Ronin's batches: other seeds are the test."}})
	d.Sections = append(d.Sections, filled([]Section{{ID: "bands", Title: "What is supposed, and what comes true (synthetic)", Tables: some(b), Notes: []string{
		"Whoever takes out after a thief as many notes as he put in is taken for him: with decoys, much less comes true than is supposed."}}})...)
	return d
}
