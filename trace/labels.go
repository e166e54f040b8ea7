package trace

import (
	"cmp"
	"slices"

	"clew"
)

// maxLabels bounds how many paths to one pot are kept of each kind.
const maxLabels = 200

// A label is the end of a path to a pot. Labels are never changed.
type label struct {
	row     row
	before  *label // nil: the path begins with row
	width   clew.Amount
	hops    int
	address clew.Address // that the path has come to
	step    *Step        // on Bitcoin, how it went through the transaction of row
}

// labels are the paths to a pot, or to the end, that may still become the best ones. A path
// leaves them when as many as are asked for come before it that have no more
// hops: whatever can still follow it can follow those.
type labels struct {
	widest  []ranked
	soonest []ranked
}

// A ranked label has how many come before it that have no more hops.
type ranked struct {
	*label
	beaten int
}

// compareWidth orders labels: wider first, then sooner, then shorter.
func compareWidth(a, b *label) int {
	return cmp.Or(b.width.Cmp(a.width), a.row.pos.Cmp(b.row.pos), cmp.Compare(a.hops, b.hops))
}

// compareArrival orders labels: sooner first, then as compareWidth does.
func compareArrival(a, b *label) int { return cmp.Or(a.row.pos.Cmp(b.row.pos), compareWidth(a, b)) }

// keep adds a label to those that may become the best, and reports whether it
// is among them.
func (s *search) keep(have *labels, l *label, widest, soonest bool) bool {
	kept := false
	if soonest {
		have.soonest, kept = s.insert(have.soonest, l, compareArrival)
	}
	if widest {
		var too bool
		have.widest, too = s.insert(have.widest, l, compareWidth)
		kept = kept || too
	}
	return kept
}

// insert puts a label into a list after those that come before it or are its
// like, if fewer than are asked for beat it, and drops those that it makes too
// many.
func (s *search) insert(list []ranked, l *label, order func(a, b *label) int) ([]ranked, bool) {
	at, beaten := 0, 0
	for at < len(list) && order(list[at].label, l) <= 0 {
		if list[at].hops <= l.hops {
			beaten++
		}
		at++
	}
	if beaten >= s.query.Best {
		return list, false
	}
	list = slices.Insert(list, at, ranked{l, beaten})
	kept := list[:at+1]
	for _, r := range list[at+1:] {
		if l.hops <= r.hops {
			r.beaten++
		}
		if r.beaten < s.query.Best {
			kept = append(kept, r)
		}
	}
	clear(list[len(kept):])
	if len(kept) > maxLabels {
		s.hits["labels"]++
		kept = kept[:maxLabels]
	}
	return kept, at < len(kept)
}
