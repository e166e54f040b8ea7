package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/casebook"
)

// A CasePage shows a case.
type CasePage struct {
	*casebook.Case
}

// Outcome is Found.
func (c *CasePage) Outcome() Outcome { return Found }

// Doc lays it out.
func (c *CasePage) Doc() *Doc {
	doc := &Doc{Title: c.Title, Asked: c.Question}
	state := "open"
	if c.Closed.Known() {
		state = "closed on " + timeCell(c.Closed).Text
	}
	doc.Answer = []string{fmt.Sprintf("Case %s, %s, opened on %s. %s.", Clean(c.Name), state, timeCell(c.Opened).Text, tlpName(c.Marking))}
	if c.For != "" {
		doc.Answer = append(doc.Answer, "For "+Clean(c.For)+".")
	}
	n := c.Counts()
	victims := ", " + plural(n.Victims, "victim", "victims")
	if c.Withheld > 0 {
		victims = "" // they may be among what is withheld
	}
	doc.Answer = append(doc.Answer, fmt.Sprintf("What stands: %s, %s, %s%s. The trail has %s.", plural(n.Exhibits, "exhibit", "exhibits"), plural(n.Findings, "finding", "findings"), plural(n.Readings, "other reading", "other readings"), victims, plural(c.Entries, "entry", "entries")),
		"Hash "+c.Head+". Noted elsewhere, it shows later that nothing up to here was changed.")
	doc.Warnings = c.warnings()
	doc.Sections = filled([]Section{
		{ID: "findings", Title: "Findings", Tables: some(c.findings())},
		{ID: "readings", Title: "Other readings, and contrary evidence", Tables: some(c.readings())},
		{ID: "exhibits", Title: "Exhibits", Tables: some(c.exhibits())},
		{ID: "indicators", Title: "The way in", Tables: some(c.indicators())},
		{ID: "victims", Title: "Victims", Tables: some(c.victims())},
		{ID: "notes", Title: "Notes", Tables: some(c.notes())},
		{ID: "marked", Title: "How it was marked anew", Tables: some(c.marked())},
		{ID: "passed", Title: "What was made of it for others", Tables: some(c.passed())},
	})
	doc.More = []string{"clew case trail " + Clean(c.Name) + " tells who did what when; clew case verify checks that nothing was changed."}
	return doc
}

// warnings say what a reader must know before believing the case.
func (c *CasePage) warnings() []string {
	var list []string
	withdrawn := map[int]bool{}
	for _, x := range c.Exhibits {
		withdrawn[x.Number] = x.Withdrawn > 0
	}
	told := func(kind string, m casebook.Made, rests []casebook.Rest) {
		for _, r := range rests {
			if withdrawn[r.Exhibit] && m.Withdrawn == 0 {
				list = append(list, fmt.Sprintf("%s %d stands, and rests on exhibit %d, which was withdrawn.", kind, m.Number, r.Exhibit))
			}
		}
	}
	for _, f := range c.Findings {
		told("Finding", f.Made, f.Rests)
	}
	for _, r := range c.Readings {
		told("Reading", r.Made, r.Rests)
	}
	for _, n := range c.Backward {
		list = append(list, backwardWords(n))
	}
	if c.Withheld > 0 {
		list = append(list, plural(c.Withheld, "entry is", "entries are")+" withheld: of each the number and the hash are here, and not what it says.")
	}
	return list
}

// backwardWords says that the time of an entry goes back.
func backwardWords(entry int) string {
	return fmt.Sprintf("Entry %d bears a time before that of the entry before it: a clock was set, or was wrong.", entry)
}

// standing says what became of a row.
func standing(m *casebook.Made) Cell {
	if m.Withdrawn == 0 {
		return Cell{Text: "stands"}
	}
	return uncut(fmt.Sprintf("withdrawn by entry %d: %s", m.Withdrawn, m.Why))
}

func (c *CasePage) findings() *Table {
	t := &Table{Name: "findings", Columns: []Column{{Title: "number", Align: Right}, {Title: "kind"}, {Title: "finding"}, {Title: "rests on"}, {Title: "method", Spare: 2}, {Title: "limits", Spare: 1}, {Title: "state"}, {Title: "by"}, {Title: "at, UTC", Wide: true}}}
	for i := range c.Findings {
		f := &c.Findings[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(f.Number), basisCell(kindBasis(f.Kind)), uncut(f.Text), restsCell(f.Rests), uncut(f.Method), uncut(f.Limits), standing(&f.Made), word(f.By), timeCell(f.At)}})
	}
	return t
}

// kindBasis returns the kind of knowledge that a finding is.
func kindBasis(k casebook.Kind) clew.Basis {
	switch k {
	case casebook.Fact:
		return clew.Fact
	case casebook.Claim:
		return clew.Claimed
	}
	return clew.Inferred
}

// restsCell says what a sentence rests on: transactions shortened on a terminal.
func restsCell(rests []casebook.Rest) Cell {
	var short, whole []string
	for _, r := range rests {
		s, w := fmt.Sprint("exhibit ", r.Exhibit), fmt.Sprint(r.Exhibit)
		if r.Part != "" {
			s, w = s+", part "+Clean(r.Part), w+":"+Clean(r.Part)
		}
		var all []string
		for i, tx := range r.Transactions {
			all = append(all, tx.String())
			switch {
			case i == 0:
				s += ": " + txCell(tx).Text
			case i < 3:
				s += ", " + txCell(tx).Text
			case i == 3:
				s += fmt.Sprintf(" and %d more", len(r.Transactions)-3)
			}
		}
		if len(all) > 0 {
			w += ":" + strings.Join(all, ",")
		}
		short, whole = append(short, s), append(whole, w)
	}
	return Cell{Text: strings.Join(short, "; "), Raw: strings.Join(whole, " ")}
}

func (c *CasePage) readings() *Table {
	t := &Table{Name: "readings", Columns: []Column{{Title: "number", Align: Right}, {Title: "of finding", Align: Right}, {Title: "what"}, {Title: "text"}, {Title: "rests on"}, {Title: "state"}, {Title: "by"}, {Title: "at, UTC", Wide: true}}}
	for i := range c.Readings {
		r := &c.Readings[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(r.Number), count(r.Finding), {Text: readingWords(r)}, uncut(r.Text), restsCell(r.Rests), standing(&r.Made), word(r.By), timeCell(r.At)}})
	}
	return t
}

func (c *CasePage) exhibits() *Table {
	t := &Table{Name: "exhibits", Columns: []Column{{Title: "number", Align: Right}, {Title: "what it is"}, {Title: "file"}, {Title: "bytes", Align: Right}, {Title: "operation"}, {Title: "as of", Spare: 1}, {Title: "state"}, {Title: "private", Wide: true}, {Title: "SHA-256", Wide: true}, {Title: "root", Wide: true}, {Title: "by", Wide: true}, {Title: "at, UTC", Wide: true}}}
	row := func(x casebook.Exhibit) {
		private := ""
		if x.Private {
			private = "private"
		}
		operation := word(x.Operation)
		if x.Root == "" {
			operation = Cell{Text: "no bundle"}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(x.Number), uncut(x.Says), word(x.Name), count(x.Size), operation, word(x.AsOf), standing(&x.Made), {Text: private}, {Text: x.SHA256, Code: true}, {Text: x.Root, Code: true}, word(x.By), timeCell(x.At)}})
	}
	for _, a := range c.Former {
		row(casebook.Exhibit{Attached: a, Says: "The file of the theft."})
	}
	if c.Incident != nil {
		row(casebook.Exhibit{Attached: *c.Incident, Says: "The file of the theft."})
	}
	for _, x := range c.Exhibits {
		row(x)
	}
	return t
}

func (c *CasePage) indicators() *Table {
	t := &Table{Name: "indicators", Columns: []Column{{Title: "number", Align: Right}, {Title: "type"}, {Title: "value"}, {Title: "what it did"}, {Title: "source"}, {Title: "state"}, {Title: "by", Wide: true}, {Title: "at, UTC", Wide: true}}}
	for i := range c.Indicators {
		x := &c.Indicators[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(x.Number), word(x.Type), uncut(x.Value), uncut(x.Text), uncut(x.Source), standing(&x.Made), word(x.By), timeCell(x.At)}})
	}
	return t
}

func (c *CasePage) victims() *Table {
	t := &Table{Name: "victims", Columns: []Column{{Title: "number", Align: Right}, {Title: "victim"}, {Title: "lost, in smallest units", Align: Right}, {Title: "asset"}, {Title: "US dollars, as claimed", Align: Right}, {Title: "lost on", Spare: 2}, {Title: "transaction"}, {Title: "in an exhibit"}, {Title: "source", Spare: 1}, {Title: "state"}}}
	for i := range c.Victims {
		v := &c.Victims[i]
		dollars, tx, seen := Cell{Text: "not stated"}, Cell{}, Cell{}
		if v.Value != nil {
			dollars = Cell{Text: v.Value.String()}
		}
		if v.Tx != nil {
			tx, seen = txCell(*v.Tx), Cell{Text: map[bool]string{true: "yes", false: "no"}[v.Checked]}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(v.Number), word(v.Name), {Text: group(v.Amount.String()), Raw: v.Amount.String()}, word(v.Asset.String()), dollars, timeCell(v.Time), tx, seen, uncut(v.Source), standing(&v.Made)}})
	}
	return t
}

func (c *CasePage) notes() *Table {
	t := &Table{Name: "notes", Columns: []Column{{Title: "number", Align: Right}, {Title: "at, UTC"}, {Title: "by"}, {Title: "note"}, {Title: "state"}}}
	for i := range c.Notes {
		n := &c.Notes[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(n.Number), timeCell(n.At), word(n.By), uncut(n.Text), standing(&n.Made)}})
	}
	return t
}

func (c *CasePage) marked() *Table {
	t := &Table{Name: "marked", Columns: []Column{{Title: "number", Align: Right}, {Title: "at, UTC"}, {Title: "by"}, {Title: "from"}, {Title: "to"}, {Title: "why"}}}
	for i := range c.Marked {
		m := &c.Marked[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(m.Number), timeCell(m.At), word(m.By), {Text: tlpName(m.From)}, {Text: tlpName(m.To)}, uncut(m.Why)}})
	}
	return t
}

func (c *CasePage) passed() *Table {
	t := &Table{Name: "passed", Columns: []Column{{Title: "number", Align: Right}, {Title: "at, UTC"}, {Title: "by"}, {Title: "what"}, {Title: "marking"}, {Title: "for"}, {Title: "released"}, {Title: "SHA-256", Wide: true}}}
	for i := range c.Passed {
		p := &c.Passed[i]
		hashes := []string{}
		if p.SHA256 != "" {
			hashes = append(hashes, p.SHA256)
		}
		for _, f := range p.Forms {
			hashes = append(hashes, f.Form+" "+f.SHA256)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(p.Number), timeCell(p.At), word(p.By), word(p.What), word(string(p.Marking)), word(p.To), word(strings.Join(p.Released, ", ")), {Text: cleanWhole(strings.Join(hashes, ", ")), Code: true}}})
	}
	return t
}
