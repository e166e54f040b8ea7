package report

import (
	"fmt"
	"strings"

	"clew/incident"
	"clew/incident/yearly"
	"clew/price"
)

// Yearly is the account of one year of the record.
type Yearly struct {
	*yearly.Account
	Changes *yearly.Changes `json:"changes,omitempty"` // since an earlier edition, where one was given
	Own     []string        `json:"own,omitempty"`     // ids of thefts of the user's own record, of this and other years
}

// Outcome is Nothing if no theft of the year is on record.
func (y *Yearly) Outcome() Outcome {
	if y.Chosen.Thefts == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (y *Yearly) Doc() *Doc {
	d := &Doc{Title: "Thefts of " + y.Question.Year + y.laidTo(), Asked: "Who stole how much in " + y.Question.Year + ", and how do we know?"}
	d.AsOf = asOfDay(string(y.Edition.Day))
	d.Answer, d.Warnings, d.Tiles = y.answer(), y.warnings(), y.tiles()
	d.Sections = filled([]Section{
		y.changed(), y.standings(), y.actors(), y.ranked(), y.values(), y.published(), y.reconciled(), y.parts(), y.years(), y.course(),
		y.groups("methods", "Methods, by the first that is said", "method", y.Methods),
		y.groups("victims", "Victims, by kind", "kind", y.Victims),
		y.chains(), y.whereabouts(), y.delays(), y.outcomes(), y.methodYears(), y.serviceYears(), y.controls(), y.limits(),
	})
	for i := range d.Sections {
		if d.Sections[i].ID == "methods" {
			d.Sections[i].Charts = charts(y.methodMap())
		}
	}
	d.More = []string{"clew incidents show ID tells all that is said of one theft, with the sources."}
	return d
}

// laidTo says whose thefts they are, for a title.
func (y *Yearly) laidTo() string {
	if y.Question.Actor.IsZero() {
		return ", whoever did them"
	}
	return ", laid to " + y.actor()
}

func (y *Yearly) actor() string {
	switch a := y.Question.Actor; {
	case a.State == "KP":
		return "the DPRK"
	case a.State != "":
		return Clean(a.State)
	}
	return Clean(y.Question.Actor.ID)
}

// pricedWords says what a basis values by.
func pricedWords(b price.Basis) string {
	switch b {
	case price.AtTheft:
		return "as published; most publishers do not say which day's prices they take"
	case price.AtDisclosure:
		return "by prices of the day on which it was made public"
	case price.AtMove:
		return "by prices of the day on which it first moved on"
	}
	return "by the last closes that were given"
}

func (y *Yearly) answer() []string {
	q := y.Question
	if y.All.Thefts == 0 {
		return []string{fmt.Sprintf("No theft of %s is on record by this basis. That does not say that nothing was stolen.", Clean(q.Year)), y.recordSpan()}
	}
	lines := []string{fmt.Sprintf("%s: %s US dollars, %s.", plural(y.Chosen.Thefts, "theft", "thefts"), knownText(&y.Chosen), pricedWords(q.Basis))}
	if !q.Actor.IsZero() {
		lines[0] = fmt.Sprintf("%s that a claim lays to %s, %s: %s US dollars, %s.", plural(y.Chosen.Thefts, "theft", "thefts"), y.actor(), claimedWords(q.Standing), knownText(&y.Chosen), pricedWords(q.Basis))
		if y.Share != nil {
			text := fmt.Sprintf("That is %s of the %s US dollars of all %s of the year on record", percent(*y.Share), knownText(&y.All), plural(y.All.Thefts, "theft", "thefts"))
			if y.All.Unknown > 0 {
				text += fmt.Sprintf(", of %d of which the value is not known, so that it is no share of all", y.All.Unknown)
			}
			lines = append(lines, text+".")
		}
	}
	if y.Chosen.Unknown > 0 {
		lines = append(lines, fmt.Sprintf("Of %s the value is not known by this basis, which is not zero.", plural(y.Chosen.Unknown, "theft", "thefts")))
		lines = append(lines, y.missing()...)
	}
	if n, least, most := y.rivals(); n > 0 {
		lines = append(lines, fmt.Sprintf("Published for the same year: %s, from %s (%s) to %s (%s). Why they differ is told below, and what remains unexplained.",
			plural(n, "figure", "figures"), centsText(least.USD), Clean(least.Publisher), centsText(most.USD), Clean(most.Publisher)))
	}
	return lines
}

// recordSpan says which years the record holds.
func (y *Yearly) recordSpan() string {
	if len(y.Years) == 0 {
		return "The record holds no theft."
	}
	return fmt.Sprintf("The record holds %s, of %s to %s.", plural(y.Edition.Thefts, "theft", "thefts"), Clean(y.Years[0].Year), Clean(y.Years[len(y.Years)-1].Year))
}

// rivals returns how many figures were published for the year and one state, with
// the least and the most of them.
func (y *Yearly) rivals() (n int, least, most *yearly.Compare) {
	for i := range y.Published {
		c := &y.Published[i]
		if !c.Whole || !c.Checked() || c.Of == "" {
			continue
		}
		n++
		if least == nil || c.USD < least.USD {
			least = c
		}
		if most == nil || c.USD > most.USD {
			most = c
		}
	}
	return n, least, most
}

// claimedWords says which claims count.
func claimedWords(s incident.Standing) string {
	switch s {
	case incident.Confirmed:
		return "confirmed by an authority"
	case incident.Assessed:
		return "at least assessed"
	}
	return "at least alleged"
}

func (y *Yearly) warnings() []string {
	list := []string{"Figures are others', or computed from coins where that is said, and a claim says who is said to have done it, and nothing more. What nobody made public is in no sum."}
	if n := y.Chosen.Rough; n > 0 {
		list = append(list, fmt.Sprintf("%s of %s are rounded or bounds; %s the day of their prices.", group(fmt.Sprint(n)), plural(y.Chosen.Thefts-y.Chosen.Unknown, "figure", "figures"), plural(y.Chosen.Dated, "figure says", "figures say")))
	}
	if n := len(y.Undated); n > 0 {
		list = append(list, fmt.Sprintf("Of %s on record the year is not known by this basis; they are in no sum.", plural(n, "theft", "thefts")))
	}
	if n := len(y.Aside); n > 0 {
		list = append(list, plural(n, "entry is", "entries are")+" not counted: proposed and not reviewed, refused, or withdrawn.")
	}
	return append(list, ownWarning(y.Own)...)
}

func (y *Yearly) tiles() []Tile {
	if y.All.Thefts == 0 {
		return nil
	}
	tiles := []Tile{{Value: centsCell(y.Chosen.USD).Text, Words: "US dollars" + y.laidTo()}, {Value: fmt.Sprint(y.Chosen.Thefts), Words: "thefts"}}
	if y.Share != nil && y.All.Unknown == 0 && !y.Question.Actor.IsZero() {
		tiles[0].Share = percent(*y.Share) + " of all on record"
	}
	return append(tiles, Tile{Value: fmt.Sprint(y.Chosen.Unknown), Words: "thefts of unknown value"}, Tile{Value: fmt.Sprint(y.followed()), Words: "thefts followed here"})
}

// centsText writes cents in US dollars, without cents where there are none.
func centsText(c yearly.Cents) string {
	text, sign := c.String(), ""
	if strings.HasPrefix(text, "-") {
		text, sign = text[1:], "-"
	}
	return sign + group(strings.TrimSuffix(text, ".00"))
}

// knownText writes a sum, where any of it is known.
func knownText(s *yearly.Sum) string {
	if s.USD == nil {
		return "an unknown number of"
	}
	return centsText(*s.USD)
}

// centsCell returns a cell with an amount, or that it is not known.
func centsCell(c *yearly.Cents) Cell {
	if c == nil {
		return Cell{Text: "not known"}
	}
	return Cell{Text: centsText(*c), Raw: c.String(), Whole: true}
}

// percent writes hundredths of a percent.
func percent(bp int) string { return fmt.Sprintf("%d.%02d %%", bp/100, bp%100) }

// figureWords writes a published figure as it was meant.
func figureWords(f *yearly.Figure) string {
	text := centsText(f.USD)
	switch {
	case f.Bound != "":
		text = string(f.Bound) + " " + text
	case f.About:
		text = "about " + text
	}
	return text
}
