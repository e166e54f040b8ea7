package report

import (
	"fmt"
	"iter"

	"clew"
)

// A Doc is a result laid out for readers, before it is text or a page. All of
// its strings are plain: writers escape them.
type Doc struct {
	Title    string
	Asked    string   // the question, in one sentence
	Answer   []string // the answer in a few sentences, what matters most first
	Tiles    []Tile   // the answer in figures, for the page alone
	Warnings []string // what a reader must know before believing the answer
	Sections []Section
	More     []string  // how to get more, for the terminal alone
	AsOf     clew.Time // that a PDF bears; unknown: none
	Marking  string    // that every page bears; "": none
	Upright  bool      // pages to print are higher than wide
}

// A Tile is one figure of an answer.
type Tile struct {
	Value string
	Words string
	Share string // of all; "" for none
}

// A Section is a part of a document under one heading.
type Section struct {
	ID     string // of the heading in a page
	Title  string
	Notes  []string // paragraphs before the tables
	Fine   []string // further ones, left out on a terminal unless everything was asked for
	Flow   *Flow    // a picture, for the page alone
	Charts []*Chart // drawings, for the page and PDF
	Blocks []Block  // before the tables
	Blanks []Blank  // after the blocks
	Tables []*Table
	Detail bool // left out on a terminal unless everything was asked for
	Plain  bool // left out on the page, which has it in what opens below a row
}

// A Block is text to be pasted elsewhere: its lines are written as they are.
type Block struct {
	Title string
	Lines []string
}

// A Blank is left for a person to fill in. What nobody but that person can say is
// never filled in here.
type Blank struct {
	Title string
	Note  string // what belongs there
	Lines int    // room for so many
}

// A Table has rows of cells. Every row has a cell for each column.
type Table struct {
	Name    string // of the table on the command line, such as "transfers"
	Caption string
	Columns []Column
	Rows    []Row
	Most    int  // rows shown on a terminal unless all were asked for; 0: all
	Wide    bool // left out on a terminal unless everything was asked for
	Data    bool // for CSV alone: the section's notes say the same
	Page    bool // of what a row is made of: for the page alone

	// Each yields further rows, of a table for CSV alone that can be long: they
	// are made when they are asked for.
	Each iter.Seq[Row]
}

// A Column has a heading and says how its cells line up.
type Column struct {
	Title string
	Align Align
	Wide  bool // left out on a terminal unless everything was asked for
	Brief bool // on a terminal unless everything was asked for, and in a PDF: in the place of what is left out there
	Prose bool // on the page below its row, in what opens: sentences make no column
	Spare int  // on a terminal that is too narrow, 1 is left out first, then 2 ...; 0: never
}

// An Align says how the cells of a column line up.
type Align uint8

// The alignments.
const (
	Left  Align = iota
	Right       // by the last character
	Point       // by the decimal point
)

// A Row is one line of a table.
type Row struct {
	Cells []Cell
	Total bool // a sum of the rows above

	// Fold is the line as which this row and all others of its table with the same
	// are shown; "": it is shown by itself. Machines get every row.
	Fold string

	// Inner are tables of what the row is made of: on the page below it, in what opens,
	// and on a terminal if each row was asked for.
	Inner []*Table
}

// A Folded is a row, or several that are shown as one line.
type Folded struct {
	Row
	Rows []Row // of a line
}

// folded returns rows with those that are shown as one line together, at the place
// of the first.
func folded(rows []Row) []Folded {
	at := map[string]int{}
	var list []Folded
	for _, r := range rows {
		i, known := at[r.Fold]
		switch {
		case r.Fold == "":
			list = append(list, Folded{Row: r})
		case known:
			list[i].Rows = append(list[i].Rows, r)
		default:
			at[r.Fold] = len(list)
			list = append(list, Folded{Row: r, Rows: []Row{r}})
		}
	}
	return list
}

// A Cell is one value, in up to three spellings.
type Cell struct {
	Text  string     // for reading
	Page  string     // for the page, where it differs, such as a whole address
	Raw   string     // for machines, where it differs, such as digits without separators
	Basis clew.Basis // what kind of knowledge the cell rests on; "": not said here
	Code  bool       // an address or a hash: fixed width
	Whole bool       // not broken over lines
}

// raw returns the spelling for machines.
func (c Cell) raw() string {
	if c.Raw != "" {
		return c.Raw
	}
	return c.Text
}

// page returns the spelling for the page.
func (c Cell) page() string {
	if c.Page != "" {
		return c.Page
	}
	return c.Text
}

// word returns a cell with text from outside.
func word(s string) Cell { return Cell{Text: Clean(s)} }

// count returns a cell with a number of things.
func count[N int | int64 | uint64](n N) Cell {
	digits := fmt.Sprint(n)
	return Cell{Text: group(digits), Raw: digits}
}

// addressCell returns a cell with a whole address.
func addressCell(a clew.Address) Cell {
	if a.IsZero() {
		return Cell{Text: "nobody"}
	}
	return Cell{Text: a.Text(), Raw: a.String(), Code: true}
}

// shortCell returns a cell with a shortened address on a terminal and the
// whole one elsewhere.
func shortCell(a clew.Address) Cell {
	if a.IsZero() {
		return Cell{Text: "nobody"}
	}
	return Cell{Text: shortAddress(a), Page: a.Text(), Raw: a.String(), Code: true}
}

// txCell returns a cell with the name by which a transaction is held, shortened
// on a terminal.
func txCell(id clew.TxID) Cell { return Signatures(nil).cell(id) }

// timeCell returns a cell with a time, to the minute on a terminal.
func timeCell(t clew.Time) Cell {
	if !t.Known() {
		return Cell{Text: "unknown"}
	}
	return Cell{Text: t.UTC().Format("2006-01-02 15:04"), Page: t.UTC().Format("2006-01-02 15:04:05"), Raw: t.String(), Whole: true}
}

// basisCell returns a cell that says what kind of knowledge its row rests on.
func basisCell(b clew.Basis) Cell { return Cell{Text: string(b), Basis: b} }

// shortAddress returns enough of an address to tell it from its neighbours.
func shortAddress(a clew.Address) string {
	text := a.Text()
	if len(text) <= 16 {
		return text
	}
	return text[:8] + "…" + text[len(text)-6:]
}

// tinyAddress is for pictures, which have less room still.
func tinyAddress(a clew.Address) string {
	text := a.Text()
	if len(text) <= 14 {
		return text
	}
	return text[:6] + "…" + text[len(text)-4:]
}

// plural returns "1 thing" or "n things".
func plural[N int | int64 | uint64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return group(fmt.Sprint(n)) + " " + many
}
