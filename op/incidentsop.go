package op

import (
	"bytes"
	"context"
	"io"
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
}

// IncidentsShowInput names one theft.
type IncidentsShowInput struct {
	Incident string `json:"incident" arg:"" help:"id of a theft of the record, or an incident's file (.yaml)"`
}

// IncidentsCheckInput names files of incidents.
type IncidentsCheckInput struct {
	Files []string `json:"files" arg:"" sep:"none" help:"files of incidents, in YAML"`
}

// IncidentsFormInput says where a form is written.
type IncidentsFormInput struct {
	To string `json:"to" help:"file to write the form to; otherwise it is shown" placeholder:"FILE"`
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
		Doc:      "Write an empty report of a theft to fill in: a proposal, which nothing counts until it is reviewed.",
		Examples: []Example{{"incidents form --to theft.yaml", "then clew incidents check theft.yaml"}},
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
	all, err := recordWith(ctx, env, in.Files)
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
// of their days.
func recordWith(ctx context.Context, env *Env, files []string) ([]*incident.Incident, error) {
	if len(files) > incidentsMax {
		return nil, &clew.InputError{Field: "files", Want: "at most 1,000 at once"}
	}
	all, err := env.recorded()
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		i, err := readIncident(env, "files", name)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	slices.SortStableFunc(all, func(i, j *incident.Incident) int {
		return strings.Compare(string(i.Dates.Occurred.Last()), string(j.Dates.Occurred.Last()))
	})
	return all, nil
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

func runIncidentsShow(_ context.Context, env *Env, in IncidentsShowInput) (report.Result, error) {
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
	f, err := openGiven(env, field, name, maxIncident)
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

func runIncidentsForm(_ context.Context, env *Env, in IncidentsFormInput) (report.Result, error) {
	form := incident.Form(dayText(env.Now))
	if in.To == "" {
		return &report.IncidentForm{Form: form}, nil
	}
	if err := env.Replace(in.To, []byte(form)); err != nil {
		return nil, missing(err)
	}
	return &report.IncidentForm{To: in.To}, nil
}
