package report

import (
	"strings"
	"unicode/utf8"
)

// A pageTable is a table as the page shows it: without columns that are empty, and
// with sentences below their rows, in what opens.
type pageTable struct {
	Label   string // for those who hear it
	Caption string
	Columns []Column
	Rows    []pageRow
	More    int // rows that are left out
}

// A pageRow is a row, or a line that stands for several.
type pageRow struct {
	Cells []pageCell
	Total bool
	Span  int        // columns of the table
	Read  *reading   // below it; nil: nothing
	Fold  string     // the line that several rows are shown as
	Inner *pageTable // of that line
}

// A pageCell is a cell with the names of how it looks.
type pageCell struct {
	Cell
	Class string
}

// shortWordsOf is how many letters a text has that stays in one line.
const shortWordsOf = 26

// cellOf says how a cell of a column looks.
func cellOf(c Cell, align Align) pageCell {
	var names []string
	text := c.page()
	switch {
	case align != Left:
		names = append(names, "n")
	case c.Whole, utf8.RuneCountInString(text) <= shortWordsOf:
		names = append(names, "whole")
	case !c.Code:
		names = append(names, "words")
	}
	if c.Code {
		names = append(names, "code")
	}
	if c.Basis != "" {
		names = append(names, "basis", basisClass(c.Basis))
	}
	if text == "" {
		names = nil
	}
	return pageCell{c, strings.Join(names, " ")}
}

// A reading is what is below a row: sentences, and what the row is made of.
type reading struct {
	Of    string // the row, so that several are told apart by ear too
	Title string
	Lines []readingLine
	Inner []*pageTable
}

type readingLine struct{ Title, Text string }

// laid lays a table out for the page.
func laid(t *Table) *pageTable {
	rows := t.Rows[:min(len(t.Rows), maxPageRows)]
	return laidRows(t, folded(rows), columnsOf(t, rows), t.Caption, len(t.Rows)-len(rows))
}

// columnsOf returns the columns of a table that are shown, by their places.
func columnsOf(t *Table, rows []Row) (list []int) {
	for i, c := range t.Columns {
		if !c.Brief && !c.Prose && !emptyColumn(rows, i) {
			list = append(list, i)
		}
	}
	return list
}

func laidRows(t *Table, rows []Folded, columns []int, caption string, more int) *pageTable {
	p := &pageTable{Label: t.Caption, Caption: caption, More: more}
	if p.Label == "" {
		p.Label = cleanWhole(t.Name)
	}
	for _, i := range columns {
		p.Columns = append(p.Columns, t.Columns[i])
	}
	for i := range rows {
		r := &rows[i]
		row := pageRow{Total: r.Total, Span: len(columns)}
		if len(r.Rows) > 0 {
			row.Fold, row.Inner = r.Fold, laidRows(t, alone(r.Rows), columns, "", 0)
			p.Rows = append(p.Rows, row)
			continue
		}
		for _, c := range columns {
			row.Cells = append(row.Cells, cellOf(r.Cells[c], t.Columns[c].Align))
		}
		row.Read = readingOf(t, &r.Row)
		p.Rows = append(p.Rows, row)
	}
	return p
}

// alone returns rows each by itself.
func alone(rows []Row) []Folded {
	list := make([]Folded, len(rows))
	for i := range rows {
		list[i].Row = rows[i]
	}
	return list
}

// readingOf returns what is below a row; nil: nothing.
func readingOf(t *Table, r *Row) *reading {
	read := &reading{}
	var names []string
	for i, c := range t.Columns {
		if c.Prose && r.Cells[i].page() != "" {
			read.Lines = append(read.Lines, readingLine{c.Title, r.Cells[i].page()})
			names = append(names, c.Title)
		}
	}
	for _, inner := range r.Inner {
		read.Inner = append(read.Inner, laid(inner))
		names = append(names, inner.Caption)
	}
	if len(names) == 0 {
		return nil
	}
	if len(names) == 1 && len(read.Lines) == 1 {
		read.Lines[0].Title = "" // what opens has it
	}
	read.Of, read.Title = r.Cells[0].Text, strings.Join(names, ", ")
	return read
}
