package report

import (
	"fmt"
	"strings"

	"clew/incident"
	sharing "clew/share"
	"clew/share/stix"
	"clew/tag"
)

// Shared is what every format says of what was written for others.
type Shared struct {
	To         string           `json:"to"`
	Marking    incident.Marking `json:"marking"`
	Thefts     int              `json:"thefts"`
	Tags       int              `json:"tags"`
	Indicators int              `json:"indicators,omitempty"`
	LeftOut    int              `json:"tagsLeftOut,omitempty"` // about transactions, or networks that are not known here
	Withheld   sharing.Withheld `json:"withheld"`

	Case        string `json:"case,omitempty"`              // that was written; empty: none
	Entry       int    `json:"entry,omitempty"`             // of its trail, that says so
	WaysLeftOut int    `json:"indicatorsLeftOut,omitempty"` // of the case, whose types have no form here
}

// StixWritten is a bundle of STIX that was written.
type StixWritten struct {
	Shared
	Objects int          `json:"objects"`
	Types   []stix.Count `json:"types"`
}

// Outcome is Found.
func (s *StixWritten) Outcome() Outcome { return Found }

// Doc lays it out.
func (s *StixWritten) Doc() *Doc {
	d := &Doc{Title: "Shared as STIX 2.1", Asked: "What was written, and what stayed here?"}
	s.lay(d, plural(s.Objects, "object", "objects"))
	d.Sections = filled([]Section{{ID: "types", Title: "Objects", Tables: some(typesTable(s.Types))}})
	d.More = []string{"clew share read FILE says what a reader finds in it; docs/SHARING.md describes every object."}
	return d
}

// lay says what was written, and what was not.
func (s *Shared) lay(d *Doc, what string) {
	of := plural(s.Thefts, "theft", "thefts") + " and " + plural(s.Tags, "tag", "tags")
	if s.Indicators > 0 {
		of += " and " + plural(s.Indicators, "indicator", "indicators")
	}
	d.Answer = []string{fmt.Sprintf("%s, of %s, in %s, all marked %s.", what, of, Clean(s.To), tlpName(s.Marking))}
	var kept []string
	for _, k := range []struct {
		n         int
		one, many string
	}{{s.Withheld.Victims, "address of a victim", "addresses of victims"}, {s.Withheld.Notes, "note", "notes"}, {s.Withheld.Persons, "act about a person", "acts about persons"},
		{s.Withheld.Genuine, "indicator that is listed as genuine", "indicators that are listed as genuine"}, {s.WaysLeftOut, "indicator of a type that has no form here", "indicators of types that have no form here"}, {s.LeftOut, "tag without an address of a known chain", "tags without an address of a known chain"}} {
		if k.n > 0 {
			kept = append(kept, plural(k.n, k.one, k.many))
		}
	}
	if len(kept) > 0 {
		d.Answer = append(d.Answer, "Left out: "+strings.Join(kept, ", ")+".")
	}
	if s.Case != "" {
		d.Answer = append(d.Answer, fmt.Sprintf("Of case %s: its theft, its findings that stand and the way in. What it says of victims and its notes stay. Entry %d of its trail notes this.", Clean(s.Case), s.Entry))
	}
	d.Warnings = []string{"What was written are claims, with who makes them. Whoever has the file has all of it: a marking binds people, not files."}
}

func tlpName(m incident.Marking) string {
	if m == "" {
		return "none"
	}
	return "TLP:" + strings.ToUpper(string(m))
}

func typesTable(types []stix.Count) *Table {
	t := &Table{Name: "types", Columns: []Column{{Title: "type"}, {Title: "objects", Align: Right}, {Title: "of the standard"}}}
	for _, c := range types {
		known := "yes"
		if !c.Known {
			known = "no"
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(c.Type), count(c.Objects), {Text: known}}})
	}
	return t
}

// ShareRead is what every format says of what others passed on.
type ShareRead struct {
	File       string           `json:"file"`
	Marking    incident.Marking `json:"strictestMarking,omitempty"`
	Doubts     []sharing.Doubt  `json:"doubts,omitempty"`
	Tags       []tag.Tag        `json:"claims,omitempty"`
	Left       []sharing.Doubt  `json:"left,omitempty"`       // addresses of which nothing is kept
	Indicators int              `json:"indicators,omitempty"` // of the way in
	To         string           `json:"writtenTo,omitempty"`
	Private    bool             `json:"private,omitempty"` // the pack that was written
}

// StixRead is what is in a bundle of STIX.
type StixRead struct {
	*ShareRead
	ID            string            `json:"id,omitempty"`
	Objects       int               `json:"objects"`
	Types         []stix.Count      `json:"types"`
	Relationships int               `json:"relationships"`
	Missing       []stix.MissingRef `json:"missing,omitempty"`
	Cycles        [][]string        `json:"cycles,omitempty"`
}

// Outcome is Nothing if the bundle is empty.
func (s *StixRead) Outcome() Outcome {
	if s.Objects == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (s *StixRead) Doc() *Doc {
	d := &Doc{Title: "A bundle of STIX", Asked: "What is in it, and what of it can be kept?"}
	d.Answer = []string{fmt.Sprintf("%s, %s of them relationships. %s about addresses.", plural(s.Objects, "object", "objects"), count(s.Relationships).Text, plural(len(s.Tags), "claim", "claims"))}
	s.lay(d)
	d.Sections = filled([]Section{
		{ID: "types", Title: "Objects", Tables: some(typesTable(s.Types))},
		{ID: "claims", Title: "What it says of addresses", Tables: some(s.claims())},
		{ID: "left", Title: "Wallets of which nothing can be kept", Tables: some(doubtTable("left", s.Left))},
		{ID: "doubts", Title: "What is odd, and was read all the same", Tables: some(doubtTable("doubts", s.Doubts))},
		{ID: "missing", Title: "References to what is not in it", Tables: some(s.missing())},
		{ID: "cycles", Title: "Objects that lead back to themselves", Tables: some(s.cycles())},
	})
	d.More = []string{"clew share read FILE --to PACK keeps the claims as tags."}
	return d
}

// lay says how far it may go, and what was kept of it.
func (s *ShareRead) lay(d *Doc) {
	if s.Marking != "" {
		d.Answer = append(d.Answer, "The strictest marking in it is "+tlpName(s.Marking)+".")
	} else {
		d.Answer = append(d.Answer, "It bears no marking of TLP.")
	}
	if s.To != "" {
		kind := "which may be shared"
		if s.Private {
			kind = "which is private: not all that it rests on is marked clear"
		}
		d.Answer = append(d.Answer, fmt.Sprintf("The claims were written to %s, %s.", Clean(s.To), kind))
	}
	if s.Indicators > 0 {
		d.Answer = append(d.Answer, fmt.Sprintf("It says something of %s of the way in: clew indicators read keeps that.", plural(s.Indicators, "value", "values")))
	}
	d.Warnings = []string{"All of it is what its makers say: claims about addresses, and never facts of a ledger."}
}

func (s *ShareRead) claims() *Table {
	t := &Table{Name: "claims", Most: 10, Columns: []Column{{Title: "address"}, {Title: "claim"}, {Title: "status"}, {Title: "shared or private", Spare: 1}, {Title: "source", Spare: 2}}}
	for i := range s.Tags {
		x, kind := &s.Tags[i], "shared"
		if x.Private {
			kind = "private"
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{addressCell(x.Subject), word(x.Label), word(string(x.Status)), {Text: kind}, word(x.Source)}})
	}
	return t
}

func doubtTable(name string, doubts []sharing.Doubt) *Table {
	t := &Table{Name: name, Most: 10, Columns: []Column{{Title: "object"}, {Title: "what"}}}
	for _, x := range doubts {
		of := x.ID
		if of == "" {
			of = "the bundle"
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(of), word(x.Text)}})
	}
	return t
}

func (s *StixRead) missing() *Table {
	t := &Table{Name: "missing", Most: 10, Columns: []Column{{Title: "not there"}, {Title: "first referred to by"}, {Title: "by how many", Align: Right}}}
	for _, m := range s.Missing {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(m.To), word(m.From), count(m.Refs)}})
	}
	return t
}

func (s *StixRead) cycles() *Table {
	t := &Table{Name: "cycles", Most: 10, Columns: []Column{{Title: "objects", Align: Right}, {Title: "the first of them"}}}
	for _, c := range s.Cycles {
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(len(c)), word(strings.Join(c[:min(len(c), 3)], ", "))}})
	}
	return t
}
