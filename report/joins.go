package report

import (
	"fmt"
	"strings"

	"clew/launder"
)

// A LooksLike is an inference: what mix a transaction looks like, and what is to
// be known of the rule that says so.
type LooksLike struct {
	launder.Join
	Rule launder.JoinRule `json:"rule"`
}

// searchWords say how change was matched to inputs.
var searchWords = map[launder.MatchSearch]string{
	launder.SearchedWhole: "Change is matched where exactly one set of inputs pays it within the bounds on fees; the rest has none or several.",
	launder.SearchedPart:  "Change is matched where exactly one set of inputs pays it within the bounds on fees. The search ended early: the rest is not known.",
	launder.OneOwner:      "All inputs are held to be of one payer, who gets the change.",
}

// section lays it out: what it looks like, why, and which output is what.
func (l *LooksLike) section(p *TransactionPage) Section {
	if l == nil {
		return Section{}
	}
	s := Section{ID: "looks", Title: "What it looks like (inference)", Notes: []string{
		fmt.Sprintf("%s, %s: %s.", l.Rule.Name, l.Certainty, strings.Join(l.Reasons, "; ")),
		"How often that is so. " + capital(l.Rule.Measured) + ".",
		"Known failure. " + l.Rule.Failure,
	}}
	if words := searchWords[l.Search]; words != "" {
		s.Notes = append(s.Notes, words)
	}
	t := &Table{Name: "roles", Most: 25, Columns: []Column{{Title: "output", Align: Right}, {Title: "address"}, {Title: "amount", Align: Point}, {Title: "role"}, {Title: "note"}}}
	row := func(output int, role, note string) {
		leg := &p.Transfers[0].To[output]
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(uint64(output)), addressCell(leg.Address), p.Units.cell(p.Transfers[0].Asset, leg.Amount), word(role), word(note)}})
	}
	for _, m := range l.Mixed {
		row(m.Output, "mixed", fmt.Sprintf("one of %d of this amount: whose it is does not show", m.Anonymity))
	}
	for _, o := range l.Premix {
		row(o, "made ready to be mixed", "the payer's")
	}
	for _, o := range l.Coordinator {
		row(o, "pays the coordinator", "")
	}
	for _, c := range l.Change {
		row(c.Output, "change", inputWords(c.Inputs))
	}
	if len(t.Rows) > 0 {
		s.Tables = some(t)
	}
	return s
}

// inputWords name the inputs that pay change.
func inputWords(inputs []int) string {
	if len(inputs) == 0 {
		return "not matched with inputs"
	}
	list := make([]string, len(inputs))
	for i, n := range inputs {
		list[i] = fmt.Sprint(n)
	}
	if len(list) == 1 {
		return "paid by input " + list[0]
	}
	return "paid by inputs " + strings.Join(list, ", ")
}
