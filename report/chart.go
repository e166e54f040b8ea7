package report

import (
	"fmt"
	"slices"
	"strings"

	"clew/incident/yearly"
)

// A Chart is a drawing of figures that a document's tables hold. Lengths are in
// tenths of a pixel, from the upper left; the writers draw the same marks.
type Chart struct {
	ID            string
	Title, Desc   string // of the drawing, and what it shows in words
	Caption       string
	Width, Height int
	Marks         []Mark
	Keys          []ChartKey
}

// A Mark is one thing drawn: a path or a text.
type Mark struct {
	Path  string // as in SVG, of M, L, C and Z with whole coordinates; "" for a text
	Class string // chart-line, chart-grid, or r0 to r5: one of the colours with its pattern
	Title string // said of a path where it is pointed at
	X, Y  int    // of a text, at its base line
	End   string // of a text: start, middle or end
	Text  string
}

// A ChartKey says what a colour stands for.
type ChartKey struct {
	Index int
	Name  string
}

// Px writes a length in pixels.
func (c *Chart) Px(tenths int) string { return px(tenths) }

// box adds a filled rectangle.
func (c *Chart) box(x, y, w, h, color int, title string) {
	if w <= 0 || h <= 0 {
		return
	}
	c.Marks = append(c.Marks, Mark{Path: fmt.Sprintf("M%s %sL%s %sL%s %sL%s %sZ", px(x), px(y), px(x+w), px(y), px(x+w), px(y+h), px(x), px(y+h)), Class: fmt.Sprintf("r%d", color), Title: title})
}

func (c *Chart) line(class string, points ...[2]int) {
	var b strings.Builder
	for i, p := range points {
		b.WriteString("ML"[min(i, 1):min(i, 1)+1] + px(p[0]) + " " + px(p[1]))
	}
	c.Marks = append(c.Marks, Mark{Path: b.String(), Class: class})
}

func (c *Chart) text(x, y int, end, text string) {
	c.Marks = append(c.Marks, Mark{X: x, Y: y, End: end, Text: Clean(text)})
}

// millions writes an amount in millions of US dollars, rounded down.
func millions(c yearly.Cents) string { return group(fmt.Sprint(int64(c) / 100 / 1_000_000)) }

// The room of charts with axes.
const (
	chartWidth  = 9200
	chartHeight = 3200
	chartLeft   = 800
	chartTop    = 250
	chartBottom = 2850
)

// scale draws lines across a chart at round amounts, and returns how high an
// amount is.
func (c *Chart) scale(most yearly.Cents) func(yearly.Cents) int {
	step := yearly.Cents(100)
	for factors := []yearly.Cents{2, 5, 10}; most/step > 5; {
		base := step
		for _, f := range factors {
			if step = base * f; most/step <= 5 {
				break
			}
		}
	}
	top := (most/step + 1) * step
	high := func(v yearly.Cents) int { return int(int64(v/100) * (chartBottom - chartTop) / int64(top/100)) }
	for v := yearly.Cents(0); v <= top; v += step {
		c.line("chart-grid", [2]int{chartLeft, chartBottom - high(v)}, [2]int{chartWidth, chartBottom - high(v)})
		c.text(chartLeft-60, chartBottom-high(v)+40, "end", millions(v))
	}
	return high
}

// The series of bars by year: the parts of what a year's thefts come to.
var actorSeries = []string{"KP: confirmed by an authority", "KP: assessed", "KP: alleged", "others who are named", "nobody is named"}

var actorWords = []string{"laid to the DPRK, confirmed by an authority", "assessed", "alleged", "laid to others", "nobody is named"}

// yearBars draws what was stolen in each year, by whose it is said to be.
func (y *Yearly) yearBars() *Chart {
	c := &Chart{ID: "bars", Title: "Thefts on record by year, in millions of US dollars", Width: chartWidth, Height: chartHeight,
		Desc:    "A bar for each year, made of what is laid to the DPRK by standing, to others, and to nobody. The table of years holds the sums.",
		Caption: "Thefts of unknown value are in no bar: the table counts them."}
	var most yearly.Cents
	for i := range y.Years {
		most = max(most, y.Years[i].All.Known())
	}
	if most == 0 {
		return nil
	}
	high := c.scale(most)
	step := (chartWidth - chartLeft) / len(y.Years)
	for i := range y.Years {
		x := &y.Years[i]
		left, base := chartLeft+i*step+step/6, chartBottom
		sums := make([]yearly.Cents, len(actorSeries))
		for k := range x.Actors {
			at := slices.Index(actorSeries, x.Actors[k].Name)
			if at < 0 {
				at = 3
			}
			sums[at] += x.Actors[k].Known()
		}
		for k, sum := range sums {
			h := high(sum)
			c.box(left, base-h, step*2/3, h, k, fmt.Sprintf("%s, %s: %s US dollars", Clean(x.Year), actorWords[k], centsText(sum)))
			base -= h
		}
		c.text(left+step/3, base-50, "middle", millions(x.All.Known()))
		label := x.Year
		if x.Year == y.Question.Year {
			label = "▸ " + label
		}
		c.text(left+step/3, chartBottom+180, "middle", label)
	}
	for k, words := range actorWords {
		c.Keys = append(c.Keys, ChartKey{k, words})
	}
	return c
}

// courseLine draws how the sum grew over the days of the year.
func (y *Yearly) courseLine() *Chart {
	n := len(y.Course)
	if n == 0 || y.Course[n-1].USD == nil {
		return nil
	}
	c := &Chart{ID: "curve", Title: "How the sum grew over " + Clean(y.Question.Year) + ", in millions of US dollars", Width: chartWidth, Height: chartHeight,
		Desc: "A line that steps up on the day of each theft. The table of thefts holds days and values."}
	high := c.scale(*y.Course[n-1].USD)
	at := func(day string) int { return chartLeft + dayOfYear(day)*(chartWidth-chartLeft-600)/366 }
	points := [][2]int{{chartLeft, chartBottom}}
	last := chartBottom
	for _, s := range y.Course {
		v := yearly.Cents(0)
		if s.USD != nil {
			v = *s.USD
		}
		x := at(string(s.Day))
		points = append(points, [2]int{x, last}, [2]int{x, chartBottom - high(v)})
		last = chartBottom - high(v)
	}
	c.line("chart-line", append(points, [2]int{chartWidth - 600, last})...)
	c.text(chartWidth-560, last+40, "start", millions(*y.Course[n-1].USD))
	for m := 1; m <= 12; m++ {
		day := fmt.Sprintf("%s-%02d-01", y.Question.Year, m)
		c.text(at(day), chartBottom+180, "start", day[:7])
	}
	return c
}
