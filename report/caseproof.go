package report

import (
	"fmt"
	"strings"

	"clew/casebook"
)

// A CaseProof says whether a case is as it was written.
type CaseProof struct {
	*casebook.Proof
	Name string `json:"name"`

	Derived []CaseDerived `json:"derived,omitzero"` // bundles that stand; nil: none was derived anew
}

// A CaseDerived says whether the answer of an exhibit follows from what its bundle
// holds.
type CaseDerived struct {
	Exhibit     int            `json:"exhibit"`
	Standing    BundleStanding `json:"standing"`
	Differences int            `json:"differences,omitempty"`
	Fault       string         `json:"fault,omitempty"` // why it was not derived
}

// Outcome is Flawed where an answer does not follow from its bundle.
func (c *CaseProof) Outcome() Outcome {
	for _, d := range c.Derived {
		if d.Standing != Consistent {
			return Flawed
		}
	}
	return Found
}

// Doc lays it out.
func (c *CaseProof) Doc() *Doc {
	doc := &Doc{Title: "Whether case " + Clean(c.Name) + " is as it was written", Asked: "Was anything in the case changed, taken out or put in?"}
	proofDoc(doc, c.Proof)
	t := &Table{Name: "derived", Columns: []Column{{Title: "exhibit", Align: Right}, {Title: "its answer, derived anew"}, {Title: "differences", Align: Right}, {Title: "why not"}}}
	for _, d := range c.Derived {
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(d.Exhibit), {Text: string(d.Standing)}, count(d.Differences), uncut(d.Fault)}})
	}
	doc.Sections = append(doc.Sections, filled([]Section{{ID: "derived", Title: "Whether answers follow from what their bundles hold", Tables: some(t)}})...)
	return doc
}

// proofDoc says what a proof of a case says.
func proofDoc(doc *Doc, p *casebook.Proof) {
	faults := len(p.Faults) + p.More
	doc.Answer = append(doc.Answer, fmt.Sprintf("Entries: %s. Files that have their hashes: %s (%s). Bundles that hold: %s. Transactions and parts found in them: %s. Faults: %s.",
		count(p.Records).Text, count(p.Files).Text, plural(p.Bytes, "byte", "bytes"), count(p.Bundles).Text, count(p.Rests).Text, count(faults).Text))
	if p.Head != "" {
		doc.Answer = append(doc.Answer, "The last hash is "+Clean(p.Head)+".")
	}
	doc.Warnings = append(doc.Warnings, "Who can write the folder can write it anew as a whole: only a hash that was noted elsewhere, given by --head, shows that. A case says what was found and by whom, and not that it is so.")
	for _, n := range p.Backward {
		doc.Warnings = append(doc.Warnings, backwardWords(n))
	}
	for _, left := range []struct {
		n    int
		says string
	}{
		{p.Torn, "bytes at the end are of an entry that was cut short, which nobody was told is kept"},
		{p.Strays, "files are named by no entry, such as one whose keeping was interrupted"},
		{p.Left, "files are withheld: their hashes are here"},
	} {
		if left.n > 0 {
			doc.Warnings = append(doc.Warnings, "Counted "+count(left.n).Text+": "+left.says+".")
		}
	}
	t := &Table{Name: "faults", Columns: []Column{{Title: "what is not as it was written"}}}
	for _, f := range p.Faults {
		t.Rows = append(t.Rows, Row{Cells: []Cell{uncut(f)}})
	}
	doc.Sections = append(doc.Sections, filled([]Section{{ID: "faults", Title: "Faults", Tables: some(t)}})...)
	if p.More > 0 {
		doc.Warnings = append(doc.Warnings, plural(p.More, "further fault is", "further faults are")+" not named.")
	}
}

// A CaseExported is a case that was written as one file.
type CaseExported struct {
	Manifest *casebook.Manifest `json:"manifest"`
	To       string             `json:"to"`
	SHA256   string             `json:"sha256"`
	Size     int                `json:"size"`
	Entry    int                `json:"entry"` // of the trail, that says so
}

// Outcome is Found.
func (c *CaseExported) Outcome() Outcome { return Found }

// Doc lays it out.
func (c *CaseExported) Doc() *Doc {
	m := c.Manifest
	doc := &Doc{Title: "Export of case " + Clean(m.Case), Asked: "What was written for others?"}
	doc.Answer = []string{"Written to " + Clean(c.To) + ".",
		fmt.Sprintf("%s, %s, %s. %s.", plural(m.Entries, "entry", "entries"), plural(len(m.Files), "file", "files"), plural(c.Size, "byte", "bytes"), tlpName(m.Marking)),
		"SHA-256 " + c.SHA256 + ", which entry " + count(c.Entry).Text + " of the trail notes."}
	manifestDoc(doc, m)
	doc.More = []string{"clew case read FILE checks and shows it, offline."}
	return doc
}

// manifestDoc says what an export holds and what was withheld.
func manifestDoc(doc *Doc, m *casebook.Manifest) {
	w := m.Withheld
	doc.Answer = append(doc.Answer, fmt.Sprintf("Withheld: %s, %s, %s that tell what was passed on before, %s of such, and %s.", plural(w.Victims, "victim", "victims"), plural(w.Notes, "note", "notes"), plural(w.Passed, "entry", "entries"),
		plural(w.Taken, "withdrawal", "withdrawals"), plural(len(m.Left), "private file", "private files")))
	if len(m.Released) > 0 {
		doc.Warnings = append(doc.Warnings, "Released: "+Clean(strings.Join(m.Released, ", "))+".")
	}
}

// A CaseRead is an export that was read.
type CaseRead struct {
	*casebook.Export
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// Outcome is Found.
func (c *CaseRead) Outcome() Outcome { return Found }

// Doc lays it out.
func (c *CaseRead) Doc() *Doc {
	doc := (&CasePage{c.Case}).Doc()
	shown := doc.Sections
	doc.Sections = nil
	doc.Answer = append(doc.Answer, "Read from "+Clean(c.File)+".", "SHA-256 "+c.SHA256+", "+tlpName(c.Manifest.Marking)+".")
	manifestDoc(doc, &c.Manifest)
	proofDoc(doc, c.Proof)
	doc.Sections = append(doc.Sections, shown...)
	doc.More = nil
	return doc
}
