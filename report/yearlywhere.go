package report

import (
	"fmt"
	"strings"

	"clew/incident/yearly"
)

// whereabouts tells where value lies, of the thefts that were followed.
func (y *Yearly) whereabouts() Section {
	t := &Table{Name: "whereabouts", Columns: []Column{{Title: "theft"}, {Title: "where it lies"}, {Title: "role (claim)"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "share", Align: Right}}}
	dwell := &Table{Name: "dwell", Columns: []Column{{Title: "theft"}, {Title: "asset"}, {Title: "first moved on after"}, {Title: "first mixed after"}, {Title: "last mixed after"}, {Title: "policy"}, {Title: "as of"}, {Title: "cut short"}, {Title: "what it rests on", Spare: 1}}}
	reached := &Table{Name: "reached", Columns: []Column{{Title: "theft"}, {Title: "asset"}, {Title: "came to"}, {Title: "said to be of (claim)"}, {Title: "first after"}, {Title: "last after"}}}
	for i := range y.Followed {
		f := &y.Followed[i]
		for _, p := range f.Places {
			amount := p.Amount.Format(f.Decimals)
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(f.ID), word(p.Kind), word(p.Role), {Text: group(amount), Raw: amount}, word(f.Symbol), {Text: share(p.Amount, f.Sum)}}})
		}
		cut := "no"
		if f.Cut {
			cut = "by a limit"
		}
		dwell.Rows = append(dwell.Rows, Row{Cells: []Cell{word(f.ID), word(f.Symbol), sinceCell(f.Dwell), sinceCell(f.MixedFrom), sinceCell(f.MixedTo), word(f.Policy), timeCell(f.AsOf), word(cut), word(f.Over)}})
		for _, x := range f.Reached {
			reached.Rows = append(reached.Rows, Row{Cells: []Cell{word(f.ID), word(f.Symbol), word(x.Kind), word(strings.Join(x.Names, ", ")), sinceCell(x.First), sinceCell(x.Last)}})
		}
	}
	if y.Chosen.Thefts == 0 {
		return Section{}
	}
	return Section{ID: "whereabouts", Title: "Where it went", Charts: charts(y.wentFlow()), Tables: append(append(some(t), some(dwell)...), some(reached)...),
		Notes: []string{fmt.Sprintf("Followed: %s of %s. Of the others no transfers are at hand, so where their value went, and how long it lay, is not known here; --held follows thefts over your own ledgers.", group(fmt.Sprint(y.followed())), plural(y.Chosen.Thefts, "theft", "thefts"))}}
}

// followed returns how many thefts of the question were followed.
func (y *Yearly) followed() int { return y.Chosen.Thefts - y.Untraced }

// sinceCell returns a cell with a span of seconds, to the hour.
func sinceCell(seconds *int64) Cell {
	if seconds == nil {
		return Cell{Text: "not known"}
	}
	hours := *seconds / 3600
	return Cell{Text: fmt.Sprintf("%s and %s", plural(hours/24, "day", "days"), plural(hours%24, "hour", "hours")), Raw: fmt.Sprint(*seconds)}
}

// serviceYears tells of each year which kinds of place value came to and how soon, of
// the thefts that were followed.
func (y *Yearly) serviceYears() Section {
	t := &Table{Name: "service-years", Columns: []Column{{Title: "year"}, {Title: "thefts", Align: Right}, {Title: "followed", Align: Right}, {Title: "came to"}, {Title: "said to be of (claim)"}, {Title: "thefts that did", Align: Right}, {Title: "after, median"}, {Title: "of so many", Align: Right, Spare: 1}}}
	none := 0
	for i := range y.Years {
		x := &y.Years[i]
		if x.Followed == 0 {
			none++
			continue
		}
		for k, s := range append([]yearly.Span{x.Dwell}, x.Reached...) {
			median := Cell{Text: "not known"}
			if s.Known > 0 {
				median = sinceCell(&s.Median)
			}
			row := []Cell{word(x.Year), count(x.Chosen.Thefts), count(x.Followed), word(s.What), word(strings.Join(s.Names, ", ")), count(s.Thefts), median, count(s.Known)}
			if k > 0 {
				row[1], row[2] = Cell{Raw: row[1].Text}, Cell{Raw: row[2].Text}
			}
			t.Rows = append(t.Rows, Row{Cells: row})
		}
	}
	if len(y.Years) == 0 {
		return Section{}
	}
	return Section{ID: "service-years", Title: "How services and dwell times changed over the years", Tables: some(t), Detail: true,
		Notes: []string{fmt.Sprintf("Told of the thefts that were followed, from the theft on. Of %s none was followed, so services and dwell times are not known here; one theft makes no trend.", plural(none, "year", "years"))}}
}
