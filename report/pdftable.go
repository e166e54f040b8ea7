package report

import (
	"slices"
	"strings"
)

// pdfRows bounds the rows of one table of a PDF: more are for machines.
const pdfRows = 2000

// pdfTableBegins is the room for a table's caption, its heading and a row.
const pdfTableBegins = 6 + 4*pdfSmall

// A pdfTable is a table with the widths of its columns.
type pdfTable struct {
	columns []Column
	rows    [][]string // encoded
	total   []bool
	widths  []float64
}

func (x *pdfTable) width() float64 {
	sum := 0.0
	for _, w := range x.widths {
		sum += w
	}
	return sum
}

// table writes a table, its heading again on every page.
func (p *pdfWriter) table(t *Table) {
	x := p.measured(t)
	if len(x.columns) == 0 || len(x.rows) == 0 {
		return
	}
	p.keep(pdfTableBegins)
	p.paragraph("I", 8, t.Caption)
	p.heading(x)
	for i, row := range x.rows {
		style := ""
		if x.total[i] {
			style = "B"
		}
		p.row(x, row, style, true)
	}
	if more := len(t.Rows) - len(x.rows); more > 0 {
		p.paragraph("I", 8, plural(more, "row is", "rows are")+" left out here: --csv writes all of them.")
	}
	p.Ln(2)
}

// measured returns what of a table is shown, which is no column that is empty, and
// shares the page's width among its columns: each has room for its longest word, and
// what is left goes to those whose texts are longer than that.
func (p *pdfWriter) measured(t *Table) *pdfTable {
	x := &pdfTable{}
	var at []int
	for i, c := range t.Columns {
		if !c.Wide && !emptyColumn(t.Rows, i) {
			x.columns, at = append(x.columns, c), append(at, i)
		}
	}
	for _, r := range t.Rows[:min(len(t.Rows), pdfRows)] {
		var row []string
		for _, i := range at {
			row = append(row, p.encode(cleanWhole(r.Cells[i].page())))
		}
		x.rows, x.total = append(x.rows, row), append(x.total, r.Total)
	}
	least, wanted := make([]float64, len(at)), make([]float64, len(at))
	p.font("B", 7)
	for k, c := range x.columns {
		p.widen(p.encode(c.Title), &least[k], &least[k])
		wanted[k] = least[k]
	}
	for _, row := range x.rows {
		for k, text := range row {
			p.widen(text, &least[k], &wanted[k])
		}
	}
	x.widths = shared(least, wanted, p.width)
	return x
}

// widen makes room for a text's longest word, and for the whole of it.
func (p *pdfWriter) widen(text string, word, whole *float64) {
	const padding = 3
	longest := 0.0
	for _, w := range strings.Fields(text) {
		longest = max(longest, p.GetStringWidth(w))
	}
	*word = min(max(*word, longest+padding), 50)
	if whole != word {
		*whole = max(*whole, p.GetStringWidth(text)+padding)
	}
}

// shared divides a page's width. Where not every column has room for its longest
// word, those with the longest give way, so that short words stay whole and hashes
// are broken.
func shared(least, wanted []float64, page float64) []float64 {
	widths := make([]float64, len(least))
	sumLeast, sumWanted := 0.0, 0.0
	for k := range least {
		wanted[k] = max(wanted[k], least[k])
		sumLeast, sumWanted = sumLeast+least[k], sumWanted+wanted[k]
	}
	most := levelOf(least, page)
	for k := range least {
		switch {
		case sumWanted <= page:
			widths[k] = wanted[k]
		case sumLeast >= page:
			widths[k] = min(least[k], most)
		default:
			widths[k] = least[k] + (wanted[k]-least[k])*(page-sumLeast)/(sumWanted-sumLeast)
		}
	}
	return widths
}

// levelOf returns how wide columns can be so that together they fill a page: those
// that need less have what they need.
func levelOf(least []float64, page float64) float64 {
	sorted := slices.Clone(least)
	slices.Sort(sorted)
	for k, w := range sorted {
		if even := page / float64(len(sorted)-k); w >= even {
			return even
		}
		page -= w
	}
	return page
}

func (p *pdfWriter) heading(x *pdfTable) {
	titles := make([]string, len(x.columns))
	for k, c := range x.columns {
		titles[k] = p.encode(c.Title)
	}
	p.row(x, titles, "B", false)
}

// row writes one row line by line, so that one that is higher than the page goes on
// over the next.
func (p *pdfWriter) row(x *pdfTable, row []string, style string, again bool) {
	p.font(style, 7)
	lines, most := make([][][]byte, len(row)), 1
	for k, text := range row {
		lines[k] = p.SplitLines([]byte(text), x.widths[k])
		most = max(most, len(lines[k]))
	}
	if again && p.GetY()+float64(min(most, 8))*pdfSmall > p.bottom {
		p.AddPage()
		p.heading(x)
		p.font(style, 7)
	}
	for n := range most {
		if p.GetY()+pdfSmall > p.bottom {
			p.AddPage()
			p.font(style, 7)
		}
		left, top := pdfMargin, p.GetY()
		for k := range row {
			if n < len(lines[k]) {
				align := "L"
				if x.columns[k].Align != Left {
					align = "R"
				}
				p.SetXY(left, top)
				p.CellFormat(x.widths[k], pdfSmall, string(lines[k][n]), "", 0, align, false, 0, "")
			}
			left += x.widths[k]
		}
		p.SetXY(pdfMargin, top+pdfSmall)
	}
	p.SetDrawColor(213, 218, 224)
	p.SetLineWidth(0.1)
	p.Line(pdfMargin, p.GetY(), pdfMargin+x.width(), p.GetY())
	p.SetXY(pdfMargin, p.GetY()+0.4)
}
