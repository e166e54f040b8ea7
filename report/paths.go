package report

import (
	"fmt"

	"clew"
	"clew/tag"
	"clew/trace"
)

// Paths are the best paths between two addresses.
type Paths struct {
	*trace.PathResult
	Packs   []tag.Pack   `json:"tagPacks,omitempty"`
	NotRead []ChainLimit `json:"notRead,omitempty"`
	Units   Units        `json:"units,omitempty"`
	Command string       `json:"command,omitempty"`
}

// Outcome says whether a path was found, and whether the search was left to
// finish.
func (p *Paths) Outcome() Outcome {
	switch {
	case p.Partial || len(p.Limits) > 0:
		return Incomplete
	case len(p.Widest)+len(p.Soonest) == 0:
		return Nothing
	}
	return Found
}

// Doc lays the paths out.
func (p *Paths) Doc() *Doc {
	d := &Doc{
		Title: "Paths from " + shortAddress(p.From) + " to " + shortAddress(p.To),
		Asked: fmt.Sprintf("Which ways can value have gone from %s to %s? As of %s.", p.From.Text(), p.To.Text(), asOfWords(&p.AsOf)),
	}
	d.Warnings = packWarnings(p.Packs)
	if p.Partial {
		d.Warnings = append(d.Warnings, "This answer is partial: the search was interrupted.")
	}
	for _, l := range p.Limits {
		d.Warnings = append(d.Warnings, "Cut short by a limit: "+hitWords(&l)+". There may be better paths.")
	}
	d.Answer = []string{"No path was found in the history held. That does not say that there is none."}
	if len(p.Widest)+len(p.Soonest) > 0 {
		d.Answer = []string{"A path says that value could have gone that way, not that it did: clew trace says how much, by a named policy."}
		if p.From.Chain().IsBitcoin() {
			d.Answer = append(d.Answer, "Which input of a transaction paid which output is not recorded. By one step there went at most the smaller of the output that it spends and the one that it pays.")
		}
	}
	if len(p.Widest) > 0 {
		d.Sections = append(d.Sections, Section{ID: "flow", Title: "Picture", Flow: p.flow()})
	}
	for i := range p.Widest {
		d.Sections = append(d.Sections, p.pathSection("widest", i, &p.Widest[i]))
	}
	for i := range p.Soonest {
		d.Sections = append(d.Sections, p.pathSection("earliest", i, &p.Soonest[i]))
	}
	d.Sections = filled(append(d.Sections, gapSection(p.Gaps), limitsSection(p.NotRead)))
	return d
}

// pathSection lists the transfers of one path.
func (p *Paths) pathSection(kind string, i int, path *trace.Path) Section {
	table := p.transferTable(path)
	if len(path.Steps) > 0 {
		table = p.stepTable(path)
	}
	table.Name = fmt.Sprintf("%s %d", kind, i+1)
	return Section{
		ID:    fmt.Sprintf("%s-%d", kind, i+1),
		Title: fmt.Sprintf("%s path %d: %s in %s", capital(kind), i+1, p.Units.Amount(path.Asset, path.Width), plural(len(path.Transfers), "transfer", "transfers")),
		Notes: []string{fmt.Sprintf("Leaves %s, arrives %s.", path.Left, path.Arrived)}, Tables: some(table),
	}
}

// transferTable lists the transfers of a path on a chain of accounts.
func (p *Paths) transferTable(path *trace.Path) *Table {
	table := &Table{Columns: []Column{
		{Title: "time, UTC"}, {Title: "from"}, {Title: "to"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "weakest link"},
		{Title: "transaction", Wide: true}, {Title: "position", Wide: true}, {Title: "rests on"},
	}}
	for k := range path.Transfers {
		t := &path.Transfers[k]
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			timeCell(t.Time), sideCell(t.From), sideCell(t.To), p.Units.cell(t.Asset, t.Amount()), word(p.Units.Symbol(t.Asset)), weakestCell(path, k),
			txCell(t.Tx), word(t.Pos.String()), basisCell(clew.Fact),
		}})
	}
	return table
}

// stepTable lists the steps of a path on Bitcoin: not whole transactions, but
// the output that each spends on the way and the one that it pays.
func (p *Paths) stepTable(path *trace.Path) *Table {
	table := &Table{Columns: []Column{
		{Title: "time, UTC"}, {Title: "from"}, {Title: "to"}, {Title: "at most", Align: Point}, {Title: "asset"}, {Title: "weakest link"},
		{Title: "input", Align: Right, Wide: true}, {Title: "spends", Align: Point, Wide: true},
		{Title: "output", Align: Right, Wide: true}, {Title: "pays", Align: Point, Wide: true},
		{Title: "transaction", Wide: true}, {Title: "position", Wide: true}, {Title: "rests on"},
	}}
	for k := range path.Steps {
		t, s := &path.Transfers[k], &path.Steps[k]
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			timeCell(t.Time), shortCell(s.From), shortCell(s.To), p.Units.cell(t.Asset, s.Width()), word(p.Units.Symbol(t.Asset)), weakestCell(path, k),
			count(int64(s.Input)), p.Units.cell(t.Asset, s.Spends), count(int64(s.Output)), p.Units.cell(t.Asset, s.Pays),
			txCell(t.Tx), word(t.Pos.String()), basisCell(clew.Fact),
		}})
	}
	return table
}

// weakestCell says whether a transfer is the weakest link of its path.
func weakestCell(path *trace.Path, k int) Cell {
	if k == path.Weakest {
		return Cell{Text: "yes"}
	}
	return Cell{}
}
