package op

import (
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/lead"
	"clew/report"
	"clew/trace"
)

// forService leaves in a report what one service is told, and nothing of others: of the
// exhibits those that it is asked about, with the places that are its own.
func forService(r *report.CaseReport, service string) error {
	var names []string
	mine := slices.DeleteFunc(slices.Clone(r.Schedule), func(q lead.Inquiry) bool {
		names = append(names, q.Who.ID, q.Who.Name)
		return !strings.EqualFold(service, q.Who.ID) && !strings.EqualFold(service, q.Who.Name)
	})
	if len(mine) == 0 {
		want := "a service at which value arrived, as clew case report --for police lists them"
		if near := clew.Nearest(service, names); near != "" {
			want += "; did you mean " + near + "?"
		}
		return &clew.InputError{Field: "service", Value: service, Want: want}
	}
	r.Service, r.Schedule, r.Hosts, r.Table = mine[0].Who.Name, mine, nil, nil
	own, units := map[int]map[clew.Address]bool{}, report.Units{}
	for _, q := range mine {
		for _, i := range q.Items {
			if own[i.Exhibit] == nil {
				own[i.Exhibit] = map[clew.Address]bool{}
			}
			own[i.Exhibit][i.Address] = true
			if unit, known := r.Units[i.Asset]; known {
				units[i.Asset] = unit
			}
		}
	}
	r.Units = units
	var exhibits []report.CaseExhibit
	for _, x := range r.Exhibits {
		if own[x.Number] != nil {
			exhibits = append(exhibits, exhibitFor(x, own[x.Number]))
		}
	}
	r.Exhibits = exhibits
	caseFor(r.Case, own)
	return nil
}

// caseFor leaves of a case what a service is told: its name, title and question, and the
// exhibits that the service is asked about.
func caseFor(c *casebook.Case, own map[int]map[clew.Address]bool) {
	kept := c.Exhibits
	*c = casebook.Case{Name: c.Name, Title: c.Title, Question: c.Question, Marking: c.Marking, Opened: c.Opened, Closed: c.Closed, Head: c.Head, Entries: c.Entries}
	for _, e := range kept {
		if own[e.Number] != nil && e.Withdrawn == 0 {
			e.By = ""
			c.Exhibits = append(c.Exhibits, e)
		}
	}
}

// exhibitFor leaves of an exhibit how it was come by, and what lies at some addresses.
// What it was asked with can name others, and is in the exhibit.
func exhibitFor(x report.CaseExhibit, own map[clew.Address]bool) report.CaseExhibit {
	x.Input, x.Held, x.Missing, x.Shown, x.Parts, x.NotAsked = nil, nil, nil, nil, nil, ""
	if x.Trace == nil {
		return x
	}
	t, was := x.Trace, x.Trace.Result
	x.Trace = &report.Trace{Title: t.Title, Subject: t.Subject, Units: t.Units, NotRead: t.NotRead, Signatures: t.Signatures,
		Result: &trace.Result{Method: was.Method, AsOf: was.AsOf, Limits: was.Limits, Partial: was.Partial, Work: was.Work}}
	for _, p := range was.Places {
		if own[p.Address] {
			x.Trace.Result.Places = append(x.Trace.Result.Places, p)
		}
	}
	for _, g := range was.Gaps {
		if g.Address.IsZero() {
			x.Trace.Result.Gaps = append(x.Trace.Result.Gaps, g)
		} else {
			x.Untold++
		}
	}
	return x
}
