package report

import (
	"slices"

	"clew"
	"clew/trace"
)

// spreadSection has the totals that each policy gives, side by side: one table
// for all origins together, or one for each where assets differ.
func (t *Trace) spreadSection() Section {
	if len(t.Result.Spread) == 0 {
		return Section{}
	}
	s := Section{ID: "spread", Title: "The spread: the same question by other policies", Notes: []string{
		"Conventions about which units leave a mixed balance; none of them bounds another.",
	}}
	if books := t.mainBooks(); len(books) == 1 {
		s.Notes[0] = "In " + t.Units.Symbol(books[0].Asset) + ". " + s.Notes[0]
	}
	for i := range t.Result.Spread {
		p := &t.Result.Spread[i]
		switch note := string(p.Policy) + ": " + Clean(p.Note); {
		case p.Note == "":
		case p.Policy.Describe().Conserves:
			s.Notes = append(s.Notes, note)
		default:
			s.Fine = append(s.Fine, note) // the table says that its row does not add up
		}
	}
	for i, b := range t.shownBooks() {
		if table := t.spreadTable(b); len(table.Rows) > 0 {
			table.Wide = i >= fewBooks
			s.Tables = append(s.Tables, table)
		}
	}
	return s
}

// spreadTable has a row for each policy and a column for each line that any of
// their books has.
func (t *Trace) spreadTable(main *trace.Book) *Table {
	books := make([]*trace.Book, len(t.Result.Spread))
	for i := range t.Result.Spread {
		books[i] = bookOf(t.Result.Spread[i].Books, main.Origin)
	}
	lines := spreadLines(append([]*trace.Book{main}, books...))
	table := &Table{Name: "spread", Columns: []Column{{Title: "policy"}}}
	if main.Origin != "" && len(t.mainBooks()) > 1 {
		table.Name = "spread " + main.Origin
		table.Caption = t.originName(main.Origin) + ", in " + t.Units.Symbol(main.Asset)
	}
	for i := range lines {
		table.Columns = append(table.Columns, Column{Title: t.lineTitle(&lines[i], lines), Align: Point, Wide: i >= briefLines})
	}
	table.Columns = append(table.Columns, Column{Title: "elsewhere", Align: Point, Brief: true})
	table.Columns = append(table.Columns, Column{Title: "sum", Align: Point})
	for i, book := range books {
		if book == nil {
			continue
		}
		row := Row{Cells: []Cell{{Text: t.policyName(&t.Result.Spread[i]), Whole: true}}}
		for j := range lines {
			row.Cells = append(row.Cells, t.lineCell(book, lineLike(book, &lines[j])))
		}
		row.Cells = append(row.Cells, t.elsewhere(book, lines))
		sum := t.Units.cell(book.Asset, book.Sum)
		if !t.Result.Spread[i].Policy.Describe().Conserves {
			sum = Cell{Text: "does not add up"}
		}
		table.Rows = append(table.Rows, Row{Cells: append(row.Cells, sum)})
	}
	return table
}

// briefLines is how many lines of a book a spread shows on a terminal.
const briefLines = 2

// elsewhere returns what a book has in the lines that a terminal leaves out.
func (t *Trace) elsewhere(b *trace.Book, lines []trace.Line) Cell {
	var sum clew.Amount
	for i := range lines {
		l := lineLike(b, &lines[i])
		switch {
		case i < briefLines:
		case l.Basis.IsZero() && l.Asset == b.Asset:
			sum, _ = sum.Add(l.Amount)
		default:
			sum, _ = sum.Add(l.Basis)
		}
	}
	return t.Units.cell(b.Asset, sum)
}

// policyName marks the policy of the answer itself.
func (t *Trace) policyName(p *trace.PolicyTotals) string {
	if p.Policy == t.Result.Method.Policy && p.Allocation == t.Result.Method.Allocation {
		return string(p.Policy) + " (this answer)"
	}
	return string(p.Policy)
}

// lineTitle heads a column: the role where there is one, for it says more than
// the kind of place; with the kind where several lines are of one role, and with the
// asset where several are of one role and kind.
func (t *Trace) lineTitle(l *trace.Line, lines []trace.Line) string {
	roles, kinds := 0, 0
	for i := range lines {
		if lines[i].Role == l.Role {
			roles++
			if lines[i].Kind == l.Kind {
				kinds++
			}
		}
	}
	title := Clean(l.Role)
	switch {
	case l.Role == "":
		title = string(l.Kind)
	case roles > 1 && kinds < roles:
		title += ", " + string(l.Kind)
	}
	if kinds > 1 {
		title += ", as " + t.Units.Symbol(l.Asset)
	}
	return title
}

// bookOf returns the book of an origin; nil if there is none.
func bookOf(books []trace.Book, origin string) *trace.Book {
	at := slices.IndexFunc(books, func(b trace.Book) bool { return b.Origin == origin })
	if at < 0 {
		return nil
	}
	return &books[at]
}

// spreadLines returns the kinds of line that any book has: those of the first
// by size, then others in the order in which they are first met.
func spreadLines(books []*trace.Book) []trace.Line {
	var lines []trace.Line
	for _, b := range books {
		if b == nil {
			continue
		}
		for _, l := range bySize(b.Lines) {
			if !slices.ContainsFunc(lines, func(have trace.Line) bool { return sameLine(&have, &l) }) {
				lines = append(lines, trace.Line{Kind: l.Kind, Role: l.Role, Asset: l.Asset})
			}
		}
	}
	return lines
}

func sameLine(a, b *trace.Line) bool {
	return a.Kind == b.Kind && a.Role == b.Role && a.Asset == b.Asset
}
