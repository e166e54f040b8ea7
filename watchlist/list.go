// Package watchlist reads official lists of designated parties: who is on
// them, under which programme, with which addresses, and since when.
//
// A list is its publisher's word, not a fact of a ledger and not this
// project's. Two dates never stand for each other: when a party was designated,
// and when an identifier of it was published. What a list does not date stays
// without a date, or is bounded by the editions that were compared.
package watchlist

import (
	"cmp"
	"slices"
	"time"

	"clew"
)

// A List is one edition of one official list.
type List struct {
	Publisher string  `json:"publisher"` // such as "OFAC"
	Name      string  `json:"list"`      // such as "SDN"
	Nature    Nature  `json:"nature,omitempty"`
	Edition   Edition `json:"edition"`
	Parties   []Party `json:"-"` // by ID

	heard *Hearing // told what is asked of it; nil: nobody is
}

// A Nature says what standing on a list means. None is a designation.
type Nature string

// The natures besides a designation, which blocks a party's property.
const (
	Seizure Nature = "seizure order" // an authority ordered that what is named be seized
	Notice  Nature = "public notice" // an authority published who it says controls an address, and designated nobody by it
)

// An Edition says which state of a list was read.
type Edition struct {
	Date    Date   `json:"date,omitempty"`    // the list's own; none where its format has none
	Version string `json:"version,omitempty"` // the publisher's, if it names one
	Format  string `json:"format"`            // as it was read, such as "SDN CSV"
	SHA256  string `json:"sha256,omitempty"`  // of the bytes that were read
	Fetched Date   `json:"fetched,omitempty"`
}

// Day returns the day that the edition stands for: its own date, or else the day
// it was fetched; empty if neither is known.
func (e *Edition) Day() Date { return cmp.Or(e.Date, e.Fetched) }

// A Kind says what a party is.
type Kind string

// The kinds of parties.
const (
	Person   Kind = "person"
	Entity   Kind = "entity"
	Vessel   Kind = "vessel"
	Aircraft Kind = "aircraft"
	Order    Kind = "order" // whomever an order concerns; who that is is not restated
)

// A Party is who was designated, as the list words it.
type Party struct {
	ID          string       `json:"id"` // the publisher's number
	Name        string       `json:"name"`
	Kind        Kind         `json:"kind,omitempty"`
	Aliases     []Alias      `json:"aliases,omitempty"`
	Programmes  []string     `json:"programmes,omitempty"`
	Events      []Event      `json:"events,omitempty"` // what is known of its designation, in order of time
	Identifiers []Identifier `json:"identifiers,omitempty"`
	Gone        Span         `json:"gone"` // when it ceased to be on the list, where only editions tell; none: it is on it
}

// An Alias is another name of a party.
type Alias struct {
	Name string `json:"name"`
	Weak bool   `json:"weak,omitempty"` // the publisher calls it so: it fits many
}

// An Event is an act of the publisher about a party as a whole.
type Event struct {
	Act    Act    `json:"act"`
	Date   Date   `json:"date"`
	Under  string `json:"under,omitempty"` // the legal basis, as named
	Source string `json:"source,omitempty"`
}

// An Act is what an event was.
type Act string

// The acts. A party that is designated anew stays designated.
const (
	Designated Act = "designated"
	Anew       Act = "designated anew"
	Delisted   Act = "delisted"
)

// An Identifier is an address that a list gives for a party. One that is no
// address of any chain known here, or not well formed, is kept as it stands.
type Identifier struct {
	Currency  string         `json:"currency"`            // as published, such as "XBT"
	Text      string         `json:"text"`                // as published
	Addresses []clew.Address `json:"addresses,omitempty"` // what it names; several where the list does not say the chain
	Fault     string         `json:"fault,omitempty"`     // why it names none
	Published Span           `json:"published"`           // when it came to stand on the list
	Withdrawn Span           `json:"withdrawn"`           // when it ceased to; none: it stands there
}

// A Span is when something was published, as far as is known: on one day, or
// between two editions. No date is none known.
type Span struct {
	On        Date   `json:"on,omitempty"`    // the day, where it is known
	After     Date   `json:"after,omitempty"` // otherwise: it had not happened by the end of this day
	By        Date   `json:"by,omitempty"`    // and had by this one
	Source    string `json:"source,omitempty"`
	Unchecked bool   `json:"unchecked,omitempty"` // the source was not seen
}

// IsZero reports whether nothing is known, or nothing happened.
func (s Span) IsZero() bool { return s.On == "" && s.After == "" && s.By == "" }

// Before reports whether it had happened by the end of a day; ok is false where
// that is not known.
func (s Span) Before(day Date) (happened, ok bool) {
	switch {
	case s.On != "":
		return s.On <= day, true
	case s.By != "" && s.By <= day:
		return true, true
	case s.After != "" && day <= s.After:
		return false, true
	}
	return false, false
}

// A Date is a day in UTC, YYYY-MM-DD; empty if none is known. Dates compare as
// strings.
type Date string

// before returns the day before; empty if d is.
func (d Date) before() Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return Date(t.AddDate(0, 0, -1).Format(time.DateOnly))
}

// DaysTo returns how many days later another day is; 0 if it is not, or either
// is none.
func (d Date) DaysTo(later Date) int {
	from, err := time.Parse(time.DateOnly, string(d))
	to, wrong := time.Parse(time.DateOnly, string(later))
	if err != nil || wrong != nil {
		return 0
	}
	return max(0, int(to.Sub(from)/(24*time.Hour)))
}

// DesignatedOn reports whether the party is known to have been designated on a
// day, or known not to; ok is false where its events do not say.
func (p *Party) DesignatedOn(day Date) (designated, ok bool) {
	for _, e := range p.Events {
		if e.Date == "" || e.Date > day {
			break
		}
		designated, ok = e.Act != Delisted, true
	}
	if !ok && len(p.Events) > 0 && p.Events[0].Date != "" && p.Events[0].Act == Designated {
		return false, true // it was first designated later
	}
	return designated, ok
}

// Current reports whether the party stands on the list: one that has no events
// does, by being on it.
func (p *Party) Current() bool {
	return p.Gone.IsZero() && (len(p.Events) == 0 || p.Events[len(p.Events)-1].Act != Delisted)
}

// sort puts parties and what they hold into an order that does not depend on
// the file's.
func (l *List) sort() {
	slices.SortStableFunc(l.Parties, func(a, b Party) int { return compareIDs(a.ID, b.ID) })
	for i := range l.Parties {
		slices.SortStableFunc(l.Parties[i].Events, func(a, b Event) int { return cmp.Compare(a.Date, b.Date) })
	}
}
