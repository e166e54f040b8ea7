package report

import (
	"encoding/csv"
	"io"
	"iter"
	"strings"
)

// writeCSV writes the table of d called name as RFC 4180 with a heading.
// Amounts are exact and without separators, addresses are CAIP-10, times are
// RFC 3339. Sums are left out: they are not rows of what the table lists.
func writeCSV(w io.Writer, d *Doc, name string) error {
	t, err := tableNamed(d, name)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	var record []string
	for _, c := range t.Columns {
		if !c.Brief {
			record = append(record, csvCell(c.Title))
		}
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for row := range t.all() {
		if row.Total {
			continue
		}
		record = record[:0]
		for i, c := range row.Cells {
			if !t.Columns[i].Brief {
				record = append(record, csvCell(c.raw()))
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// all yields every row of a table.
func (t *Table) all() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, row := range t.Rows {
			if !yield(row) {
				return
			}
		}
		if t.Each != nil {
			t.Each(yield)
		}
	}
}

// csvCell returns s so that a spreadsheet shows it and does not run it: text
// that begins like a formula gets an apostrophe before it.
func csvCell(s string) string {
	s = cleanWhole(s)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
