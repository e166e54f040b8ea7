package trace

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"clew"
	"clew/taint"
)

// exhibitMark returns the mark of an exhibit by its index.
func exhibitMark(index int) int {
	if index < anyOrigin {
		return anyOrigin - 1 - index
	}
	return taint.MaxOrigins - 1 - (index - anyOrigin)
}

// exhibitsIn returns the indices of the exhibits among marks, in order.
func (w *walk) exhibitsIn(marks taint.Marks) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range min(len(w.exhibits), anyOrigin) {
			if marks.Has(exhibitMark(i)) && !yield(i) {
				return
			}
		}
		if len(w.exhibits) <= anyOrigin {
			return
		}
		for _, mark := range slices.Backward(marks.Origins()) {
			if i := anyOrigin + taint.MaxOrigins - 1 - mark; i >= len(w.exhibits) || !yield(i) {
				return
			}
		}
	}
}

// exhibitsOf returns the exhibits among marks, in the order of the records.
func (w *walk) exhibitsOf(marks taint.Marks) []string {
	var list []string
	for i := range w.exhibitsIn(marks) {
		list = append(list, w.exhibits[i])
	}
	return list
}

// A resting is an amount that rests on an exhibit, by its index.
type resting struct {
	exhibit int
	amount  clew.Amount
}

// restsWith adds to the amounts by exhibit what a run has that rests on them.
func (w *walk) restsWith(rests []resting, run taint.Run) []resting {
	if len(w.exhibits) == 0 {
		return rests
	}
	for i := range w.exhibitsIn(run.Marks) {
		rests = w.restOn(rests, i, run.Amount)
	}
	return rests
}

// restOn adds an amount to those by exhibit, which are in order.
func (w *walk) restOn(rests []resting, exhibit int, amount clew.Amount) []resting {
	at, found := slices.BinarySearchFunc(rests, exhibit, func(r resting, exhibit int) int { return cmp.Compare(r.exhibit, exhibit) })
	if !found {
		rests = slices.Insert(rests, at, resting{exhibit: exhibit})
	}
	rests[at].amount = w.plus(rests[at].amount, amount)
	return rests
}

// addRests adds up amounts by exhibit.
func (w *walk) addRests(sum, more []resting) []resting {
	for _, r := range more {
		sum = w.restOn(sum, r.exhibit, r.amount)
	}
	return sum
}

// listRests returns amounts by exhibit as the result shows them.
func (w *walk) listRests(rests []resting) []Rest {
	var list []Rest
	for _, r := range rests {
		if !r.amount.IsZero() {
			list = append(list, Rest{Exhibit: w.exhibits[r.exhibit], Amount: r.amount})
		}
	}
	return list
}

// compare gives dealings an order that depends on nothing else.
func (d dealing) compare(e dealing) int {
	switch {
	case d.custody == e.custody:
		return cmp.Compare(d.step, e.step)
	case d.custody == nil || e.custody == nil:
		return cmp.Compare(boolRank(d.custody != nil), boolRank(e.custody != nil))
	}
	return strings.Compare(d.record.ID, e.record.ID)
}

func boolRank(is bool) int {
	if is {
		return 1
	}
	return 0
}

// show returns the account of a place for the result; nil without one.
func (d dealing) show() *AccountRef {
	if d.custody == nil {
		return nil
	}
	r := d.record
	a := &AccountRef{Record: r.ID, Exhibit: r.Exhibit, By: r.By, Reference: r.Account}
	if d.step < len(d.steps) {
		a.To = d.steps[d.step].To
	}
	return a
}

// showRecords returns the records for the result, with what was marked.
func (w *walk) showRecords() []Recorded {
	var list []Recorded
	for _, c := range w.custodies {
		shown := Recorded{Record: *c.record, Met: c.met, Note: c.note, Marked: make([]MarkedPart, len(c.steps))}
		for i := range c.steps {
			s := &c.steps[i]
			part := MarkedPart{Amount: s.marked, Got: s.got, Lacks: s.lacks}
			if s.onLedger() && s.lacks == "" {
				part.Pos = &s.row.pos
			}
			shown.Marked[c.entryOf(i)] = part
		}
		list = append(list, shown)
	}
	return list
}

// recordNotes states the conventions of records that were followed.
func (w *walk) recordNotes() []string {
	if !slices.ContainsFunc(w.custodies, func(c *custody) bool { return c.met }) {
		return nil
	}
	return []string{"In an account that a record tells of, each balance is a pot by the policy, in the order of the record's entries; a trade has one rate for all its units."}
}
