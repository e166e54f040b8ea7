package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"rsc.io/pdf"

	"clew/incident/yearly"
)

// pdfText reads a PDF back by a reader that is not ours, page by page.
func pdfText(t *testing.T, file string) string {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader([]byte(file)), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := 1; n <= r.NumPage(); n++ {
		for _, x := range r.Page(n).Content().Text {
			b.WriteString(x.S)
		}
		b.WriteByte('\n')
	}
	return strings.ReplaceAll(b.String(), " ", "")
}

func TestPDFIsRead(t *testing.T) {
	y := yearlyOf(t, yearly.Actor{State: "KP"}, ronin)
	file := written(t, y, PDF, Style{}, "")
	text := pdfText(t, file)
	for _, want := range []string{"764,000,000", "935,000,000remainunexplained", "ronin-2022", "TRMLabs", "mixer:96ETH"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the pages", want)
		}
	}
	if strings.Count(text, "\n") < 5 {
		t.Error("too few pages")
	}
	if again := written(t, yearlyOf(t, yearly.Actor{State: "KP"}, ronin), PDF, Style{}, ""); again != file {
		t.Error("two PDFs of one account differ")
	}
	if !strings.Contains(file, "/CreationDate (D:20261129000000)") {
		t.Error("the PDF bears another day than the record's")
	}
}

// TestPDFHoldsNoTime wants a document without a time to have none of the clock's.
func TestPDFHoldsNoTime(t *testing.T) {
	file := written(t, smallTrace(t, "x"), PDF, Style{}, "")
	if !strings.Contains(file, "/CreationDate (D:19700101000000)") {
		t.Error("the PDF bears a time of its own")
	}
}

// TestPDFTakesHostileText wants text from outside as text: no operator of the page,
// nothing lost, and every page readable.
func TestPDFTakesHostileText(t *testing.T) {
	for _, label := range append([]string{") Tj ET /JS (app.alert(1)) BT (", `\) \\ \`, "中文 ▸ ≈ →", strings.Repeat("long ", 400), strings.Repeat("W", 3000)}, hostileTexts...) {
		d := &Doc{Title: label, Asked: label, Answer: []string{label}, Warnings: []string{label}, Sections: []Section{{ID: "a", Title: label, Notes: []string{label},
			Charts: []*Chart{{Title: label, Caption: label, Width: 100, Height: 100, Marks: []Mark{{Text: label}}, Keys: []ChartKey{{9, label}}}},
			Tables: []*Table{{Name: "a", Caption: label, Columns: []Column{{Title: label}, {Title: "n", Align: Right}}, Rows: []Row{{Cells: []Cell{{Text: label}, {Text: label}}}, {Cells: []Cell{{}, {}}}}}}}}}
		var b bytes.Buffer
		if err := writePDF(&b, d); err != nil {
			t.Fatal(err)
		}
		text := pdfText(t, b.String())
		if strings.HasPrefix(label, "中") && !strings.Contains(text, "<U+4E2D><U+6587>") {
			t.Error("a character that the fonts lack is lost")
		}
		if strings.HasPrefix(label, ")") && !strings.Contains(text, ")TjET/JS(app.alert(1))BT(") {
			t.Errorf("%q is not there as text", label)
		}
		if strings.Contains(b.String(), "/JavaScript") || strings.Contains(b.String(), "/OpenAction /") {
			t.Errorf("%q made the PDF act", label)
		}
	}
}

// TestPDFOfEveryForm wants answers of other operations to be laid out too.
func TestPDFOfEveryForm(t *testing.T) {
	text := pdfText(t, written(t, smallTrace(t, "x"), PDF, Style{}, ""))
	if !strings.Contains(text, "Theclosedbooks") {
		t.Error("the books are not there")
	}
	if strings.Contains(text, "…") || strings.Contains(text, "\x85") {
		t.Error("an amount or an address is cut, as on a terminal")
	}
}

// TestPDFColumns wants no column that is empty, and of columns that only --wide shows what
// a terminal shows in their place, so that rows still add up.
func TestPDFColumns(t *testing.T) {
	d := &Doc{Title: "t", Sections: []Section{{Title: "s", Tables: []*Table{{Name: "a", Columns: []Column{{Title: "one"}, {Title: "empty"}, {Title: "wide", Wide: true}, {Title: "elsewhere", Brief: true}},
		Rows: []Row{{Cells: []Cell{{Text: "1"}, {}, {Text: "2"}, {Text: "2"}}}}}}}}}
	var b bytes.Buffer
	if err := writePDF(&b, d); err != nil {
		t.Fatal(err)
	}
	if text := pdfText(t, b.String()); !strings.Contains(text, "oneelsewhere12") {
		t.Errorf("the table is %q", text)
	}
}

// TestPDFHeadings wants a section's title on the page on which the section begins, wherever
// on a page that is.
func TestPDFHeadings(t *testing.T) {
	for lines := 30; lines < 50; lines++ {
		long := strings.Repeat("what it says. ", 30)
		d := &Doc{Title: "t", Upright: true, Sections: []Section{{Title: "before", Notes: slices.Repeat([]string{"a line"}, lines)}}}
		for _, s := range []Section{
			{Title: "oftable", Notes: []string{long}, Tables: []*Table{{Name: "a", Caption: "caption", Columns: []Column{{Title: "head"}}, Rows: []Row{{Cells: []Cell{{Text: "row"}}}}}}},
			{Title: "ofblank", Notes: []string{long}, Blanks: []Blank{{"box", "", 5}}},
		} {
			d.Sections = append(d.Sections[:1], s)
			var b bytes.Buffer
			if err := writePDF(&b, d); err != nil {
				t.Fatal(err)
			}
			for _, page := range strings.Split(pdfText(t, b.String()), "\n") {
				if strings.Contains(page, s.Title) && !strings.Contains(page, "row") && !strings.Contains(page, "box") {
					t.Errorf("after %d lines %s stands alone", lines, s.Title)
				}
			}
		}
	}
}

// TestPathSteps reads what is drawn, and wants a broken path to be noticed.
func TestPathSteps(t *testing.T) {
	steps := pathSteps(ribbon(0, 0, 100, 50, 20))
	if len(steps) != 5 || steps[0].command != 'M' || steps[1].command != 'C' || len(steps[1].numbers) != 6 || steps[4].command != 'Z' {
		t.Errorf("%+v", steps)
	}
	for _, bad := range []string{"M1", "X1 2", "Mx y", "C1 2Z"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was read", bad)
				}
			}()
			pathSteps(bad)
		}()
	}
}

// TestSharedWidths wants no table to be wider than its page.
func TestSharedWidths(t *testing.T) {
	const page = 273.0
	for _, c := range []struct{ least, wanted []float64 }{{[]float64{10, 20}, []float64{15, 30}}, {[]float64{100, 100}, []float64{900, 150}}, {[]float64{200, 200}, []float64{300, 300}}} {
		sum := 0.0
		for k, w := range shared(c.least, c.wanted, page) {
			sum += w
			if sumOf(c.least) <= page && w < c.least[k] {
				t.Errorf("%v: %g for a column of at least %g", c, w, c.least[k])
			}
		}
		if sum > page+0.01 {
			t.Errorf("%v: %g wide", c, sum)
		}
	}
}

func sumOf(list []float64) float64 {
	sum := 0.0
	for _, x := range list {
		sum += x
	}
	return sum
}
