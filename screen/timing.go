package screen

import (
	"fmt"
	"strings"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/watchlist"
)

// A Timing says how the transfers of one row stand to the dates of one listing.
// It counts those that the row names; Unnamed is how many it does not. None of
// it says that a dealing was lawful: property of a designated party is blocked
// from its designation on, whether its addresses are published or not.
type Timing struct {
	List        string `json:"list"`
	Party       string `json:"party"`
	Before      int    `json:"beforeDesignation,omitempty"`
	Unpublished int    `json:"designatedBeforePublication,omitempty"` // the party was designated, the address not published yet
	Unlisted    int    `json:"beforePublication,omitempty"`           // of a list that designates nobody
	Published   int    `json:"afterPublication,omitempty"`
	Withdrawn   int    `json:"afterWithdrawal,omitempty"` // the party had been delisted, or the address withdrawn
	Undated     int    `json:"undated,omitempty"`         // a date is missing
	Unnamed     int    `json:"unnamed,omitempty"`

	designatedAny, designatedAll bool // of the days from the first transfer to the last
}

// timingOf holds a row's transfers against a listing's dates.
func timingOf(l *exposure.Listed, row *exposure.Row) Timing {
	t := Timing{List: l.List.Slug(), Party: l.Party.Name, Unnamed: max(0, row.Count-len(row.Transfers))}
	for i := range row.Transfers {
		switch designated, unpublished, withdrawn, known := standing(l, row.Transfers[i].Time); {
		case !known && l.List.Nature != "" && unpublished:
			t.Unlisted++
		case !known:
			t.Undated++
		case withdrawn:
			t.Withdrawn++
		case !designated:
			t.Before++
		case unpublished:
			t.Unpublished++
		default:
			t.Published++
		}
	}
	t.span(l, row)
	return t
}

// span fills in whether the party was designated on some day, or on all, from
// the first transfer to the last.
func (t *Timing) span(l *exposure.Listed, row *exposure.Row) {
	first, _, _, knownFirst := standing(l, row.First)
	last, _, _, knownLast := standing(l, row.Last)
	t.designatedAny = first || last || !knownFirst || !knownLast
	t.designatedAll = first && last
	for _, e := range l.Party.Events {
		if e.Date >= dayOf(row.First) && e.Date <= dayOf(row.Last) {
			t.designatedAny = t.designatedAny || e.Act != watchlist.Delisted
			t.designatedAll = t.designatedAll && e.Act != watchlist.Delisted
		}
	}
}

// standing says how a listing stood on the day of a transfer.
func standing(l *exposure.Listed, at clew.Time) (designated, unpublished, withdrawn, known bool) {
	if !at.Known() {
		return false, false, false, false
	}
	switch l.On(dayOf(at)) {
	case watchlist.Listed:
		return true, false, false, true
	case watchlist.Unpublished:
		designated, known = l.Party.DesignatedOn(dayOf(at))
		return designated, true, false, known
	case watchlist.Withdrawn:
		return false, false, true, true
	case watchlist.Not:
		return false, false, false, true
	}
	return false, false, false, false
}

func dayOf(t clew.Time) watchlist.Date { return watchlist.Date(price.DayOf(t).String()) }

// after reports whether a transfer is named that took place while the party was
// designated.
func (t *Timing) after() bool { return t.Unpublished+t.Published > 0 }

// maybe reports whether transfers are not named or not dated, so that their
// days are known from the first and last alone.
func (t *Timing) maybe(row *exposure.Row) bool {
	return t.Unnamed+t.Undated > 0 || len(row.Transfers) == 0
}

// Words says it in a clause.
func (t *Timing) Words() string {
	var parts []string
	add := func(n int, words string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words))
		}
	}
	add(t.Before, "before the party was designated")
	add(t.Unpublished, "while it was designated, before the address was published")
	add(t.Unlisted, "before the address was published, on a list that designates nobody")
	add(t.Published, "after the address was published")
	add(t.Withdrawn, "after it was delisted or withdrawn")
	add(t.Undated, "at times that the list or the ledger does not date")
	add(t.Unnamed, "more that are not named here")
	return strings.Join(parts, ", ")
}
