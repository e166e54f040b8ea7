package report

import (
	"slices"

	"clew"
	"clew/trace"
)

// booksSection has the closed books: one table for all origins together, with
// a column for each, or a table for each where assets differ.
func (t *Trace) booksSection() Section {
	s := Section{ID: "books", Title: "The closed books"}
	for i, b := range t.shownBooks() {
		table := t.bookTable(b)
		table.Wide = i >= fewBooks
		s.Tables = append(s.Tables, table)
		if notes := t.worthNotes(b); table.Wide {
			s.Fine = append(s.Fine, notes...)
		} else {
			s.Notes = append(s.Notes, notes...)
		}
	}
	return s
}

// shownBooks returns the main books that have tables of their own.
func (t *Trace) shownBooks() []*trace.Book {
	books := t.mainBooks()
	return books[:min(len(books), mostColumns)]
}

// supposedTitle heads the column of what came over transfers that no ledger records.
const supposedTitle = "over supposed transfers"

// bookTable lists a book's lines.
func (t *Trace) bookTable(b *trace.Book) *Table {
	symbol := t.Units.Symbol(b.Asset)
	table := &Table{Name: "books", Columns: []Column{
		{Title: "where it lies"}, {Title: "role (claim)"}, {Title: "places", Align: Right, Spare: 2},
		{Title: symbol, Align: Point}, {Title: "share", Align: Right, Spare: 1},
	}}
	if turned(b) {
		table.Columns = slices.Insert(table.Columns, 2, Column{Title: "lies as"})
	}
	if b.Origin != "" && len(t.mainBooks()) > 1 {
		table.Name = "books " + b.Origin
		table.Caption = t.originName(b.Origin) + ", counted in " + symbol
	}
	parts := t.partBooks(b)
	for _, p := range parts {
		table.Columns = append(table.Columns, Column{Title: "of " + Clean(p.Origin), Align: Point, Wide: true})
	}
	worth := t.worthOf(b)
	for _, w := range worth {
		table.Columns = append(table.Columns, Column{Title: "USD " + string(w.Basis), Align: Right, Spare: 5})
	}
	table.Columns = append(table.Columns, Column{Title: "rests on", Spare: 3}, Column{Title: supposedTitle, Align: Point, Wide: true})
	if t.restsOnExhibits() {
		table.Columns = append(table.Columns, restsColumn)
	}
	for i := range b.Lines {
		table.Rows = append(table.Rows, t.bookRow(b, i, parts, worth))
	}
	table.Rows = append(table.Rows, t.bookTotal(b, parts, worth))
	return table
}

// partBooks returns the books of the single origins that b adds up.
func (t *Trace) partBooks(b *trace.Book) []*trace.Book {
	var parts []*trace.Book
	if t.manyOrigins() {
		return nil // the table of origins has them
	}
	for i := range t.Result.Books {
		if part := &t.Result.Books[i]; b.Origin == "" && part.Origin != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func (t *Trace) bookRow(b *trace.Book, i int, parts []*trace.Book, worth []*Worth) Row {
	l := &b.Lines[i]
	cells := []Cell{
		word(string(l.Kind)), {Text: Clean(l.Role)}, count(l.Places),
		t.lineCell(b, l), {Text: share(l.Basis, b.Start)},
	}
	if turned(b) {
		cells = slices.Insert(cells, 2, word(t.Units.Symbol(l.Asset)))
	}
	for _, p := range parts {
		cells = append(cells, t.lineCell(p, lineLike(p, l)))
	}
	for _, w := range worth {
		cells = append(cells, dollars(w.Lines[i]))
	}
	assumed := Cell{}
	if !l.Assumed.IsZero() {
		assumed = t.Units.cell(l.Asset, l.Assumed)
	}
	rests := basisOfAmount(l.Kind, l.Role, l.Amount, l.Rests)
	if standsFor(b, l) && rests == clew.Fact {
		rests = clew.Inferred
	}
	if rests == clew.Fact && l.Asset != b.Asset {
		rests = t.basisOfConversions(l.Asset)
	}
	cells = append(cells, basisCell(rests), assumed)
	if t.restsOnExhibits() {
		cells = append(cells, t.restsCell(l.Asset, l.Amount, l.Rests))
	}
	return Row{Cells: cells}
}

func (t *Trace) bookTotal(b *trace.Book, parts []*trace.Book, worth []*Worth) Row {
	places := 0
	for _, l := range b.Lines {
		places += l.Places
	}
	verdict := "sum, as started"
	if !b.Closed {
		verdict = "sum, NOT closed"
	}
	cells := []Cell{{Text: verdict}, {}, count(places), t.Units.cell(b.Asset, b.Sum), {Text: share(b.Sum, b.Start)}}
	if turned(b) {
		cells = slices.Insert(cells, 2, Cell{})
	}
	for _, p := range parts {
		cells = append(cells, t.Units.cell(p.Asset, p.Sum))
	}
	for _, w := range worth {
		cells = append(cells, dollars(w.Start))
	}
	cells = append(cells, Cell{}, Cell{})
	if t.restsOnExhibits() {
		cells = append(cells, Cell{})
	}
	return Row{Total: true, Cells: cells}
}

// turned reports whether some of a book's value came to be of other assets.
func turned(b *trace.Book) bool {
	return slices.ContainsFunc(b.Lines, func(l trace.Line) bool { return l.Asset != b.Asset })
}

// lineCell returns a line's value as its book counts it: in the origin's asset,
// or under a policy that does not conserve in the line's own, for then there is
// no basis.
func (t *Trace) lineCell(b *trace.Book, l *trace.Line) Cell {
	if l.Basis.IsZero() && !l.Amount.IsZero() {
		c := t.Units.cell(l.Asset, l.Amount)
		if l.Asset != b.Asset {
			c.Text, c.Page = c.Text+" "+t.Units.Symbol(l.Asset), c.Page+" "+t.Units.Symbol(l.Asset)
		}
		return c
	}
	return t.Units.cell(b.Asset, l.Basis)
}

// lineLike returns the line of a book that is of the same kind, role and
// asset; an empty one if there is none.
func lineLike(b *trace.Book, like *trace.Line) *trace.Line {
	for i := range b.Lines {
		if sameLine(&b.Lines[i], like) {
			return &b.Lines[i]
		}
	}
	return &trace.Line{}
}
