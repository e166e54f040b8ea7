package exposure

import (
	"context"
	"encoding/json"

	"clew"
	"clew/tag"
	"clew/watchlist"
)

// A Knower says what is known of addresses. It must be cheap: it is asked once
// for every address that is met, from one goroutine.
type Knower interface {
	// Know returns what is claimed and listed of an address on a day; nil if
	// nothing. The answer is not changed.
	Know(a clew.Address, day watchlist.Date) *Attribution
}

// A Linker infers whose address an unattributed one is that value was paid into,
// such as the deposit address of a service. What rests on it is an inference, and
// says so.
type Linker interface {
	// Link returns the address that a is inferred to belong with, and the
	// heuristic by its ID; nobody if there is none.
	Link(ctx context.Context, a clew.Address) (owner clew.Address, heuristic string, err error)
}

// An Attribution is what is known of an address. Value is not followed beyond
// one that has any.
type Attribution struct {
	Claims   []tag.Tag `json:"claims,omitempty"`   // that count on the day, best first
	Listings []Listed  `json:"listings,omitempty"` // on official lists, at any time; the gravest standing first
	Service  bool      `json:"service,omitempty"`  // a claim says that value is pooled there, or comes out elsewhere
	Inferred *Inferred `json:"inferred,omitempty"` // nil: it is of the address itself
}

// An Inferred says by what an attribution was carried over from another address.
type Inferred struct {
	From      clew.Address `json:"from"`
	Heuristic string       `json:"heuristic"`
}

// A Listed is a listing and how it stood on the day asked for.
type Listed struct {
	watchlist.Listing
	Standing watchlist.Standing
}

// On reports whether the address itself stood on an official list on the day:
// an inference never does.
func (a *Attribution) On() bool {
	if a == nil || a.Inferred != nil {
		return false
	}
	for i := range a.Listings {
		if l := &a.Listings[i]; l.Standing == watchlist.Listed && !l.Carried {
			return true
		}
	}
	return false
}

// MarshalJSON writes which list and party, with the dates that the list states.
func (l Listed) MarshalJSON() ([]byte, error) {
	p, x := l.Party, l.Identifier
	return json.Marshal(struct {
		Publisher  string             `json:"publisher"`
		List       string             `json:"list"`
		Edition    watchlist.Edition  `json:"edition"`
		ID         string             `json:"id"`
		Party      string             `json:"party"`
		Programmes []string           `json:"programmes,omitempty"`
		Events     []watchlist.Event  `json:"events,omitempty"`
		Currency   string             `json:"currency"`
		Text       string             `json:"text"`
		Published  watchlist.Span     `json:"published"`
		Withdrawn  watchlist.Span     `json:"withdrawn"`
		Carried    bool               `json:"carried,omitempty"`
		Standing   watchlist.Standing `json:"standing"`
	}{l.List.Publisher, l.List.Name, l.List.Edition, p.ID, p.Name, p.Programmes, p.Events, x.Currency, x.Text, x.Published, x.Withdrawn, l.Carried, l.Standing})
}
