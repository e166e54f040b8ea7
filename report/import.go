package report

import (
	"fmt"

	"clew/ingest"
)

// An Import is what an import did.
type Import struct {
	ingest.Report
	Partial bool `json:"partial,omitempty"` // interrupted: sets that are listed as read are kept
}

// Outcome says whether the import was left to finish.
func (r *Import) Outcome() Outcome {
	if r.Partial {
		return Incomplete
	}
	return Found
}

// Doc lays the report out.
func (r *Import) Doc() *Doc {
	d := &Doc{Title: "Import", Sections: filled([]Section{r.setsSection(), r.badSection(), r.gapsSection(), r.ignoredSection()})}
	var added, transfers uint64
	for _, s := range r.Sets {
		added += s.Added
		transfers += s.Transfers
	}
	d.Answer = []string{fmt.Sprintf("%s read, %s new to the ledger.", plural(transfers, "transfer", "transfers"), group(fmt.Sprint(added)))}
	if r.Partial {
		d.Warnings = []string{"Interrupted: the sets below that were read whole are kept, nothing of the last one is. Run it again to go on."}
	}
	return d
}

func (r *Import) setsSection() Section {
	table := &Table{Name: "sets", Columns: []Column{
		{Title: "files"}, {Title: "format"}, {Title: "rows", Align: Right}, {Title: "transfers", Align: Right},
		{Title: "new", Align: Right}, {Title: "held before", Align: Right}, {Title: "bad rows", Align: Right}, {Title: "note"},
	}}
	for _, s := range r.Sets {
		note := ""
		if s.Held {
			note = "read before, so not read again"
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(s.Name), word(s.Format), count(s.Rows), count(s.Transfers), count(s.Added), count(s.Duplicate), count(s.Skipped), {Text: note},
		}})
	}
	return Section{ID: "sets", Title: "What was read", Tables: some(table)}
}

func (r *Import) badSection() Section {
	table := &Table{Name: "bad", Columns: []Column{{Title: "file"}, {Title: "line", Align: Right}, {Title: "why"}}}
	for _, s := range r.Sets {
		for _, b := range s.Bad {
			table.Rows = append(table.Rows, Row{Cells: []Cell{word(b.File), count(b.Line), word(b.Reason)}})
		}
	}
	return Section{ID: "bad", Title: "Bad rows that were left out", Tables: some(table)}
}

func (r *Import) gapsSection() Section {
	table := &Table{Name: "gaps", Columns: []Column{{Title: "chain"}, {Title: "what is missing"}, {Title: "blocks"}, {Title: "rows", Align: Right}, {Title: "note"}}}
	for _, s := range r.Sets {
		for _, c := range s.Coverage {
			for _, g := range c.Gaps {
				rows := Cell{}
				if g.Count > 0 {
					rows = count(g.Count)
				}
				table.Rows = append(table.Rows, Row{Cells: []Cell{
					word(c.Chain.Name()), word(string(g.Kind)), word(g.Window.String()), rows, word(g.Note),
				}})
			}
		}
	}
	return Section{ID: "gaps", Title: "Gaps: what these files do not say", Tables: some(table)}
}

func (r *Import) ignoredSection() Section {
	table := &Table{Name: "ignored", Columns: []Column{{Title: "file"}, {Title: "why"}}}
	for _, i := range r.Ignored {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(i.File), word(i.Why)}})
	}
	return Section{ID: "ignored", Title: "Files that were not read", Tables: some(table)}
}
