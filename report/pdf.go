package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"

	"clew"
)

// Measures of a page of a PDF, in millimetres: A4 across.
const (
	pdfMargin = 12.0
	pdfWidth  = 297 - 2*pdfMargin
	pdfBottom = 210 - pdfMargin - 4
	pdfSmall  = 3.3 // height of a line of a table
)

// A pdfWriter lays a document out on pages. It uses the fonts that every reader of
// PDF has, so nothing is embedded; characters that they lack are written as
// <U+4E2D>, and none is lost.
type pdfWriter struct {
	*fpdf.Fpdf
	translate func(string) string
}

// writePDF writes d as pages. The same document gives the same bytes: they name no
// time but the document's own. What only a terminal's --wide shows is left out, and
// so are pictures of flows; charts are drawn.
func writePDF(w io.Writer, d *Doc) error {
	f := fpdf.New("L", "mm", "A4", "")
	p := &pdfWriter{f, f.UnicodeTranslatorFromDescriptor("")}
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
	f.SetAutoPageBreak(true, 210-pdfBottom)
	f.SetFooterFunc(func() {
		p.font("", 7)
		f.SetXY(pdfMargin, 210-pdfMargin)
		f.CellFormat(pdfWidth, 4, p.encode(fmt.Sprintf("%s · page %d", Clean(d.Title), f.PageNo())), "", 0, "R", false, 0, "")
	})
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
	p.MultiCell(pdfWidth, points*0.46, p.encode(cleanWhole(text)), "", "L", false)
	p.Ln(1)
}

func (p *pdfWriter) section(s *Section) {
	var tables []*Table
	for _, t := range s.Tables {
		if !t.Data && !t.Wide && !t.Page {
			tables = append(tables, t)
		}
	}
	if len(s.Notes)+len(s.Blocks)+len(tables)+len(s.Charts) == 0 && s.Flow == nil {
		return
	}
	room := 25.0
	if len(s.Charts) > 0 {
		room += pdfHeight(s.Charts[0])
	}
	p.keep(room)
	p.Ln(3)
	p.paragraph("B", 13, s.Title)
	for _, n := range s.Notes {
		p.paragraph("", 9, n)
	}
	for _, b := range s.Blocks {
		p.paragraph("B", 9, b.Title)
		for _, line := range b.Lines {
			p.paragraph("", 9, line)
		}
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

// keep begins a new page where less than a height is left.
func (p *pdfWriter) keep(height float64) {
	if p.GetY()+height > pdfBottom {
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
