package report

import (
	"fmt"

	"clew"
	"clew/casebook"
	"clew/incident"
)

// A CaseList lists the cases that are kept.
type CaseList struct {
	Folder string     `json:"folder"`
	Cases  []CaseLine `json:"cases"`
}

// A CaseLine is one case of a list.
type CaseLine struct {
	Name     string           `json:"name"`
	Title    string           `json:"title,omitempty"`
	Marking  incident.Marking `json:"marking,omitempty"`
	Opened   clew.Time        `json:"opened,omitempty"`
	Closed   clew.Time        `json:"closed,omitempty"` // 0: open
	Exhibits int              `json:"exhibits"`
	Findings int              `json:"findings"`
	Entries  int              `json:"entries"`
	Fault    string           `json:"fault,omitempty"` // why it could not be read
}

// Outcome is Nothing if there are none, and Incomplete if one cannot be read.
func (c *CaseList) Outcome() Outcome {
	for _, l := range c.Cases {
		if l.Fault != "" {
			return Incomplete
		}
	}
	if len(c.Cases) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (c *CaseList) Doc() *Doc {
	doc := &Doc{Title: "Cases", Asked: "Which cases are kept?", Answer: []string{fmt.Sprintf("%s in %s.", plural(len(c.Cases), "case", "cases"), Clean(c.Folder))}}
	t := &Table{Name: "cases", Columns: []Column{{Title: "case"}, {Title: "title"}, {Title: "state"}, {Title: "marking"}, {Title: "opened, UTC"}, {Title: "exhibits", Align: Right}, {Title: "findings", Align: Right}, {Title: "entries", Align: Right}}}
	for _, l := range c.Cases {
		state := "open"
		if l.Closed.Known() {
			state = "closed"
		}
		if l.Fault != "" {
			state = "cannot be read"
			doc.Warnings = append(doc.Warnings, Clean(l.Fault))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(l.Name), word(l.Title), {Text: state}, word(string(l.Marking)), timeCell(l.Opened), count(l.Exhibits), count(l.Findings), count(l.Entries)}})
	}
	doc.Sections = filled([]Section{{ID: "cases", Title: "Cases", Tables: some(t)}})
	doc.More = []string{"clew case show NAME shows one."}
	return doc
}

// A CaseEntry says what was added to a case.
type CaseEntry struct {
	casebook.Appended
	Folder string `json:"folder"`
}

// Outcome is Found.
func (c *CaseEntry) Outcome() Outcome { return Found }

// Doc lays it out.
func (c *CaseEntry) Doc() *Doc {
	e := &c.Entry
	doc := &Doc{Title: "Case " + Clean(c.Case.Name) + ", entry " + count(e.Number).Text, Asked: "What was added to the case?"}
	doc.Answer = []string{fmt.Sprintf("Entry %d: %s by %s.", e.Number, actWords(e), Clean(e.By)),
		"Hash " + c.Case.Head + ". Noted elsewhere, it shows later that nothing up to here was changed."}
	if e.Exhibit != nil && e.Exhibit.Root != "" {
		asOf := ""
		if e.Exhibit.AsOf != "" {
			asOf = ", as of " + Clean(e.Exhibit.AsOf)
		}
		doc.Answer = append(doc.Answer, fmt.Sprintf("It is an evidence bundle that holds: %s%s, root %s.", Clean(e.Exhibit.Operation), asOf, Clean(e.Exhibit.Root)))
	}
	if e.Exhibit != nil && e.Exhibit.Root == "" {
		doc.Answer = append(doc.Answer, "It is no evidence bundle: findings can name it, and no transactions in it.")
	}
	if v := e.Victim; v != nil && v.Tx != nil {
		doc.Answer = append(doc.Answer, seenWords(v)+".")
	}
	if n := len(c.Case.Backward); n > 0 && c.Case.Backward[n-1] == e.Number {
		doc.Warnings = append(doc.Warnings, "The clock says a time before that of the entry before: one of the two is wrong. The case says so from now on.")
	}
	if c.Dropped > 0 {
		doc.Warnings = append(doc.Warnings, fmt.Sprintf("%s of an entry that was cut short, which nobody was told is kept, were dropped.", plural(c.Dropped, "byte", "bytes")))
	}
	return doc
}

func seenWords(v *casebook.Victim) string {
	switch {
	case v.Tx == nil:
		return "no transaction is named"
	case v.Checked:
		return "An exhibit holds the transaction"
	}
	return "No exhibit holds the transaction"
}

// actWords says what an entry did.
func actWords(e *casebook.Entry) string {
	switch e.Act {
	case casebook.ActOpen:
		return "the case was opened"
	case casebook.ActClose:
		return "the case was closed"
	case casebook.ActReopen:
		return "the case was opened again"
	case casebook.ActMark:
		return "the case was marked " + tlpName(e.Marking)
	case casebook.ActWithdraw:
		return fmt.Sprintf("entry %d was withdrawn", e.Of)
	case casebook.ActIncident:
		return "the file of the theft was kept"
	case casebook.ActExhibit:
		return "an exhibit was added"
	case casebook.ActFinding:
		return "a finding, of kind " + string(e.Finding.Kind) + ", was written down"
	case casebook.ActReading:
		return fmt.Sprintf("%s, about finding %d, was written down", readingWords(e.Reading), e.Reading.Finding)
	case casebook.ActIndicator:
		return "an indicator of the way in was written down"
	case casebook.ActVictim:
		return "a victim was written down"
	case casebook.ActNote:
		return "a note was written down"
	case casebook.ActPass:
		return "made for others: " + Clean(e.Passed.What)
	}
	return Clean(string(e.Act))
}

func readingWords(r *casebook.Reading) string {
	if r.Contrary {
		return "contrary evidence"
	}
	return "another reading"
}

// A CaseTrail lists the entries of a case.
type CaseTrail struct {
	Name    string     `json:"name"`
	Entries []CaseStep `json:"entries"`
}

// A CaseStep is one entry with its hash.
type CaseStep struct {
	casebook.Entry
	Hash string `json:"hash"`
}

// Outcome is Found.
func (c *CaseTrail) Outcome() Outcome { return Found }

// Doc lays it out.
func (c *CaseTrail) Doc() *Doc {
	doc := &Doc{Title: "Trail of case " + Clean(c.Name), Asked: "Who did what to the case, and when?", Answer: []string{plural(len(c.Entries), "entry", "entries") + ", none of which is ever taken out."}}
	t := &Table{Name: "trail", Columns: []Column{{Title: "number", Align: Right}, {Title: "at, UTC"}, {Title: "by"}, {Title: "what"}, {Title: "why"}, {Title: "hash", Wide: true}}}
	for i := range c.Entries {
		e := &c.Entries[i]
		why := uncut(e.Why)
		if e.Passed != nil {
			why = uncut(passedWords(e.Passed))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(e.Number), timeCell(e.At), word(e.By), {Text: actWords(&e.Entry)}, why, word(e.Hash)}})
	}
	doc.Sections = []Section{{ID: "trail", Title: "Trail", Tables: some(t)}}
	return doc
}

// passedWords says of what was passed on to whom it went, and with what.
func passedWords(p *casebook.Passed) string {
	text := "marked " + string(p.Marking)
	if p.To != "" {
		text += ", for " + p.To
	}
	for _, r := range p.Released {
		text += ", with " + r
	}
	if p.SHA256 != "" {
		text += ", SHA-256 " + p.SHA256
	}
	for _, f := range p.Forms {
		text += fmt.Sprintf("; %s, SHA-256 %s", f.Form, f.SHA256)
	}
	return text
}
