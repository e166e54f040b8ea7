package report

import (
	"fmt"
	"strings"

	"clew/incident"
	"clew/price"
)

// A Record lists thefts.
type Record struct {
	Thefts  []Theft     `json:"thefts"`
	Total   price.Money `json:"usd"`     // of those that count and have a figure
	Unknown int         `json:"unknown"` // that count and have none
	Apart   int         `json:"apart"`   // that do not count: proposed, refused or withdrawn
	State   string      `json:"state,omitempty"`
}

// A Theft is one line of the record.
type Theft struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Day      incident.Day      `json:"day"` // on which it was over
	About    bool              `json:"about,omitempty"`
	Victims  []incident.Victim `json:"victims"`
	Method   string            `json:"method,omitempty"`
	Figure   *incident.Value   `json:"figure"` // none: the loss is not known
	Status   incident.Status   `json:"status,omitempty"`
	Standing incident.Standing `json:"standing,omitempty"` // of the weightiest claim about the state that was asked for, else about any
	Claimed  string            `json:"claimed,omitempty"`  // that state
	Disputed bool              `json:"disputed,omitempty"`
	Own      bool              `json:"own,omitempty"` // of the user's own record
}

// Outcome is Nothing if no theft is listed.
func (r *Record) Outcome() Outcome {
	if len(r.Thefts) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (r *Record) Doc() *Doc {
	d := &Doc{Title: "Thefts on record", Asked: "Who stole how much, when, and who says so?"}
	d.Answer = []string{fmt.Sprintf("%s. Of the figures that were published, one of each theft is added up: %s US dollars.", plural(len(r.Thefts), "theft", "thefts"), group(r.Total.Rounded(0)))}
	if r.Unknown > 0 {
		d.Answer = append(d.Answer, fmt.Sprintf("Of %s the value is not known, which is not zero.", plural(r.Unknown, "theft", "thefts")))
	}
	if r.Apart > 0 {
		d.Warnings = append(d.Warnings, plural(r.Apart, "entry is", "entries are")+" listed and not counted: proposed and not reviewed, refused, or withdrawn.")
	}
	d.Warnings = append(d.Warnings, "Figures are others', by prices of different days. A claim says who is said to have done it, and nothing more.")
	var own []string
	for i := range r.Thefts {
		if r.Thefts[i].Own {
			own = append(own, r.Thefts[i].ID)
		}
	}
	d.Warnings = append(d.Warnings, ownWarning(own)...)
	table := &Table{Name: "thefts", Columns: []Column{{Title: "day"}, {Title: "id"}, {Title: "victim"}, {Title: "kind", Spare: 2}, {Title: "US dollars", Align: Right}, {Title: "method", Spare: 1}, {Title: "claimed of"}, {Title: "standing"}, {Title: "status"}}}
	if len(own) > 0 {
		table.Columns = append(table.Columns, Column{Title: "record"})
	}
	for i := range r.Thefts {
		table.Rows = append(table.Rows, r.Thefts[i].row())
		if len(own) > 0 {
			last := &table.Rows[i]
			last.Cells = append(last.Cells, ownCell(r.Thefts[i].Own))
		}
	}
	d.Sections = filled([]Section{{ID: "thefts", Title: "Thefts", Tables: some(table)}})
	d.More = []string{"clew incidents show ID tells all that is said of one, with the sources."}
	return d
}

func (t *Theft) row() Row {
	var names, kinds []string
	for _, v := range t.Victims {
		names, kinds = append(names, v.Name), append(kinds, string(v.Kind))
	}
	day, standing := string(t.Day), string(t.Standing)
	if t.About {
		day = "about " + day
	}
	if t.Disputed {
		standing += "; disputed"
	}
	status := string(t.Status)
	if t.Status == incident.StatusReviewed {
		status = ""
	}
	return Row{Cells: []Cell{{Text: Clean(day), Whole: true}, {Text: Clean(t.ID), Whole: true}, word(strings.Join(names, "; ")), word(strings.Join(kinds, "; ")), valueCell(t.Figure), word(t.Method), word(t.Claimed), word(standing), word(status)}}
}

// valueCell returns a cell with a published figure.
func valueCell(v *incident.Value) Cell {
	if v == nil {
		return Cell{Text: "not known"}
	}
	dollars := v.Dollars()
	text := group(dollars.Rounded(0))
	switch {
	case v.Bound != "":
		text = string(v.Bound) + " " + text
	case v.About:
		text = "about " + text
	}
	return Cell{Text: text, Raw: dollars.String(), Whole: true}
}

// IncidentsChecked says what is wrong in incidents' files.
type IncidentsChecked struct {
	Files  []IncidentFile   `json:"files"`
	Issues []incident.Issue `json:"issues"`
}

// An IncidentFile is one that was checked.
type IncidentFile struct {
	File   string          `json:"file"`
	ID     string          `json:"id,omitempty"` // none: it has issues
	Title  string          `json:"title,omitempty"`
	Status incident.Status `json:"status,omitempty"`
	Issues int             `json:"issues"`
}

// Outcome is Flawed if anything is wrong.
func (c *IncidentsChecked) Outcome() Outcome {
	if len(c.Issues) > 0 {
		return Flawed
	}
	return Found
}

// Doc lays it out.
func (c *IncidentsChecked) Doc() *Doc {
	d := &Doc{Title: "Incidents' files", Asked: "What is wrong in these files?"}
	d.Answer = []string{fmt.Sprintf("%s in %s.", plural(len(c.Issues), "thing is wrong", "things are wrong"), plural(len(c.Files), "file", "files"))}
	files := &Table{Name: "files", Columns: []Column{{Title: "file"}, {Title: "id"}, {Title: "title"}, {Title: "status"}, {Title: "issues", Align: Right}}}
	for _, f := range c.Files {
		files.Rows = append(files.Rows, Row{Cells: []Cell{word(f.File), word(f.ID), word(f.Title), word(string(f.Status)), count(f.Issues)}})
	}
	issues := &Table{Name: "issues", Columns: []Column{{Title: "where"}, {Title: "what is wrong"}}}
	for _, i := range c.Issues {
		issues.Rows = append(issues.Rows, Row{Cells: []Cell{word(fmt.Sprintf("%s:%d", i.File, i.Line)), word(i.Text)}})
	}
	d.Sections = filled([]Section{{ID: "issues", Title: "What is wrong", Tables: some(issues)}, {ID: "files", Title: "What was read", Tables: some(files)}})
	return d
}

// IncidentForm is a form for a report that was written.
type IncidentForm struct {
	To   string `json:"writtenTo,omitempty"`
	Form string `json:"form,omitempty"` // where it was not written to a file
}

// Outcome is Found.
func (f *IncidentForm) Outcome() Outcome { return Found }

// Doc lays it out.
func (f *IncidentForm) Doc() *Doc {
	d := &Doc{Title: "A report of a theft", Answer: []string{"Filled in, it is a proposal: nothing counts it until somebody else has held every figure against its source and says so in its trail."},
		More: []string{"clew incidents check FILE says what is still wrong in it."}}
	if f.To != "" {
		d.Answer = append(d.Answer, "Written to "+Clean(f.To)+".")
		return d
	}
	d.Sections = []Section{{ID: "form", Title: "The form", Blocks: []Block{{Lines: strings.Split(strings.TrimSuffix(f.Form, "\n"), "\n")}}}}
	return d
}
