package report

import (
	"fmt"

	"clew/share/misp"
)

// MispWritten are events of MISP that were written.
type MispWritten struct {
	Shared
	misp.Counts
}

// Outcome is Found.
func (m *MispWritten) Outcome() Outcome { return Found }

// Doc lays it out.
func (m *MispWritten) Doc() *Doc {
	d := &Doc{Title: "Shared as MISP events", Asked: "What was written, and what stayed here?"}
	m.lay(d, plural(m.Events, "event", "events")+" with "+plural(m.Objects, "object", "objects")+" and "+plural(m.Attributes, "attribute", "attributes"))
	d.Warnings = append(d.Warnings, "Each event is for the recipient's own organisation alone until somebody there widens it. Nothing in it is marked for detection but what sources list as indicators.")
	d.More = []string{"clew share read FILE says what a reader finds in it; docs/SHARING.md describes every object."}
	return d
}

// MispRead is what is in events of MISP.
type MispRead struct {
	*ShareRead
	Format string      `json:"format"`
	Events int         `json:"events"`
	Kinds  []misp.Kind `json:"kinds"`
}

// Outcome is Nothing if there is no event.
func (m *MispRead) Outcome() Outcome {
	if m.Events == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (m *MispRead) Doc() *Doc {
	d := &Doc{Title: "Events of MISP", Asked: "What is in them, and what of it can be kept?"}
	d.Answer = []string{fmt.Sprintf("%s. %s about addresses.", plural(m.Events, "event", "events"), plural(len(m.Tags), "claim", "claims"))}
	m.lay(d)
	kinds := &Table{Name: "kinds", Most: 20, Columns: []Column{{Title: "what"}, {Title: "type"}, {Title: "count", Align: Right}, {Title: "read as"}}}
	for _, k := range m.Kinds {
		taken := "nothing"
		switch {
		case k.Taken:
			taken = "claims"
		case k.Way:
			taken = "the way in"
		}
		kinds.Rows = append(kinds.Rows, Row{Cells: []Cell{{Text: k.What}, word(k.Name), count(k.Count), {Text: taken}}})
	}
	d.Sections = filled([]Section{
		{ID: "kinds", Title: "What there is", Tables: some(kinds)},
		{ID: "claims", Title: "What they say of addresses", Tables: some(m.claims())},
		{ID: "left", Title: "Addresses of which nothing can be kept", Tables: some(doubtTable("left", m.Left))},
		{ID: "doubts", Title: "What is odd, and was read all the same", Tables: some(doubtTable("doubts", m.Doubts))},
	})
	d.More = []string{"clew share read FILE --to PACK keeps the claims as tags."}
	return d
}
