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
	Packs   []tag.Pack `json:"tagPacks,omitempty"`
	Units   Units      `json:"units,omitempty"`
	Command string     `json:"command,omitempty"`
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
		d.Warnings = append(d.Warnings, fmt.Sprintf("Cut short by a limit: %s (%s), %s. There may be better paths.",
			Clean(l.Limit), Clean(l.Value), plural(l.Times, "time", "times")))
	}
	d.Answer = []string{"No path was found in the history held. That does not say that there is none."}
	if len(p.Widest)+len(p.Soonest) > 0 {
		d.Answer = []string{"A path says that value could have gone that way, not that it did: clew trace says how much, by a named policy."}
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
	d.Sections = filled(append(d.Sections, gapSection(p.Gaps)))
	return d
}

// pathSection lists the transfers of one path.
func (p *Paths) pathSection(kind string, i int, path *trace.Path) Section {
	name := fmt.Sprintf("%s %d", kind, i+1)
	table := &Table{Name: name, Columns: []Column{
		{Title: "time, UTC"}, {Title: "from"}, {Title: "to"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "weakest link"},
		{Title: "transaction", Wide: true}, {Title: "position", Wide: true}, {Title: "rests on"},
	}}
	for k := range path.Transfers {
		t := &path.Transfers[k]
		weakest := Cell{}
		if k == path.Weakest {
			weakest = Cell{Text: "yes"}
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			timeCell(t.Time), sideCell(t.From), sideCell(t.To), p.Units.cell(t.Asset, t.Amount()), word(p.Units.Symbol(t.Asset)), weakest,
			txCell(t.Tx), word(t.Pos.String()), basisCell(clew.Fact),
		}})
	}
	return Section{
		ID:    fmt.Sprintf("%s-%d", kind, i+1),
		Title: fmt.Sprintf("%s path %d: %s in %s", capital(kind), i+1, p.Units.Amount(path.Asset, path.Width), plural(len(path.Transfers), "transfer", "transfers")),
		Notes: []string{fmt.Sprintf("Leaves %s, arrives %s.", path.Left, path.Arrived)}, Tables: some(table),
	}
}
