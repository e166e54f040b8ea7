package op

import (
	"bytes"
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/casebook/distribution"
	"clew/incident"
	"clew/lead"
	"clew/report"
)

// CaseReportInput says for whom a case is laid out.
type CaseReportInput struct {
	Case      string   `json:"case" arg:"" help:"name of the case"`
	For       string   `json:"for" values:"court,police,exchange" default:"court" help:"court: all of it, with blank forms for an expert; police: findings, and what to ask whom; exchange: what one service is asked, and nothing of others" placeholder:"WHO"`
	Service   string   `json:"service" help:"for an exchange: which service it is, by name or by the id that tags give it" placeholder:"SERVICE"`
	Recovered string   `json:"recovered" help:"what was recovered (YAML), to be shared among the victims by stated policies; docs/COURT.md tells the form" placeholder:"FILE"`
	Release   []string `json:"release" sep:"none" values:"victims,notes,files" help:"what is private and is told all the same: victims, notes, or what private files say; may be repeated" placeholder:"WHAT"`
	Tlp       string   `json:"tlp" values:"clear,green,amber,amber+strict,red" help:"marking on every page by TLP 2.0; that of the case if left out, and never above it" placeholder:"MARKING"`
	To        string   `json:"to" help:"whom it is given to, which the trail notes; needed where something private is released" placeholder:"WHO"`
	CaseBy
}

func caseReportOp() Op {
	return define(Op{
		Name: "case report",
		Doc:  "Lay a case out for a court, the police or an exchange: findings with what they rest on, method, limits, and what to ask each service.",
		Detail: "It tells what the case and its exhibits hold, and no opinion: an expert's declaration, qualifications and opinion are forms that are left blank. " +
			"Victims, notes and what private files say are left out unless you release them. An exchange is told what it is asked, and nothing of victims, findings or other services. " +
			"The same case gives the same bytes. The trail notes each report with its hashes before it is written.",
		Examples: []Example{
			{"case report bridge-2022 --html court.html --pdf court.pdf", "for a court, as a page and as pages to print"},
			{"case report bridge-2022 --for exchange --service binance --pdf binance.pdf", "what one service is asked"},
			{"case report bridge-2022 --for police --release victims --recovered recovered.yaml --to 'the police'", "with a table among the victims; the trail notes to whom it went"},
		},
	}, runCaseReport)
}

func runCaseReport(ctx context.Context, env *Env, in CaseReportInput) (report.Result, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if env.entry(casebook.ActPass, in.CaseBy).By == "" { // before the work
		return nil, &clew.InputError{Field: "by", Want: "who makes the report, by name or role: the trail notes each"}
	}
	b, c, err := env.theCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	r, err := in.layOut(ctx, env, b, c)
	if err == nil {
		err = in.note(ctx, env, b, c, r)
	}
	if err != nil {
		return nil, err // nothing leaves that is not noted
	}
	return r, nil
}

// note notes a report in the trail, with the hash of each form in which it is about to
// be written.
func (in *CaseReportInput) note(ctx context.Context, env *Env, b *casebook.Book, c *casebook.Case, r *report.CaseReport) error {
	forms, err := env.formsOf(r)
	if err != nil {
		return err
	}
	e := env.entry(casebook.ActPass, in.CaseBy)
	what := "report for " + in.For
	if r.Service != "" {
		what += ", " + r.Service
	}
	e.Passed = &casebook.Passed{What: what, To: strings.TrimSpace(in.To), Head: c.Told().Head, Forms: forms, Marking: r.Case.Marking, Released: r.Released}
	noted, err := b.Append(ctx, e)
	r.Noted = noted.Entry.Number
	return err
}

// formsOf says as what an answer is about to leave the program.
func (e *Env) formsOf(r report.Result) ([]casebook.Form, error) {
	if e.Forms != nil {
		return e.Forms(r)
	}
	var text bytes.Buffer
	err := report.Write(&text, r, report.JSON, report.Style{}, "")
	return []casebook.Form{casebook.FormOf(string(report.JSON), text.Bytes())}, err
}

// check holds what was asked against itself.
func (in *CaseReportInput) check() error {
	exchange := in.For == string(report.ForExchange)
	switch {
	case exchange && in.Service == "":
		return &clew.InputError{Field: "service", Want: "the service that it is for, such as binance"}
	case !exchange && in.Service != "":
		return &clew.InputError{Field: "service", Value: in.Service, Want: "none, unless it is for an exchange"}
	case exchange && len(in.Release) > 0:
		return &clew.InputError{Field: "release", Value: in.Release[0], Want: "nothing: an exchange is told neither victims nor notes"}
	case in.Recovered != "" && !contains(in.Release, "victims"):
		return &clew.InputError{Field: "recovered", Value: in.Recovered, Want: "--release victims too: a table among victims tells what each lost"}
	case len(in.Release) > 0 && strings.TrimSpace(in.To) == "":
		return &clew.InputError{Field: "to", Want: "whom it is given to: what is private is released to somebody, and the trail notes to whom"}
	}
	return nil
}

// layOut makes the report.
func (in *CaseReportInput) layOut(ctx context.Context, env *Env, b *casebook.Book, c *casebook.Case) (*report.CaseReport, error) {
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	shown, err := in.bounded(c)
	if err != nil {
		return nil, err
	}
	r := &report.CaseReport{For: report.Audience(in.For), Case: shown, Released: slices.Sorted(slices.Values(in.Release)), Units: report.Units{}, Hosts: guide.QuestionsFor(lead.ByHost)}
	x := &exhibiting{env: env, book: b, guide: guide, report: r, files: contains(in.Release, "files"), seen: map[int]distribution.Seen{}}
	for i := range shown.Exhibits {
		if err := x.exhibit(ctx, &shown.Exhibits[i]); err != nil {
			return nil, err
		}
	}
	r.Schedule = guide.Schedule(x.stopped)
	claimTokens(r.Units, guide)
	if in.Recovered != "" {
		if err := in.distribute(env, r, x); err != nil {
			return nil, err
		}
	}
	if r.For == report.ForExchange {
		if err := forService(r, in.Service); err != nil {
			return nil, err
		}
	}
	told := *in // the folder of a file is of whoever has it, and who made the report is in the trail
	told.By = ""
	if in.Recovered != "" {
		told.Recovered = path.Base(filepath.ToSlash(in.Recovered))
	}
	r.Command = CommandLine(caseReportOp(), &told)
	return r, nil
}

// bounded returns the case under its marking, without what is private and is not
// released.
func (in *CaseReportInput) bounded(c *casebook.Case) (*casebook.Case, error) {
	shown := *c.Told()
	if m := incident.Marking(in.Tlp); m != "" {
		if c.Marking.Stricter(m) {
			return nil, &clew.InputError{Field: "tlp", Value: in.Tlp, Want: "the marking of the case, " + string(c.Marking) + ", or a stricter one"}
		}
		shown.Marking = m
	}
	if !contains(in.Release, "victims") {
		shown.Victims = nil
	}
	if !contains(in.Release, "notes") {
		shown.Notes = nil
	}
	return &shown, nil
}
