package report

import (
	"fmt"
	"strings"

	"clew/decision"
)

// A DecisionKept says that a decision was kept.
type DecisionKept struct {
	decision.Appended
	Folder string `json:"folder"`
}

// Outcome is Found.
func (d *DecisionKept) Outcome() Outcome { return Found }

// Doc lays it out.
func (d *DecisionKept) Doc() *Doc {
	r := &d.Record
	doc := &Doc{Title: fmt.Sprintf("Decision %d", r.Number), Asked: "What was decided, and on which answer?"}
	doc.Answer = []string{fmt.Sprintf("Kept as number %d in %s: %s, %s, decided by %s.", r.Number, Clean(d.Folder), string(r.Action), Clean(r.Subject), Clean(r.By)),
		"Hash " + d.Hash + ". Noted elsewhere, it shows later that nothing up to here was changed."}
	if r.Answer != nil {
		doc.Answer = append(doc.Answer, "On the answer with SHA-256 "+r.Answer.SHA256+", verdict "+Clean(r.Answer.Verdict)+".")
	}
	if d.Dropped > 0 {
		doc.Warnings = append(doc.Warnings, fmt.Sprintf("%s of a record that was cut short, which nobody was told is kept, were dropped.", plural(d.Dropped, "byte", "bytes")))
	}
	return doc
}

// A DecisionList lists decisions.
type DecisionList struct {
	Folder    string          `json:"folder"`
	Decisions []decision.Kept `json:"decisions"`
}

// Outcome is Nothing if there are none.
func (d *DecisionList) Outcome() Outcome {
	if len(d.Decisions) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays them out.
func (d *DecisionList) Doc() *Doc {
	doc := &Doc{Title: "Decisions", Asked: "What was decided, by whom and on which answers?", Answer: []string{fmt.Sprintf("%s in %s.", plural(len(d.Decisions), "decision", "decisions"), Clean(d.Folder))}}
	table := &Table{Name: "decisions", Columns: []Column{{Title: "number", Align: Right}, {Title: "at, UTC"}, {Title: "by"}, {Title: "action"}, {Title: "address"}, {Title: "verdict"}, {Title: "reason"}, {Title: "of", Align: Right},
		{Title: "case", Wide: true}, {Title: "effective", Wide: true}, {Title: "asset", Wide: true}, {Title: "amount", Wide: true}, {Title: "USD", Wide: true}, {Title: "findings", Wide: true}, {Title: "lists", Wide: true},
		{Title: "rules", Wide: true}, {Title: "as of", Wide: true}, {Title: "answer", Wide: true}, {Title: "hash", Wide: true}}}
	for i := range d.Decisions {
		table.Rows = append(table.Rows, decisionRow(&d.Decisions[i]))
	}
	doc.Sections = filled([]Section{{ID: "decisions", Title: "Decisions", Tables: some(table)}})
	return doc
}

func decisionRow(k *decision.Kept) Row {
	if k.Gone {
		return Row{Cells: []Cell{count(k.Number), {}, {}, word("taken out"), {}, {}, word("its time was over"), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, word(k.Hash)}}
	}
	a, p := k.Answer, k.Property
	if a == nil {
		a = &decision.Answer{}
	}
	if p == nil {
		p = &decision.Property{}
	}
	usd, of := "", Cell{}
	if p.USD != nil {
		usd = *p.USD
	}
	if k.Of > 0 {
		of = count(k.Of)
	}
	var findings []string
	for _, f := range a.Findings {
		findings = append(findings, strings.TrimSpace(f.Rule+": "+f.Why))
	}
	return Row{Cells: []Cell{count(k.Number), timeCell(k.At), word(k.By), word(string(k.Action)), word(k.Subject), word(a.Verdict), uncut(k.Reason), of, word(k.Case), word(p.Effective), word(p.Asset), word(p.Amount), word(usd),
		uncut(strings.Join(findings, " | ")), uncut(strings.Join(a.Lists, " | ")), word(a.Rules), word(a.AsOf), word(a.SHA256), word(k.Hash)}}
}

// A DecisionForm is what a report to an authority says of a decision.
type DecisionForm struct {
	Decision decision.Kept    `json:"decision"`
	For      decision.Form    `json:"for"`
	Fields   []decision.Field `json:"fields"`
}

// Outcome is Found.
func (d *DecisionForm) Outcome() Outcome { return Found }

// Doc lays it out.
func (d *DecisionForm) Doc() *Doc {
	name := map[decision.Form]string{decision.SAR: "a suspicious-activity report", decision.Blocking: "a report of blocked property"}[d.For]
	doc := &Doc{Title: fmt.Sprintf("Decision %d for %s", d.Decision.Number, name), Asked: "What can " + name + " say of it, and what else is asked for?"}
	left := 0
	table := &Table{Name: "fields", Data: true, Columns: []Column{{Title: "field"}, {Title: "value"}, {Title: "note"}}}
	var notes []string
	for _, f := range d.Fields {
		if f.Value == "" {
			left++
		}
		notes = append(notes, fieldWords(f))
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(f.Name), uncut(strings.ReplaceAll(f.Value, "\n", "; ")), word(f.Note)}})
	}
	doc.Answer = []string{fmt.Sprintf("%s, of which %d are left to whoever files. Nothing was filed.", plural(len(d.Fields), "field", "fields"), left)}
	doc.Warnings = []string{"A draft from the record, no legal advice: whether and what must be reported, and to whom, is for whoever files to know."}
	doc.Sections = []Section{{ID: "fields", Title: "Fields", Notes: notes, Tables: some(table)}}
	return doc
}

// fieldWords says a field in a paragraph.
func fieldWords(f decision.Field) string {
	value := cleanWhole(strings.ReplaceAll(f.Value, "\n", "; "))
	switch {
	case value == "":
		return Clean(f.Name) + ": (" + Clean(f.Note) + ")"
	case f.Note == "":
		return Clean(f.Name) + ": " + value
	}
	return Clean(f.Name) + ": " + value + " (" + Clean(f.Note) + ")"
}

// A DecisionsProof says whether decisions are as they were written.
type DecisionsProof struct {
	*decision.Proof
	Folder string `json:"folder"`
}

// Outcome is Nothing where there are no records.
func (d *DecisionsProof) Outcome() Outcome {
	if d.Records == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (d *DecisionsProof) Doc() *Doc {
	doc := &Doc{Title: "Decisions verified", Asked: "Is every decision as it was written?"}
	if n := len(d.Faults) + d.More; n > 0 {
		doc.Answer = []string{fmt.Sprintf("No: %s in %s.", plural(n, "fault", "faults"), plural(d.Records, "record", "records"))}
	} else {
		doc.Answer = []string{fmt.Sprintf("Yes: %s follow each other by their hashes, of which %d were taken out when their time was over. The last has the hash %s.", plural(d.Records, "record", "records"), d.Expired, orNone(d.Head))}
	}
	if d.Torn > 0 {
		doc.Warnings = append(doc.Warnings, fmt.Sprintf("%s at the end are of a record that was cut short, which nobody was told is kept; the next decision drops them.", plural(d.Torn, "byte", "bytes")))
	}
	table := &Table{Name: "faults", Columns: []Column{{Title: "fault"}}}
	for _, fault := range d.Faults {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(fault)}})
	}
	doc.Sections = filled([]Section{{ID: "faults", Title: "Faults", Tables: some(table)}})
	return doc
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// DecisionsExpired says which decisions were taken out.
type DecisionsExpired struct {
	Years   int   `json:"years"`
	Dry     bool  `json:"dry,omitempty"`
	Numbers []int `json:"numbers"`
	Record  int   `json:"record,omitempty"` // that says so
}

// Outcome is Nothing if none was due.
func (d *DecisionsExpired) Outcome() Outcome {
	if len(d.Numbers) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (d *DecisionsExpired) Doc() *Doc {
	doc := &Doc{Title: "Decisions whose time is over", Asked: fmt.Sprintf("Which decisions were kept for %s?", plural(d.Years, "year", "years"))}
	words := "were taken out; their numbers and hashes are left"
	if d.Dry {
		words = "would be taken out"
	}
	doc.Answer = []string{fmt.Sprintf("%s %s.", plural(len(d.Numbers), "decision", "decisions"), words)}
	if len(d.Numbers) == 0 {
		doc.Answer = []string{"None is due."}
	}
	table := &Table{Name: "numbers", Most: 30, Columns: []Column{{Title: "number", Align: Right}}}
	for _, n := range d.Numbers {
		table.Rows = append(table.Rows, Row{Cells: []Cell{count(n)}})
	}
	doc.Sections = filled([]Section{{ID: "numbers", Title: "Which", Tables: some(table)}})
	return doc
}
