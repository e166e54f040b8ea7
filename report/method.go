package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/trace"
)

// usesSection lists every transfer that marked value went through.
func (t *Trace) usesSection() Section {
	table := &Table{Name: "transfers", Most: 20, Columns: []Column{
		{Title: "hop", Align: Right}, {Title: "time, UTC"}, {Title: "from"}, {Title: "to"},
		{Title: "marked", Align: Point}, {Title: "moved in all", Align: Point}, {Title: "asset"},
		{Title: "transfers", Align: Right, Wide: true},
	}}
	for _, o := range t.columnOrigins() {
		table.Columns = append(table.Columns, Column{Title: "of " + Clean(o.ID), Align: Point, Wide: true})
	}
	table.Columns = append(table.Columns, Column{Title: "rests on"}, Column{Title: "transaction", Wide: true},
		Column{Title: "position", Wide: true}, Column{Title: "note", Wide: true})
	if t.restsOnExhibits() {
		table.Columns = append(table.Columns, restsColumn)
	}
	folds := t.peelFolds()
	for i := range t.Result.Uses {
		row := t.useRow(&t.Result.Uses[i])
		row.Fold = folds[peelAt{t.Result.Uses[i].Transfer.Asset.Chain(), t.Result.Uses[i].Transfer.Pos}]
		table.Rows = append(table.Rows, row)
	}
	return Section{ID: "transfers", Title: "Every transfer used", Tables: some(table), Detail: true}
}

func (t *Trace) useRow(u *trace.Use) Row {
	x := &u.Transfer
	cells := []Cell{
		count(u.Hop), timeCell(x.Time), sideCell(x.From), sideCell(x.To),
		t.Units.cell(x.Asset, u.Amount), t.Units.cell(x.Asset, x.Amount()), word(t.Units.Symbol(x.Asset)), count(transfersOf(u)),
	}
	for _, o := range t.columnOrigins() {
		var part clew.Amount
		for _, p := range u.Parts {
			if p.Origin == o.ID {
				part = p.Amount
			}
		}
		cells = append(cells, t.Units.cell(x.Asset, part))
	}
	note := strings.Trim(u.Note+"; by "+u.By, "; ")
	if u.By == "" {
		note = u.Note
	}
	if x.Rounded {
		note = strings.TrimPrefix(note+"; amount rounded at source", "; ")
	}
	cells = append(cells, basisCell(u.Basis), t.Signatures.cell(x.Tx), word(x.Pos.String()), word(note))
	if t.restsOnExhibits() {
		cells = append(cells, exhibitsCell(u.Exhibits))
	}
	return Row{Cells: cells}
}

// sideCell names one side of a transfer.
func sideCell(legs []clew.Leg) Cell {
	if len(legs) == 0 {
		return Cell{Text: "nobody"}
	}
	c := shortCell(legs[0].Address)
	if n := len(legs) - 1; n > 0 {
		c.Text += fmt.Sprintf(" and %d more", n)
		c.Page = c.page() + fmt.Sprintf(" and %d more", n)
	}
	return c
}

// methodSection says how the answer was come by, so that it can be repeated.
func (t *Trace) methodSection() Section {
	m := &t.Result.Method
	about := m.Policy.Describe()
	table := &Table{Name: "method", Columns: []Column{{Title: "parameter"}, {Title: "value"}}}
	add := func(name, value string) {
		if value != "" {
			table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: name}, word(value)}})
		}
	}
	add("direction", string(m.Direction))
	add("policy", string(m.Policy))
	add("assumption", about.Assumption)
	add("source of the policy", about.Source)
	add("known failure", about.Failure)
	add("fit for", m.FitFor)
	add("allocation among origins", string(m.Allocation))
	add("engine", string(m.Engine))
	add("purpose", string(m.Purpose))
	if !m.Asset.IsZero() {
		add("asset followed", m.Asset.String())
	}
	add("limits", limitWords(&m.Limits))
	for _, n := range m.Notes {
		add("convention", n)
	}
	for i := range t.Result.AsOf {
		add("as of", asOfWords(&t.Result.AsOf[i]))
	}
	w := &t.Result.Work
	add("work", fmt.Sprintf("%s, %s read, %d swept, %s used, longest path %s", plural(w.Pots, "pot", "pots"),
		plural(w.Rows, "row", "rows"), w.Swept, plural(w.Transfers, "transfer", "transfers"), plural(w.Hops, "hop", "hops")))
	for _, p := range t.Packs {
		add("tag pack", fmt.Sprintf("%s: %s, %s", p.File, p.Title, plural(p.Tags, "tag", "tags")))
	}
	add("command", t.Command)
	return Section{ID: "method", Title: "Method, parameters and cost", Tables: []*Table{table}, Detail: true}
}

func limitWords(l *trace.Limits) string {
	s := fmt.Sprintf("%d hops, %d addresses, %d transfers, degree %d with %s, cut-off %s", l.Hops, l.Addresses, l.Transfers, l.Degree, plural(l.Peers, "peer", "peers"), l.Dust)
	if l.Until.Known() {
		s += ", until " + l.Until.String()
	}
	return s
}

// asOfWords says up to where a chain was read, and what of it is held.
func asOfWords(a *trace.AsOf) string {
	s := a.Chain.Name() + ", " + blockWords(a.Block, &a.Coverage)
	var held []string
	for _, w := range a.Coverage.Whole {
		held = append(held, w.String())
	}
	if len(held) > 0 {
		heights := "blocks"
		if synthetic(&a.Coverage) {
			heights = "synthetic heights"
		}
		s += "; " + heights + " held whole: " + strings.Join(held, ", ")
	}
	if n := heldAddresses(&a.Coverage); n > 0 {
		s += "; " + plural(n, "address", "addresses") + " held on demand"
	}
	return s
}

// sourcesSection lists where claims and restated facts come from.
func sourcesSection(sources []Source) Section {
	table := &Table{Name: "sources", Columns: []Column{
		{Title: "source"}, {Title: "publisher"}, {Title: "date"}, {Title: "where", Wide: true}, {Title: "note", Wide: true},
	}}
	for _, s := range sources {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(s.Title), word(s.Publisher), word(s.Date), word(s.URL), word(s.Note)}})
	}
	return Section{ID: "sources", Title: "Sources", Tables: some(table), Detail: true}
}
