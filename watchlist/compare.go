package watchlist

import (
	"fmt"
	"slices"
)

// A Change is one difference between two editions of a list.
type Change struct {
	Kind       ChangeKind  `json:"change"`
	Party      string      `json:"party"` // the publisher's number
	Name       string      `json:"name"`
	Identifier *Identifier `json:"identifier,omitempty"` // where it is about one
}

// A ChangeKind says what changed.
type ChangeKind string

// The kinds of changes.
const (
	PartyAdded        ChangeKind = "party added"
	PartyRemoved      ChangeKind = "party removed"
	PartyChanged      ChangeKind = "party changed" // its name, kind, aliases, programmes or events
	IdentifierAdded   ChangeKind = "identifier added"
	IdentifierRemoved ChangeKind = "identifier removed"
)

// Compare returns what is in now that was not in before, and the reverse, in
// the order of parties. Both must be editions of one list. What is only kept of
// earlier editions does not count.
func Compare(before, now *List) []Change {
	var changes []Change
	before, now = before.standing(), now.standing()
	for i, j := 0, 0; i < len(before.Parties) || j < len(now.Parties); {
		switch order := nextParty(before, now, i, j); {
		case order < 0:
			changes = append(changes, partyChanges(PartyRemoved, IdentifierRemoved, &before.Parties[i])...)
			i++
		case order > 0:
			changes = append(changes, partyChanges(PartyAdded, IdentifierAdded, &now.Parties[j])...)
			j++
		default:
			changes = append(changes, compareParty(&before.Parties[i], &now.Parties[j])...)
			i, j = i+1, j+1
		}
	}
	return changes
}

// nextParty says of which list the next party is: of both if 0.
func nextParty(before, now *List, i, j int) int {
	switch {
	case i == len(before.Parties):
		return 1
	case j == len(now.Parties):
		return -1
	}
	return compareIDs(before.Parties[i].ID, now.Parties[j].ID)
}

func partyChanges(party, identifier ChangeKind, p *Party) []Change {
	changes := []Change{{Kind: party, Party: p.ID, Name: p.Name}}
	for i := range p.Identifiers {
		changes = append(changes, Change{identifier, p.ID, p.Name, &p.Identifiers[i]})
	}
	return changes
}

func compareParty(a, b *Party) (changes []Change) {
	if a.Name != b.Name || a.Kind != b.Kind || !slices.Equal(a.Aliases, b.Aliases) || !slices.Equal(a.Programmes, b.Programmes) || !slices.Equal(a.Events, b.Events) {
		changes = append(changes, Change{Kind: PartyChanged, Party: b.ID, Name: b.Name})
	}
	for i := range a.Identifiers {
		if b.find(&a.Identifiers[i]) == nil {
			changes = append(changes, Change{IdentifierRemoved, b.ID, b.Name, &a.Identifiers[i]})
		}
	}
	for i := range b.Identifiers {
		if a.find(&b.Identifiers[i]) == nil {
			changes = append(changes, Change{IdentifierAdded, b.ID, b.Name, &b.Identifiers[i]})
		}
	}
	return changes
}

// find returns the identifier of p that was published as x was.
func (p *Party) find(x *Identifier) *Identifier {
	for i := range p.Identifiers {
		if y := &p.Identifiers[i]; y.Currency == x.Currency && y.Text == x.Text {
			return y
		}
	}
	return nil
}

// shrunkBy is the share of parties or identifiers, one in so many, whose loss
// from one edition to the next is held to be a fault of the file: lists lose
// parties, but not many in one day. It is a convention.
const shrunkBy = 20

// Shrunken returns an error if now has lost more of before than a list loses in
// earnest: parties, or identifiers that are addresses.
func Shrunken(before, now *List) error {
	parties, addresses, _ := before.Counts()
	partiesNow, addressesNow, _ := now.Counts()
	for _, c := range []struct {
		what        string
		before, now int
	}{{"parties", parties, partiesNow}, {"addresses", addresses, addressesNow}} {
		if lost := c.before - c.now; lost > 0 && lost > c.before/shrunkBy {
			return fmt.Errorf("%s %s: %d %s where the edition before has %d: more than one in %d is gone, so that the file is held to be broken",
				now.Publisher, now.Name, c.now, c.what, c.before, shrunkBy)
		}
	}
	return nil
}

// standing returns the list without what it has of earlier editions alone.
func (l *List) standing() *List {
	now := &List{Publisher: l.Publisher, Name: l.Name, Edition: l.Edition}
	for _, p := range l.Parties {
		if p.Gone.IsZero() {
			p.Identifiers = slices.DeleteFunc(slices.Clone(p.Identifiers), func(x Identifier) bool { return !x.Withdrawn.IsZero() })
			now.Parties = append(now.Parties, p)
		}
	}
	return now
}

// Carry gives now the dates that before knows and now does not state: when
// identifiers were published. What is new in now came between the two editions,
// and what is gone went between them: it is kept, as withdrawn, and so is a
// party that is gone. What is back stands beside what it was before it went: two
// identifiers of one text, each with its dates. Dates of both editions must be known for that; what they
// bound is said as a span. A list may change again on the day of an edition, so
// that what that edition lacks is only known not to have been there the day
// before.
func Carry(before, now *List) {
	since, until := before.Edition.Day(), now.Edition.Day()
	gone := Span{After: since.before(), By: until, Source: "not in the edition of " + string(until)}
	for i, j := 0, 0; i < len(before.Parties) || j < len(now.Parties); {
		switch order := nextParty(before, now, i, j); {
		case order < 0:
			now.Parties = slices.Insert(now.Parties, j, before.Parties[i].leave(since, gone))
		case order > 0:
			now.Parties[j].arrive(nil, since, until)
			j++
			continue
		default:
			now.Parties[j].arrive(&before.Parties[i], since, until)
			now.Parties[j].keep(&before.Parties[i], since, gone)
		}
		i, j = i+1, j+1
	}
}

// leave returns a party that is on the list no more.
func (p *Party) leave(since Date, gone Span) Party {
	left := *p
	if left.Identifiers = nil; left.Gone.IsZero() {
		left.Gone = gone
	}
	left.keep(p, since, gone)
	return left
}

// arrive dates the identifiers of p by what the edition before had.
func (p *Party) arrive(before *Party, since, until Date) {
	for i := range p.Identifiers {
		x := &p.Identifiers[i]
		if !x.Published.IsZero() {
			continue
		}
		var old *Identifier
		if before != nil {
			old = before.standing(x)
		}
		switch {
		case old == nil:
			x.Published = Span{After: since.before(), By: until, Source: "not in the edition of " + string(since)}
		case old.Published.IsZero():
			x.Published = stood(since)
		default:
			x.Published = old.Published
		}
	}
}

// stood dates what the edition of a day had, and nobody dates.
func stood(since Date) Span { return Span{By: since, Source: "in the edition of " + string(since)} }

// keep adds to p the identifiers of before that it does not have any more, and
// those that had been withdrawn before and of which it says nothing.
func (p *Party) keep(before *Party, since Date, gone Span) {
	stated := Party{Identifiers: p.Identifiers}
	for _, x := range before.Identifiers {
		switch {
		case x.Withdrawn.IsZero() && stated.standing(&x) != nil, !x.Withdrawn.IsZero() && stated.withdrawn(&x):
			continue
		case x.Withdrawn.IsZero():
			if x.Withdrawn = gone; x.Published.IsZero() {
				x.Published = stood(since)
			}
		}
		p.Identifiers = append(p.Identifiers, x)
	}
}

// standing returns the identifier of p that was published as x was and was not
// withdrawn.
func (p *Party) standing(x *Identifier) *Identifier {
	for i := range p.Identifiers {
		if y := &p.Identifiers[i]; y.Currency == x.Currency && y.Text == x.Text && y.Withdrawn.IsZero() {
			return y
		}
	}
	return nil
}

// withdrawn reports whether p says itself that what was published as x was has
// been withdrawn.
func (p *Party) withdrawn(x *Identifier) bool {
	return slices.ContainsFunc(p.Identifiers, func(y Identifier) bool {
		return y.Currency == x.Currency && y.Text == x.Text && !y.Withdrawn.IsZero()
	})
}
