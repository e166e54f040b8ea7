package op

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/price"
	"clew/report"
)

// IncidentsListInput says which thefts of the record are listed.
type IncidentsListInput struct {
	Files    []string `json:"files" arg:"" optional:"" sep:"none" help:"files of incidents to list beside the record, such as reports that came in"`
	Year     string   `json:"year" help:"of the theft, such as 2022" placeholder:"YEAR"`
	State    string   `json:"state" help:"country of which a claim says that it stands behind the theft, such as KP for the DPRK" placeholder:"CODE"`
	Standing string   `json:"standing" values:"confirmed,assessed,alleged" help:"least standing of such a claim: confirmed by an authority, assessed, or alleged; alleged if left out" placeholder:"STANDING"`
	Own      bool     `json:"own" help:"with the thefts of your own record, which clew incidents review makes; they stand in the place of those of the same id, and the answer says so"`
}

// IncidentsShowInput names one theft.
type IncidentsShowInput struct {
	Incident string `json:"incident" arg:"" help:"id of a theft of the record, or an incident's file (.yaml)"`
	Own      bool   `json:"own" help:"as it stands in your own record, where that has it"`
}

// IncidentsCheckInput names files of incidents.
type IncidentsCheckInput struct {
	Files []string `json:"files" arg:"" sep:"none" help:"files of incidents, in YAML"`
}

// IncidentsFormInput says where a form is written.
type IncidentsFormInput struct {
	Of  string `json:"of" help:"theft of the record, yours before this program's, that is corrected, disputed or withdrawn; otherwise the form is of a new one" placeholder:"ID"`
	Act string `json:"act" values:"corrected,disputed,upheld,withdrawn,restored" help:"with --of, what is reported: corrected, disputed, upheld, withdrawn or restored; corrected if left out" placeholder:"ACT"`
	To  string `json:"to" help:"file to write the form to; otherwise it is shown" placeholder:"FILE"`
}

func incidentsListOp() Op {
	return define(Op{
		Name: "incidents list", Default: true,
		Doc: "List the thefts on record, with what they were worth and who is said to have done them.",
		Detail: "One published figure of each theft is added up; others stand in clew incidents show. Entries that were proposed and not reviewed, refused or withdrawn are listed and not counted. " +
			"docs/INCIDENTS.md describes the format and how an entry is disputed, corrected or withdrawn.",
		Examples: []Example{{"incidents --year 2022", "all of one year"}, {"incidents list --state KP --standing assessed --json", "what is at least assessed to be the DPRK's, as data"}},
	}, runIncidentsList)
}

func incidentsShowOp() Op {
	return define(Op{
		Name:     "incidents show",
		Doc:      "Tell all that is said of one theft: rival figures, claims side by side, outcomes, addresses, trail and sources.",
		Examples: []Example{{"incidents show bybit-2025", "of the record"}, {"incidents show ./theft.yaml --wide", "of a file, with every column"}},
	}, runIncidentsShow)
}

func incidentsCheckOp() Op {
	return define(Op{
		Name: "incidents check",
		Doc:  "Check incidents' files, and say everything that is wrong with file and line.",
		Detail: "Wrong are unknown keys and words, figures without a source, sources that nothing cites, days that contradict each other, a person whom no authority's act names, and a status to which the trail does not lead. " +
			"Ends with the code for bad input if anything is wrong.",
		Examples: []Example{{"incidents check theft.yaml", "before a report is sent in or taken"}},
	}, runIncidentsCheck)
}

func incidentsFormOp() Op {
	return define(Op{
		Name:     "incidents form",
		Doc:      "Write a report to fill in: of a new theft, or about one on record. Nothing counts it until it is reviewed.",
		Detail:   "About one on record it is the entry as it stands, with an act at the end of its trail to fill in. What the act is of may be changed, and sources added; nothing else.",
		Examples: []Example{{"incidents form --to theft.yaml", "then clew incidents check theft.yaml"}, {"incidents form --of bybit-2025 --act disputed --to dispute.yaml", "about an entry"}},
	}, runIncidentsForm)
}

// incidentsMax bounds the files that are listed or checked together.
const incidentsMax = 1000

func runIncidentsList(ctx context.Context, env *Env, in IncidentsListInput) (report.Result, error) {
	if in.Standing != "" && in.State == "" {
		return nil, &clew.InputError{Field: "standing", Value: in.Standing, Want: "a state too, such as KP: a standing is that of a claim"}
	}
	if _, err := time.Parse("2006", in.Year); in.Year != "" && err != nil {
		return nil, &clew.InputError{Field: "year", Value: in.Year, Want: "a year, such as 2022"}
	}
	if in.State != "" && (len(in.State) != 2 || strings.Trim(strings.ToUpper(in.State), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return nil, &clew.InputError{Field: "state", Value: in.State, Want: "two letters of ISO 3166, such as KP"}
	}
	all, own, err := recordWith(ctx, env, in.Files, in.Own)
	if err != nil {
		return nil, err
	}
	out := &report.Record{State: strings.ToUpper(in.State)}
	for _, i := range all {
		year, _ := i.Year(price.AtTheft)
		row := theftOf(i, out.State)
		if in.Year != "" && year != in.Year || out.State != "" && !reaches(row.Standing, in.Standing) {
			continue
		}
		row.Own = slices.Contains(own, i.ID)
		out.Thefts = append(out.Thefts, row)
		switch {
		case !i.Counts():
			out.Apart++
		case row.Figure == nil:
			out.Unknown++
		default:
			out.Total = out.Total.Plus(row.Figure.Dollars())
		}
	}
	return out, nil
}

// recordWith returns the record and the thefts of the user's files, in the order
// of their days, and the ids of those of the user's own record.
func recordWith(ctx context.Context, env *Env, files []string, own bool) ([]*incident.Incident, []string, error) {
	if len(files) > incidentsMax {
		return nil, nil, &clew.InputError{Field: "files", Want: "at most 1,000 at once"}
	}
	all, ids, err := env.recordOf(ctx, own)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range files {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if _, err := fs.Stat(env.Files, name); err != nil && !isFileName(name) {
			return nil, nil, &clew.InputError{Field: "files", Value: name, Want: "files of incidents (.yaml); clew incidents show tells of one theft of the record, and clew incidents --help lists what else there is"}
		}
		i, err := readIncident(env, "files", name)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, i)
	}
	byDay(all)
	return all, ids, nil
}

// byDay puts thefts in the order of the days on which they were over.
func byDay(all []*incident.Incident) {
	slices.SortStableFunc(all, func(i, j *incident.Incident) int {
		return strings.Compare(string(i.Dates.Occurred.Last()), string(j.Dates.Occurred.Last()))
	})
}

// theftOf makes a line of a theft. Without a state it tells the first that a claim
// names.
func theftOf(i *incident.Incident, state string) report.Theft {
	row := report.Theft{ID: i.ID, Title: i.Title, Day: i.Dates.Occurred.Last(), About: i.Dates.Occurred.About, Victims: i.Victims, Status: i.Status}
	if len(i.Methods) > 0 {
		row.Method = string(i.Methods[0].Kind)
	}
	if v, ok := i.Figure(); ok {
		row.Figure = &v
	}
	for _, a := range i.Attributions {
		if state == "" && a.State != "" {
			state = a.State
		}
	}
	if standing, disputed, ok := i.Claim(state); ok && state != "" {
		row.Claimed, row.Standing, row.Disputed = state, standing, disputed
	}
	return row
}

// reaches reports whether a standing is at least that which was asked for.
func reaches(s incident.Standing, least string) bool {
	order := []string{"", string(incident.Alleged), string(incident.Assessed), string(incident.Confirmed)}
	if least == "confirmed" {
		least = string(incident.Confirmed)
	}
	if least == "" {
		least = string(incident.Alleged)
	}
	return slices.Index(order, string(s)) >= slices.Index(order, least)
}

func runIncidentsShow(ctx context.Context, env *Env, in IncidentsShowInput) (report.Result, error) {
	if in.Own && !isFileName(in.Incident) {
		all, own, err := env.recordOf(ctx, true)
		if err != nil {
			return nil, err
		}
		for _, i := range all {
			if i.ID == in.Incident {
				return &report.IncidentPage{Incident: i, Own: slices.Contains(own, i.ID)}, nil
			}
		}
	}
	i, err := theftNamed(env, in.Incident)
	if err != nil {
		return nil, err
	}
	return &report.IncidentPage{Incident: i}, nil
}

// theftNamed returns a theft of the record by its id, or one of the user's by
// the path of its file.
func theftNamed(env *Env, name string) (*incident.Incident, error) {
	if isFileName(name) {
		return readIncident(env, "incident", name)
	}
	return env.ofRecord(name)
}

// recorded returns the thefts of the record.
func (e *Env) recorded() ([]*incident.Incident, error) {
	if e.tape != nil {
		if err := e.tape.record(); err != nil {
			return nil, err
		}
	}
	return incident.Recorded()
}

// ofRecord returns one of them.
func (e *Env) ofRecord(id string) (*incident.Incident, error) {
	if e.tape != nil {
		if err := e.tape.record(); err != nil {
			return nil, err
		}
	}
	return incident.OfRecord(id)
}

// readIncident reads a file that the user named, which must have no issue.
func readIncident(env *Env, field, name string) (*incident.Incident, error) {
	data, err := incidentBytes(env, field, name)
	if err != nil {
		return nil, err
	}
	i, err := incidentIn(data, field, name)
	if err == nil && env.tape != nil {
		err = env.tape.incident(i)
	}
	return i, err
}

// incidentIn reads a file's bytes likewise.
func incidentIn(data []byte, field, name string) (*incident.Incident, error) {
	if issues := incident.Lint(name, bytes.NewReader(data)); len(issues) > 0 {
		return nil, issuesWanted(field, "an incident's file", issues)
	}
	return incident.Read(name, bytes.NewReader(data))
}

func incidentBytes(env *Env, field, name string) ([]byte, error) {
	return givenBytes(env, field, name, maxIncident)
}

// givenBytes reads all of a file that the user named, of at most so many bytes.
func givenBytes(env *Env, field, name string, most int64) ([]byte, error) {
	f, err := openGiven(env, field, name, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, givenWanted(err, field, name)
	}
	return data, nil
}

func runIncidentsCheck(ctx context.Context, env *Env, in IncidentsCheckInput) (report.Result, error) {
	if len(in.Files) > incidentsMax {
		return nil, &clew.InputError{Field: "files", Want: "at most 1,000 at once"}
	}
	out := &report.IncidentsChecked{Issues: []incident.Issue{}}
	for _, name := range in.Files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		env.tell(Progress{Doing: "checking " + name})
		data, err := incidentBytes(env, "files", name)
		if err != nil {
			return nil, err
		}
		issues := incident.Lint(name, bytes.NewReader(data))
		file := report.IncidentFile{File: name, Issues: len(issues)}
		if len(issues) == 0 {
			i, err := incident.Read(name, bytes.NewReader(data))
			if err != nil {
				return nil, err
			}
			file.ID, file.Title, file.Status = i.ID, i.Title, i.Status
		}
		out.Files, out.Issues = append(out.Files, file), append(out.Issues, issues...)
	}
	return out, nil
}

func runIncidentsForm(ctx context.Context, env *Env, in IncidentsFormInput) (report.Result, error) {
	form := incident.Form(dayText(env.Now))
	if in.Of == "" && in.Act != "" {
		return nil, &clew.InputError{Field: "act", Value: in.Act, Want: "--of ID beside it: a new theft is proposed"}
	}
	if in.Of != "" {
		var err error
		if form, err = env.formAbout(ctx, in.Of, incident.TrailAct(cmp.Or(in.Act, string(incident.ActCorrected)))); err != nil {
			return nil, err
		}
	}
	if in.To == "" {
		return &report.IncidentForm{Form: form}, nil
	}
	if err := env.writeStart("to", in.To, []byte(form)); err != nil {
		return nil, err
	}
	return &report.IncidentForm{To: in.To}, nil
}
