package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/ingest"
)

// An Import is what an import did.
type Import struct {
	ingest.Report
	Partial bool         `json:"partial,omitempty"`         // interrupted: sets that are listed as read are kept
	Stopped bool         `json:"stopped,omitempty"`         // by an error, or interrupted
	Several []clew.Chain `json:"severalSegments,omitempty"` // whose ledgers a merge would make faster

	Tokens []TokensAsked `json:"tokens,omitempty"` // what contracts were asked to call themselves
}

// A TokensAsked is how many contracts of a chain were asked what they say of
// themselves.
type TokensAsked struct {
	Chain clew.Chain `json:"chain"`
	Nodes []string   `json:"nodes"`         // hosts
	Asked int        `json:"asked"`         // those of which nothing was kept yet
	Left  int        `json:"left"`          // those that were not asked
	Why   string     `json:"why,omitempty"` // some were not asked, or did not answer
}

// text says it in a sentence.
func (t *TokensAsked) text() string {
	s := fmt.Sprintf("%s: %s asked what they call themselves, at %s.", capital(t.Chain.Name()), plural(t.Asked, "token", "tokens"), Clean(listed(t.Nodes, 4)))
	if t.Left > 0 {
		s += fmt.Sprintf(" Not asked: %s.", plural(t.Left, "token", "tokens"))
	}
	if t.Why != "" {
		s += " " + capital(Clean(t.Why)) + "."
	}
	return s
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
	for i := range r.Tokens {
		d.Answer = append(d.Answer, r.Tokens[i].text())
	}
	switch {
	case r.Partial:
		d.Warnings = []string{"Interrupted: what is listed as read is kept. " + r.left() + "Run it again to go on."}
	case r.Stopped:
		d.Warnings = []string{"Stopped by an error: what is listed as read is kept. " + r.left() + "Run it again when it is mended."}
	}
	if len(r.Several) > 0 {
		d.More = []string{"The ledger has several segments: clew ledger merge makes look-ups faster."}
	}
	return d
}

// left says of which sets nothing is kept.
func (r *Import) left() string {
	if len(r.Left) == 0 {
		return ""
	}
	names := make([]string, len(r.Left))
	for i, name := range r.Left {
		names[i] = Clean(name)
	}
	return "Nothing is kept of " + listed(names, 8) + ". "
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

// fewIgnored is how many files that were not read are told one by one.
const fewIgnored = 20

func (r *Import) ignoredSection() Section {
	s := Section{ID: "ignored", Title: "Files that were not read"}
	table := &Table{Name: "ignored", Data: true, Columns: []Column{{Title: "file"}, {Title: "why"}}}
	for i, f := range r.Ignored {
		why := strings.TrimPrefix(f.Why, f.File+": ")
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(f.File), word(why)}})
		if i < fewIgnored {
			s.Notes = append(s.Notes, Clean(f.File)+": "+Clean(why))
		}
	}
	if n := len(r.Ignored) - fewIgnored; n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("And %s: --csv --table ignored lists all.", plural(n, "more file", "more files")))
	}
	s.Tables = some(table)
	return s
}
