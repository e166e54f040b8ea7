package lead

import (
	"cmp"
	"slices"
)

// secondsOfDay is the length of a day of UTC.
const secondsOfDay = 86_400

// requestsInOrder returns requests in the order in which they can have been. One whose hour is
// not stated may be of any hour of its day: it stands among those of that day by what a
// freeze goes through, which is asked for, carried out or refused, and lifted.
func requestsInOrder(requests []Request) []Request {
	var sorted []Request
	var days []Request
	for _, q := range requests {
		if q.Day {
			days = append(days, q)
		} else {
			sorted = append(sorted, q)
		}
	}
	slices.SortStableFunc(sorted, func(a, b Request) int { return cmp.Compare(a.Time, b.Time) })
	slices.SortStableFunc(days, func(a, b Request) int {
		return cmp.Or(cmp.Compare(a.Time/secondsOfDay, b.Time/secondsOfDay), cmp.Compare(a.stage(), b.stage()))
	})
	for _, q := range days {
		at := slices.IndexFunc(sorted, func(o Request) bool {
			day, its := o.Time/secondsOfDay, q.Time/secondsOfDay
			return day > its || day == its && o.stage() > q.stage()
		})
		if at < 0 {
			at = len(sorted)
		}
		sorted = slices.Insert(sorted, at, q)
	}
	return sorted
}

// stage is how far a freeze has come in a state.
func (q *Request) stage() int {
	switch {
	case q.Pending:
		return 0
	case q.Lifts:
		return 2
	}
	return 1
}
