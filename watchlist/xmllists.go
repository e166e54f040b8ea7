package watchlist

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// A form is how a publisher writes its list in XML: which elements are records,
// and what they say.
type form struct {
	publisher, list, format string
	root                    string   // name of the first element
	records                 []string // names
	begin                   func(*xmlReading, *element) error
	take                    func(*xmlReading, *element) error
}

// An xmlReading is a list in XML under way.
type xmlReading struct {
	list     List
	byID     map[string]int
	features map[string]string // currencies of OFAC's advanced form, by the number of their feature
	started  bool
}

// readXML reads a list in a form.
func readXML(ctx context.Context, file string, r io.Reader, f form) (*List, error) {
	x := &xmlReading{
		list: List{Publisher: f.publisher, Name: f.list, Edition: Edition{Format: f.format}},
		byID: map[string]int{}, features: map[string]string{},
	}
	err := eachElement(ctx, file, r, f.records, func(e *element) error {
		if x.started {
			return f.take(x, e)
		}
		x.started = true
		if e.name != f.root {
			return bad(file, e.line, "<"+e.name+">", "<"+f.root+">, with which "+f.format+" begins")
		}
		return f.begin(x, e)
	})
	if err != nil {
		return nil, err
	}
	x.list.sort()
	return &x.list, nil
}

// add takes a party. Its number must be its own.
func (x *xmlReading) add(p Party) error {
	switch _, twice := x.byID[p.ID]; {
	case p.ID == "":
		return badValue("party", p.Name, "a number of the publisher's")
	case p.Name == "":
		return badValue("party", p.ID, "a name")
	case twice:
		return badValue("party", p.ID, "a number that no earlier party has")
	case len(x.list.Parties) == partiesMax:
		return badValue("party", p.ID, fmt.Sprintf("at most %d parties", partiesMax))
	}
	x.byID[p.ID] = len(x.list.Parties)
	x.list.Parties = append(x.list.Parties, p)
	return nil
}

// words joins names that are not empty.
func words(parts ...string) string {
	var list []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return strings.Join(list, " ")
}

// dateIn reads a date in a layout of package time. What is none of a calendar
// is an error: a date that is guessed at is worse than none.
func dateIn(layout, text string) (Date, error) {
	if text == "" {
		return "", nil
	}
	t, err := time.Parse(layout, text[:min(len(text), len(layout))])
	if err != nil {
		return "", badValue("date", text, "a date such as "+layout)
	}
	return Date(t.Format(time.DateOnly)), nil
}

// designated returns the event of a designation, if it is dated.
func designated(on Date, under string) []Event {
	if on == "" {
		return nil
	}
	return []Event{{Act: Designated, Date: on, Under: under}}
}

func noHead(*xmlReading, *element) error { return nil }
