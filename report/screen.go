package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/exposure"
	"clew/screen"
	"clew/watchlist"
)

// A Screening says what official lists have of addresses on a day, and what
// rules say of whom they dealt with.
type Screening struct {
	Day         watchlist.Date `json:"day"`
	File        string         `json:"file,omitempty"`
	Lines       int            `json:"addresses"` // or lines that are none
	Listed      int            `json:"listed"`
	Review      int            `json:"review"`
	Nothing     int            `json:"nothingFound"`
	Unknown     int            `json:"unknown"`
	Wrong       int            `json:"wrong"`           // lines that are no address
	Blank       int            `json:"blank,omitempty"` // empty lines, which are not counted else
	Interrupted bool           `json:"interrupted,omitempty"`
	Gap         string         `json:"gap,omitempty"` // why nothing found would be unknown
	Age         int            `json:"age"`           // in days
	Lists       []ListState    `json:"lists"`
	Rules       *RulesUsed     `json:"rules,omitempty"`    // none: lists alone were asked
	Reloads     []int          `json:"reloads,omitempty"`  // lines from which on lists, packs and rules were those that had been read anew
	Next        int            `json:"nextLine,omitempty"` // of a file: the line after the last that was answered
	Screened    []Screened     `json:"screened,omitempty"` // of a file, those with findings and those that are wrong
	More        int            `json:"more,omitempty"`     // such lines that are not in Screened
	Units       Units          `json:"-"`
}

// Screened is what is said of one address.
type Screened struct {
	Line     int
	Given    string
	Address  clew.Address
	Verdict  screen.Verdict
	Findings []screen.Finding // of official lists, about the address itself
	Fired    []screen.Fired   // of rules
	Gaps     []string         // why nothing found would be unknown, beside the lists' gap
	AsOf     *clew.BlockRef   // the last block considered; nil: no ledger was
	Exposure *exposure.Answer // that the rules were held against; nil: none
	Error    error            // why the text is no address
}

// Outcome is Incomplete as long as something is unknown or was no address.
func (s *Screening) Outcome() Outcome {
	switch {
	case s.Wrong > 0 || s.Unknown > 0 || s.Interrupted:
		return Incomplete
	case s.Listed+s.Review > 0:
		return Found
	}
	return Nothing
}

// Doc lays it out.
func (s *Screening) Doc() *Doc {
	d := &Doc{Title: "Screening on " + string(s.Day), Asked: "What do official lists say of these addresses on that day?"}
	if s.File != "" {
		d.Asked = "What do official lists say of the addresses in " + Clean(s.File) + " on that day?"
	}
	if s.Rules != nil {
		d.Asked = strings.Replace(d.Asked, " on that day?", " on that day, and what do the rules say of whom they dealt with?", 1)
	}
	d.Answer = []string{fmt.Sprintf("%s: %s listed, %s to review, %s unknown, %s with nothing found.",
		plural(s.Lines, "address", "addresses"), count(s.Listed).Text, count(s.Review).Text, count(s.Unknown).Text, count(s.Nothing).Text),
		s.said()}
	d.Warnings = s.warnings()
	d.Sections = filled([]Section{screenedSection(s.Screened, s.File == ""), s.findings(), s.dealings(), s.residuals(), listsSection(s.Lists)})
	return d
}

// screenedSection lists what official lists have of addresses. Their lines are
// told where they are of a file.
func screenedSection(screened []Screened, single bool) Section {
	table := &Table{Name: "screened", Columns: slices.Clone(screenColumns)}
	table.Columns[0].Wide = single
	notes := map[string]bool{}
	for i := range screened {
		one := &screened[i]
		table.Rows = append(table.Rows, one.rows()...)
		for j := range one.Findings {
			if why := one.Findings[j].Why(); why != "" {
				notes[string(one.Findings[j].Standing)+": "+Clean(why)+"."] = true
			}
		}
	}
	return Section{ID: "screened", Title: "What lists say", Notes: sortedKeys(notes), Tables: some(table)}
}

// warnings say what a reader must know before believing the answer.
func (s *Screening) warnings() (words []string) {
	if s.Gap != "" {
		words = append(words, "What is not found is unknown: "+Clean(s.Gap)+".")
	}
	if s.Wrong > 0 {
		words = append(words, plural(s.Wrong, "line is", "lines are")+" no address, and not screened.")
	}
	if n := len(s.Reloads); n > 0 {
		words = append(words, fmt.Sprintf("What is screened by was read anew %s, last before line %s; what is said of it here is of the last time.", plural(n, "time", "times"), count(s.Reloads[n-1]).Text))
	}
	if s.Interrupted {
		words = append(words, s.interrupted())
	}
	if s.More > 0 {
		words = append(words, plural(s.More, "more line", "more lines")+" with findings or faults: --json or --csv answers every line.")
	}
	words = append(words, listWarnings(s.Lists, s.Day, s.Age)...)
	return append(words, s.gapWords()...)
}

// screenColumns are those of what is said of addresses: a row for each finding.
var screenColumns = []Column{
	{Title: "line", Align: Right, Wide: true}, {Title: "address"}, {Title: "verdict"}, {Title: "on that day"}, {Title: "party"}, {Title: "programme", Spare: 3},
	{Title: "list"}, {Title: "list as of", Spare: 2}, {Title: "party designated"}, {Title: "address published"}, {Title: "address withdrawn", Wide: true}, {Title: "published as", Wide: true}, {Title: "why", Wide: true},
}

// rows returns one for each finding, or one that says that there is none.
func (s *Screened) rows() []Row {
	line := Cell{}
	if s.Line > 0 {
		line = count(s.Line)
	}
	address := addressCell(s.Address)
	if s.Address.IsZero() {
		address = word(s.Given)
	}
	if s.Error != nil {
		return []Row{{Cells: padded([]Cell{line, address, word("error")}, word(s.Error.Error()))}}
	}
	if len(s.Findings) == 0 {
		return []Row{{Cells: padded([]Cell{line, address, word(string(s.Verdict))}, Cell{})}}
	}
	var rows []Row
	for i := range s.Findings {
		f := &s.Findings[i]
		l, p, x := f.Listing.List, f.Listing.Party, f.Listing.Identifier
		rows = append(rows, Row{Cells: []Cell{line, address, word(string(s.Verdict)), word(string(f.Standing)), word(p.Name), word(strings.Join(p.Programmes, ", ")),
			word(l.Publisher + " " + l.Name), word(string(l.Edition.Day())), word(eventsWords(l.Nature, p)), word(spanWords(x.Published)), word(withdrawnWords(x, p)),
			word(x.Currency + " " + x.Text), word(f.Why())}})
	}
	return rows
}

// padded fills a row up to its last cell.
func padded(cells []Cell, last Cell) []Cell {
	for len(cells) < len(screenColumns)-1 {
		cells = append(cells, Cell{})
	}
	return append(cells, last)
}

// eventsWords says when a party was designated, and what became of it; and of
// a list that designates nobody, what it is.
func eventsWords(nature watchlist.Nature, p *watchlist.Party) string {
	var parts []string
	if nature != "" && len(p.Events) == 0 {
		parts = append(parts, "no designation: "+string(nature))
	}
	for i, e := range p.Events {
		if day := string(e.Date); i == 0 && e.Act == watchlist.Designated {
			parts = append(parts, day)
		} else {
			parts = append(parts, string(e.Act)+" "+day)
		}
	}
	if !p.Gone.IsZero() {
		parts = append(parts, "gone "+spanWords(p.Gone))
	}
	if len(parts) == 0 {
		return "not dated by the list"
	}
	return strings.Join(parts, ", ")
}

func withdrawnWords(x *watchlist.Identifier, p *watchlist.Party) string {
	switch {
	case !x.Withdrawn.IsZero():
		return spanWords(x.Withdrawn)
	case !p.Gone.IsZero():
		return spanWords(p.Gone)
	}
	return ""
}

// spanWords says when something was, as far as is known.
func spanWords(s watchlist.Span) string {
	text := "not dated by the list"
	switch {
	case s.On != "":
		text = string(s.On)
	case s.After != "" && s.By != "":
		text = "after " + string(s.After) + ", by " + string(s.By)
	case s.By != "":
		text = "by " + string(s.By)
	case s.After != "":
		text = "after " + string(s.After)
	}
	if s.Unchecked {
		text += " (unchecked)"
	}
	return text
}
