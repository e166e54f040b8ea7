package report

import (
	"fmt"
	"strings"

	"clew/screen"
)

// RulesChecked says what is wrong with a file of rules.
type RulesChecked struct {
	File   string         `json:"file"`
	Rules  *screen.Rules  `json:"read,omitempty"` // none: it could not be read
	Issues []screen.Issue `json:"issues"`
}

// Outcome is Flawed if anything is wrong.
func (r *RulesChecked) Outcome() Outcome {
	if len(r.Issues) > 0 {
		return Flawed
	}
	return Found
}

// Doc lays it out.
func (r *RulesChecked) Doc() *Doc {
	d := &Doc{Title: "Rules of " + Clean(r.File), Asked: "Can each rule fire, does each say something of its own, and do the examples hold?"}
	d.Answer = []string{fmt.Sprintf("%s.", plural(len(r.Issues), "thing is wrong", "things are wrong"))}
	if r.Rules != nil {
		d.Answer = append(d.Answer, fmt.Sprintf("“%s”, version %s: %s, %s, looking %s far.", Clean(r.Rules.Title), Clean(r.Rules.Version),
			plural(len(r.Rules.List), "rule", "rules"), plural(len(r.Rules.Cases), "example", "examples"), plural(r.Rules.Hops(), "hop", "hops")))
		if none := r.Rules.Untested(); len(none) > 0 {
			d.Warnings = append(d.Warnings, "No example says that these fire: "+Clean(strings.Join(none, ", "))+".")
		}
	}
	table := &Table{Name: "issues", Columns: []Column{{Title: "file"}, {Title: "line", Align: Right}, {Title: "what is wrong"}}}
	for _, issue := range r.Issues {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(issue.File), count(issue.Line), word(issue.Text)}})
	}
	d.Sections = filled([]Section{{ID: "issues", Title: "What is wrong", Tables: some(table)}})
	return d
}

// RulesShown are the product's own rules.
type RulesShown struct {
	*screen.Rules
	To string `json:"writtenTo,omitempty"`
}

// Outcome is Found.
func (r *RulesShown) Outcome() Outcome { return Found }

// Doc lays them out.
func (r *RulesShown) Doc() *Doc {
	d := &Doc{Title: Clean(r.Title), Asked: "What makes a finding of whom an address dealt with?"}
	d.Answer = []string{fmt.Sprintf("Version %s: %s. The bounds are choices of the product, and no authority's. Whatever the rules, a direct dealing with an address of an official list is a finding.",
		Clean(r.Version), plural(len(r.List), "rule", "rules"))}
	if r.To != "" {
		d.Answer = append(d.Answer, "Written to "+Clean(r.To)+".")
	}
	table := &Table{Name: "rules", Columns: []Column{{Title: "rule"}, {Title: "kind"}, {Title: "severity"}, {Title: "side"}, {Title: "matches"}, {Title: "least"}, {Title: "hops", Align: Right}, {Title: "reason", Wide: true}}}
	for i := range r.List {
		one := &r.List[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(one.ID), word(string(one.Kind)), word(string(one.Severity)), word(string(one.Side)), word(matchWords(one)), word(leastWords(one)), hopsCell(one.Hops), word(one.Reason)}})
	}
	d.Sections = []Section{{ID: "rules", Title: "Rules", Tables: some(table)}}
	return d
}

// matchWords says what a rule matches.
func matchWords(r *screen.Rule) string {
	var parts []string
	var concepts []string
	for _, c := range r.Concepts {
		concepts = append(concepts, string(c))
	}
	for _, p := range []struct {
		what string
		list []string
	}{{"", concepts}, {"actor ", r.Actors}, {"list ", r.Lists}} {
		if len(p.list) > 0 {
			parts = append(parts, p.what+strings.Join(p.list, ", "))
		}
	}
	text := strings.Join(parts, " and ")
	if r.When != screen.Anytime {
		text += ", " + string(r.When) + " designation"
	}
	return text
}

// leastWords says the bounds of a rule.
func leastWords(r *screen.Rule) string {
	var parts []string
	if r.Share != nil {
		text, _ := r.Share.MarshalText() // of two numbers
		parts = append(parts, string(text))
	}
	if r.USD != nil {
		parts = append(parts, r.USD.String()+" USD")
	}
	if !r.Amount.IsZero() {
		parts = append(parts, r.Amount.String()+" of "+r.Asset.String())
	}
	return strings.Join(parts, ", ")
}
