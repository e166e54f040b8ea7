package op

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"clew"
	"clew/incident"
	"clew/incident/intake"
	"clew/report"
)

// IncidentsTakeInput says which report is taken in.
type IncidentsTakeInput struct {
	File     string `json:"file" arg:"" help:"report in YAML, as clew incidents form writes one to fill in"`
	Reporter string `json:"reporter" help:"who reported it; kept in a file of its own, and never shown or passed on" placeholder:"NAME"`
	Contact  string `json:"contact" help:"how to reach them; likewise" placeholder:"TEXT"`
	Answers  string `json:"answers" help:"number of the report that it answers and takes the place of, after something was asked" placeholder:"N"`
	By       string `json:"by" help:"who takes it in, by name or role; CLEW_BY in the environment if left out" placeholder:"WHO"`
}

// IncidentsQueueInput says which reports are listed.
type IncidentsQueueInput struct {
	All bool `json:"all" help:"also those that were decided, with the reasons"`
}

// IncidentsReviewInput says what is decided about a report.
type IncidentsReviewInput struct {
	Report string `json:"report" arg:"" help:"number of the report, as clew incidents queue lists it"`
	Accept bool   `json:"accept" help:"it holds: make an entry of your own record of it"`
	Reject bool   `json:"reject" help:"it does not hold"`
	Ask    bool   `json:"ask" help:"something has to be asked first; it goes on waiting"`
	Reason string `json:"reason" help:"why, on what ground, or what is asked; of what is accepted it stands in the entry's trail" placeholder:"TEXT"`
	By     string `json:"by" help:"who reviews it, by name or role; CLEW_BY in the environment if left out; stands in the entry's trail" placeholder:"WHO"`
}

// IncidentsVerifyInput says what is held against the trail.
type IncidentsVerifyInput struct {
	Head string `json:"head" help:"hash of an entry that was noted elsewhere, to find out whether any was cut off" placeholder:"HASH"`
}

func incidentsTakeOp() Op {
	return define(Op{
		Name: "incidents take",
		Doc:  "Take in a report about the record, to be reviewed: a new theft, a correction, a dispute or a withdrawal.",
		Detail: "A report is a file of the record's format: clew incidents form writes one of a new theft, and with --of one about an entry. It may change what its acts say and nothing else; a file with a mistake is refused. " +
			"Nothing counts it until somebody else reviews it. Reports lie in CLEW_INCIDENTS. Who reported is kept there in a file of its own, which may be removed.",
		Examples: []Example{
			{"incidents take theft.yaml --reporter 'R. Porter' --contact 'r@example.org' --by AB", "what somebody sent in"},
			{"incidents take again.yaml --answers 3", "what came after report 3 was asked about; CLEW_BY says who"},
		},
	}, runIncidentsTake)
}

func incidentsQueueOp() Op {
	return define(Op{
		Name: "incidents queue",
		Doc:  "List the reports that wait for a review, the oldest first, and which of them are of the same thing.",
		Detail: "Of the same thing are reports about the same part of an entry, and thefts with the same id, victim and year, or transaction; they are flagged, not merged. " +
			"What a report says is others' text. clew incidents show FILE tells all of one.",
		Examples: []Example{{"incidents queue", "what waits"}, {"incidents queue --all --csv", "everything that ever came in, for a spreadsheet"}},
	}, runIncidentsQueue)
}

func incidentsReviewOp() Op {
	return define(Op{
		Name: "incidents review",
		Doc:  "Accept or reject a report that waits, or note what is asked about it, with the reason.",
		Detail: "Who reported something does not review it. What is accepted becomes an entry of your own record, with the review in its trail; --own of clew incidents, report and attribute uses it beside the record of this program. " +
			"A report about an entry that has changed since is not accepted: it has to begin from the entry as it stands.",
		Examples: []Example{
			{"incidents review 3 --accept --reason 'held against both sources' --by CD", "it becomes an entry"},
			{"incidents review 4 --reject --reason 'the source does not say so'", "it is kept with the reason"},
			{"incidents review 5 --ask --reason 'where is the figure from?'", "it goes on waiting"},
		},
	}, runIncidentsReview)
}

func incidentsVerifyOp() Op {
	return define(Op{
		Name:     "incidents verify",
		Doc:      "Say whether the reports, their trail and your own record are as they were written.",
		Examples: []Example{{"incidents verify", "all of it"}, {"incidents verify --head HASH", "and that nothing was cut off since that hash was noted"}},
	}, runIncidentsVerify)
}

// intake opens the folder of reports, which is made if it is to be.
func (e *Env) intake(make bool) (*intake.Book, error) {
	if e.tape != nil {
		return nil, &clew.InputError{Field: "bundle", Want: "a question without --own, for a bundle names the record that everybody has: give files of your own record by their names"}
	}
	dir, err := e.Incidents.Open(make)
	if err != nil {
		return nil, err
	}
	return intake.Open(dir, e.Incidents.Random), nil
}

// reviewer returns who works on reports.
func (e *Env) reviewer(by string) string {
	if by = strings.TrimSpace(by); by == "" {
		by = e.Incidents.By
	}
	return by
}

// reportNumber reads the number of a report; 0 for none.
func reportNumber(field, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > intake.EntriesMax {
		return 0, &clew.InputError{Field: field, Value: text, Want: "the number of a report, as clew incidents queue lists it"}
	}
	return n, nil
}

func runIncidentsTake(ctx context.Context, env *Env, in IncidentsTakeInput) (report.Result, error) {
	answers, err := reportNumber("answers", in.Answers)
	if err != nil {
		return nil, err
	}
	data, err := givenBytes(env, "file", in.File, intake.FileMax)
	if err != nil {
		return nil, err
	}
	if _, err := incidentIn(data, "file", in.File); err != nil {
		return nil, err
	}
	b, err := env.intake(true)
	if err != nil {
		return nil, err
	}
	r, err := b.Take(ctx, intake.Taking{
		At: env.Now, By: env.reviewer(in.By), Given: path.Base(strings.ReplaceAll(in.File, `\`, "/")), Data: data, Answers: answers,
		Reporter: intake.Reporter{Name: strings.TrimSpace(in.Reporter), Contact: strings.TrimSpace(in.Contact)},
	})
	if err != nil {
		return nil, err
	}
	return &report.IntakeStep{Report: report.Reported(r), Folder: env.Incidents.Name}, nil
}

func runIncidentsQueue(ctx context.Context, env *Env, in IncidentsQueueInput) (report.Result, error) {
	out := &report.IntakeQueue{Folder: env.Incidents.Name, All: in.All, Reports: []report.IntakeReport{}}
	b, err := env.intake(false)
	if errors.Is(err, clew.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	i, err := b.Intake(ctx)
	if err != nil {
		return nil, err
	}
	list := i.Queue()
	if in.All {
		list = i.Reports
	}
	for _, r := range list {
		out.Reports = append(out.Reports, report.Reported(r))
	}
	out.Head, out.Entries = i.Head, i.Entries
	return out, nil
}

func runIncidentsReview(ctx context.Context, env *Env, in IncidentsReviewInput) (report.Result, error) {
	n, err := reportNumber("report", in.Report)
	if err != nil {
		return nil, err
	}
	acts := map[intake.Act]bool{intake.ActAccept: in.Accept, intake.ActReject: in.Reject, intake.ActAsk: in.Ask}
	review := intake.Reviewing{At: env.Now, By: env.reviewer(in.By), Report: n, Reason: in.Reason}
	given := 0
	for act, is := range acts {
		if is {
			review.Act, given = act, given+1
		}
	}
	if given != 1 {
		return nil, &clew.InputError{Field: "review", Want: "one of --accept, --reject and --ask"}
	}
	b, err := env.intake(false)
	if err != nil {
		return nil, err
	}
	r, err := b.Review(ctx, review)
	if err != nil {
		return nil, err
	}
	return &report.IntakeStep{Report: report.Reported(r), Folder: env.Incidents.Name}, nil
}

func runIncidentsVerify(ctx context.Context, env *Env, in IncidentsVerifyInput) (report.Result, error) {
	b, err := env.intake(false)
	if err != nil {
		return nil, err
	}
	p, err := b.Verify(ctx, strings.ToLower(strings.TrimSpace(in.Head)))
	if err != nil {
		return nil, err
	}
	return &report.IntakeProof{Folder: env.Incidents.Name, Proof: p}, nil
}

// recordOf returns the record of the program; with own, with the thefts of the
// user's own record, which stand in the place of those of the same id, and their
// ids.
func (e *Env) recordOf(ctx context.Context, own bool) (all []*incident.Incident, ids []string, err error) {
	if all, err = e.recorded(); err != nil || !own {
		return all, nil, err
	}
	b, err := e.intake(false)
	if err != nil {
		return nil, nil, err
	}
	mine, err := b.Own(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("your own record: %w", err)
	}
	at := map[string]int{}
	for n, i := range all {
		at[i.ID] = n
	}
	for _, i := range mine {
		if n, ok := at[i.ID]; ok {
			all[n] = i
		} else {
			all = append(all, i)
		}
		ids = append(ids, i.ID)
	}
	byDay(all)
	return all, ids, nil
}

// formAbout returns an entry as it stands, of the user's own record before that of
// the program, with an act to fill in.
func (e *Env) formAbout(ctx context.Context, id string, act incident.TrailAct) (string, error) {
	data, err := e.entryFile(ctx, id)
	if err != nil {
		return "", err
	}
	x := incident.TrailEntry{Day: incident.Day(dayText(e.Now)), Act: act, By: incident.FormAuthor, Text: "the ground, and who says so"}
	if act == incident.ActCorrected {
		x.Of, x.Was, x.Is = "values", "what stands there", "what is to stand there: change it below too"
	}
	form, err := incident.Amended(id, data, x)
	return string(form), err
}

// entryFile returns the file of a theft of the user's own record, or else of that
// of the program.
func (e *Env) entryFile(ctx context.Context, id string) ([]byte, error) {
	b, err := e.intake(false)
	if err == nil {
		var data []byte
		if data, err = b.File(ctx, id); err == nil {
			return data, nil
		}
	}
	if !errors.Is(err, clew.ErrNotFound) {
		return nil, err
	}
	data, err := incident.FileOfRecord(id)
	return data, renamed(err, "of")
}
