package op

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/exposure"
	"clew/tag"
	"clew/watchlist"
)

// A knower says what tags and official lists have of an address.
type knower struct {
	tags  *tag.Index
	lists *watchlist.Index
}

// Know returns the claims that count on a day and the listings of any time; nil
// if there are none.
func (k *knower) Know(a clew.Address, day watchlist.Date) *exposure.Attribution {
	var room [4]watchlist.Listing
	out := exposure.Attribution{}
	for _, t := range k.tags.At(a) {
		if t.Status == tag.Withdrawn || !t.ValidAt(string(day)) {
			continue
		}
		out.Claims = append(out.Claims, t)
		out.Service = out.Service || t.Stop() != tag.NoStop
	}
	for _, l := range k.lists.At(a, room[:0]) {
		out.Listings = append(out.Listings, exposure.Listed{Listing: l, Standing: l.On(day)})
	}
	if out.Claims == nil && out.Listings == nil {
		return nil
	}
	slices.SortStableFunc(out.Listings, func(a, b exposure.Listed) int {
		return cmp.Compare(gravityOf(&a), gravityOf(&b))
	})
	return &out
}

// gravityOf orders listings: the address itself on the day, then others that
// stand, then what does not stand on it.
func gravityOf(l *exposure.Listed) int {
	order := []watchlist.Standing{watchlist.Listed, watchlist.Undated, watchlist.Unpublished, watchlist.Withdrawn, watchlist.Not}
	n := 2 * slices.Index(order, l.Standing)
	if l.Carried {
		n++
	}
	return n
}

// sharedIndex returns the claims of the product and of packs without those that
// are private: what is answered to others neither shows them nor rests on them.
func (e *Env) sharedIndex(ctx context.Context, packs []string) (*tag.Index, error) {
	if e.tape != nil {
		return e.tape.claims(ctx, packs, true)
	}
	var b tag.Builder
	if err := e.carried(ctx, &b); err != nil {
		return nil, err
	}
	read, rest, err := readTags(ctx, e, packs, func(_ string, t tag.Tag) {
		if !t.Private {
			b.Add(t)
		}
	})
	if err != nil {
		return nil, renamed(err, "tags")
	}
	for i, f := range read {
		if len(f.Issues) > 0 {
			return nil, &clew.InputError{Field: "tags", Value: packs[i], Want: "a tag pack without issues; " + f.Issues[0].Error()}
		}
	}
	for _, n := range rest.Notices {
		if !n.Private {
			b.AddNotice(n)
		}
	}
	b.AddActors(slices.DeleteFunc(rest.Actors, func(a tag.Actor) bool { return a.Private }))
	return b.Index(), nil
}
