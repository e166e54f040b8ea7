package op

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/incident"
	"clew/report"
	"clew/share"
)

// CaseAddInput names a file that is kept.
type CaseAddInput struct {
	Case    string `json:"case" arg:"" help:"name of the case"`
	File    string `json:"file" arg:"" help:"evidence bundle, or any other file that is shown"`
	Says    string `json:"says" help:"what it is, in one sentence" placeholder:"TEXT"`
	Private bool   `json:"private" help:"its file goes along with an export only where files are released"`
	CaseBy
}

// CaseIncidentInput names the file of a theft.
type CaseIncidentInput struct {
	Case string `json:"case" arg:"" help:"name of the case"`
	File string `json:"file" arg:"" help:"the theft's file (.yaml)"`
	CaseBy
}

func caseAddOp() Op {
	return define(Op{
		Name: "case add",
		Doc:  "Add an exhibit: an evidence bundle, or any other file, which is kept under its hash.",
		Detail: "Of a bundle the hashes of everything in it are checked, and what it answers, up to which block, is read from it; one that does not hold is refused. " +
			"Findings then name the exhibit's number and transactions that the bundle holds.",
		Examples: []Example{
			{"case add bridge-2022 trace.clew --says 'The trace from the thief on, by FIFO.'", "an evidence bundle"},
			{"case add bridge-2022 letter.pdf --says 'What the exchange answered.' --private", "a letter, which does not go along"},
		},
	}, runCaseAdd)
}

func caseIncidentOp() Op {
	return define(Op{
		Name:     "case incident",
		Doc:      "Keep the file of the theft that a case is about.",
		Detail:   "A case has one. Where that one is wrong it is withdrawn first. A file that names victims' addresses or persons, has notes or holds what services answered goes along with an export only where files are released.",
		Examples: []Example{{"case incident bridge-2022 theft.yaml", "as clew incidents form writes one"}},
	}, runCaseIncident)
}

func runCaseAdd(ctx context.Context, env *Env, in CaseAddInput) (report.Result, error) {
	b, err := env.book(in.Case, false)
	if err != nil {
		return nil, err
	}
	e := env.entry(casebook.ActExhibit, in.CaseBy)
	e.Exhibit = &casebook.Exhibit{Attached: attachedNamed(in.File, in.Private), Says: strings.TrimSpace(in.Says)}
	out, err := env.attach(ctx, b, e, in.File)
	if err != nil {
		return nil, err
	}
	return &report.CaseEntry{Appended: out, Folder: env.Cases.Name}, nil
}

// attachedNamed returns a file under the name that its giver called it.
func attachedNamed(file string, private bool) casebook.Attached {
	return casebook.Attached{Name: strings.ToValidUTF8(path.Base(strings.ReplaceAll(file, `\`, "/")), "\uFFFD"), Private: private}
}

// attach copies a file into a case.
func (e *Env) attach(ctx context.Context, b *casebook.Book, entry casebook.Entry, file string) (casebook.Appended, error) {
	f, err := openGiven(e, "file", file, casebook.FileMax)
	if err != nil {
		return casebook.Appended{}, err
	}
	defer f.Close()
	total := int64(0)
	if info, err := fs.Stat(e.Files, file); err == nil {
		total = info.Size()
	}
	return b.Attach(ctx, entry, &toldReader{f: f, env: e, p: Progress{Doing: "keeping " + file, Total: total, Unit: "bytes"}})
}

// A toldReader tells how much of a file was read.
type toldReader struct {
	f   *given
	env *Env
	p   Progress
}

func (t *toldReader) Read(p []byte) (int, error) {
	n, err := t.f.Read(p)
	t.p.Done += int64(n)
	t.env.tell(t.p)
	if errors.Is(err, io.EOF) {
		return n, err
	}
	return n, givenWanted(err, "file", t.f.name)
}

func runCaseIncident(ctx context.Context, env *Env, in CaseIncidentInput) (report.Result, error) {
	b, c, err := env.theCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	theft, err := markedTheft(env, in.File, c.Marking)
	if err != nil {
		return nil, err
	}
	out, err := attachTheft(ctx, env, b, theft, in.CaseBy)
	if err != nil {
		return nil, err
	}
	return &report.CaseEntry{Appended: out, Folder: env.Cases.Name}, nil
}

// A theftFile is the file of a theft, read once.
type theftFile struct {
	*incident.Incident
	name string
	data []byte
}

// markedTheft reads the file of a theft, which a case of the marking may hold.
func markedTheft(env *Env, file string, marking incident.Marking) (*theftFile, error) {
	data, err := incidentBytes(env, "incident", file)
	if err != nil {
		return nil, err
	}
	theft, err := incidentIn(data, "incident", file)
	if err != nil {
		return nil, err
	}
	if theft.Marking != "" && theft.Marking.Stricter(marking) {
		return nil, &clew.InputError{Field: "incident", Value: file, Want: "a file that this case may hold: it is marked " + string(theft.Marking) + ", and the case only " + string(marking)}
	}
	return &theftFile{theft, file, data}, nil
}

func attachTheft(ctx context.Context, env *Env, b *casebook.Book, theft *theftFile, by CaseBy) (casebook.Appended, error) {
	e := env.entry(casebook.ActIncident, by)
	a := attachedNamed(theft.name, holdsPrivate(theft.Incident))
	a.Marking = theft.Marking
	e.Incident = &a
	return b.Attach(ctx, e, bytes.NewReader(theft.data))
}

// holdsPrivate reports whether the file of a theft names victims' addresses or
// persons, has notes of its keeper's own, or holds what is shown in sealed cases
// only.
func holdsPrivate(theft *incident.Incident) bool {
	if slices.ContainsFunc(theft.RoleSets, func(set incident.RoleSet) bool { return set.Role == incident.VictimContract }) {
		return true
	}
	return len(theft.Records)+len(theft.Freezes)+len(theft.Persons) > 0 || holdsNote(theft)
}

// holdsNote reports whether any statement of a theft has a note. Those of sources
// say where they are, and are public.
func holdsNote(theft *incident.Incident) bool {
	stated := *theft
	stated.Sources = nil
	text, err := json.Marshal(&stated)
	if err != nil {
		return true
	}
	found := false
	err = share.Walk(text, func(_ int, key string, value any) {
		_, begins := value.(json.Delim) // of what is in it, each is met
		found = found || key == "note" && value != "" && !begins
	})
	return found || err != nil
}
