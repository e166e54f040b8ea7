// Package screen says what follows from what is known of an address. For now
// that is what official lists say of the address itself; it knows nothing of
// transfers, tags or clusters.
//
// A verdict is never a score, and nothing found is not clearance.
package screen

import (
	"fmt"
	"slices"

	"clew"
	"clew/watchlist"
)

// A Verdict is what a screening comes to.
type Verdict string

// The verdicts, from the gravest on.
const (
	Listed  Verdict = "listed"        // the address itself stood on an official list on the day asked for
	Review  Verdict = "review"        // somebody must look: a finding that is no listing of that address on that day
	Unknown Verdict = "unknown"       // what was looked into does not suffice to say that nothing is found
	Nothing Verdict = "nothing found" // on the lists that were looked into; this is not clearance
)

// A Finding is a listing that bears on an address, and how it stood.
type Finding struct {
	Listing  watchlist.Listing
	Standing watchlist.Standing
	Foreign  bool // the list gives it for a currency whose addresses are read otherwise, or not read here
}

// Verdict returns what a finding comes to by itself.
func (f *Finding) Verdict() Verdict {
	if f.Standing == watchlist.Listed && !f.Listing.Carried && !f.Foreign {
		return Listed
	}
	return Review
}

// Why says in a few words why a finding is no listing; empty if it is one. It
// never says that dealing with the address was lawful.
func (f *Finding) Why() string {
	switch {
	case f.Standing == watchlist.Unpublished:
		return "the address was published later; property of a designated party is blocked from its designation on, published or not"
	case f.Standing == watchlist.Withdrawn:
		return "it had been withdrawn, or its party delisted"
	case f.Standing == watchlist.Not:
		return "its party was designated later"
	case f.Standing == watchlist.Undated:
		return "it is on the list; whether it was on that day is not known"
	case f.Foreign:
		return "it is listed as an address of " + f.Listing.Identifier.Currency
	case f.Listing.Carried:
		return "it is listed for another EVM chain, where the same key has this address unless it is a contract"
	}
	return ""
}

// A Screener holds lists and answers for addresses on one day. It never
// changes, and may be asked from several goroutines.
type Screener struct {
	index *watchlist.Index
	day   watchlist.Date
	chain clew.Chain
	gap   string
}

// A List is one that a screener looks into.
type List struct {
	*watchlist.List
	Known   watchlist.Date // last day up to the one asked for on which its state is known; empty if none
	Partial bool           // it holds a part of the official list alone, so that nothing found in it means nothing
}

// New returns a screener of lists at the end of a day. An address that does not
// say its chain is read as one of chain, if any is given. A list with addresses
// whose state is known only of more than most days before turns nothing found
// into unknown, and so does having none but partial lists.
func New(lists []List, day watchlist.Date, chain clew.Chain, most int) *Screener {
	s := &Screener{day: day, chain: chain, gap: "no whole list with addresses is held (clew lists update)"}
	var all []*watchlist.List
	whole, stale := false, ""
	for _, l := range lists {
		all = append(all, l.List)
		if _, addresses, _ := l.Counts(); l.Partial || addresses == 0 {
			continue
		}
		whole = true
		switch {
		case l.Known == "" && stale == "":
			stale = fmt.Sprintf("no edition of %s %s from before %s is held", l.Publisher, l.Name, day)
		case l.Known != "" && l.Known.DaysTo(day) > most && stale == "":
			stale = fmt.Sprintf("%s %s is known as of %s, more than %d days before %s", l.Publisher, l.Name, l.Known, most, day)
		}
	}
	if whole {
		s.gap = stale
	}
	s.index = watchlist.NewIndex(all...)
	return s
}

// Gap says why nothing that is found here can mean that nothing is listed; empty
// if it does.
func (s *Screener) Gap() string { return s.gap }

// Day returns the day that is asked for.
func (s *Screener) Day() watchlist.Date { return s.day }

// At screens an address as it is written. Findings are appended to those given.
// What is no address is an error, unless a list has the very text.
func (s *Screener) At(text string, findings []Finding) (clew.Address, Verdict, []Finding, error) {
	var room [4]watchlist.Listing
	listings := room[:0]
	a, err := clew.ParseAddress(text, s.chain)
	if err == nil {
		listings = s.index.At(a, listings)
	}
	direct := len(listings)
	listings = append(listings, s.index.Text(text)...)
	if err != nil && len(listings) == 0 {
		return a, Unknown, findings, err
	}
	verdict := Nothing
	if s.gap != "" {
		verdict = Unknown
	}
	for i, l := range listings {
		f := Finding{Listing: l, Standing: l.On(s.day), Foreign: l.Identifier.Fault != "" && i < direct || i >= direct && err == nil}
		if findings = append(findings, f); verdict != Listed {
			verdict = f.Verdict()
		}
	}
	slices.SortStableFunc(findings, func(a, b Finding) int { return rank(&a) - rank(&b) })
	return a, verdict, findings, nil
}

func rank(f *Finding) int {
	if f.Verdict() == Listed {
		return 0
	}
	return 1
}
