package watchlist

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"clew"
)

// An Index answers whether an address is on official lists. It never changes,
// and may be asked from several goroutines.
type Index struct {
	lists   []*List
	entries []entry  // by key, form and chain
	keys    []uint64 // the first eight bytes of each entry's key
	texts   map[string][]place
}

// An entry is an address and where it stands.
type entry struct {
	key   [32]byte
	form  clew.Form
	chain clew.Chain
	at    place
}

// A place is an identifier of a party of a list.
type place struct{ list, party, identifier int }

// A Listing is an identifier that stands, or stood, on an official list.
type Listing struct {
	List       *List
	Party      *Party
	Identifier *Identifier
	Carried    bool // it is listed for another chain, where the same key has the same address
}

// NewIndex returns the index of lists, which must not change any more.
func NewIndex(lists ...*List) *Index {
	x := &Index{lists: lists, texts: map[string][]place{}}
	for l, list := range lists {
		for p := range list.Parties {
			for i, identifier := range list.Parties[p].Identifiers {
				at := place{l, p, i}
				for _, a := range identifier.Addresses {
					key, _ := a.RawKey()
					x.entries = append(x.entries, entry{key, a.Form(), a.Chain(), at})
				}
				if identifier.Addresses == nil {
					text := lowerHex(identifier.Text)
					x.texts[text] = append(x.texts[text], at)
				}
			}
		}
	}
	slices.SortFunc(x.entries, func(a, b entry) int {
		return cmp.Or(bytes.Compare(a.key[:], b.key[:]), cmp.Compare(a.form, b.form), strings.Compare(string(a.chain), string(b.chain)),
			cmp.Compare(a.at.list, b.at.list), cmp.Compare(a.at.party, b.at.party), cmp.Compare(a.at.identifier, b.at.identifier))
	})
	for _, e := range x.entries {
		x.keys = append(x.keys, prefix(&e.key))
	}
	return x
}

func prefix(key *[32]byte) uint64 {
	var n uint64
	for _, b := range key[:8] {
		n = n<<8 | uint64(b)
	}
	return n
}

// Lists returns what the index was made of. The caller must not change it.
func (x *Index) Lists() []*List { return x.lists }

// At appends the listings of an address, of this chain first. On chains whose
// addresses are written alike, an address that is listed for another of them is
// there too, as carried: the same key has it, unless it is a contract.
func (x *Index) At(a clew.Address, listings []Listing) []Listing {
	for _, l := range x.lists {
		if l.heard != nil {
			l.heard.Address(a)
		}
	}
	key, _ := a.RawKey()
	want := prefix(&key)
	first, found := slices.BinarySearch(x.keys, want)
	if !found {
		return listings
	}
	for _, carried := range []bool{false, true} {
		for i := first; i < len(x.keys) && x.keys[i] == want; i++ {
			if e := &x.entries[i]; e.key == key && e.form == a.Form() && (e.chain != a.Chain()) == carried {
				listings = append(listings, x.listing(e.at, carried))
			}
		}
	}
	return listings
}

// Text returns the listings of an identifier that is no address known here, as
// it was published. The case of hexadecimal digits counts for nothing.
func (x *Index) Text(text string) (listings []Listing) {
	for _, l := range x.lists {
		if l.heard != nil {
			l.heard.Text(text)
		}
	}
	for _, at := range x.texts[lowerHex(text)] {
		listings = append(listings, x.listing(at, false))
	}
	return listings
}

func (x *Index) listing(at place, carried bool) Listing {
	l := x.lists[at.list]
	p := &l.Parties[at.party]
	return Listing{List: l, Party: p, Identifier: &p.Identifiers[at.identifier], Carried: carried}
}

// A Standing says how a listing stood on a day.
type Standing string

// The standings, from the gravest on.
const (
	Listed      Standing = "listed"          // the party was designated and the identifier published
	Unpublished Standing = "not yet on list" // its identifier was published later; whether the party was designated, DesignatedOn says
	Undated     Standing = "not dated"       // it is on the list; since when is not known
	Withdrawn   Standing = "withdrawn"       // the party had been delisted, or the identifier withdrawn
	Not         Standing = "not designated"  // the party was designated later
)

// On returns how the listing stood at the end of a day. A party's property is
// blocked from its designation on, whether its addresses are published or not,
// so that Unpublished does not say that dealing with it was lawful.
func (l *Listing) On(day Date) Standing {
	designated, known := l.Party.DesignatedOn(day)
	for _, gone := range []Span{l.Identifier.Withdrawn, l.Party.Gone} {
		if happened, ok := gone.Before(day); ok && happened {
			return Withdrawn
		}
	}
	published, dated := l.Identifier.Published.Before(day)
	switch {
	case known && !designated && l.wasDesignated(day):
		return Withdrawn
	case known && !designated:
		return Not
	case dated && !published:
		return Unpublished
	case dated && published:
		return Listed
	case l.List.Edition.Day() != "" && l.List.Edition.Day() <= day && l.Party.Current() && l.Identifier.Withdrawn.IsZero():
		return Listed // it stands in an edition of before that day
	}
	return Undated
}

// wasDesignated reports whether the party had been designated before a day.
func (l *Listing) wasDesignated(day Date) bool {
	return len(l.Party.Events) > 0 && l.Party.Events[0].Date <= day
}
