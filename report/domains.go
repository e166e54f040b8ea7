package report

import (
	"fmt"
	"strings"

	"clew/indicator"
	"clew/lookalike"
)

// LookAlikes says which names imitate protected ones.
type LookAlikes struct {
	Protected int         `json:"protected"` // how many names were compared with
	Answers   []LookAlike `json:"answers"`
}

// A LookAlike is what was found of one name.
type LookAlike struct {
	Asked string `json:"asked"`
	lookalike.Answer
}

// Outcome is Nothing if no name imitates another by any rule.
func (l *LookAlikes) Outcome() Outcome {
	for i := range l.Answers {
		if len(l.Answers[i].Findings) > 0 {
			return Found
		}
	}
	return Nothing
}

// Doc lays it out.
func (l *LookAlikes) Doc() *Doc {
	d := &Doc{Title: "Look-alike domains", Asked: "Does each name imitate one of those to protect?"}
	t := &Table{Name: "findings", Most: 50, Columns: []Column{
		{Title: "asked"}, {Title: "imitates"}, {Title: "by"}, {Title: "compared"}, {Title: "with"}, {Title: "letters apart", Align: Right}, {Title: "words taken off"}, {Title: "as people read it", Wide: true},
	}}
	alike, own := 0, []string{}
	for i := range l.Answers {
		a := &l.Answers[i]
		alike += min(len(a.Findings), 1)
		if a.Own != "" {
			own = append(own, Clean(a.Domain)+" is protected itself, as "+Clean(a.Own))
		}
		for _, f := range a.Findings {
			t.Rows = append(t.Rows, Row{Cells: []Cell{harmless(indicator.Domain, a.Domain), word(f.Protected), word(string(f.Rule)), word(f.Part), word(f.With), count(f.Distance), word(strings.Join(f.Words, ", ")), word(a.Readable)}})
		}
	}
	d.Answer = []string{fmt.Sprintf("Spelt like a protected name: %s of %s. Compared with %s to protect.", count(alike).Text, count(len(l.Answers)).Text, plural(l.Protected, "domain", "domains"))}
	if len(own) > 0 {
		d.Answer = append(d.Answer, strings.Join(own, "; ")+".")
	}
	d.Warnings = []string{"This is about spelling alone: it says nothing of who registered a name or what for. Genuine names look alike too, and what imitates otherwise is not found."}
	d.Sections = filled([]Section{{ID: "findings", Title: "What looks alike", Tables: some(t)}})
	d.More = []string{"docs/METHODS.md has the rules, docs/ACCURACY.md how often each is met by genuine names."}
	return d
}

// Variants are names that would imitate another.
type Variants struct {
	Domain   string              `json:"domain"`
	Variants []lookalike.Variant `json:"variants"`
}

// Outcome is Found.
func (v *Variants) Outcome() Outcome { return Found }

// Doc lays it out.
func (v *Variants) Doc() *Doc {
	d := &Doc{Title: "Names that would imitate " + Clean(v.Domain), Asked: "Which names are to be watched?"}
	d.Answer = []string{plural(len(v.Variants), "name", "names") + " that would imitate " + Clean(v.Domain) + "."}
	d.Warnings = []string{"Whether anybody registered one of them is not known here. A genuine service may bear one."}
	t := &Table{Name: "variants", Most: 20, Columns: []Column{{Title: "name"}, {Title: "by"}, {Title: "as people read it"}}}
	for _, x := range v.Variants {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(x.Domain), word(string(x.Rule)), word(indicator.Readable(x.Domain))}})
	}
	d.Sections = filled([]Section{{ID: "variants", Title: "Names", Tables: some(t)}})
	d.More = []string{"--csv or --wide writes all of them."}
	return d
}
