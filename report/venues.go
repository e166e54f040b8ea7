package report

import (
	"fmt"

	"clew"
	"clew/trace"
)

// What a venue's name rests on.
const (
	anyCanLog = "Any contract can log that, and copies of a protocol do."
	venueNote = "Who logs as what is what contracts say. " + anyCanLog + " Swaps are found by balances alone."
)

// viaCell names the venues of a swap: by its tag if there is one, and as what it
// logs; of several the first, and how many more.
func viaCell(c *trace.Crossing, names map[clew.Address]*Name) Cell {
	if len(c.Venues) == 0 {
		return Cell{}
	}
	v := &c.Venues[0]
	cell := shortCell(v.Contract)
	if n := names[v.Contract]; n != nil {
		cell.Text = n.Label
	}
	cell.Text = Clean(cell.Text + " (logs as " + v.LogsAs + ")")
	if n := len(c.Venues) - 1; n > 0 {
		cell.Text += fmt.Sprintf(" and %d more", n)
	}
	return cell
}

// venuesSection lists who logs as a venue in a transaction.
func (a *Acts) venuesSection() Section {
	table := &Table{Name: "venues", Columns: []Column{{Title: "contract"}, {Title: "logs as"}, {Title: "position", Wide: true}}}
	for i := range a.Acts {
		if one := &a.Acts[i]; one.Kind == clew.Venue {
			table.Rows = append(table.Rows, Row{Cells: []Cell{addressCell(one.On), word(one.Detail), word(one.Pos.String())}})
		}
	}
	return Section{ID: "venues", Title: "Venues of exchanges (ledger; any contract can log it)", Tables: some(table)}
}
