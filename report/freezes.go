package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/lead"
)

// freezeColumns are those of every table of freezes, with what a question adds.
func freezeColumns(added ...Column) []Column {
	return slices.Concat([]Column{
		{Title: "address"}, {Title: "asset"}, {Title: "frozen since, UTC"}, {Title: "until, UTC"},
	}, added, []Column{
		{Title: "left before", Align: Point}, {Title: "was there", Align: Point},
		{Title: "destroyed", Align: Point}, {Title: "destroyed at, UTC", Spare: 1}, {Title: "by", Spare: 2}, {Title: "transaction", Wide: true}, {Title: "lifted by", Wide: true}, {Title: "destroyed by", Wide: true}, {Title: "note", Wide: true},
	})
}

// freezeCells fill them.
func freezeCells(i *lead.Interval, units Units, added ...Cell) []Cell {
	until, lifted := Cell{Text: "as of the last block held"}, Cell{}
	if i.To != nil {
		until, lifted = timeCell(i.To.Time), txCell(i.To.Tx)
	}
	since, by := timeCell(i.From.Time), txCell(i.From.Tx)
	if i.Shown != nil {
		since, by = beforeCell(i.Shown.Time), Cell{}
	}
	destroyed, at, wiped := Cell{}, Cell{}, Cell{}
	if n := len(i.Wipes); n > 0 {
		destroyed, at, wiped = units.cell(i.Asset, i.Destroyed), timeCell(i.Wipes[0].Time), txCell(i.Wipes[0].Tx)
	}
	return slices.Concat([]Cell{shortCell(i.Address), word(units.Symbol(i.Asset)), since, until}, added, []Cell{
		knownCell(units, i.Asset, i.Left), knownCell(units, i.Asset, i.Held), destroyed, at, shortCell(i.Issuer), by, lifted, wiped, word(strings.Join(freezeNotes(i, units), "; ")),
	})
}

// knownCell writes an amount that may not be known.
func knownCell(units Units, asset clew.Asset, a *clew.Amount) Cell {
	if a == nil {
		return Cell{Text: "not known"}
	}
	return units.cell(asset, *a)
}

// beforeCell writes when something was at the latest that is not held.
func beforeCell(t clew.Time) Cell {
	c := timeCell(t)
	for _, s := range []*string{&c.Text, &c.Page, &c.Raw} {
		if *s != "" {
			*s = "not held, before " + *s
		}
	}
	return c
}

// freezeNotes say what a reader must know of one freeze.
func freezeNotes(i *lead.Interval, units Units) []string {
	notes := []string{}
	if i.Shown != nil {
		notes = append(notes, fmt.Sprintf("no act that froze it is held: that may lie before what is held, and when it began and what was there then is not known; told by %s", i.Shown.Detail))
	}
	if i.From.Detail != "" {
		notes = append(notes, i.From.Detail)
	}
	if n := len(i.Again); n > 0 {
		notes = append(notes, fmt.Sprintf("frozen again %s meanwhile", plural(n, "time", "times")))
	}
	if i.TooBig {
		notes = append(notes, "its sums exceed 256 bits")
	}
	if !i.Lacks.IsZero() {
		notes = append(notes, units.Amount(i.Asset, i.Lacks)+" more left before than is known to have come: what was there is what the history held says at least")
	}
	if n := len(i.Wipes); n > 1 {
		notes = append(notes, fmt.Sprintf("destroyed in %s, the first of which is named", plural(n, "transfer", "transfers")))
	}
	if i.Cut {
		notes = append(notes, "more left meanwhile than was read: at least so much was destroyed")
	}
	if i.Moved > 0 {
		notes = append(notes, fmt.Sprintf("%s to others meanwhile: the contract did not hold to its act", plural(i.Moved, "transfer", "transfers")))
	}
	return notes
}

// freezesNote says what such a table rests on.
const freezesNote = "The token's own contract recorded each; a freeze that is lifted ended there. What was there and what left before is of the whole address, from the history held."

// freezesSection lists when the issuers of tokens froze an address.
func (p *AddressPage) freezesSection() Section {
	table := &Table{Name: "freezes", Columns: freezeColumns()}
	for i := range p.Freezes {
		table.Rows = append(table.Rows, Row{Cells: freezeCells(&p.Freezes[i], p.Units)})
	}
	section := Section{ID: "freezes", Title: "When it was frozen (ledger)", Tables: some(table)}
	if len(table.Rows) > 0 {
		section.Notes = []string{freezesNote}
	}
	if p.FreezesCut {
		section.Notes = append(section.Notes, "More acts concern it than are read; later freezes are not listed.")
	}
	return section
}

// freezesSection lists the freezes that the trace met, with how long after the theft
// each was.
func (t *Trace) freezesSection() Section {
	if t.Freezes == nil {
		return Section{}
	}
	added := []Column{{Title: "after the theft"}, {Title: "seconds after", Align: Right, Wide: true}, {Title: "marked, had left before", Align: Point}, {Title: "marked, was there", Align: Point}}
	known := slices.ContainsFunc(t.Freezes.List, func(f lead.MetFreeze) bool { return f.SinceKnown != nil })
	if known {
		added = append(added, Column{Title: "after the day of discovery began"})
	}
	table := &Table{Name: "freezes", Columns: freezeColumns(added...)}
	for i := range t.Freezes.List {
		f := &t.Freezes.List[i]
		cells := []Cell{spanCell(f.After), secondsCell(f.After), knownCell(t.Units, f.Asset, f.Gone), knownCell(t.Units, f.Asset, f.Marked)}
		if known {
			cells = append(cells, spanCell(f.SinceKnown))
		}
		table.Rows = append(table.Rows, Row{Cells: freezeCells(&f.Interval, t.Units, cells...)})
	}
	section := Section{ID: "freezes", Title: "Freezes met, and how long after the theft (ledger)", Tables: some(table)}
	if len(table.Rows) > 0 {
		theft := "The time of the theft is not known."
		if t.Freezes.Theft.Known() {
			theft = fmt.Sprintf("The theft is taken to begin with the first transfer of the trace's origins, at %s.", t.Freezes.Theft)
		}
		section.Notes = []string{freezesNote + " What is marked is by the policy. " + theft}
	}
	if n := t.Freezes.Unread; n > 0 {
		section.Notes = append(section.Notes, fmt.Sprintf("%s not looked up in full: there are too many.", plural(n, "address with a token was", "addresses with tokens were")))
	}
	return section
}

// pendingSection lists freezes that were asked for, in a sealed case.
func (t *Trace) pendingSection() Section {
	table := &Table{Name: "pending", Columns: []Column{
		{Title: "asked, UTC"}, {Title: "of"}, {Title: "by"}, {Title: "address"}, {Title: "asset"}, {Title: "marked, lies there", Align: Point}, {Title: "source"}, {Title: "note", Wide: true}, {Title: "rests on"},
	}}
	for i := range t.Pending {
		p := &t.Pending[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			statedCell(&p.Request), word(p.Of), word(p.By), shortCell(p.Address), word(t.Units.Symbol(p.Asset)), t.Units.cell(p.Asset, p.Lies), word(p.Source), word(p.Note), basisCell(clew.Claimed),
		}})
	}
	section := Section{ID: "pending", Title: "Freezes asked for and still open: this case is sealed", Tables: some(table)}
	if len(table.Rows) > 0 {
		section.Notes = []string{"Files of the case say so; no act of the issuer's is held. Who learns of it can move first: pass this answer on to nobody who need not know."}
	}
	return section
}

// claimedSection lists freezes that files of the case say were carried out.
func (t *Trace) claimedSection() Section {
	table := &Table{Name: "claimed-freezes", Columns: []Column{
		{Title: "frozen since, UTC"}, {Title: "until, UTC"}, {Title: "after the theft"}, {Title: "seconds after", Align: Right, Wide: true}, {Title: "by"}, {Title: "address"}, {Title: "asset"},
		{Title: "source"}, {Title: "who says so", Wide: true}, {Title: "lifted, source", Wide: true}, {Title: "note", Wide: true}, {Title: "rests on"},
	}}
	for i := range t.Claimed {
		f := &t.Claimed[i]
		until, lifted := word("nothing said lifts it"), Cell{}
		if f.Lifted != nil {
			until, lifted = statedCell(f.Lifted), word(f.Lifted.Source)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			statedCell(&f.Request), until, spanCell(f.After), secondsCell(f.After), word(f.Of), shortCell(f.Address), word(t.Units.Symbol(f.Asset)),
			word(f.Source), word(f.By), lifted, word(f.Note), basisCell(clew.Claimed),
		}})
	}
	section := Section{ID: "claimed-freezes", Title: "Freezes that files of the case say were carried out", Tables: some(table)}
	if len(table.Rows) > 0 {
		section.Notes = []string{"These are claims: of a venue's own books, or of those who run a chain, no ledger holds the act. A transfer may have left an address all the same."}
	}
	return section
}

// statedCell writes when a state was, or the day alone where no more is stated.
func statedCell(q *lead.Request) Cell {
	if q.Day {
		return word(q.Time.UTC().Format("2006-01-02"))
	}
	return timeCell(q.Time)
}

// spanCell writes a length of time in days, hours, minutes and seconds, all exact.
func spanCell(seconds *int64) Cell {
	if seconds == nil {
		return Cell{Text: "not known"}
	}
	return Cell{Text: lengthWords(*seconds), Raw: fmt.Sprint(*seconds)}
}

func secondsCell(seconds *int64) Cell {
	if seconds == nil {
		return Cell{}
	}
	return Cell{Text: fmt.Sprint(*seconds)}
}

// lengthWords writes a length of time; before the theft it is negative.
func lengthWords(s int64) string {
	before := ""
	n := uint64(s)
	if s < 0 {
		before, n = " before", -n
	}
	var parts []string
	for _, unit := range []struct {
		name string
		size uint64
	}{{"d", 86_400}, {"h", 3600}, {"min", 60}, {"s", 1}} {
		if q := n / unit.size; q > 0 || unit.size == 1 && len(parts) == 0 {
			parts = append(parts, fmt.Sprintf("%d %s", q, unit.name))
		}
		n %= unit.size
	}
	return strings.Join(parts, " ") + before
}
