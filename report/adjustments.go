package report

import (
	"fmt"

	"clew"
	"clew/trace"
)

// Adjusted returns the pots whose balances the trace adjusted to what their tokens'
// contracts say.
func (t *Trace) Adjusted() map[clew.Pot]bool {
	pots := map[clew.Pot]bool{}
	for i := range t.Result.Adjustments {
		pots[t.Result.Adjustments[i].Pot] = true
	}
	return pots
}

// adjustedWords says what the trace did about balances of a token that differ.
func (t *Trace) adjustedWords(asset clew.Asset, differ int) string {
	n := 0
	for id := range t.Adjusted() {
		if id.Asset == asset {
			n++
		}
	}
	switch {
	case n == 0:
		return "What is booked there may be more or less than lies there."
	case n < differ:
		return fmt.Sprintf("Marks and books are adjusted to its word at %d of them; elsewhere what is booked may be more or less than lies there.", n)
	}
	return "Marks and books are adjusted to its word: each adjustment is listed."
}

// readNote says which earlier balances were asked for.
func (b *Balances) readNote() string {
	if b.Read == 0 && len(b.NotRead) == 0 {
		return ""
	}
	s := fmt.Sprintf(" Of those that differ, %s of earlier blocks read.", plural(b.Read, "balance", "balances"))
	for _, n := range b.NotRead {
		s += fmt.Sprintf(" Not read: %s; %s.", plural(n.Pots, "balance", "balances"), Clean(n.Why))
	}
	return s
}

// adjustmentsTable lists what was done about what contracts say.
func (t *Trace) adjustmentsTable() *Table {
	table := &Table{Name: "adjustments", Caption: "Adjusted: claims of the tokens' contracts, and what follows from them (inferred)", Columns: []Column{
		{Title: "after block", Align: Right}, {Title: "address"}, {Title: "token"}, {Title: "held", Align: Point}, {Title: "by balanceOf", Align: Point},
		{Title: "so"}, {Title: "marked before", Align: Point}, {Title: "marked after", Align: Point}, {Title: "time (UTC)", Wide: true}, {Title: "source", Wide: true},
	}}
	for i := range t.Result.Adjustments {
		a := &t.Result.Adjustments[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{count(a.Block.Height), shortCell(a.Address), word(t.Units.Symbol(a.Asset)),
			t.Units.cell(a.Asset, a.Held), t.Units.cell(a.Asset, a.Says), word(string(a.Kind)), t.Units.cell(a.Asset, a.Was), t.Units.cell(a.Asset, a.Is),
			timeCell(a.Block.Time), word(a.Source)}})
	}
	return table
}

// standsFor reports whether a line's units are another number than those of the
// origin that they stand for, though of its asset: their balance was adjusted.
func standsFor(b *trace.Book, l *trace.Line) bool {
	return l.Asset == b.Asset && l.Amount != l.Basis && !l.Basis.IsZero()
}
