package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/launder"
)

// Shapes are the shapes and paces among the transfers that marked value went
// through, peel chains apart, which have a list of their own.
type Shapes struct {
	Findings []launder.Finding   `json:"findings"`
	Found    uint64              `json:"found"` // also those that are not given
	Read     uint64              `json:"read"`  // transfers
	Rules    []launder.Rule      `json:"rules"` // of which something was found
	Unread   uint64              `json:"unread,omitempty"`
	Acts     bool                `json:"acts"` // of all transactions what bridges and memos say was read
	Lost     []launder.Forgotten `json:"forgotten,omitempty"`
}

// shapesSection has the shapes and paces of a trace, one line each.
func (t *Trace) shapesSection() Section {
	x := t.Shapes
	if x == nil || len(x.Findings) == 0 && x.Unread == 0 && len(x.Lost) == 0 {
		return Section{}
	}
	s := Section{ID: "shapes", Title: "Shapes and paces among the transfers used", Notes: x.notes(), Tables: some(t.shapesTable())}
	for i := range x.Rules {
		r := &x.Rules[i]
		s.Fine = append(s.Fine, fmt.Sprintf("%s. Known failure: %s Measured: %s.", r.Name, r.Failure, strings.TrimSuffix(r.Measured, ".")))
	}
	return s
}

func (x *Shapes) notes() []string {
	notes := []string{"Inferred from the traced transfers alone: what else an address did was not looked at (clew typologies reads a whole ledger). The books do not change by it. " +
		"People who hide nothing make every shape too; the number orders findings, and is no probability."}
	if n := x.Found - uint64(len(x.Findings)); n > 0 {
		notes = append(notes, fmt.Sprintf("The strongest %d of %s are given.", len(x.Findings), plural(x.Found, "finding", "findings")))
	}
	if x.Unread > 0 {
		notes = append(notes, fmt.Sprintf("%s were not looked at: there are too many.", plural(x.Unread, "transfer", "transfers")))
	}
	if !x.Acts {
		notes = append(notes, "What bridges and memos say was not read of all of these transactions: chain-hops may be missing.")
	}
	for i := range x.Lost {
		notes = append(notes, forgottenWords(&x.Lost[i]))
	}
	return notes
}

func (t *Trace) shapesTable() *Table {
	table := &Table{Name: "shapes", Most: 8, Columns: []Column{
		{Title: "rule"}, {Title: "chain", Spare: 1}, {Title: "from, UTC"}, {Title: "lasted", Spare: 2}, {Title: "who"}, {Title: "role", Wide: true}, {Title: "asset", Spare: 1}, {Title: "transfers", Align: Right},
		{Title: "of 1,000", Align: Right}, {Title: "where measured"}, {Title: "rests on", Wide: true},
		{Title: "what speaks against it", Wide: true, Prose: true}, {Title: "like FATF's red flags", Wide: true, Prose: true},
	}}
	for i := range t.Shapes.Findings {
		f := &t.Shapes.Findings[i]
		who, role := mainRole(f)
		asset := "several"
		if !f.Asset.IsZero() {
			asset = t.Units.Symbol(f.Asset)
		}
		table.Rows = append(table.Rows, Row{Inner: some(t.shapeSteps(f)), Cells: []Cell{word(f.Rule), word(f.Chain.Name()), timeCell(f.From), word(lastedWords(f.To - f.From)), shortCell(who), word(string(role)), word(asset),
			count(f.Transfers), count(f.Strength), word(errsWords(f.Measured)), basisCell(clew.Inferred), word(listed(f.Against, 9)), uncut(t.Shapes.flags(f.Rule))}})
	}
	return table
}

// mostShapeSteps is how many roles of one shape are laid out.
const mostShapeSteps = 100

// shapeSteps lists who did what in a shape.
func (t *Trace) shapeSteps(f *launder.Finding) *Table { return openSteps(f, t.Units, t.Signatures) }

// openSteps lists who did what in a finding, the first of many, in what opens.
func openSteps(f *launder.Finding, units Units, names Signatures) *Table {
	steps := stepsTable(f, units, names)
	steps.Name, steps.Caption = "steps", "its steps"
	if n := len(steps.Rows); n > mostShapeSteps {
		steps.Rows, steps.Caption = steps.Rows[:mostShapeSteps], fmt.Sprintf("the first %d of %d lines of its steps (--json has all)", mostShapeSteps, n)
	}
	if f.Cut {
		steps.Caption += "; " + cutWords
	}
	if len(f.Swaps) > 0 {
		steps.Caption += "; any contract can log as a venue"
	}
	return steps
}

// flags returns the red flags of a rule.
func (x *Shapes) flags(rule string) string {
	i := slices.IndexFunc(x.Rules, func(r launder.Rule) bool { return r.ID == rule })
	if i < 0 || len(x.Rules[i].RedFlags) == 0 {
		return "none"
	}
	return strings.Join(x.Rules[i].RedFlags, "; ")
}

// errsWords returns of what was measured of a rule how many of its findings were of
// nobody guilty.
func errsWords(measured string) string {
	for _, part := range strings.Split(measured, "; ") {
		if strings.HasSuffix(part, "nobody guilty") {
			return part
		}
	}
	return "not measured"
}
