package incident

import "slices"

// A Marking says how far a file may be passed on, in the words of FIRST's
// Traffic Light Protocol 2.0.
type Marking string

// The markings, from what may go anywhere to what may go nowhere.
const (
	MarkClear       Marking = "clear"
	MarkGreen       Marking = "green"        // within a community
	MarkAmber       Marking = "amber"        // within an organisation and to its clients
	MarkAmberStrict Marking = "amber+strict" // within an organisation
	MarkRed         Marking = "red"          // to those who were told, and no further
)

// Markings returns the markings, from the least strict.
func Markings() []Marking {
	return []Marking{MarkClear, MarkGreen, MarkAmber, MarkAmberStrict, MarkRed}
}

// Stricter reports whether m lets less be passed on than other. A marking that
// is not known is the strictest of all.
func (m Marking) Stricter(other Marking) bool { return m.rank() > other.rank() }

func (m Marking) rank() int {
	if at := slices.Index(Markings(), m); at >= 0 {
		return at
	}
	return len(Markings())
}

// marking holds a file's marking against the words, and a record's entry
// against what a record is: public.
func (c *checker) marking() {
	i := c.incident
	if i.Marking == "" {
		return
	}
	oneOf(c, 1, "marking", i.Marking, Markings())
	if i.Status != "" && i.Marking != MarkClear {
		c.add(1, "marking %q: an entry of a record is public; leave it out", i.Marking)
	}
}
