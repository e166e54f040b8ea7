package watchlist

import (
	"slices"

	"clew"
)

// A Hearing is told what indexes of a list are asked, by whoever keeps what an
// answer rests on. Its functions may be called from several goroutines.
type Hearing struct {
	Address func(clew.Address)
	Text    func(string) // of an identifier that is no address known here
}

// Heard returns the list with somebody who is told what is asked of it, beside
// those who are told already.
func (l *List) Heard(h Hearing) *List {
	m := *l
	if before := l.heard; before != nil {
		other := h
		h.Address = func(a clew.Address) { before.Address(a); other.Address(a) }
		h.Text = func(text string) { before.Text(text); other.Text(text) }
	}
	m.heard = &h
	return &m
}

// Extract returns the parties of a list that an index answers with when it is
// asked about addresses and texts, in their order.
func (l *List) Extract(addresses []clew.Address, texts []string) []Party {
	plain := *l
	plain.heard = nil
	x := NewIndex(&plain)
	var listings []Listing
	for _, a := range addresses {
		listings = x.At(a, listings)
	}
	for _, t := range texts {
		listings = append(listings, x.Text(t)...)
	}
	met := map[*Party]bool{}
	for _, found := range listings {
		met[found.Party] = true
	}
	var parties []Party
	for i := range plain.Parties {
		if met[&plain.Parties[i]] {
			parties = append(parties, plain.Parties[i])
		}
	}
	return slices.Clip(parties)
}
