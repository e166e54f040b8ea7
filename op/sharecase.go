package op

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/decision"
	"clew/incident"
	"clew/indicator"
	"clew/report"
)

// casePrefix begins the name of a case in the place of a theft's.
const casePrefix = "case:"

// A caseShared is what of a case is written for others: its theft, with the findings that
// stand as sentences about it, and the way in. Victims and notes of a case never are.
type caseShared struct {
	book  *casebook.Book
	told  string // head of the trail up to which it is told
	name  string
	theft *incident.Incident
	ways  []indicator.Indicator
	left  int // indicators of types that have no form here
}

// sharedCase returns the case that in names; nil: it names none. Where no marking was
// chosen, in gets the case's; one that is less strict is refused.
func sharedCase(ctx context.Context, env *Env, in *ShareInput) (*caseShared, error) {
	at := slices.IndexFunc(in.Incidents, func(name string) bool { return strings.HasPrefix(name, casePrefix) })
	if at < 0 {
		return nil, nil
	}
	if len(in.Incidents) > 1 {
		return nil, &clew.InputError{Field: "incidents", Value: in.Incidents[at], Want: "a case alone: the trail notes what was written of it"}
	}
	if env.Cases.By == "" {
		return nil, &clew.InputError{Field: "incidents", Value: in.Incidents[at], Want: "CLEW_BY to say who shares it, by name or role: the trail notes each"}
	}
	b, c, err := env.theCase(ctx, strings.TrimPrefix(in.Incidents[at], casePrefix))
	if err != nil {
		return nil, err
	}
	switch {
	case in.Tlp == "":
		in.Tlp = string(c.Marking)
	case c.Marking.Stricter(incident.Marking(in.Tlp)):
		return nil, &clew.InputError{Field: "tlp", Value: in.Tlp, Want: "the marking of the case, " + string(c.Marking) + ", or a stricter one"}
	}
	if c.Incident == nil {
		return nil, &clew.InputError{Field: "incidents", Value: in.Incidents[at], Want: "a case that has its theft's file: clew case incident keeps it"}
	}
	out := &caseShared{book: b, told: c.Told().Head, name: c.Name}
	err = b.File(*c.Incident, func(data []byte) error {
		out.theft, err = incidentIn(data, "incidents", c.Incident.Name)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.sentences(c)
	out.indicators(c)
	return out, nil
}

// sentences adds the findings that stand, each with its other readings behind it. What is
// no fact of a ledger is said to be not verified.
func (s *caseShared) sentences(c *casebook.Case) {
	source := "case-" + c.Name
	s.theft.Sources = append(s.theft.Sources, incident.Source{ID: source, Title: c.Title, Publisher: "case " + c.Name, Kind: incident.InvestigatorSource, Note: "head of its trail: " + s.told})
	say := func(text string, fact bool) {
		s.theft.Summary = append(s.theft.Summary, incident.Statement{Text: text, Source: source, Verified: &fact})
	}
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.Withdrawn != 0 {
			continue
		}
		text := fmt.Sprintf("Finding %d of case %s (%s): %s Rests on %s.", f.Number, c.Name, f.Kind, f.Text, restsText(c, f.Rests))
		if f.Method != "" {
			text += " Method: " + f.Method + "."
		}
		if f.Limits != "" {
			text += " Limits: " + f.Limits + "."
		}
		say(text, f.Kind == casebook.Fact)
		for _, r := range c.StandingReadings() {
			what := "another reading"
			if r.Contrary {
				what = "contrary evidence"
			}
			if r.Finding == f.Number {
				say(fmt.Sprintf("Of finding %d, %s: %s", f.Number, what, r.Text), false)
			}
		}
	}
}

// restsText names exhibits by their hashes, and the transactions of each.
func restsText(c *casebook.Case, rests []casebook.Rest) string {
	var list []string
	for _, r := range rests {
		text := fmt.Sprintf("exhibit %d", r.Exhibit)
		for i := range c.Exhibits {
			if c.Exhibits[i].Number == r.Exhibit {
				text += " (SHA-256 " + c.Exhibits[i].SHA256 + ")"
			}
		}
		for _, tx := range r.Transactions {
			text += ", " + tx.String()
		}
		if r.Part != "" {
			text += ", " + r.Part
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// indicators takes the way in, as far as its types have a form here. What bears no
// marking of its own stands in the case under the case's.
func (s *caseShared) indicators(c *casebook.Case) {
	for i := range c.Indicators {
		x := &c.Indicators[i]
		if x.Withdrawn != 0 {
			continue
		}
		way := indicator.Indicator{Type: indicator.Type(x.Type), Value: x.Value, Text: x.Text, Source: x.Source, Marking: x.Marking}
		if way.Marking == "" {
			way.Marking = c.Marking
		}
		if way.Check() != nil {
			s.left++
			continue
		}
		s.ways = append(s.ways, way)
	}
}

// writeWays hands a writer the way in.
func (s *caseShared) writeWays(w waysWriter, out *report.Shared) error {
	if s == nil {
		return nil
	}
	for i := range s.ways {
		if err := w.Indicator(&s.ways[i], s.theft.ID); err != nil {
			return err
		}
		out.Indicators++
	}
	out.Case, out.WaysLeftOut = s.name, s.left
	return nil
}

// write notes in the case's trail what is about to be written, and writes it.
func (s *caseShared) write(ctx context.Context, env *Env, in ShareInput, what string, out *report.Shared, write func(io.Writer) error) error {
	if s == nil {
		return shareWrite(env, in.To, write)
	}
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	e := env.entry(casebook.ActPass, CaseBy{})
	e.Passed = &casebook.Passed{What: what, Head: s.told, SHA256: decision.Hash(text.Bytes()), Marking: out.Marking, Released: slices.Sorted(slices.Values(in.Release))}
	noted, err := s.book.Append(ctx, e)
	if err != nil {
		return err
	}
	if err := env.write("to", in.To, text.Bytes()); err != nil {
		return fmt.Errorf("nothing was written, though entry %d notes it: %w", noted.Entry.Number, err)
	}
	out.Entry = noted.Entry.Number
	return nil
}

// theftOf returns the theft that a name means.
func (s *caseShared) theftOf(env *Env, name string) (*incident.Incident, error) {
	if s != nil {
		return s.theft, nil
	}
	return theftNamed(env, name)
}
