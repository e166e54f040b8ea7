package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"

	"clew"
)

// Measures of a page of a PDF, in millimetres.
const (
	pdfMargin = 12.0
	pdfSmall  = 3.3 // height of a line of a table
	pdfLine   = 8.0 // height of a line to be filled in
)

// pdfPages stands for how many pages there are, until that is known. No text from
// outside can hold it, for control characters are written out.
const pdfPages = "\x01p\x01"

// A pdfWriter lays a document out on pages. It uses the fonts that every reader of
// PDF has, so nothing is embedded; characters that they lack are written as
// <U+4E2D>, and none is lost.
type pdfWriter struct {
	*fpdf.Fpdf
	translate func(string) string
	width     float64 // between the margins
	bottom    float64 // where a page ends
}

// writePDF writes d as pages. The same document gives the same bytes: they name no
// time but the document's own. What only a terminal's --wide shows is left out, with what a
// terminal shows in its place, and so are pictures of flows; charts are drawn.
func writePDF(w io.Writer, d *Doc) error {
	wide, high, across := 297.0, 210.0, "L"
	if d.Upright {
		wide, high, across = high, wide, "P"
	}
	f := fpdf.New(across, "mm", "A4", "")
	p := &pdfWriter{f, f.UnicodeTranslatorFromDescriptor(""), wide - 2*pdfMargin, high - pdfMargin - 4}
	at := time.Unix(0, 0).UTC()
	if d.AsOf.Known() {
		at = d.AsOf.UTC()
	}
	f.SetCreationDate(at)
	f.SetModificationDate(at)
	f.SetCatalogSort(true)
	f.SetProducer("Clew", true)
	f.SetTitle(Clean(d.Title), true)
	f.SetLang("en")
	f.SetMargins(pdfMargin, pdfMargin, pdfMargin)
	f.SetAutoPageBreak(true, high-p.bottom)
	p.margins(d, high)
	f.AddPage()
	p.head(d)
	for i := range d.Sections {
		p.section(&d.Sections[i])
	}
	p.paragraph("", 8, "Facts are what a ledger records. Claims are somebody's word, with their source. Inferences come from a named method. Nothing found is not a clearance.")
	if err := f.Output(w); err != nil {
		return fmt.Errorf("writing the PDF: %w", err)
	}
	return nil
}

// margins writes above each page its marking, and below it the title, the page's
// number, and how many there are.
func (p *pdfWriter) margins(d *Doc, high float64) {
	p.AliasNbPages(pdfPages)
	p.SetFooterFunc(func() {
		p.font("", 7)
		p.SetXY(pdfMargin, high-pdfMargin)
		p.CellFormat(p.width-30, 4, p.fitting(p.encode(Clean(d.Title)), p.width-30), "", 0, "L", false, 0, "")
		p.CellFormat(30, 4, fmt.Sprintf("page %d of %s", p.PageNo(), pdfPages), "", 0, "R", false, 0, "")
	})
	if d.Marking == "" {
		return
	}
	p.SetHeaderFunc(func() {
		p.font("B", 9)
		p.SetXY(pdfMargin, 5)
		p.CellFormat(p.width, 4, p.encode(Clean(d.Marking)), "", 0, "R", false, 0, "")
		p.SetXY(pdfMargin, pdfMargin)
	})
}

// fitting returns as much of an encoded text as has room in a line.
func (p *pdfWriter) fitting(text string, room float64) string {
	if p.GetStringWidth(text) <= room-2 {
		return text
	}
	for len(text) > 0 && p.GetStringWidth(text+"...") > room-2 {
		text = text[:len(text)-1]
	}
	return text + "..."
}

func (p *pdfWriter) font(style string, points float64) { p.SetFont("Helvetica", style, points) }

// pdfWords replaces what this package writes and the fonts lack.
var pdfWords = strings.NewReplacer("▸ ", "> ", "≈ ", "about ", "◇ ", "claim: ", "↩ ", "", "→", "to", "−", "-")

// encode returns text in the encoding of the fonts. It is cleaned before.
func (p *pdfWriter) encode(text string) string {
	var b strings.Builder
	for _, c := range pdfWords.Replace(text) {
		one := p.translate(string(c))
		if one == "." && c != '.' {
			one = fmt.Sprintf("<U+%04X>", c)
		}
		b.WriteString(one)
	}
	return b.String()
}

func (p *pdfWriter) head(d *Doc) {
	p.paragraph("B", 18, d.Title)
	p.paragraph("", 10, d.Asked)
	for _, s := range d.Warnings {
		p.paragraph("I", 9, "! "+s)
	}
	for _, s := range d.Answer {
		p.paragraph("", 11, s)
	}
}

// paragraph writes wrapped text; an empty one writes nothing.
func (p *pdfWriter) paragraph(style string, points float64, text string) {
	if text == "" {
		return
	}
	p.font(style, points)
	p.MultiCell(p.width, points*0.46, p.encode(cleanWhole(text)), "", "L", false)
	p.Ln(1)
}

func (p *pdfWriter) section(s *Section) {
	var tables []*Table
	for _, t := range s.Tables {
		if !t.Data && !t.Wide && !t.Page {
			tables = append(tables, t)
		}
	}
	if len(s.Notes)+len(s.Blocks)+len(tables)+len(s.Charts)+len(s.Blanks) == 0 && s.Flow == nil {
		return
	}
	p.keep(p.beginning(s, tables))
	p.Ln(3)
	p.paragraph("B", 13, s.Title)
	for _, n := range s.Notes {
		p.paragraph("", 9, n)
	}
	for _, b := range s.Blocks {
		p.keep(p.height(9, b.Title) + 12) // its title and a line or two
		p.paragraph("B", 9, b.Title)
		for _, line := range b.Lines {
			p.paragraph("", 9, line)
		}
	}
	for _, b := range s.Blanks {
		p.blank(&b)
	}
	if s.Flow != nil {
		p.paragraph("I", 9, "The picture of the flow is on the page that --html writes.")
	}
	for _, c := range s.Charts {
		p.chart(c)
	}
	for _, t := range tables {
		p.table(t)
	}
}

// beginning returns how much room a section wants where its title stands, so that the
// title does not stand alone: for what comes before the first box, chart or table, and
// the beginning of that. Text that is long goes on over pages.
func (p *pdfWriter) beginning(s *Section, tables []*Table) float64 {
	const least, most = 25.0, 120.0
	room := 3 + p.height(13, s.Title)
	for _, n := range s.Notes {
		room += p.height(9, n)
	}
	switch {
	case len(s.Blocks) > 0 || s.Flow != nil:
		return least
	case len(s.Blanks) > 0:
		height, _ := p.blankOf(&s.Blanks[0])
		room += height
	case len(s.Charts) > 0:
		return max(least+pdfHeight(s.Charts[0]), room)
	case len(tables) > 0:
		room += pdfTableBegins
	}
	if room > most {
		return least
	}
	return max(room, least)
}

// height returns how high [pdfWriter.paragraph] is.
func (p *pdfWriter) height(points float64, text string) float64 {
	if text == "" {
		return 0
	}
	p.font("", points)
	return float64(len(p.SplitLines([]byte(p.encode(cleanWhole(text))), p.width)))*points*0.46 + 1
}

// blankOf returns how high a box is, and the lines of its note.
func (p *pdfWriter) blankOf(b *Blank) (height float64, note [][]byte) {
	p.font("", 8)
	if b.Note != "" {
		note = p.SplitLines([]byte(p.encode(cleanWhole(b.Note))), p.width-8)
	}
	return 9 + float64(len(note))*3.7 + float64(b.Lines)*pdfLine, note
}

// blank draws a box with room for what a person writes.
func (p *pdfWriter) blank(b *Blank) {
	height, note := p.blankOf(b)
	p.keep(height)
	top := p.GetY()
	p.SetDrawColor(120, 128, 138)
	p.SetLineWidth(0.2)
	p.Rect(pdfMargin, top, p.width, height-2, "D")
	p.SetXY(pdfMargin+3, top+1)
	p.font("B", 9)
	p.CellFormat(p.width-6, 5, p.fitting(p.encode(cleanWhole(b.Title)), p.width-6), "", 2, "L", false, 0, "")
	p.font("", 8)
	for _, line := range note {
		p.SetX(pdfMargin + 3)
		p.CellFormat(p.width-6, 3.7, string(line), "", 2, "L", false, 0, "")
	}
	p.SetDrawColor(200, 205, 211)
	for range b.Lines - 1 {
		y := p.GetY() + pdfLine
		p.Line(pdfMargin+3, y, pdfMargin+p.width-3, y)
		p.SetY(y)
	}
	p.SetXY(pdfMargin, top+height)
}

// keep begins a new page where less than a height is left.
func (p *pdfWriter) keep(height float64) {
	if p.GetY()+height > p.bottom {
		p.AddPage()
	}
}

// asOfDay returns a document's time from a day; unknown for what is none.
func asOfDay(day string) clew.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return clew.TimeOf(t)
}
