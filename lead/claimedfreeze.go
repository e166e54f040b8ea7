package lead

import (
	"cmp"
	"slices"
	"strings"

	"clew"
)

// A ClaimedFreeze is a freeze of which files of the case say that it was carried
// out, by whomever: an exchange, an issuer on a chain whose acts are not read, or
// those who run a whole chain and leave an address's transactions out. It is a
// claim, and nothing that a ledger holds.
type ClaimedFreeze struct {
	Request          // that it was carried out
	Lifted  *Request `json:"lifted,omitempty"` // nil: nothing said lifts it

	// After is the seconds from the first transfer of the trace's origins to the
	// freeze, negative for one before it; nil: a time or an hour is not known.
	After *int64 `json:"after,omitempty"`
}

// ClaimFreezes returns the freezes that requests say were carried out, in order
// of time: each from the state that says so to the first after it that lifts it,
// of whoever freezes an asset at an address. Said once more meanwhile, it changes
// nothing, and what lifts nothing says nothing. Theft is when the trace's origins
// begin, as [FreezesMet] has it.
func ClaimFreezes(requests []Request, theft clew.Time) []ClaimedFreeze {
	sorted := requestsInOrder(requests)
	type what struct {
		pot clew.Pot
		of  string
	}
	var list []ClaimedFreeze
	open := map[what]int{}
	for i := range sorted {
		q := &sorted[i]
		w := what{clew.Pot{Address: q.Address, Asset: q.Asset}, q.Of}
		at, frozen := open[w]
		switch {
		case q.Executed && !frozen:
			f := ClaimedFreeze{Request: *q}
			if !q.Day {
				f.After = seconds(theft, q.Time)
			}
			open[w] = len(list)
			list = append(list, f)
		case q.Lifts && frozen:
			list[at].Lifted = q
			delete(open, w)
		}
	}
	slices.SortStableFunc(list, func(a, b ClaimedFreeze) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), strings.Compare(a.Address.String(), b.Address.String()), strings.Compare(a.Asset.String(), b.Asset.String()), strings.Compare(a.Of, b.Of))
	})
	return list
}
