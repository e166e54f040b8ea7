package report

import (
	"fmt"
	"strings"

	"clew/price"
	"clew/trace"
)

// A Worth is a book in US dollars, by the close of one day or, at move, by the
// closes of the days on which it came to where it lies. It is a view: the book
// itself is in the asset.
type Worth struct {
	Origin  string      `json:"origin"` // of the book
	Basis   price.Basis `json:"basis"`
	Day     string      `json:"day,omitempty"`
	Close   string      `json:"close,omitempty"` // US dollars for one whole unit
	Source  string      `json:"source,omitempty"`
	Assumed bool        `json:"assumed,omitempty"` // a price is supposed, not observed
	Start   string      `json:"start,omitempty"`   // "" where it is not known
	Lines   []string    `json:"lines,omitempty"`   // in the order of the book's; "" where not known
	Gap     string      `json:"gap,omitempty"`     // why there is no value, or not of every line
}

// AtOrigin values by the close of the day of an origin's first transfer, where
// no incident says when the theft was.
const AtOrigin price.Basis = "at the origin's time"

// worthOf returns the values of a book that are known, in part or whole.
func (t *Trace) worthOf(b *trace.Book) []*Worth {
	var out []*Worth
	for i := range t.Worth {
		if w := &t.Worth[i]; w.Origin == b.Origin && len(w.Lines) == len(b.Lines) && len(w.Lines) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// worthNotes say by which prices the columns in dollars were worked out; those
// of one source in one sentence.
func (t *Trace) worthNotes(b *trace.Book) []string {
	symbol := t.Units.Symbol(b.Asset)
	said := map[string][]string{}
	var order []string // of the ends of sentences
	add := func(end, words string) {
		if said[end] == nil {
			order = append(order, end)
		}
		said[end] = append(said[end], words)
	}
	for i := range t.Worth {
		w := &t.Worth[i]
		if w.Origin != b.Origin {
			continue
		}
		if len(w.Lines) > 0 {
			add(". Prices: "+Clean(w.Source)+".", worthWords(w, symbol))
		}
		switch {
		case w.Gap == "":
		case len(w.Lines) > 0:
			add(fmt.Sprintf(" for %s: not of every line (%s).", symbol, Clean(w.Gap)), string(w.Basis))
		default:
			add(fmt.Sprintf(" for %s: not known (%s).", symbol, Clean(w.Gap)), string(w.Basis))
		}
	}
	var notes []string
	for _, end := range order {
		notes = append(notes, "US dollars "+strings.Join(said[end], "; ")+end)
	}
	return notes
}

// worthWords says by which close a column was worked out.
func worthWords(w *Worth, symbol string) string {
	s := string(w.Basis) + ": "
	if w.Day == "" {
		s += "by the close of the day on which each part came to where it lies; what is left of what went on, by the last such day"
	} else {
		s += fmt.Sprintf("%s for 1 %s, the close of %s", group(w.Close), symbol, w.Day)
	}
	if w.Assumed {
		s += " (supposed, not observed)"
	}
	return s
}

// dollars returns a cell with an amount of US dollars, to the cent where there
// is room; "" is not known.
func dollars(s string) Cell {
	if s == "" {
		return Cell{Text: "not known"}
	}
	c := Cell{Text: group(s), Raw: s}
	if whole, _, cents := strings.Cut(c.Text, "."); cents {
		c.Text, c.Page = whole+"…", c.Text
	}
	return c
}
