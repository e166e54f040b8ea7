package lead

import "clew"

// A Side says which question is asked about an address. It is no statement
// about whoever uses it.
type Side string

// The sides.
const (
	Victim   Side = "victim"   // value may have left it without leave
	Receiver Side = "receiver" // an address that received
)

// longBefore is how long before an outflow an address must have been in use for
// the guess that it was lost rather than passed on, in seconds: thirty days.
const longBefore = 30 * 24 * 3600

// A Guess is which side an address was taken to be on, and why.
type Guess struct {
	Side  Side   `json:"side"`
	Given bool   `json:"given"` // the user said so
	Why   string `json:"why"`
}

// GuessSide guesses by one rule: an address that was in use for thirty days
// before an outflow that looks unauthorised is taken for a victim's; any other
// for one that received, unless nothing that it received is held. It errs where a
// victim's address is new, where one that received is old or its receipts are not
// held, and where an owner moved house.
func GuessSide(r *Review, received bool) Guess {
	if !received && len(r.Proposed) == 0 {
		return Guess{Side: Victim, Why: "nothing that it received is held, so what it sent is followed"}
	}
	if r.Why != "" {
		return Guess{Side: Receiver, Why: r.Why}
	}
	if len(r.Proposed) == 0 {
		return Guess{Side: Receiver, Why: "no outflow of it looks unauthorised by the stated signs"}
	}
	first := r.Proposed[0].Time
	for _, o := range r.Proposed {
		if o.Time.Known() && o.Time < first {
			first = o.Time
		}
	}
	if r.First.Known() && first-r.First >= clew.Time(longBefore) {
		return Guess{Side: Victim, Why: "it had been in use for thirty days or more before the first outflow that looks unauthorised"}
	}
	if !received {
		return Guess{Side: Victim, Why: "nothing that it received is held, and outflows look unauthorised"}
	}
	return Guess{Side: Receiver, Why: "it had been in use for less than thirty days before the first outflow that looks unauthorised"}
}
