package report

import (
	"fmt"
	"strconv"
	"strings"
)

// pdfColors are the colours of r0 to r5 on paper.
var pdfColors = [maxOrigins][3]int{{79, 143, 207}, {227, 154, 60}, {70, 165, 131}, {196, 106, 155}, {154, 143, 58}, {138, 147, 160}}

// pdfPixel is how large a pixel of a chart is, in millimetres.
const pdfPixel = 0.21

// pdfHeight returns how high the drawing of a chart is.
func pdfHeight(c *Chart) float64 { return float64(c.Height) / 10 * pdfPixel }

// chart draws the marks of a chart.
func (p *pdfWriter) chart(c *Chart) {
	const perPixel = pdfPixel
	height := pdfHeight(c)
	p.keep(height + 12)
	p.paragraph("B", 9, c.Title)
	top := p.GetY()
	at := func(x, y float64) (float64, float64) { return pdfMargin + x*perPixel, top + y*perPixel }
	for i := range c.Marks {
		m := &c.Marks[i]
		if m.Path != "" {
			p.path(m, at)
			continue
		}
		p.font("", 7)
		text := p.encode(m.Text)
		x, y := at(float64(m.X)/10, float64(m.Y)/10)
		switch m.End {
		case "middle":
			x -= p.GetStringWidth(text) / 2
		case "end":
			x -= p.GetStringWidth(text)
		}
		p.Text(x, y, text)
	}
	p.SetXY(pdfMargin, top+height+1)
	p.keys(c)
	p.paragraph("I", 8, c.Caption)
}

// keys writes what the colours stand for.
func (p *pdfWriter) keys(c *Chart) {
	for _, k := range c.Keys {
		x, y := p.GetX(), p.GetY()
		rgb := pdfColors[k.Index%maxOrigins]
		p.SetFillColor(rgb[0], rgb[1], rgb[2])
		p.Rect(x, y, 6, 3, "F")
		p.font("", 8)
		text := p.encode(Clean(k.Name))
		p.Text(x+7, y+2.6, text)
		p.SetXY(x+12+p.GetStringWidth(text), y)
	}
	if len(c.Keys) > 0 {
		p.SetXY(pdfMargin, p.GetY()+5)
	}
}

// path draws a path as its class says.
func (p *pdfWriter) path(m *Mark, at func(x, y float64) (float64, float64)) {
	style := "D"
	switch m.Class {
	case "chart-grid":
		p.SetDrawColor(213, 218, 224)
		p.SetLineWidth(0.1)
	case "chart-line":
		p.SetDrawColor(pdfColors[0][0], pdfColors[0][1], pdfColors[0][2])
		p.SetLineWidth(0.6)
	default:
		index, err := strconv.Atoi(strings.TrimPrefix(m.Class, "r"))
		if err != nil {
			panic("report: no class of a mark: " + m.Class) // ours
		}
		rgb := pdfColors[index%maxOrigins]
		p.SetFillColor(rgb[0], rgb[1], rgb[2])
		style = "F"
	}
	for _, s := range pathSteps(m.Path) {
		xy := s.numbers
		for k := 0; k+1 < len(xy); k += 2 {
			xy[k], xy[k+1] = at(xy[k], xy[k+1])
		}
		switch s.command {
		case 'M':
			p.MoveTo(xy[0], xy[1])
		case 'L':
			p.LineTo(xy[0], xy[1])
		case 'C':
			p.CurveBezierCubicTo(xy[0], xy[1], xy[2], xy[3], xy[4], xy[5])
		case 'Z':
			p.ClosePath()
		}
	}
	p.DrawPath(style)
}

// A pathStep is one command of a path with its numbers.
type pathStep struct {
	command byte
	numbers []float64
}

// pathSteps reads a path as this package writes it: M and L with one point, C with
// three, Z with none. Anything else is a broken invariant.
func pathSteps(path string) []pathStep {
	want := map[byte]int{'M': 2, 'L': 2, 'C': 6, 'Z': 0}
	var steps []pathStep
	for path != "" {
		command := path[0]
		end := strings.IndexAny(path[1:], "MLCZ") + 1
		if end == 0 {
			end = len(path)
		}
		s := pathStep{command: command}
		for _, text := range strings.Fields(path[1:end]) {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil {
				panic("report: path: " + err.Error())
			}
			s.numbers = append(s.numbers, n)
		}
		if n, known := want[command]; !known || n != len(s.numbers) {
			panic(fmt.Sprintf("report: path: %q", path[:end]))
		}
		steps, path = append(steps, s), path[end:]
	}
	return steps
}
