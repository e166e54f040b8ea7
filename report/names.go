package report

import (
	"fmt"
	"strings"

	"clew/watchlist"
)

// A NamesPage has the parties of official lists with names like one.
type NamesPage struct {
	Asked   string      `json:"asked"`
	Matches []NameMatch `json:"matches"`
	Lists   []ListState `json:"lists"`
}

// A NameMatch is one of them.
type NameMatch struct {
	Publisher string           `json:"publisher"`
	List      string           `json:"list"`
	Nature    watchlist.Nature `json:"nature,omitempty"` // none: a designation
	Date      watchlist.Date   `json:"date,omitempty"`   // that the edition stands for
	Party     watchlist.Party  `json:"party"`
	Name      string           `json:"name"` // which of its names is alike
	Weak      bool             `json:"weak,omitempty"`
	Score     float64          `json:"score"` // 1: the same words
}

// Outcome is Nothing if no name is like it.
func (p *NamesPage) Outcome() Outcome {
	if len(p.Matches) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (p *NamesPage) Doc() *Doc {
	d := &Doc{Title: "Parties with names like " + Clean(p.Asked),
		Answer: []string{plural(len(p.Matches), "party", "parties") + ". A name that is alike is a candidate, and no proof; that none is found is no clearance."}}
	table := &Table{Name: "matches", Columns: []Column{{Title: "alike", Align: Right}, {Title: "name"}, {Title: "party"}, {Title: "kind"}, {Title: "programme", Spare: 1}, {Title: "list"}, {Title: "as of"}, {Title: "designated"}}}
	for i := range p.Matches {
		m := &p.Matches[i]
		name := m.Name
		if m.Weak {
			name += " (weak)"
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(fmt.Sprintf("%.2f", m.Score)), word(name), word(m.Party.Name), word(string(m.Party.Kind)), word(strings.Join(m.Party.Programmes, ", ")),
			word(m.Publisher + " " + m.List), word(string(m.Date)), word(eventsWords(m.Nature, &m.Party))}})
	}
	var old []string
	for i := range p.Lists {
		if l := &p.Lists[i]; l.BuiltIn || l.Stale {
			old = append(old, fmt.Sprintf("%s %s of %s", Clean(l.List.Publisher), Clean(l.List.Name), orUnknown(string(l.List.Edition.Day()))))
		}
	}
	if old != nil {
		d.Warnings = append(d.Warnings, "Not up to date, or parts alone: "+strings.Join(old, ", ")+".")
	}
	d.Sections = filled([]Section{{ID: "matches", Title: "Candidates", Tables: some(table)}, listsSection(p.Lists)})
	return d
}
