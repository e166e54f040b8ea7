package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/trace"
)

// A Demo is a trace of an incident, told as a story.
type Demo struct {
	*Trace
	Story   Story     `json:"story"`
	Without []Without `json:"without,omitempty"`
}

// A Story is what an incident's file and its trace say, in the order of
// events.
type Story struct {
	Title        string           `json:"title"`
	Occurred     string           `json:"occurred"`
	Disclosed    string           `json:"disclosed,omitempty"`
	Victims      []string         `json:"victims"`
	Losses       []Loss           `json:"losses"`
	Methods      []Said           `json:"methods,omitempty"`
	Attributions []Said           `json:"attributions,omitempty"`
	Conversions  []ConversionStep `json:"conversions,omitempty"`
	Steps        []Step           `json:"steps"`
}

// A Without is the book of all origins together of the same trace, without
// something that no ledger at hand records.
type Without struct {
	What  string     `json:"what"`
	Basis clew.Basis `json:"basis"`
	Book  trace.Book `json:"book"`
}

// A Loss is what was taken of one asset.
type Loss struct {
	Asset        clew.Asset  `json:"asset"`
	Amount       clew.Amount `json:"amount"`
	Transactions []clew.TxID `json:"transactions,omitempty"`
}

// A Said is somebody's statement.
type Said struct {
	Text string `json:"text"`
	By   string `json:"by"`
	Date string `json:"date,omitempty"`
}

// A ConversionStep says that value went in as one asset and came out as
// another.
type ConversionStep struct {
	ID       string              `json:"id"`
	Kind     clew.ConversionKind `json:"kind"`
	InAsset  clew.Asset          `json:"inAsset"`
	In       clew.Amount         `json:"in"`
	OutAsset clew.Asset          `json:"outAsset"`
	Out      clew.Amount         `json:"out"`
	Basis    clew.Basis          `json:"basis"`
	By       string              `json:"by"`
}

// A Step is what addresses of one role received of the marked value from
// addresses of other roles.
type Step struct {
	Role      string      `json:"role"`
	Says      string      `json:"says,omitempty"` // what they are said to have done
	By        string      `json:"by,omitempty"`
	Addresses int         `json:"addresses"`
	Transfers uint64      `json:"transfers"`
	Asset     clew.Asset  `json:"asset"`
	Received  clew.Amount `json:"received"` // marked; what came round again counts each time
	First     clew.Time   `json:"first,omitzero"`
	Last      clew.Time   `json:"last,omitzero"`
}

// Doc lays the story out before the trace.
func (d *Demo) Doc() *Doc {
	doc := d.Trace.Doc()
	doc.Title = Clean(d.Story.Title)
	story := Section{ID: "story", Title: "The story", Notes: d.storyNotes(), Tables: some(d.stepsTable())}
	doc.Sections = append([]Section{story}, doc.Sections...)
	for i := range doc.Sections {
		if s := &doc.Sections[i]; s.ID == "places" {
			s.Detail = true // the story, the books and the gaps add it up
		}
	}
	doc.Answer = append(doc.Answer, d.restsOn()...)
	doc.More = []string{fmt.Sprintf("More: --wide with each of the %s, --html FILE for the page with its picture, --csv --table transfers, --json.",
		plural(len(d.Result.Places), "place", "places"))}
	return doc
}

// storyNotes tells the theft and the conversion.
func (d *Demo) storyNotes() []string {
	var lost []string
	for _, l := range d.Story.Losses {
		lost = append(lost, d.Units.Amount(l.Asset, l.Amount))
	}
	notes := []string{fmt.Sprintf("%s: %s left the %s (ledger); public on %s.", Clean(d.Story.Occurred),
		strings.Join(lost, " and "), Clean(strings.Join(d.Story.Victims, ", ")), Clean(d.Story.Disclosed))}
	for _, c := range d.Story.Conversions {
		notes = append(notes, fmt.Sprintf("%s became %s (%s by %s).",
			d.Units.Amount(c.InAsset, c.In), d.Units.Amount(c.OutAsset, c.Out), c.Basis, Clean(c.By)))
	}
	var said []string
	for _, m := range d.Story.Methods {
		said = append(said, fmt.Sprintf("How: %s (claim by %s).", Clean(m.Text), Clean(m.By)))
	}
	for _, a := range d.Story.Attributions {
		said = append(said, fmt.Sprintf("By whom: %s (claim by %s, %s).", Clean(a.Text), Clean(a.By), Clean(a.Date)))
	}
	if len(said) > 0 {
		notes = append(notes, strings.Join(said, " "))
	}
	return notes
}

func (d *Demo) stepsTable() *Table {
	table := &Table{Name: "story", Caption: "Where marked value went on its way, by what addresses are said to have done", Columns: []Column{
		{Title: "role (claim)"}, {Title: "addresses", Align: Right}, {Title: "transfers", Align: Right},
		{Title: "marked received", Align: Point}, {Title: "asset"}, {Title: "from"}, {Title: "to"}, {Title: "what they did", Wide: true}, {Title: "who says so", Wide: true},
	}}
	for _, s := range d.Story.Steps {
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(s.Role), count(s.Addresses), count(s.Transfers), d.Units.cell(s.Asset, s.Received), word(d.Units.Symbol(s.Asset)),
			dayCell(s.First), dayCell(s.Last), word(s.Says), word(s.By),
		}})
	}
	return table
}

// dayCell returns a cell with a time, to the day on a terminal.
func dayCell(t clew.Time) Cell {
	c := timeCell(t)
	if t.Known() {
		c.Text = t.UTC().Format("2006-01-02")
	}
	return c
}

// restsOn says what the answer would be without the rows that nobody recorded.
func (d *Demo) restsOn() []string {
	var out []string
	for _, w := range d.Without {
		before, after := bookOf(d.Result.Books, w.Book.Origin), &w.Book
		if before == nil {
			continue
		}
		for i := range before.Lines {
			l := &before.Lines[i]
			if now := lineLike(after, l); now.Basis.Less(l.Basis) {
				out = append(out, fmt.Sprintf("%s %s rests on %s (%s): without it, it is %s.",
					d.Units.Amount(before.Asset, l.Basis.Minus(now.Basis)), lineWords(l), Clean(w.What), w.Basis, d.Units.Amount(after.Asset, now.Basis)))
			}
		}
	}
	return out
}
