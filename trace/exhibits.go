package trace

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/taint"
)

// exhibitMark returns the mark of an exhibit by its index.
func exhibitMark(index int) int { return anyOrigin - 1 - index }

// exhibitsOf returns the exhibits among marks, in the order of the records.
func (w *walk) exhibitsOf(marks taint.Marks) []string {
	var list []string
	for i, exhibit := range w.exhibits {
		if marks.Has(exhibitMark(i)) {
			list = append(list, exhibit)
		}
	}
	return list
}

// restsWith adds to the amounts by exhibit what a run has that rests on them.
func (w *walk) restsWith(rests []clew.Amount, run taint.Run) []clew.Amount {
	for i := range w.exhibits {
		if run.Marks.Has(exhibitMark(i)) {
			if rests == nil {
				rests = make([]clew.Amount, len(w.exhibits))
			}
			rests[i] = w.plus(rests[i], run.Amount)
		}
	}
	return rests
}

// addRests adds up amounts by exhibit.
func (w *walk) addRests(sum, more []clew.Amount) []clew.Amount {
	if more == nil {
		return sum
	}
	if sum == nil {
		sum = make([]clew.Amount, len(w.exhibits))
	}
	for i := range more {
		sum[i] = w.plus(sum[i], more[i])
	}
	return sum
}

// listRests returns amounts by exhibit as the result shows them.
func (w *walk) listRests(rests []clew.Amount) []Rest {
	var list []Rest
	for i, amount := range rests {
		if !amount.IsZero() {
			list = append(list, Rest{Exhibit: w.exhibits[i], Amount: amount})
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
