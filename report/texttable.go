package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A shape says how the shown columns of a table are laid out in text.
type shape struct {
	columns []int  // indexes of the shown columns
	width   []int  // of each shown column
	left    []int  // digits before the point, in columns aligned by it
	exact   []bool // by column of the table: its numbers have all their digits
}

// exactWidth is how wide a table with all digits may be where there is no
// terminal to say so.
const exactWidth = 124

// table writes t: headings, rows, and how many rows were left out.
func (t *textWriter) table(table *Table) {
	rows, hidden := table.Rows, 0
	if !t.style.Expand {
		rows = unfoldedFirst(rows)
	}
	if table.Most > 0 && len(rows) > table.Most && !t.style.Wide {
		rows, hidden = briefRows(rows, table.Most)
	}
	if len(rows) == 0 {
		return
	}
	s := t.bestShape(table, rows)
	t.headings(table, s)
	for _, row := range rows {
		if row.Fold != "" && !t.style.Expand {
			t.paragraph("  ▸ ", row.Fold+" (--expand)")
			continue
		}
		t.line(t.rowText(table, &row, s))
		for _, inner := range row.Inner {
			if t.style.Expand && !inner.Page {
				t.paragraph("  ▾ ", inner.Caption)
				t.table(inner)
			}
		}
	}
	if hidden > 0 {
		t.line(t.paint(faint, fmt.Sprintf("  … and %s", plural(hidden, "more row", "more rows"))))
	}
}

// unfoldedFirst keeps, of the rows that are shown as one line, the first.
func unfoldedFirst(rows []Row) []Row {
	var kept []Row
	for _, f := range folded(rows) {
		kept = append(kept, f.Row)
	}
	return kept
}

// bestShape shows all digits of the columns that there is room for, from the
// left, and of the others as much as a narrow column takes.
func (t *textWriter) bestShape(table *Table, rows []Row) shape {
	room := t.style.Screen
	if room == 0 {
		room = exactWidth
	}
	title, exact := wideTitle, make([]bool, len(table.Columns))
	s := t.shapeOf(table, rows, title, exact)
	if s.total() > t.width {
		title = narrowTitle
		s = t.shapeOf(table, rows, title, exact)
	}
	for _, i := range s.columns {
		exact[i] = table.Columns[i].Align != Left
		if wider := t.shapeOf(table, rows, title, exact); wider.total() <= room {
			s = wider
			continue
		}
		exact[i] = false
	}
	if whole := t.shapeOf(table, rows, wideTitle, exact); whole.total() <= room {
		s = whole
	}
	s.exact = exact
	fitted := s.fitted(table, t.style.Screen)
	t.spared = t.spared || len(fitted.columns) < len(s.columns)
	return fitted
}

// headings writes the columns' titles, over as many lines as the longest takes.
func (t *textWriter) headings(table *Table, s shape) {
	titles := make([][]string, len(s.columns))
	lines := 0
	for k, i := range s.columns {
		titles[k] = broken(table.Columns[i].Title, s.width[k])
		lines = max(lines, len(titles[k]))
	}
	for n := range lines {
		heading := ""
		for k, i := range s.columns {
			part := ""
			if at := n - (lines - len(titles[k])); at >= 0 {
				part = titles[k][at]
			}
			heading += "  " + pad(part, s.width[k], table.Columns[i].Align != Left)
		}
		t.line(t.paint(faint, strings.TrimRight(heading, " ")))
	}
}

// broken breaks a title into lines of at most width columns, where its words
// allow.
func broken(title string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(title) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

// How wide a title may make its column before it is broken into lines: in a
// table that would not fit otherwise, less.
const (
	wideTitle   = 40
	narrowTitle = 12
)

// titleWidth is how wide a title makes its column: its longest line.
func titleWidth(title string, most int) int {
	width := 0
	for _, line := range broken(title, most) {
		width = max(width, utf8.RuneCountInString(line))
	}
	return width
}

// spelling returns what a cell says on this screen; exact is whether its number
// has all its digits.
func (t *textWriter) spelling(c *Cell, exact bool) string {
	if t.style.Wide || exact {
		return c.page()
	}
	return c.Text
}

// briefRows keeps the first n rows and all sums.
func briefRows(rows []Row, n int) (kept []Row, hidden int) {
	for i, r := range rows {
		if i < n || r.Total {
			kept = append(kept, r)
		} else {
			hidden++
		}
	}
	return kept, hidden
}

// shapeOf measures the columns that are shown: those without any text are not.
func (t *textWriter) shapeOf(table *Table, rows []Row, title int, exact []bool) shape {
	var s shape
	for i := range table.Columns {
		c := &table.Columns[i]
		if c.Wide && !t.style.Wide || c.Brief && t.style.Wide || emptyColumn(rows, i) {
			continue
		}
		before, after, width := 0, 0, titleWidth(c.Title, title)
		for _, r := range rows {
			text := t.spelling(&r.Cells[i], exact[i])
			if c.Align == Point {
				b, a := pointParts(text)
				before, after = max(before, b), max(after, a)
			}
			width = max(width, utf8.RuneCountInString(text))
		}
		width = max(width, before+after)
		s.columns = append(s.columns, i)
		s.width = append(s.width, width)
		s.left = append(s.left, width-after)
	}
	return s
}

func emptyColumn(rows []Row, i int) bool {
	return !slices.ContainsFunc(rows, func(r Row) bool { return r.Cells[i].Text != "" })
}

// total is how many columns of the screen a table takes.
func (s *shape) total() int {
	sum := 0
	for _, width := range s.width {
		sum += 2 + width
	}
	return sum
}

// fitted leaves out columns that can be spared until the table fits a screen
// of so many columns, and then cuts the widest text; 0 is as wide as it takes.
func (s shape) fitted(table *Table, screen int) shape {
	for screen > 0 && s.total() > screen {
		spare, widest := -1, -1
		for k, i := range s.columns {
			if table.Columns[i].Align == Left && s.width[k] > cutText && (widest < 0 || s.width[k] > s.width[widest]) {
				widest = k
			}
			if order := table.Columns[i].Spare; order > 0 && (spare < 0 || order < table.Columns[s.columns[spare]].Spare) {
				spare = k
			}
		}
		if spare < 0 && widest >= 0 {
			s.width[widest] = max(cutText, s.width[widest]-(s.total()-screen))
			continue
		}
		if spare < 0 {
			break
		}
		s.columns = slices.Delete(s.columns, spare, spare+1)
		s.width = slices.Delete(s.width, spare, spare+1)
		s.left = slices.Delete(s.left, spare, spare+1)
	}
	return s
}

// cutText is how much of a text stays however narrow the screen is.
const cutText = 16

func (t *textWriter) rowText(table *Table, row *Row, s shape) string {
	var b strings.Builder
	for k, i := range s.columns {
		cell := &row.Cells[i]
		spelled := t.spelling(cell, s.exact[i])
		t.cut = t.cut || strings.Contains(spelled, "…")
		b.WriteString("  ")
		var text string
		switch table.Columns[i].Align {
		case Point:
			before, _ := pointParts(spelled)
			text = pad(strings.Repeat(" ", max(0, s.left[k]-before))+spelled, s.width[k], false)
		default:
			text = pad(clip(spelled, s.width[k]), s.width[k], table.Columns[i].Align == Right)
		}
		switch color := colorOf(cell.Basis); {
		case row.Total:
			text = t.paint(bold, text)
		case color != "":
			text = t.paint(color, text)
		}
		b.WriteString(text)
	}
	return b.String()
}

// pointParts counts the columns before the decimal point, and from it on.
func pointParts(s string) (before, after int) {
	whole, fraction, found := strings.Cut(s, ".")
	if !found {
		return utf8.RuneCountInString(s), 0
	}
	return utf8.RuneCountInString(whole), 1 + utf8.RuneCountInString(fraction)
}

// pad fills s with spaces to width columns, on the left for right alignment.
func pad(s string, width int, right bool) string {
	room := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if right {
		return room + s
	}
	return s + room
}
