package report

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
	"clew/trace"
)

// mostColumns is up to how many origins have columns, tables and sentences of
// their own. Of more, a table has a row for each, and their parts are for CSV
// and JSON.
const mostColumns = 62

// manyOrigins reports whether there are more origins than columns.
func (t *Trace) manyOrigins() bool { return len(t.Result.Origins) > mostColumns }

// columnOrigins returns the origins that have a column of their own.
func (t *Trace) columnOrigins() []trace.Origin {
	if t.manyOrigins() {
		return nil
	}
	return t.Result.Origins
}

// originsSection lists many origins, the largest first, and for CSV what each
// has in its book and at every place.
func (t *Trace) originsSection() Section {
	if !t.manyOrigins() {
		return Section{}
	}
	table := &Table{Name: "origins", Most: 8, Columns: []Column{
		{Title: "origin"}, {Title: "name", Spare: 1}, {Title: "started", Align: Point}, {Title: "asset"},
		{Title: "most of it", Spare: 2}, {Title: "of that", Align: Point, Spare: 2}, {Title: "places", Align: Right, Spare: 3},
	}}
	for _, b := range t.booksByStart() {
		table.Rows = append(table.Rows, t.originRow(b))
	}
	return Section{ID: "origins", Title: "The origins, each with a book of its own", Tables: []*Table{table, t.linesTable(), t.partsTable()}, Notes: []string{
		fmt.Sprintf("%s; every book is in --json and in --csv --table lines. Whose value lies at which place: --csv --table parts.", plural(len(t.Result.Origins), "origin", "origins")),
	}}
}

// booksByStart returns the books of single origins with their origins: those in
// one asset together, the largest first.
func (t *Trace) booksByStart() []originBook {
	books := make([]originBook, 0, len(t.Result.Origins))
	for i := range t.Result.Origins {
		books = append(books, originBook{&t.Result.Origins[i], &t.Result.Books[i]})
	}
	slices.SortStableFunc(books, func(a, b originBook) int {
		return cmp.Or(cmp.Compare(t.rank(a.book), t.rank(b.book)), cmp.Compare(a.book.Asset.String(), b.book.Asset.String()), b.book.Start.Cmp(a.book.Start))
	})
	return books
}

type originBook struct {
	origin *trace.Origin
	book   *trace.Book
}

func (t *Trace) originRow(b originBook) Row {
	var largest trace.Line
	places := 0
	for _, l := range b.book.Lines {
		places += l.Places
		if largest.Kind == "" || largest.Basis.Less(l.Basis) {
			largest = l
		}
	}
	return Row{Cells: []Cell{
		word(b.origin.ID), word(b.origin.Name), t.Units.cell(b.book.Asset, b.book.Start), word(t.Units.Symbol(b.book.Asset)),
		word(string(largest.Kind)), t.lineCell(b.book, &largest), count(places),
	}}
}

// linesTable has the lines of every origin's book.
func (t *Trace) linesTable() *Table {
	return &Table{Name: "lines", Data: true, Columns: []Column{
		{Title: "origin"}, {Title: "where it lies"}, {Title: "role (claim)"}, {Title: "asset"}, {Title: "amount"}, {Title: "in the origin's asset"}, {Title: "places"},
	}, Each: func(yield func(Row) bool) {
		for i := range t.Result.Books {
			b := &t.Result.Books[i]
			for k := range b.Lines {
				l := &b.Lines[k]
				if !yield(Row{Cells: []Cell{word(b.Origin), word(string(l.Kind)), word(l.Role), word(t.Units.Symbol(l.Asset)),
					t.Units.cell(l.Asset, l.Amount), t.Units.cell(b.Asset, l.Basis), count(l.Places)}}) {
					return
				}
			}
		}
	}}
}

// partsTable has what every origin has at every place.
func (t *Trace) partsTable() *Table {
	assets := map[string]clew.Asset{}
	for _, o := range t.Result.Origins {
		assets[o.ID] = o.Asset
	}
	return &Table{Name: "parts", Data: true, Columns: []Column{
		{Title: "where"}, {Title: "address"}, {Title: "asset"}, {Title: "origin"}, {Title: "amount"}, {Title: "in the origin's asset"},
	}, Each: func(yield func(Row) bool) {
		for i := range t.Result.Places {
			p := &t.Result.Places[i]
			for _, part := range p.Parts {
				if !yield(Row{Cells: []Cell{word(string(p.Kind)), placeCell(p), word(t.Units.Symbol(p.Asset)), word(part.Origin),
					t.Units.cell(p.Asset, part.Amount), t.Units.cell(assets[part.Origin], part.Basis)}}) {
					return
				}
			}
		}
	}}
}
