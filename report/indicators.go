package report

import (
	"fmt"
	"strings"

	"clew/indicator"
	sharing "clew/share"
)

// An IndicatorFile is a file of indicators that was read.
type IndicatorFile struct {
	File       string         `json:"file"`
	Form       indicator.Form `json:"form"`
	Indicators int            `json:"indicators"`
	Repeated   int            `json:"repeated,omitempty"`
	Wrong      int            `json:"wrong,omitempty"` // rows
	Notes      []string       `json:"notes,omitempty"`
}

// IndicatorsRead is what files say of the way in.
type IndicatorsRead struct {
	Files  []IndicatorFile       `json:"files"`
	List   []indicator.Indicator `json:"indicators"`
	Issues []indicator.Issue     `json:"issues,omitempty"` // the first ones of each file
	Left   []sharing.Doubt       `json:"left,omitempty"`   // objects that were not read whole
	To     string                `json:"writtenTo,omitempty"`
	Wanted string                `json:"notWrittenTo,omitempty"` // for something is wrong
}

// Wrong returns how many rows are wrong.
func (r *IndicatorsRead) Wrong() (n int) {
	for _, f := range r.Files {
		n += f.Wrong
	}
	return n
}

// Outcome is Flawed if a row is wrong.
func (r *IndicatorsRead) Outcome() Outcome {
	switch {
	case r.Wrong() > 0:
		return Flawed
	case len(r.List) == 0:
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (r *IndicatorsRead) Doc() *Doc {
	d := &Doc{Title: "Indicators", Asked: "What do these files say of the way in?"}
	d.Answer = []string{plural(len(r.List), "indicator", "indicators") + " in " + plural(len(r.Files), "file", "files") + "."}
	if n := r.Wrong(); n > 0 {
		d.Answer = append(d.Answer, plural(n, "row is", "rows are")+" wrong.")
	}
	switch {
	case r.To != "":
		d.Answer = append(d.Answer, "They were written to "+Clean(r.To)+".")
	case r.Wanted != "":
		d.Answer = append(d.Answer, "Nothing was written to "+Clean(r.Wanted)+"; --sound keeps the sound rows.")
	}
	d.Warnings = []string{"Each is somebody's word. A list may err, and what is on none is not cleared by that."}
	issues := &Table{Name: "issues", Most: 20, Columns: []Column{{Title: "where"}, {Title: "what is wrong"}}}
	for _, i := range r.Issues {
		where := i.File
		if i.Line > 0 {
			where = fmt.Sprintf("%s:%d", i.File, i.Line)
		}
		issues.Rows = append(issues.Rows, Row{Cells: []Cell{word(where), word(i.Text)}})
	}
	d.Sections = filled([]Section{
		{ID: "issues", Title: "Issues", Tables: some(issues)},
		{ID: "types", Title: "What they are", Tables: some(r.types())},
		{ID: "indicators", Title: "What is said", Tables: some(r.rows())},
		{ID: "left", Title: "What is not read whole; patterns of STIX are kept as they came", Tables: some(doubtTable("left", r.Left))},
		filesRead(r.Files),
	})
	d.More = []string{"clew indicators check VALUE --indicators FILE says what is claimed of a value; docs/SHARING.md says what is read."}
	return d
}

func (r *IndicatorsRead) types() *Table {
	n := map[indicator.Type]int{}
	for i := range r.List {
		n[r.List[i].Type]++
	}
	t := &Table{Name: "types", Columns: []Column{{Title: "type"}, {Title: "indicators", Align: Right}}}
	for _, kind := range indicator.Types() {
		if n[kind] > 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(string(kind)), count(n[kind])}})
		}
	}
	return t
}

func (r *IndicatorsRead) rows() *Table {
	t := &Table{Name: "indicators", Most: 10, Columns: append([]Column{{Title: "value"}}, saidColumns...)}
	for i := range r.List {
		t.Rows = append(t.Rows, Row{Cells: append([]Cell{harmless(r.List[i].Type, r.List[i].Value)}, saidCells(&r.List[i])...)})
	}
	return t
}

// harmless returns a cell with a value of which no reader makes a link;
// machines get it as it is.
func harmless(kind indicator.Type, value string) Cell {
	return Cell{Text: Clean(indicator.Harmless(kind, value)), Raw: value, Code: true}
}

// saidColumns and saidCells tell a claim, but for its value.
var saidColumns = []Column{{Title: "type"}, {Title: "listed as"}, {Title: "what is said"}, {Title: "source", Spare: 1}, {Title: "from", Wide: true}, {Title: "until", Wide: true}, {Title: "confidence, of 100", Align: Right, Wide: true}, {Title: "marking", Spare: 2}}

func saidCells(i *indicator.Indicator) []Cell {
	as := "indicator"
	switch {
	case i.Withdrawn:
		as = "taken back"
	case i.Safe:
		as = "genuine"
	case i.Observed:
		as = "observed"
	case i.Type == indicator.Pattern:
		as = "not compared"
	}
	sure := Cell{Text: "not said"}
	if i.Confidence != nil {
		sure = count(*i.Confidence)
	}
	return []Cell{word(string(i.Type)), {Text: as}, word(i.Text), word(i.Source), timeCell(i.First), timeCell(i.Last), sure, word(tlpName(i.Marking))}
}

func filesRead(files []IndicatorFile) Section {
	t := &Table{Name: "files", Columns: []Column{{Title: "file"}, {Title: "read as"}, {Title: "indicators", Align: Right}, {Title: "repeated", Align: Right}, {Title: "wrong", Align: Right}, {Title: "notes"}}}
	for _, f := range files {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(f.File), word(string(f.Form)), count(f.Indicators), count(f.Repeated), count(f.Wrong), word(strings.Join(f.Notes, "; "))}})
	}
	return Section{ID: "files", Title: "What was read", Tables: some(t)}
}

// IndicatorsChecked is what lists say of values.
type IndicatorsChecked struct {
	Files  []IndicatorFile `json:"files"`
	Values []CheckedValue  `json:"values"`
}

// A CheckedValue is one value, and what is claimed of it.
type CheckedValue struct {
	Asked   string           `json:"asked"`
	Type    indicator.Type   `json:"type"`
	Value   string           `json:"value"` // in normal form
	Matches []IndicatorMatch `json:"matches,omitempty"`
}

// An IndicatorMatch is one claim, and in what it meets a value.
type IndicatorMatch struct {
	How       indicator.How       `json:"how"`
	Indicator indicator.Indicator `json:"indicator"`
}

// Outcome is Nothing if no list says anything.
func (c *IndicatorsChecked) Outcome() Outcome {
	for i := range c.Values {
		if len(c.Values[i].Matches) > 0 {
			return Found
		}
	}
	return Nothing
}

// Doc lays it out.
func (c *IndicatorsChecked) Doc() *Doc {
	d := &Doc{Title: "What lists say", Asked: "What do these lists claim of each value?"}
	t := &Table{Name: "matches", Most: 50, Columns: append([]Column{{Title: "asked"}, {Title: "met by"}, {Title: "listed"}}, saidColumns...)}
	met := 0
	for i := range c.Values {
		v := &c.Values[i]
		met += min(len(v.Matches), 1)
		for n := range v.Matches {
			m := &v.Matches[n]
			t.Rows = append(t.Rows, Row{Cells: append([]Cell{harmless(v.Type, v.Value), word(string(m.How)), harmless(m.Indicator.Type, m.Indicator.Value)}, saidCells(&m.Indicator)...)})
		}
	}
	d.Answer = []string{fmt.Sprintf("The lists say something of %s of %s.", count(met).Text, plural(len(c.Values), "value", "values"))}
	d.Warnings = []string{"Each is somebody's word, and a list may err. What is on none is not cleared by that."}
	d.Sections = filled([]Section{{ID: "matches", Title: "What is claimed", Tables: some(t)}, filesRead(c.Files)})
	return d
}
