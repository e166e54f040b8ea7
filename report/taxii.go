package report

import (
	"fmt"
	"strings"

	"clew/incident"
	sharing "clew/share"
	"clew/share/stix"
	"clew/share/taxii"
)

// TaxiiFound is what a TAXII server says it has.
type TaxiiFound struct {
	*taxii.Found
}

// Outcome is Nothing where no API root answered.
func (f *TaxiiFound) Outcome() Outcome {
	for i := range f.Roots {
		if f.Roots[i].Why == "" {
			return Found
		}
	}
	return Nothing
}

// Doc lays it out.
func (f *TaxiiFound) Doc() *Doc {
	d := &Doc{Title: "A server of TAXII 2.1", Asked: "What does it have, and what may be done there?"}
	n := 0
	collections := &Table{Name: "collections", Columns: []Column{{Title: "collection"}, {Title: "alias"}, {Title: "read"}, {Title: "add"}, {Title: "id", Spare: 1}, {Title: "about", Spare: 2}}}
	roots := &Table{Name: "roots", Columns: []Column{{Title: "API root"}, {Title: "title"}, {Title: "takes at once, bytes", Align: Right}, {Title: "not asked, or why not answered"}}}
	for i := range f.Roots {
		r := &f.Roots[i]
		roots.Rows = append(roots.Rows, Row{Cells: []Cell{word(r.Path), word(r.Title), count(int(r.MaxContent)), word(r.Why)}})
		for _, c := range r.Collections {
			n++
			collections.Rows = append(collections.Rows, Row{Cells: []Cell{word(c.Title), word(c.Alias), yesOrNo(c.CanRead), yesOrNo(c.CanWrite), word(c.ID), word(c.Description)}})
		}
	}
	d.Answer = []string{fmt.Sprintf("%s at %s: %s in %s.", quotedName(f.Title), Clean(f.Host), plural(n, "collection", "collections"), plural(len(f.Roots), "API root", "API roots"))}
	d.Warnings = []string{"All of it is what the server says of itself."}
	d.Sections = filled([]Section{
		{ID: "collections", Title: "Collections", Tables: some(collections)},
		{ID: "roots", Title: "API roots", Tables: some(roots)},
	})
	d.More = []string{"clew taxii get SERVER --collection NAME --to FILE fetches one."}
	return d
}

func yesOrNo(b bool) Cell {
	if b {
		return Cell{Text: "yes"}
	}
	return Cell{Text: "no"}
}

func quotedName(name string) string {
	if name == "" {
		return "A server without a title"
	}
	return `"` + Clean(name) + `"`
}

// TaxiiGot is what was fetched of a collection.
type TaxiiGot struct {
	Host       string           `json:"host"`
	Collection string           `json:"collection"`
	To         string           `json:"to"`
	Pages      int              `json:"pages"`
	Fetched    int              `json:"fetched"`
	New        int              `json:"new"`
	Objects    int              `json:"objects"`
	Types      []stix.Count     `json:"types"`
	Marking    incident.Marking `json:"strictestMarking,omitempty"`
	Last       string           `json:"addedAfter,omitempty"` // what to go on with
	Mark       string           `json:"mark"`                 // the file that says so
}

// Outcome is Nothing if there is no object.
func (g *TaxiiGot) Outcome() Outcome {
	if g.Objects == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (g *TaxiiGot) Doc() *Doc {
	d := &Doc{Title: "Fetched by TAXII 2.1", Asked: "What was in the collection?"}
	d.Answer = []string{fmt.Sprintf("%s of %s, of %s at %s, in %s; %s new in the file.", plural(g.Fetched, "object", "objects"), plural(g.Pages, "page", "pages"), quotedName(g.Collection), Clean(g.Host), Clean(g.To), count(g.New).Text)}
	if g.Marking != "" {
		d.Answer = append(d.Answer, "The strictest marking in it is "+tlpName(g.Marking)+".")
	} else {
		d.Answer = append(d.Answer, "It bears no marking of TLP.")
	}
	d.Warnings = []string{"All of it is what its makers say: claims, and never facts of a ledger."}
	d.Sections = filled([]Section{{ID: "types", Title: "Objects in the file", Tables: some(typesTable(g.Types))}})
	if g.Last != "" {
		d.More = append(d.More, "With --continue, what the server got after "+Clean(g.Last)+" is added to it.")
	}
	d.More = append(d.More, "clew share read FILE says what it claims of addresses.")
	return d
}

// TaxiiPut is what became of objects that were added to a collection of others.
type TaxiiPut struct {
	Host       string `json:"host"`
	Collection string `json:"collection"`
	Objects    int    `json:"objects"`
	taxii.Pushed
	Cut bool `json:"cutShort,omitempty"` // not all were sent
}

// Outcome is Incomplete unless all were taken.
func (p *TaxiiPut) Outcome() Outcome {
	if p.Cut || p.Succeeded < p.Objects {
		return Incomplete
	}
	return Found
}

// Doc lays it out.
func (p *TaxiiPut) Doc() *Doc {
	d := &Doc{Title: "Added by TAXII 2.1", Asked: "What became of each object?"}
	d.Answer = []string{fmt.Sprintf("%s of %s were taken by %s at %s; %s refused, %s still worked on.", count(p.Succeeded).Text, plural(p.Objects, "object", "objects"), quotedName(p.Collection), Clean(p.Host), count(p.Failed).Text, count(p.Pending).Text)}
	if p.Cut {
		d.Answer = append(d.Answer, fmt.Sprintf("It was cut short after %s. To add the same again does no harm.", plural(p.Sent, "object", "objects")))
	}
	t := &Table{Name: "refused", Most: 50, Columns: []Column{{Title: "object"}, {Title: "version"}, {Title: "in the server's words"}}}
	for _, f := range p.Failures {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(f.ID), word(f.Version), word(f.Message)}})
	}
	if more := p.Failed - len(p.Failures); more > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("The server did not name %s that it refused.", plural(more, "object", "objects")))
	}
	d.Sections = filled([]Section{{ID: "refused", Title: "Refused", Tables: some(t)}})
	return d
}

// TaxiiUser is a key for a user of one's server.
type TaxiiUser struct {
	Name  string   `json:"name"`
	Key   string   `json:"key"`
	Hash  string   `json:"keyHash"`
	Read  []string `json:"read,omitempty"`
	Write []string `json:"write,omitempty"`
}

// Outcome is Found.
func (u *TaxiiUser) Outcome() Outcome { return Found }

// Doc lays it out.
func (u *TaxiiUser) Doc() *Doc {
	d := &Doc{Title: "A user of your TAXII server", Asked: "What do they need, and what does the server?"}
	d.Answer = []string{"Key of " + Clean(u.Name) + ", which is shown this once: " + u.Key}
	d.Warnings = []string{"Whoever has the key is that user. Pass it on by a way that others do not see."}
	lines := []string{"- name: " + u.Name, "  keyHash: " + u.Hash}
	for _, l := range []struct {
		key  string
		list []string
	}{{"read", u.Read}, {"write", u.Write}} {
		if len(l.list) > 0 {
			lines = append(lines, "  "+l.key+": ["+strings.Join(l.list, ", ")+"]")
		}
	}
	t := &Table{Name: "lines", Columns: []Column{{Title: "lines for the file of --users, below users:"}}}
	for _, l := range lines {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: l}}})
	}
	d.Sections = []Section{{ID: "lines", Title: "For the server", Tables: some(t)}}
	return d
}

// TaxiiServed is what a server served until it was ended.
type TaxiiServed struct {
	Address string       `json:"address"`
	Shelves []TaxiiShelf `json:"collections"`
}

// A TaxiiShelf is one of its collections.
type TaxiiShelf struct {
	Name        string           `json:"name"`
	Marking     incident.Marking `json:"marking"`
	Inbox       bool             `json:"inbox,omitempty"`
	Held        int              `json:"objects"`
	Left        taxii.Left       `json:"leftOut"`
	Withheld    sharing.Withheld `json:"withheld"`
	TagsLeftOut int              `json:"tagsLeftOut,omitempty"`
}

// Text says in a line what is served, and what is not, of so many objects.
func (s *TaxiiShelf) Text(held int) string {
	out := []string{tlpName(s.Marking), plural(held, "object", "objects")}
	for _, k := range []struct {
		n    int
		what string
	}{
		{s.Left.Stricter, "left out, marked stricter or not marked"}, {s.Left.Unsound, "left out, of no version that can be served"}, {s.Left.Doubled, "left out, saying something else of one version"},
		{s.Withheld.Victims, "addresses of victims kept back"}, {s.Withheld.Notes, "notes kept back"}, {s.Withheld.Persons, "acts about persons kept back"}, {s.TagsLeftOut, "tags without an address of a known chain"},
	} {
		if k.n > 0 {
			out = append(out, count(k.n).Text+" "+k.what)
		}
	}
	return strings.Join(out, ", ")
}

// Outcome is Found.
func (s *TaxiiServed) Outcome() Outcome { return Found }

// Doc lays it out.
func (s *TaxiiServed) Doc() *Doc {
	d := &Doc{Title: "Served by TAXII 2.1", Asked: "What was served until it ended?"}
	d.Answer = []string{plural(len(s.Shelves), "collection", "collections") + " at " + Clean(s.Address) + "."}
	t := &Table{Name: "collections", Columns: []Column{{Title: "collection"}, {Title: "inbox"}, {Title: "holds"}}}
	for i := range s.Shelves {
		x := &s.Shelves[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(x.Name), yesOrNo(x.Inbox), {Text: x.Text(x.Held)}}})
	}
	d.Sections = []Section{{ID: "collections", Title: "Collections", Tables: some(t)}}
	return d
}
