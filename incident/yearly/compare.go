package yearly

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"clew/incident"
)

// A Compare holds a published figure against what the record holds of the same
// time and of the same state's thefts.
//
// What explains a difference is told as far as it can be: by how certain the claims
// are (Record), by whose figure and the prices of which day are taken (Least and
// Most), by which thefts are counted (Parts, Unclaimed). What lies beyond all that
// is Unexplained: the publisher gives no list to compare with.
type Compare struct {
	Figure
	Whole  bool       `json:"whole"`  // of the account's year and of no other time
	Record []Standing `json:"record"` // of claims about the state, each with the weightier ones; one line without a standing for all thefts
	Gap    Cents      `json:"gap"`    // the figure less the last line of Record
	Least  Cents      `json:"least"`  // the first line of Record, each theft at the least figure published for it
	Most   Cents      `json:"most"`   // the last line, each at the most
	Beyond Cents      `json:"unexplained"`
	OwnOf  []string   `json:"ownOf,omitempty"` // thefts of the first line of which the same publisher gives a figure of its own
	Own    Cents      `json:"own,omitempty"`   // the first line of Record with those; only where there are some

	Unclaimed Sum           `json:"unclaimed"` // thefts of the same time that no claim lays to the state
	Sides     []PartCompare `json:"sides,omitempty"`
}

// A PartCompare holds a part of a figure against the record.
type PartCompare struct {
	FigurePart
	Held    Sum     `json:"held"`              // claimed thefts of the part
	Gap     Cents   `json:"gap"`               // the part less Held
	Lacking int     `json:"lacking,omitempty"` // thefts that the part counts beyond Held, where it says how many it has
	Others  []Other `json:"others,omitempty"`  // thefts of the part that no claim lays to the state
}

// An Other is a theft that nobody lays to the state, and what a part would come to
// with it. That is arithmetic: it says of nobody that he did it.
type Other struct {
	ID   string `json:"id"`
	USD  *Cents `json:"usd"`
	With *Cents `json:"with"` // nil: its value is not known
}

// compareAll compares what concerns a question's year and actor: figures of its
// year first, then those of other times that hold it.
func compareAll(figures []Figure, all thefts, q Question) []Compare {
	list := []Compare{}
	for _, f := range figures {
		if !f.covers(q.Year) || f.Of != "" && !q.Actor.IsZero() && f.Of != q.Actor.State {
			continue
		}
		list = append(list, f.compared(all, q.Year))
	}
	slices.SortStableFunc(list, func(a, b Compare) int {
		rank := func(c *Compare) int {
			switch {
			case c.Of != "" && c.Whole:
				return 0
			case c.Of != "" && c.From == c.year():
				return 1
			case c.Whole:
				return 3
			}
			return 2
		}
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), cmp.Compare(a.Said, b.Said))
	})
	return list
}

// year returns the last year that the figure is of.
func (f *Figure) year() string {
	year, _, _ := strings.Cut(f.Until, "-")
	return year
}

// compared holds one figure against the record.
func (f Figure) compared(all thefts, year string) Compare {
	c := Compare{Figure: f, Whole: f.whole() && f.From == year && f.Until == year}
	within := all.where(func(t *Theft) bool {
		return f.covers(t.year) && (f.whole() || t.year < f.year() || string(t.Day) < f.Until+"-99")
	})
	surest, claimed := within, within
	if f.Of == "" {
		c.Record = []Standing{{Sum: within.sum()}}
	} else {
		of := Actor{State: f.Of}
		c.Record = within.byStanding(of)
		surest = within.where(func(t *Theft) bool { return t.reaches(of, incident.Confirmed) })
		claimed = within.where(func(t *Theft) bool { return t.reaches(of, incident.Alleged) })
		c.Unclaimed = within.where(func(t *Theft) bool { return !t.reaches(of, incident.Alleged) }).sum()
	}
	held := claimed.sum()
	c.Gap = f.USD - held.Known()
	for _, t := range surest {
		c.addSurest(t)
	}
	if len(c.OwnOf) == 0 {
		c.Own = 0
	}
	for _, t := range claimed {
		if t.High != nil {
			c.Most += *t.High
		}
	}
	switch {
	case f.USD > c.Most:
		c.Beyond = f.USD - c.Most
	case f.USD < c.Least:
		c.Beyond = f.USD - c.Least
	}
	for k := range f.Parts {
		c.Sides = append(c.Sides, f.Parts[k].compared(within, claimed))
	}
	return c
}

func (c *Compare) addSurest(t *Theft) {
	if t.Low != nil {
		c.Least += *t.Low
	}
	for _, by := range slices.Sorted(maps.Keys(t.said)) {
		if strings.HasPrefix(c.Publisher, by) {
			c.OwnOf = append(c.OwnOf, t.ID)
			c.Own += t.said[by]
			return
		}
	}
	if t.USD != nil {
		c.Own += *t.USD
	}
}

// compared holds a part against the thefts of its time, and those claimed.
func (p FigurePart) compared(within, claimed thefts) PartCompare {
	side := PartCompare{FigurePart: p, Held: claimed.where(p.holds).sum()}
	side.Gap = p.USD - side.Held.Known()
	if p.Count > side.Held.Thefts {
		side.Lacking = p.Count - side.Held.Thefts
	}
	for _, t := range within.where(p.holds) {
		if claimed.has(t.ID) {
			continue
		}
		other := Other{ID: t.ID, USD: t.USD}
		if t.USD != nil {
			with := side.Held.Known() + *t.USD
			other.With = &with
		}
		side.Others = append(side.Others, other)
	}
	return side
}
