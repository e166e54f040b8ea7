package report

import (
	"fmt"

	"clew/eval"
)

// A BridgeAccuracy says how often crossings of bridges and exchangers are found.
type BridgeAccuracy struct {
	*eval.BridgeTable
	Out string `json:"out,omitempty"` // the golden file that was written
}

// Outcome is Found: what was measured was measured whole.
func (a *BridgeAccuracy) Outcome() Outcome { return Found }

// Doc lays the tables out.
func (a *BridgeAccuracy) Doc() *Doc {
	d := measuredDoc("Accuracy of bridges", "How often is what came out of bridges matched rightly with what went in?", a.Seeds[0], a.Transfers, a.Out,
		Section{ID: "bridges", Title: "By what is matched (synthetic)", Tables: some(a.rows()), Notes: []string{
			"By comparison, every identifier is hidden. Several, nothing and too many say why crossings are left open. Of deposits of which nothing that is held came out, any that is named is wrong.",
			"F1 is the harmonic mean of the two shares before it."}})
	d.Answer[0] = fmt.Sprintf("Synthetic: %d worlds from seed %d on, each at two paces, of at least %s transfers. Shares of a synthetic world are no estimate of the real one.", len(a.Seeds), a.Seeds[0], group(fmt.Sprint(a.Transfers)))
	scores := &Table{Name: "scores", Columns: []Column{{Title: "of"}, {Title: "score"}, {Title: "named", Align: Right}, {Title: "right", Align: Right}, {Title: "of 1000", Align: Right}}}
	for i := range a.Scores {
		r := &a.Scores[i]
		scores.Rows = append(scores.Rows, Row{Cells: []Cell{word(r.Of), word(r.Range()), count(r.Named), count(r.Right), permille(r.Right, r.Named)}})
	}
	turns := &Table{Name: "turns", Columns: []Column{{Title: "relation"}, {Title: "planted", Align: Right}, {Title: "named", Align: Right}, {Title: "right", Align: Right}}}
	for _, r := range a.Turns {
		turns.Rows = append(turns.Rows, Row{Cells: []Cell{word(string(r.Kind)), count(r.True), count(r.Named), count(r.Right)}})
	}
	wrong := &Table{Name: "wrong", Columns: []Column{{Title: "what is named wrongly"}}}
	for _, text := range a.Wrong {
		wrong.Rows = append(wrong.Rows, Row{Cells: []Cell{word(text)}})
	}
	d.Sections = append(d.Sections, filled([]Section{
		{ID: "scores", Title: "By score (synthetic)", Tables: some(scores), Notes: []string{"A score orders links; it is no probability. This is how often one was right here."}},
		{ID: "turns", Title: "Taken straight back through exchangers (synthetic)", Tables: some(turns)},
		{ID: "wrong", Title: "The first wrong ones of each", Tables: some(wrong), Detail: true},
	})...)
	return d
}

func (a *BridgeAccuracy) rows() *Table {
	t := &Table{Name: "bridges", Columns: []Column{{Title: "matched by"}, {Title: "of"}, {Title: "habit or chains", Wide: true}, {Title: "crossings", Align: Right}, {Title: "named", Align: Right}, {Title: "right", Align: Right},
		{Title: "of 1000 named", Align: Right}, {Title: "of 1000 crossings", Align: Right}, {Title: "F1", Align: Right}, {Title: "several", Align: Right}, {Title: "nothing", Align: Right}, {Title: "too many", Align: Right},
		{Title: "nothing held", Align: Right, Wide: true}, {Title: "of these named", Align: Right}}}
	for i := range a.Rows {
		r := &a.Rows[i]
		of, f1 := r.Span, Cell{}
		if r.Pair != "" {
			of += ", " + r.Pair
		}
		if n, known := r.F1(); known {
			f1 = count(n)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.By), word(of), word(r.Habit + r.Pair), count(r.True), count(r.Named), count(r.Right), permille(r.Right, r.Named), permille(r.Right, r.True), f1,
			count(r.Several), count(r.Nothing), count(r.Crowded), count(r.Lonely), count(r.Astray)}})
	}
	return t
}
