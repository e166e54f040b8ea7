package report

import (
	"fmt"

	"clew/eval"
)

// Hunts say how far each ranker comes.
type Hunts struct {
	Seed      uint64        `json:"seed"`
	Transfers int           `json:"transfers"` // of each synthetic world at least
	Rows      []eval.Ranked `json:"rows"`
	Out       string        `json:"out,omitempty"` // the golden file that was written
}

// Outcome is always that something was found.
func (h *Hunts) Outcome() Outcome { return Found }

// Doc lays the tables out.
func (h *Hunts) Doc() *Doc {
	d := &Doc{
		Title: "Economy of rankers",
		Asked: "How far does each ranker come by how many looks?",
		Answer: []string{
			fmt.Sprintf("Synthetic: seed %d, three worlds of %s transfers at least, of each the chain's own coin alone. Shares of a synthetic world or crowd are no estimate of the real one.", h.Seed, group(fmt.Sprint(h.Transfers))),
			"Shares are of a thousand, rounded down; an empty one is not known.",
		},
		Sections: filled([]Section{h.covered(), h.order()}),
	}
	if h.Out != "" {
		d.More = append(d.More, h.Out+" holds all of it, to be compared with what is measured next.")
	}
	return d
}

// covered has a row for each case and ranker, and a column for each budget.
func (h *Hunts) covered() Section {
	t := &Table{Name: "covered", Columns: []Column{{Title: "hunted"}, {Title: "ranker"}}}
	for _, b := range eval.Budgets {
		t.Columns = append(t.Columns, Column{Title: fmt.Sprintf("covered by %d", b), Align: Right})
	}
	t.Columns = append(t.Columns, Column{Title: "reachable", Align: Right})
	for i := 0; i+len(eval.Budgets) <= len(h.Rows); i += len(eval.Budgets) {
		cells := []Cell{word(h.Rows[i].Case), word(h.Rows[i].Ranker)}
		for j := range eval.Budgets {
			r := &h.Rows[i+j]
			cells = append(cells, amountPermille(eval.AmountPermille(r.Covered, r.Moved)))
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, amountPermille(eval.AmountPermille(h.Rows[i].Reachable, h.Rows[i].Moved)))})
	}
	return Section{ID: "covered", Title: "Moved value that is covered, by looks", Tables: some(t),
		Notes: []string{"Reachable is the most that a walk in the order of time can cover from where the theft starts; rankers that are blind to time may cover more."}}
}

func amountPermille(permille uint64, known bool) Cell {
	if known {
		return count(permille)
	}
	return Cell{}
}

func (h *Hunts) order() Section {
	t := &Table{Name: "order", Columns: []Column{{Title: "hunted"}, {Title: "ranker"}, {Title: "looks", Align: Right}, {Title: "looked at", Align: Right}, {Title: "bad of 1000", Align: Right},
		{Title: "first of the order", Align: Right}, {Title: "bad of 1000", Align: Right}, {Title: "of 1000 bad", Align: Right}, {Title: "of 1000 by value", Align: Right}}}
	for i := range h.Rows {
		r := &h.Rows[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Case), word(r.Ranker), count(r.Budget), count(r.Looked), permille(r.Right, r.Looked), count(r.Listed), permille(r.Hits, r.Listed),
			permille(r.Hits, r.Bad), amountPermille(eval.AmountPermille(r.HitValue, r.BadValue))}})
	}
	return Section{ID: "order", Title: "Who was looked at, and the order that resulted", Tables: some(t), Detail: true,
		Notes: []string{"Bad are addresses that stolen value went through or to."}}
}
