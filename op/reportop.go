package op

import (
	"context"
	"slices"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/incident/yearly"
	"clew/price"
	"clew/report"
)

// ReportInput says which year's account is made.
type ReportInput struct {
	Year     string `json:"year" help:"whose thefts are added up, such as 2022" placeholder:"YEAR"`
	Actor    string `json:"actor" help:"only thefts that a claim lays to this state or group: dprk, two letters of ISO 3166, or an actor's id" placeholder:"ACTOR"`
	Basis    string `json:"basis" default:"theft" values:"theft,disclosure,move,now" help:"prices of which day, and by which day a theft is of the year: of the theft, of its disclosure, of each move, or now" placeholder:"BASIS"`
	Standing string `json:"standing" values:"confirmed,assessed,alleged" help:"least standing of such a claim: confirmed by an authority, assessed, or alleged; alleged if left out" placeholder:"STANDING"`
	Diff     string `json:"diff" help:"an earlier edition of the same account, as --json wrote it: say what changed since" placeholder:"FILE"`
}

func reportOp() Op {
	return define(Op{
		Name: "report",
		Doc:  "Add up the record of thefts for one year, beside what others published for it, and say why they differ.",
		Detail: "Totals, thefts by value, methods, victims, chains, where the value went as far as a trace tells, how soon it was known, what came back, and controls. " +
			"Every figure was published by somebody, and no price is invented: where the record has none by a basis, the theft is counted and its value is not known. " +
			"The same record gives the same bytes.",
		Examples: []Example{
			{"report --year 2022 --actor dprk", "what is laid to the DPRK, against TRM Labs, Chainalysis, Elliptic and the UN Panel"},
			{"report --year 2022 --actor dprk --standing confirmed", "only what an authority confirmed"},
			{"report --year 2023 --csv --table thefts", "all thefts of a year, as rows"},
			{"report --year 2022 --html 2022.html --pdf 2022.pdf", "with charts, as a page and as pages to print"},
		},
	}, runReport)
}

// bases are the names of bases on the command line.
var bases = map[string]price.Basis{"theft": price.AtTheft, "disclosure": price.AtDisclosure, "move": price.AtMove, "now": price.Now}

func runReport(ctx context.Context, env *Env, in ReportInput) (report.Result, error) {
	record, err := env.recorded()
	if err != nil {
		return nil, err
	}
	q, err := in.question(record)
	if err != nil {
		return nil, err
	}
	followed, err := followedOf(ctx, env)
	if err != nil {
		return nil, err
	}
	account, err := yearly.Compute(record, q, followed)
	if err != nil {
		return nil, err
	}
	out := &report.Yearly{Account: account}
	if in.Diff == "" {
		return out, nil
	}
	f, err := openGiven(env, "diff", in.Diff, maxAccount)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	earlier, err := yearly.ReadAccount(in.Diff, f)
	if err != nil {
		return nil, err
	}
	if out.Changes, err = account.Diff(earlier); err != nil {
		return nil, err
	}
	return out, nil
}

// maxAccount bounds an earlier edition of an account, in bytes.
const maxAccount = 32 << 20

// question checks what was asked.
func (in *ReportInput) question(record []*incident.Incident) (yearly.Question, error) {
	q := yearly.Question{Year: in.Year, Basis: bases[in.Basis]}
	if _, err := time.Parse("2006", in.Year); err != nil {
		return q, &clew.InputError{Field: "year", Value: in.Year, Want: "a year, such as 2022"}
	}
	if in.Actor == "" {
		if in.Standing != "" {
			return q, &clew.InputError{Field: "standing", Value: in.Standing, Want: "an actor too, such as dprk: a standing is that of a claim"}
		}
		return q, nil
	}
	var err error
	if q.Actor, err = actorNamed(record, in.Actor); err != nil {
		return q, err
	}
	q.Standing = incident.Alleged
	switch in.Standing {
	case "confirmed":
		q.Standing = incident.Confirmed
	case "assessed":
		q.Standing = incident.Assessed
	}
	return q, nil
}

// actorNamed finds whom a name means: a state, or a group that the record's claims
// name.
func actorNamed(record []*incident.Incident, name string) (yearly.Actor, error) {
	if strings.EqualFold(name, "dprk") {
		return yearly.Actor{State: "KP"}, nil
	}
	var states, ids []string
	for _, i := range record {
		for _, a := range i.Attributions {
			states, ids = append(states, a.State), append(ids, a.Actor)
		}
	}
	if upper := strings.ToUpper(name); len(name) == 2 && slices.Contains(states, upper) {
		return yearly.Actor{State: upper}, nil
	}
	if slices.Contains(ids, name) {
		return yearly.Actor{ID: name}, nil
	}
	want := "dprk, or a state or a group that a claim of the record names"
	if near := clew.Nearest(name, append(ids, "dprk")); near != "" {
		want += "; did you mean " + near + "?"
	}
	return yearly.Actor{}, &clew.InputError{Field: "actor", Value: name, Want: want}
}

// followedOf traces the thefts that the program carries transfers of, those of
// other years too: how long value lay is compared over years.
func followedOf(ctx context.Context, env *Env) ([]yearly.Followed, error) {
	var list []yearly.Followed
	for _, id := range incident.BuiltinIDs() {
		i, err := incident.Builtin(id)
		if err != nil {
			return nil, err
		}
		env.tell(Progress{Doing: "following " + id})
		ask := traceOp().Zero().(*TraceInput)
		ask.Start, ask.Policy, ask.Spread = incidentPrefix+id, "fifo", "no"
		question, err := incidentQuestion(ctx, env, ask, i, "")
		if err != nil {
			return nil, err
		}
		t, err := question.run(ctx, env)
		question.close()
		if err != nil {
			return nil, err
		}
		if f, ok := yearly.Follow(i, t.Result); ok {
			list = append(list, f)
		}
	}
	return list, nil
}
