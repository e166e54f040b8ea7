package incident

import (
	"fmt"
	"strings"
)

// A sameness finds rows that say the same.
type sameness map[string]int

// line returns the line of an earlier row of a kind that says the same; 0 if there
// is none.
func (s sameness) line(line int, says ...any) int {
	key := fmt.Sprintf("%q", says)
	before, known := s[key]
	if !known {
		s[key] = line
	}
	return before
}

// twice wants no row to say what another says: figures would be added up twice,
// and one speaker would count as two. Rivals say different things, or are by
// different speakers, and stand side by side.
func (c *checker) twice() {
	i, seen := c.incident, sameness{}
	again := func(line int, kind string, says ...any) {
		if before := seen.line(line, append(says, kind)...); before > 0 {
			c.add(line, "%s: line %d says the same; want each once", kind, before)
		}
	}
	for _, v := range i.Victims {
		again(v.Line, "victim", strings.ToLower(v.Name))
	}
	for _, m := range i.Methods {
		again(m.Line, "method", m.Kind, m.Text, m.By, m.Source)
	}
	for _, l := range i.Losses {
		again(l.Line, "loss", l.Asset, l.Coin, l.Amount, l.By, l.Transactions, l.Note)
	}
	for _, v := range i.Values {
		again(v.Line, "figure", v.USD, v.Bound, v.Basis, v.By, v.Day, v.Source)
	}
	for _, o := range i.Outcomes {
		again(o.Line, "outcome", o.State, o.Day, o.Asset, o.Coin, o.Amount, o.USD, o.By, o.At, o.Source)
	}
	for _, p := range i.Persons {
		again(p.Line, "act about a person", strings.ToLower(p.Name), p.Act, p.Authority, p.Day)
	}
	for _, a := range i.Attributions {
		if before := seen.line(a.Line, "claim", a.Actor, a.Part, a.By, a.Day); before > 0 {
			c.add(a.Line, "claim: line %d has what %s said of %s on that day; want one standing for it", before, a.By, a.Actor)
		}
	}
}

// afterwards wants nothing to be dated after the last act of the trail, on which
// whoever keeps the entry could not know it.
func (c *checker) afterwards() {
	i := c.incident
	if len(i.Trail) == 0 {
		return
	}
	last := i.Trail[len(i.Trail)-1].Day
	late := func(day Day, line int) {
		if day > last {
			c.add(line, "day %s: after the last act of the trail, on %s; want a day that was over then", day, last)
		}
	}
	for _, d := range []Dated{i.Dates.Occurred, i.Dates.Discovered, i.Dates.Disclosed} {
		late(d.Last(), d.Line)
	}
	for _, v := range i.Values {
		late(v.Day, v.Line)
	}
	for _, o := range i.Outcomes {
		late(o.Day, o.Line)
	}
	for _, a := range i.Attributions {
		late(a.Day, a.Line)
	}
	for _, p := range i.Persons {
		late(p.Day, p.Line)
	}
	for _, s := range i.Sources {
		late(s.Day, s.Line)
	}
}
