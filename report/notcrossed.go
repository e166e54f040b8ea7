package report

import (
	"slices"

	"clew/trace"
)

// notCrossedSection lists what looks like a conversion and was not crossed, with the
// reason. What is kept as a hypothesis has a list of its own.
func (t *Trace) notCrossedSection() Section {
	table := &Table{Name: "not-crossed", Columns: []Column{
		{Title: "conversion"}, {Title: "kind"}, {Title: "went in"}, {Title: "why it is not crossed"}, {Title: "crossed as"}, {Title: "rests on"}, {Title: "who says so", Spare: 1}, {Title: "note", Wide: true, Prose: true},
	}}
	supposed := map[string]bool{}
	for i := range t.Result.Hypotheses {
		supposed[t.Result.Hypotheses[i].Conversion.ID] = true
	}
	for i := range t.Result.Conversions {
		c := &t.Result.Conversions[i]
		if c.Note == "" || supposed[c.Conversion.ID] {
			continue
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			shortWords(c.Conversion.ID), word(string(c.Conversion.Kind)), t.conversionCell(c.InAsset, c.In), uncut(c.Note),
			word(c.CrossedAs), basisCell(c.Conversion.Basis), saysConversion(c), uncut(c.Conversion.Note),
		}})
	}
	s := Section{ID: "not-crossed", Title: "Not crossed: what looks like a conversion, and why", Tables: some(table)}
	if len(table.Rows) == 0 {
		return s
	}
	s.Notes = []string{"Value that went there stayed, or was walked like any other payment: the books say where it lies."}
	if slices.ContainsFunc(t.Result.Conversions, func(c trace.Crossing) bool { return c.CrossedAs != "" }) {
		s.Notes = append(s.Notes, "What was crossed as something else is the same payment: it is not to be added to it.")
	}
	return s
}
