package op

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"clew"
	"clew/casebook"
	"clew/incident"
	"clew/indicator"
	"clew/report"
)

// CaseWaysInput names files of indicators for a case.
type CaseWaysInput struct {
	Case   string   `json:"case" arg:"" help:"name of the case"`
	Files  []string `json:"files" arg:"" sep:"none" help:"files of indicators, in any form that clew indicators read takes"`
	Source string   `json:"source" help:"who says so, of rows that do not say it; the file's name if left out" placeholder:"TEXT"`
	Tlp    string   `json:"tlp" values:"clear,green,amber,amber+strict,red" help:"marking of rows that bear none, by TLP 2.0; without one they count as not released" placeholder:"MARKING"`
	CaseBy
}

func caseWaysOp() Op {
	return define(Op{
		Name: "case ways",
		Doc:  "Write down what files of indicators say of the way in: each row becomes an indicator of the case.",
		Detail: "All rows are taken or none. What is in the case already is not written down again; what a list has as genuine, or took back, is left out and counted. " +
			"A row that is marked more strictly than the case is refused, and so is one that was not released, unless the case is marked amber+strict or red.",
		Examples: []Example{{"case ways bridge-2022 partner.json --source 'the partner'", "what a bundle of STIX says of domains, files and malware"}},
	}, runCaseWays)
}

// caseWaysMax bounds what is written down at once: a case is no list to block by.
const caseWaysMax = 1000

func runCaseWays(ctx context.Context, env *Env, in CaseWaysInput) (report.Result, error) {
	read, err := readIndicators(ctx, env, "files", in.Files, indicator.Defaults{Source: in.Source, Marking: incident.Marking(in.Tlp)})
	if err != nil {
		return nil, err
	}
	if read.Wrong() > 0 {
		return nil, issuesWanted("files", "files of indicators (clew indicators read --sound keeps what is sound)", read.Issues)
	}
	b, c, err := env.theCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	out := &report.CaseWays{Name: c.Name, Head: c.Head}
	entries, err := wayEntries(c, env.entry(casebook.ActIndicator, in.CaseBy), read.List, out)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return out, nil
	}
	if len(entries) > caseWaysMax {
		return nil, &clew.InputError{Field: "files", Want: fmt.Sprintf("at most %d rows for a case; these hold %d more than are in it", caseWaysMax, len(entries))}
	}
	appended, err := b.Append(ctx, entries...)
	if err != nil {
		return nil, err
	}
	out.Added, out.Head = len(entries), appended.Case.Head
	return out, nil
}

// wayEntries makes an entry of each row that the case does not have.
func wayEntries(c *casebook.Case, like casebook.Entry, list []indicator.Indicator, out *report.CaseWays) (entries []casebook.Entry, err error) {
	type said struct{ kind, value, text, source string }
	have := map[said]bool{}
	for i := range c.Indicators {
		if x := &c.Indicators[i]; x.Withdrawn == 0 {
			have[said{x.Type, x.Value, x.Text, x.Source}] = true
		}
	}
	for i := range list {
		row := &list[i]
		own := cmp.Or(row.Marking, incident.MarkAmberStrict)
		x := casebook.Indicator{Type: string(row.Type), Value: row.Value, Text: wayText(row), Source: row.Source, Marking: own}
		key := said{x.Type, x.Value, x.Text, x.Source}
		switch {
		case row.Safe || row.Withdrawn:
			out.LeftOut++
			continue
		case own.Stricter(c.Marking):
			return nil, &clew.InputError{Field: "files", Value: row.Value, Want: fmt.Sprintf("rows that may stand in a case marked %s; this one is %s", c.Marking, markedAs(row.Marking))}
		case have[key]:
			out.Already++
			continue
		}
		have[key] = true
		e := like
		e.Indicator = &x
		entries = append(entries, e)
	}
	return entries, nil
}

func markedAs(m incident.Marking) string {
	if m == "" {
		return "not marked, so that it was not released (--tlp marks such rows)"
	}
	return "marked " + string(m)
}

// wayText is all that a row says, for a case has no members for days and the like.
func wayText(i *indicator.Indicator) string {
	parts := []string{i.Text}
	if i.Observed {
		parts = append(parts, "observed: the source does not say that it serves anything bad")
	}
	if i.Language != "" {
		parts = append(parts, "language: "+i.Language)
	}
	if days := i.Days(); days != "" {
		parts = append(parts, days)
	}
	if i.Confidence != nil {
		parts = append(parts, fmt.Sprintf("confidence %d of 100, by its source", *i.Confidence))
	}
	if i.Marking != "" {
		parts = append(parts, "TLP:"+strings.ToUpper(string(i.Marking)))
	}
	return strings.TrimPrefix(strings.Join(parts, "; "), "; ")
}

// wayValue returns the value of an indicator in its normal form, if its type is
// one that has one here; STIX has many more.
func wayValue(kind, value string) (string, error) {
	for _, t := range indicator.Types() {
		if string(t) == kind {
			normal, err := indicator.Normal(t, value)
			return normal, renamed(err, "value")
		}
	}
	return strings.TrimSpace(value), nil
}
