package op

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"clew"
	"clew/casebook"
	"clew/incident"
	"clew/report"
)

// CaseBy says who works on a case.
type CaseBy struct {
	By string `json:"by" help:"who does this, by name or role; CLEW_BY in the environment if left out" placeholder:"WHO"`
}

// CaseListInput has nothing to choose.
type CaseListInput struct{}

// CaseOpenInput says what a case is.
type CaseOpenInput struct {
	Case     string `json:"case" arg:"" help:"name of the case: small letters, digits and hyphens"`
	Title    string `json:"title" help:"title for people" placeholder:"TEXT"`
	Question string `json:"question" help:"question that it is to answer" placeholder:"TEXT"`
	For      string `json:"for" help:"who asked" placeholder:"WHO"`
	Tlp      string `json:"tlp" values:"clear,green,amber,amber+strict,red" default:"amber+strict" help:"marking by TLP 2.0, above which nothing of the case is passed on" placeholder:"MARKING"`
	Incident string `json:"incident" help:"the theft's file (.yaml), which is kept in the case" placeholder:"FILE"`
	CaseBy
}

// CaseNameInput names a case.
type CaseNameInput struct {
	Case string `json:"case" arg:"" help:"name of the case"`
}

// CaseStateInput names a case that is closed or opened again.
type CaseStateInput struct {
	Case string `json:"case" arg:"" help:"name of the case"`
	Why  string `json:"why" help:"why" placeholder:"TEXT"`
	CaseBy
}

// CaseMarkInput says how a case is marked from now on.
type CaseMarkInput struct {
	Case string `json:"case" arg:"" help:"name of the case"`
	Tlp  string `json:"tlp" arg:"" values:"clear,green,amber,amber+strict,red" help:"marking by TLP 2.0 from now on"`
	Why  string `json:"why" help:"why" placeholder:"TEXT"`
	CaseBy
}

// CaseWithdrawInput says what is taken back.
type CaseWithdrawInput struct {
	Case   string `json:"case" arg:"" help:"name of the case"`
	Number string `json:"number" arg:"" help:"number of what is taken back, as clew case show lists it"`
	Why    string `json:"why" help:"why" placeholder:"TEXT"`
	CaseBy
}

func caseListOp() Op {
	return define(Op{
		Name: "case list", Default: true,
		Doc:      "List the cases that are kept, open ones and closed.",
		Detail:   "They lie in CLEW_CASES, each in a folder of its name. docs/CASES.md tells how a case is worked on.",
		Examples: []Example{{"case list", "all"}, {"case list --csv", "for a spreadsheet"}},
	}, runCaseList)
}

func caseOpenOp() Op {
	return define(Op{
		Name: "case open",
		Doc:  "Open a case: a question, and what is found, each finding with what it rests on.",
		Detail: "Everything that is done to it is added to its trail and nothing is ever taken out: each entry has a number, a time, an author and the hash of the one before. " +
			"The marking bounds how far anything of the case may be passed on.",
		Examples: []Example{
			{"case open bridge-2022 --title 'The theft from the bridge' --question 'Where did it go?' --by AB", "a new case"},
			{"case open shop-7 --title Shop --question 'Who was paid?' --for 'the shop' --incident theft.yaml --tlp red", "with the theft's file; CLEW_BY says who"},
		},
	}, runCaseOpen)
}

func caseShowOp() Op {
	return define(Op{
		Name: "case show",
		Doc:  "Show a case: its exhibits, findings, other readings, losses and notes, with their numbers.",
		Detail: "What was withdrawn stays, marked. A finding that rests on an exhibit that was withdrawn is said to. " +
			"Note the hash elsewhere: whoever has it can tell later whether anything up to here was changed.",
		Examples: []Example{{"case show bridge-2022", "all of it"}, {"case show bridge-2022 --json", "as data"}},
	}, runCaseShow)
}

func caseTrailOp() Op {
	return define(Op{
		Name:     "case trail",
		Doc:      "List who did what to a case, and when, entry by entry, with the hashes.",
		Detail:   "Exports and reports that were made of it are among the entries, with what was released in them.",
		Examples: []Example{{"case trail bridge-2022", "from the opening on"}, {"case trail bridge-2022 --csv", "for a spreadsheet"}},
	}, runCaseTrail)
}

func caseWithdrawOp() Op {
	return define(Op{
		Name:     "case withdraw",
		Doc:      "Take back a file, finding, reading, indicator, victim or note: it stays in the case, marked.",
		Examples: []Example{{"case withdraw bridge-2022 4 --why 'the address was misread'", "entry 4, with the reason"}},
	}, runCaseWithdraw)
}

func caseMarkOp() Op {
	return define(Op{
		Name: "case mark",
		Doc:  "Mark a case anew: more strictly, or less so where all that is in it may be passed on so far.",
		Detail: "The trail has the change with its reason. What was passed on before keeps the marking that it bears. " +
			"A case is never marked less strictly than a file or an indicator in it that bears a marking of its own.",
		Examples: []Example{
			{"case mark bridge-2022 red --why 'a suspect could be warned'", "more strictly"},
			{"case mark bridge-2022 clear --why 'the court published it'", "less strictly"},
		},
	}, runCaseMark)
}

func caseCloseOp() Op {
	return define(Op{
		Name:     "case close",
		Doc:      "Close a case: nothing is added to it until it is opened again.",
		Examples: []Example{{"case close bridge-2022 --why answered", "with the reason"}},
	}, runCaseClose)
}

func caseReopenOp() Op {
	return define(Op{
		Name:     "case reopen",
		Doc:      "Open a closed case again.",
		Examples: []Example{{"case reopen bridge-2022 --why 'a service answered'", "with the reason"}},
	}, runCaseReopen)
}

// book opens the folder of a case, which is made if it is to be.
func (e *Env) book(name string, make bool) (*casebook.Book, error) {
	if err := casebook.CheckName(name); err != nil {
		return nil, err
	}
	dir, err := e.Cases.Open(name, make)
	if errors.Is(err, clew.ErrNotFound) {
		return nil, e.meant(name, err)
	}
	if err != nil {
		return nil, err
	}
	return casebook.Open(dir, readBundle, e.Cases.Random), nil
}

// meant adds to a case that was not found which one was likely meant.
func (e *Env) meant(name string, missing error) error {
	names, err := e.Cases.Names()
	if near := clew.Nearest(name, names); err == nil && near != "" {
		return fmt.Errorf("%w; did you mean %s?", missing, near)
	}
	return missing
}

// theCase opens a case and reads it.
func (e *Env) theCase(ctx context.Context, name string) (*casebook.Book, *casebook.Case, error) {
	b, err := e.book(name, false)
	if err != nil {
		return nil, nil, err
	}
	c, err := b.Case(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, c, nil
}

// entry begins an entry of the trail.
func (e *Env) entry(act casebook.Act, by CaseBy) casebook.Entry {
	who := strings.TrimSpace(by.By)
	if who == "" {
		who = e.Cases.By
	}
	return casebook.Entry{At: e.Now, By: who, Act: act}
}

// addToCase adds an entry to a case.
func (e *Env) addToCase(ctx context.Context, name string, entry casebook.Entry) (report.Result, error) {
	b, err := e.book(name, false)
	if err != nil {
		return nil, err
	}
	out, err := b.Append(ctx, entry)
	if err != nil {
		return nil, err
	}
	return &report.CaseEntry{Appended: out, Folder: e.Cases.Name}, nil
}

func runCaseList(ctx context.Context, env *Env, _ CaseListInput) (report.Result, error) {
	names, err := env.Cases.Names()
	if err != nil {
		return nil, err
	}
	out := &report.CaseList{Folder: env.Cases.Name, Cases: []report.CaseLine{}}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if casebook.CheckName(name) != nil {
			continue // somebody else's folder
		}
		_, c, err := env.theCase(ctx, name)
		if errors.Is(err, clew.ErrNotFound) {
			continue // a folder in which none was opened
		}
		if err != nil {
			out.Cases = append(out.Cases, report.CaseLine{Name: name, Fault: err.Error()})
			continue
		}
		out.Cases = append(out.Cases, report.CaseLine{Name: name, Title: c.Title, Marking: c.Marking, Opened: c.Opened, Closed: c.Closed, Exhibits: c.Counts().Exhibits, Findings: c.Counts().Findings, Entries: c.Entries})
	}
	return out, nil
}

func runCaseOpen(ctx context.Context, env *Env, in CaseOpenInput) (report.Result, error) {
	e := env.entry(casebook.ActOpen, in.CaseBy)
	e.Opening = &casebook.Opening{Name: in.Case, Title: strings.TrimSpace(in.Title), Question: strings.TrimSpace(in.Question), For: in.For, Marking: incident.Marking(in.Tlp)}
	var theft *theftFile
	if in.Incident != "" {
		var err error
		if theft, err = markedTheft(env, in.Incident, e.Opening.Marking); err != nil {
			return nil, err
		}
	}
	if err := e.Check(); err != nil { // before a folder is made
		return nil, err
	}
	b, err := env.book(in.Case, true)
	if err != nil {
		return nil, err
	}
	out, err := b.Append(ctx, e)
	if err != nil {
		return nil, err
	}
	if theft != nil {
		if out, err = attachTheft(ctx, env, b, theft, in.CaseBy); err != nil {
			return nil, fmt.Errorf("the case was opened, and the theft's file is not in it (clew case incident keeps it): %w", err)
		}
	}
	return &report.CaseEntry{Appended: out, Folder: env.Cases.Name}, nil
}

func runCaseShow(ctx context.Context, env *Env, in CaseNameInput) (report.Result, error) {
	_, c, err := env.theCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	return &report.CasePage{Case: c}, nil
}

func runCaseTrail(ctx context.Context, env *Env, in CaseNameInput) (report.Result, error) {
	b, c, err := env.theCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	out := &report.CaseTrail{Name: c.Name}
	err = b.Entries(ctx, func(e *casebook.Entry, hash string) error {
		out.Entries = append(out.Entries, report.CaseStep{Entry: *e, Hash: hash})
		return nil
	})
	return out, err
}

func runCaseWithdraw(ctx context.Context, env *Env, in CaseWithdrawInput) (report.Result, error) {
	e := env.entry(casebook.ActWithdraw, in.CaseBy)
	var err error
	if e.Of, err = entryNumber("number", in.Number); err != nil {
		return nil, err
	}
	e.Why = strings.TrimSpace(in.Why)
	return env.addToCase(ctx, in.Case, e)
}

func runCaseMark(ctx context.Context, env *Env, in CaseMarkInput) (report.Result, error) {
	e := env.entry(casebook.ActMark, in.CaseBy)
	e.Marking, e.Why = incident.Marking(in.Tlp), strings.TrimSpace(in.Why)
	return env.addToCase(ctx, in.Case, e)
}

func runCaseClose(ctx context.Context, env *Env, in CaseStateInput) (report.Result, error) {
	e := env.entry(casebook.ActClose, in.CaseBy)
	e.Why = strings.TrimSpace(in.Why)
	return env.addToCase(ctx, in.Case, e)
}

func runCaseReopen(ctx context.Context, env *Env, in CaseStateInput) (report.Result, error) {
	e := env.entry(casebook.ActReopen, in.CaseBy)
	e.Why = strings.TrimSpace(in.Why)
	return env.addToCase(ctx, in.Case, e)
}

// entryNumber reads the number of an entry of the trail.
func entryNumber(field, text string) (int, error) {
	var n int
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || fmt.Sprint(n) != text || n < 1 || n > casebook.EntriesMax {
		return 0, &clew.InputError{Field: field, Value: text, Want: "the number of an entry, as clew case show lists it"}
	}
	return n, nil
}
