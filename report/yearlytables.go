package report

import (
	"fmt"
	"slices"
	"strings"

	"clew/incident/yearly"
)

// sumColumns are those of a [yearly.Sum], after one that names it.
func sumColumns(first string) []Column {
	return []Column{{Title: first}, {Title: "thefts", Align: Right}, {Title: "US dollars", Align: Right}, {Title: "value not known", Align: Right}}
}

func sumCells(name string, s *yearly.Sum) []Cell {
	return []Cell{word(name), count(s.Thefts), centsCell(s.USD), count(s.Unknown)}
}

func (y *Yearly) standings() Section {
	t := &Table{Name: "standings", Columns: append(sumColumns("claims about "+y.actor()), Column{Title: "disputed", Align: Right})}
	for i := range y.Standings {
		s := &y.Standings[i]
		t.Rows = append(t.Rows, Row{Cells: append(sumCells(claimedWords(s.Standing), &s.Sum), count(s.Disputed))})
	}
	return Section{ID: "standings", Title: "How certain: each line holds those above it", Tables: some(t)}
}

func (y *Yearly) actors() Section {
	t := &Table{Name: "actors", Columns: sumColumns("said to be of")}
	for i := range y.Actors {
		t.Rows = append(t.Rows, Row{Cells: sumCells(y.Actors[i].Name, &y.Actors[i].Sum)})
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, Row{Cells: sumCells("all thefts of the year", &y.All), Total: true})
	}
	return Section{ID: "actors", Title: "All thefts of the year, by whose they are said to be", Tables: some(t)}
}

func (y *Yearly) ranked() Section {
	t := &Table{Name: "thefts", Columns: []Column{{Title: "rank", Align: Right}, {Title: "day"}, {Title: "id"}, {Title: "victim"}, {Title: "kind", Spare: 2}, {Title: "US dollars", Align: Right},
		{Title: "as published, from", Align: Right, Wide: true}, {Title: "to", Align: Right, Wide: true}, {Title: "figure by", Spare: 1}, {Title: "method"}, {Title: "chains", Wide: true}, {Title: "claims", Spare: 3}}}
	if len(y.Own) > 0 {
		t.Columns = append(t.Columns, Column{Title: "record"})
	}
	for i := range y.Thefts {
		x := &y.Thefts[i]
		rank := Cell{}
		if x.Rank > 0 {
			rank = count(x.Rank)
		}
		value := centsCell(x.USD)
		if x.USD != nil {
			switch {
			case x.Bound != "":
				value.Text = string(x.Bound) + " " + value.Text
			case x.About:
				value.Text = "about " + value.Text
			}
		}
		by := x.By
		if x.Computed != "" {
			by = "computed here: " + x.Computed
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{rank, {Text: Clean(string(x.Day)), Whole: true}, {Text: Clean(x.ID), Whole: true}, word(strings.Join(x.Victims, "; ")), word(string(x.Victim)), value,
			centsCell(x.Low), centsCell(x.High), word(by), word(string(x.Method)), word(strings.Join(x.Chains, ", ")), word(claimWords(x))}})
		if len(y.Own) > 0 {
			last := &t.Rows[len(t.Rows)-1]
			last.Cells = append(last.Cells, ownCell(slices.Contains(y.Own, x.ID)))
		}
	}
	return Section{ID: "thefts", Title: "Thefts, by value", Tables: some(t)}
}

// claimWords says whose a theft is said to be, the states alone where any is named.
func claimWords(x *yearly.Theft) string {
	var states, groups []string
	for _, key := range sortedKeys(x.Claims) {
		c := x.Claims[key]
		text := key + " " + string(c.Standing)
		if c.Disputed {
			text += " and disputed"
		}
		if len(key) == 2 {
			states = append(states, text)
			continue
		}
		groups = append(groups, text)
	}
	if len(states) > 0 {
		groups = states
	}
	if x.Disputed {
		groups = append(groups, "the entry is disputed")
	}
	return strings.Join(groups, "; ")
}

func (y *Yearly) groups(id, title, first string, groups []yearly.Group) Section {
	t := &Table{Name: id, Columns: append(sumColumns(first), Column{Title: "of the value", Align: Right})}
	for i := range groups {
		t.Rows = append(t.Rows, Row{Cells: append(sumCells(groups[i].Name, &groups[i].Sum), y.shareCell(&groups[i].Sum))})
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, Row{Cells: append(sumCells("sum", &y.Chosen), Cell{}), Total: true})
	}
	return Section{ID: id, Title: title, Tables: some(t)}
}

// shareCell returns the part of the chosen thefts' value, rounded down.
func (y *Yearly) shareCell(part *yearly.Sum) Cell {
	bp := yearly.ShareOf(part.Known(), y.Chosen.Known())
	if bp == nil || part.USD == nil {
		return Cell{Text: "not known"}
	}
	return Cell{Text: percent(*bp)}
}

func (y *Yearly) chains() Section {
	s := y.groups("chains", "Chains", "on this chain alone", y.Chains)
	if len(s.Tables) == 0 {
		return s
	}
	t := s.Tables[0]
	t.Columns = append(t.Columns, Column{Title: "thefts that touch it", Align: Right})
	for i := range t.Rows {
		touching := Cell{}
		if i < len(y.Chains) && y.Chains[i].Touching > 0 {
			touching = count(y.Chains[i].Touching)
		}
		t.Rows[i].Cells = append(t.Rows[i].Cells, touching)
	}
	s.Notes = []string{"What of a theft was on which of several chains is seldom published, so no value is divided."}
	return s
}

func (y *Yearly) course() Section {
	t := &Table{Name: "course", Columns: []Column{{Title: "day"}, {Title: "thefts so far", Align: Right}, {Title: "US dollars so far", Align: Right}}}
	for _, s := range y.Course {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: Clean(string(s.Day)), Whole: true}, count(s.Thefts), centsCell(s.USD)}})
	}
	return Section{ID: "course", Title: "How the sum grew", Tables: some(t), Charts: charts(y.courseLine()), Detail: true}
}

func (y *Yearly) years() Section {
	t := &Table{Name: "years", Columns: []Column{{Title: "year"}, {Title: "all thefts", Align: Right}, {Title: "US dollars", Align: Right}, {Title: "value not known", Align: Right}}}
	for _, s := range y.Standings {
		t.Columns = append(t.Columns, Column{Title: claimedWords(s.Standing), Align: Right})
	}
	t.Columns = append(t.Columns, Column{Title: "days until public, median", Align: Right}, Column{Title: "of so many", Align: Right, Spare: 1})
	for i := range y.Years {
		x := &y.Years[i]
		cells := sumCells(x.Year, &x.All)
		for k := range x.Standings {
			cells = append(cells, centsCell(x.Standings[k].USD))
		}
		median := Cell{Text: "not known"}
		if x.Public.Known > 0 {
			median = count(x.Public.Median)
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, median, count(x.Public.Known))})
	}
	return Section{ID: "years", Title: "The years beside each other", Tables: some(t), Charts: charts(y.yearBars())}
}

func (y *Yearly) methodYears() Section {
	t := &Table{Name: "method-years", Columns: append([]Column{{Title: "year"}}, sumColumns("method")...)}
	for i := range y.Years {
		x := &y.Years[i]
		for k := range x.Methods {
			t.Rows = append(t.Rows, Row{Cells: append([]Cell{word(x.Year)}, sumCells(x.Methods[k].Name, &x.Methods[k].Sum)...)})
		}
	}
	return Section{ID: "method-years", Title: "How methods changed over the years", Tables: some(t), Detail: true}
}

func (y *Yearly) delays() Section {
	t := &Table{Name: "delays", Columns: []Column{{Title: "days"}, {Title: "known of", Align: Right}, {Title: "not known of", Align: Right}, {Title: "least", Align: Right}, {Title: "median", Align: Right}, {Title: "most", Align: Right}, {Title: "which took most"}}}
	for _, x := range y.Delays {
		cells := []Cell{word(x.What), count(x.Known), count(x.Unknown), count(x.Least), count(x.Median), count(x.Most), word(x.MostOf)}
		if x.Known == 0 {
			cells[3], cells[4], cells[5] = Cell{Text: "not known"}, Cell{Text: "not known"}, Cell{Text: "not known"}
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return Section{ID: "delays", Title: "How soon it was known", Tables: some(t)}
}

func (y *Yearly) outcomes() Section {
	t := &Table{Name: "outcomes", Columns: []Column{{Title: "state"}, {Title: "thefts", Align: Right}, {Title: "rows", Align: Right}, {Title: "US dollars, as published", Align: Right}, {Title: "rows without US dollars", Align: Right}, {Title: "not verified, not added", Align: Right}}}
	for _, x := range y.Outcomes {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(string(x.State)), count(x.Thefts), count(x.Rows), centsCell(&x.USD), count(x.Unknown), count(x.Unverified)}})
	}
	return Section{ID: "outcomes", Title: "What was frozen, seized and came back", Tables: some(t),
		Notes: []string{"States do not cancel each other: what was frozen may be seized later and stands in both. That nothing is on record does not say that nothing was."}}
}

func (y *Yearly) controls() Section {
	t := &Table{Name: "controls", Columns: []Column{{Title: "method"}, {Title: "what would have stopped it, or made it cost less"}, {Title: "techniques of ATT&CK", Spare: 1}, {Title: "mitigations of ATT&CK", Spare: 2}}}
	for _, c := range y.Controls {
		var mitigations []string
		for _, m := range c.Mitigations {
			mitigations = append(mitigations, m.ID+" "+m.Name+" for "+m.Technique)
		}
		for k, text := range c.Controls {
			row := []Cell{{}, word(text), {}, {}}
			if k == 0 {
				row[0], row[2], row[3] = word(string(c.Method)), word(strings.Join(c.Techniques, ", ")), word(strings.Join(mitigations, "; "))
			}
			row[0].Raw = Clean(string(c.Method))
			t.Rows = append(t.Rows, Row{Cells: row})
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "controls", Title: "Controls, by method", Tables: some(t),
		Notes: []string{"The mapping is this project's own. Mitigations are MITRE ATT&CK's for the techniques named; those alone stand here whose pairing was read, in copies of its pages. ATT&CK has none for faults of contracts."}}
}

func (y *Yearly) limits() Section {
	e := y.Edition
	return Section{ID: "limits", Title: "Method and limits", Notes: []string{
		fmt.Sprintf("The record of %s: %s that count, SHA-256 of all entries %s. One figure of each is added up, exactly: a published one, or what its coins come to by closes; no figure is estimated, and shares are rounded down.", Clean(string(e.Day)), plural(e.Thefts, "theft", "thefts"), e.Digest),
		"A theft is of the year in which it was over, by disclosure of that in which it was made public. A theft counts for a standing by its weightiest claim; claims that were withdrawn or not verified have no weight, and disputed ones are marked.",
		"Which value lay how long before it moved, and where it went, is told only of thefts whose transfers the program holds. Services and times of the others are not known here.",
	}}
}

// charts returns those that are drawn.
func charts(list ...*Chart) []*Chart {
	return slices.DeleteFunc(list, func(c *Chart) bool { return c == nil })
}
