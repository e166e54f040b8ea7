package report

import (
	"fmt"
	"strings"

	"clew/incident/yearly"
)

// published lists what others published for the time.
func (y *Yearly) published() Section {
	t := &Table{Name: "published", Columns: []Column{{Title: "publisher"}, {Title: "whose thefts"}, {Title: "of"}, {Title: "US dollars", Align: Right}, {Title: "thefts", Align: Right}, {Title: "said", Spare: 3}, {Title: "what it seems to count", Spare: 1}, {Title: "where it was read", Wide: true, Prose: true}}}
	for i := range y.Published {
		c := &y.Published[i]
		said := count(c.Count)
		if c.Count == 0 {
			said = Cell{Text: "not published"}
		}
		value := Cell{Text: figureWords(&c.Figure) + mark(c.Checked()), Raw: c.USD.String(), Whole: true}
		where := c.Where.Title + ", " + c.Where.Publisher
		if c.Where.URL != "" {
			where += ", " + c.Where.URL
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(c.Publisher), word(whose(c)), {Text: Clean(timeWords(&c.Figure)), Whole: true}, value, said, {Text: Clean(string(c.Said)), Whole: true}, word(c.Counts), word(where)}})
	}
	return Section{ID: "published", Title: "What others published", Tables: some(t)}
}

func whose(c *yearly.Compare) string {
	switch c.Of {
	case "":
		return "everybody's"
	case "KP":
		return "the DPRK's"
	}
	return c.Of
}

func timeWords(f *yearly.Figure) string {
	if f.From == f.Until {
		return f.From
	}
	return f.From + " until " + f.Until
}

// reconciled says of each figure why it differs from the record, as far as that can
// be told.
func (y *Yearly) reconciled() Section {
	t := &Table{Name: "reconciliation", Columns: []Column{{Title: "publisher"}, {Title: "of"}, {Title: "published", Align: Right}, {Title: "confirmed", Align: Right}, {Title: "or assessed", Align: Right}, {Title: "or alleged", Align: Right},
		{Title: "difference", Align: Right}, {Title: "the record's least", Align: Right, Spare: 1}, {Title: "its most", Align: Right, Spare: 1}, {Title: "unexplained", Align: Right}, {Title: "thefts nobody lays to it", Align: Right, Wide: true}}}
	var notes []string
	for i := range y.Published {
		c := &y.Published[i]
		if !c.Checked() {
			continue
		}
		cells := []Cell{word(c.Publisher), {Text: Clean(timeWords(&c.Figure)), Whole: true}, {Text: figureWords(&c.Figure), Raw: c.USD.String(), Whole: true}}
		if len(c.Record) == 1 { // everybody's
			cells = append(cells, Cell{Text: "–"}, Cell{Text: "–"}, centsCell(c.Record[0].USD))
		} else {
			for k := range c.Record {
				cells = append(cells, centsCell(c.Record[k].USD))
			}
		}
		cells = append(cells, centsCell(&c.Gap), centsCell(&c.Least), centsCell(&c.Most), centsCell(&c.Beyond), centsCell(c.Unclaimed.USD))
		t.Rows = append(t.Rows, Row{Cells: cells})
		if c.Whole && c.Of != "" {
			notes = append(notes, reconcileWords(c))
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	s := Section{ID: "reconciliation", Title: "Why they differ", Tables: some(t), Notes: []string{
		"Three things explain a difference as far as it can be told. Certainty: the columns hold ever weaker claims. Prices and rounding: the least takes confirmed thefts at the least figure published for each, the most all claims at the most. Thefts counted: no publisher gives a list to compare with. The record is taken by the figures that it counts, whatever basis was asked for.",
		"What lies beyond the most, or below the least, remains unexplained. A figure beyond it counts thefts that nobody on record lays to the DPRK, or such as were never made public, or takes other prices; which of these, nobody can tell without a list."}}
	for _, note := range []string{y.priceDays(), y.unclaimed()} {
		if note != "" {
			s.Notes = append(s.Notes, note)
		}
	}
	s.Notes = append(s.Notes, notes...)
	return s
}

// priceDays says how far the day of the prices alone moves the thefts of the question,
// as far as their coins can be valued on both days.
func (y *Yearly) priceDays() string {
	var parts []string
	for i := range y.PriceDays {
		p := &y.PriceDays[i]
		parts = append(parts, fmt.Sprintf("%s comes to %s at the day of the theft and %s at that on which it was made public, where %s is counted", Clean(p.ID), centsText(p.AtTheft), centsText(p.AtDisclosure), centsCell(p.USD).Text))
	}
	if len(parts) == 0 {
		return ""
	}
	return "The day of the prices alone: " + strings.Join(parts, "; ") + ". Of the other thefts the closes at hand do not tell it."
}

// unclaimed says what there is in the year that nobody lays to the DPRK.
func (y *Yearly) unclaimed() string {
	for i := range y.Published {
		if c := &y.Published[i]; c.Whole && c.Of != "" {
			return fmt.Sprintf("On record are %s of %s that no claim lays to %s: %s US dollars.", plural(c.Unclaimed.Thefts, "theft", "thefts"), Clean(c.From), strings.TrimSuffix(whose(c), "'s"), knownText(&c.Unclaimed))
		}
	}
	return ""
}

// reconcileWords tells one difference in a sentence or two.
func reconcileWords(c *yearly.Compare) string {
	last := c.Record[len(c.Record)-1]
	text := fmt.Sprintf("%s, %s: %s against %s for %s on record.", Clean(c.Publisher), Clean(string(c.Said)), figureWords(&c.Figure), knownText(&last.Sum), plural(last.Thefts, "claimed theft", "claimed thefts"))
	text += " What it seems to count: " + Clean(c.Counts) + "."
	if more := c.Count - last.Thefts; c.Count > 0 && more > 0 {
		text += fmt.Sprintf(" It counts %s, %d more than are claimed on record, and names no list.", plural(c.Count, "theft", "thefts"), more)
	}
	for k := range c.Sides {
		text += partWords(&c.Sides[k])
	}
	if len(c.OwnOf) > 0 {
		text += fmt.Sprintf(" With this publisher's own figures (%s), the confirmed ones come to %s%s.", Clean(strings.Join(c.OwnOf, ", ")), centsText(c.Own), map[bool]string{true: ", which is what it published"}[c.Own == c.USD])
	}
	switch {
	case c.Beyond > 0:
		text += fmt.Sprintf(" %s remain unexplained.", centsText(c.Beyond))
	case c.Beyond < 0:
		text += fmt.Sprintf(" It is %s below the least: rounding may do that, or a theft that it leaves out.", centsText(-c.Beyond))
	default:
		text += " It lies between the least and the most, so nothing remains unexplained by size."
	}
	return text
}

// partWords tells of one part of a figure what the record's claims hold.
func partWords(p *yearly.PartCompare) string {
	text := fmt.Sprintf(" Of %s for %s, the claims hold %s.", partFigure(p), Clean(p.What), knownText(&p.Held))
	if p.Lacking == 0 {
		return text
	}
	var least, most *yearly.Cents
	for i := range p.Others {
		if w := p.Others[i].With; w != nil {
			if least == nil || *w < *least {
				least = w
			}
			if most == nil || *w > *most {
				most = w
			}
		}
	}
	text += fmt.Sprintf(" Of its %s they lack %d", plural(p.Count, "theft", "thefts"), p.Lacking)
	if least != nil && p.Lacking == 1 {
		text += fmt.Sprintf("; with one of the %d of that kind which nobody lays to it, it would come to %s at the least and %s at the most, which is arithmetic and no claim", len(p.Others), centsText(*least), centsText(*most))
	}
	return text + "."
}

// partFigure writes the figure of a part as it was meant.
func partFigure(p *yearly.PartCompare) string {
	switch {
	case p.Bound != "":
		return string(p.Bound) + " " + centsText(p.USD)
	case p.About:
		return "about " + centsText(p.USD)
	}
	return centsText(p.USD)
}

// parts holds what publishers say of parts of their figures against the record.
func (y *Yearly) parts() Section {
	t := &Table{Name: "parts", Columns: []Column{{Title: "publisher"}, {Title: "said", Wide: true}, {Title: "part"}, {Title: "published", Align: Right}, {Title: "claimed on record", Align: Right}, {Title: "thefts", Align: Right}, {Title: "difference", Align: Right}, {Title: "lacking thefts", Align: Right}, {Title: "others' thefts of that part, and what it would come to with each", Spare: 1}}}
	for i := range y.Published {
		c := &y.Published[i]
		if !c.Checked() {
			continue
		}
		for k := range c.Sides {
			p := &c.Sides[k]
			value := partFigure(p)
			var others []string
			for _, o := range p.Others {
				if o.With != nil && c.Of != "" {
					others = append(others, o.ID+" "+centsText(*o.With))
				}
			}
			lacking := Cell{Text: "not published"}
			if p.Count > 0 {
				lacking = count(p.Lacking)
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(c.Publisher), {Text: Clean(string(c.Said)), Whole: true}, word(p.What), {Text: value, Raw: p.USD.String(), Whole: true}, centsCell(p.Held.USD), count(p.Held.Thefts), centsCell(&p.Gap), lacking, uncut(strings.Join(others, "; "))}})
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "parts", Title: "Parts of what was published, against the record", Tables: some(t),
		Notes: []string{"What a part would come to with another theft is arithmetic. It lays that theft to nobody: nothing on record does."}}
}

// changed says what became different since an earlier edition.
func (y *Yearly) changed() Section {
	c := y.Changes
	if c == nil {
		return Section{}
	}
	t := &Table{Name: "changes", Columns: []Column{{Title: "id"}, {Title: "what"}, {Title: "was"}, {Title: "is"}}}
	for _, id := range c.Entered {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(id), word("theft"), word("not there"), word("there")}})
	}
	for _, id := range c.Left {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(id), word("theft"), word("there"), word("not there")}})
	}
	for _, x := range c.Rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(x.ID), word(x.What), uncut(x.Was), uncut(x.Is)}})
	}
	notes := []string{fmt.Sprintf("From the record of %s (%s) to that of %s (%s).", Clean(string(c.From.Day)), shortDigest(c.From.Digest), Clean(string(c.To.Day)), shortDigest(c.To.Digest))}
	switch {
	case c.Same():
		notes = append(notes, "Nothing that this account shows has changed.")
	case c.Chosen.Was == c.Chosen.Is:
		notes = append(notes, "The sum has not changed.")
	default:
		notes = append(notes, fmt.Sprintf("The sum was %s and is %s US dollars.", Clean(c.Chosen.Was), Clean(c.Chosen.Is)))
	}
	if b := &c.Books; len(c.Entered)+len(c.Left) > 0 || b.Revised != 0 {
		notes = append(notes, fmt.Sprintf("Of known values: %s, more by %s that entered, less %s that left, and %s by figures that are others now, is %s.", centsText(b.Was), centsText(b.Entered), centsText(b.Left), centsText(b.Revised), centsText(b.Is)))
	}
	return Section{ID: "changes", Title: "What changed since the earlier edition", Tables: []*Table{t}, Notes: notes}
}

// shortDigest returns enough of a digest to tell two apart.
func shortDigest(s string) string { return Clean(s[:min(len(s), 12)]) }
