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
	Year     string   `json:"year" help:"whose thefts are added up, such as 2022" placeholder:"YEAR"`
	Actor    string   `json:"actor" help:"only thefts that a claim lays to this state or group: dprk, two letters of ISO 3166, or an actor's id" placeholder:"ACTOR"`
	Basis    string   `json:"basis" default:"theft" values:"theft,disclosure,move,now" help:"prices of which day, and by which day a theft is of the year: of the theft, of its disclosure, of each move, or now" placeholder:"BASIS"`
	Standing string   `json:"standing" values:"confirmed,assessed,alleged" help:"least standing of such a claim: confirmed by an authority, assessed, or alleged; alleged if left out" placeholder:"STANDING"`
	Prices   []string `json:"prices" sep:"none" help:"value the coins on record by a CSV of daily closes: COIN is a name such as ETH or BTC, and 1 in place of FILE takes it to be worth one dollar; may be repeated" placeholder:"COIN=FILE"`
	Held     bool     `json:"held" help:"follow thefts over your own ledgers too, from the transactions or the addresses that the record names: where it went, how long it lay, and the day of --basis move"`
	Own      bool     `json:"own" help:"with the thefts of your own record, which clew incidents review makes; they stand in the place of those of the same id, and the answer says so"`
	Diff     string   `json:"diff" help:"an earlier edition of the same account, as --json wrote it: say what changed since" placeholder:"FILE"`
}

func reportOp() Op {
	return define(Op{
		Name: "report",
		Doc:  "Add up the record of thefts for one year, beside what others published for it, and say why they differ.",
		Detail: "Totals, thefts by value, methods, victims, chains, where the value went as far as a trace tells, how soon it was known, what came back, and controls. " +
			"A figure was published by somebody, or is what coins on record come to by daily closes that you give with --prices, and each says which; no price is invented. Where there is neither by a basis, the theft is counted and its value is not known. " +
			"The same record and the same closes give the same bytes.",
		Examples: []Example{
			{"report --year 2022 --actor dprk", "what is laid to the DPRK, against TRM Labs, Chainalysis, Elliptic and the UN Panel"},
			{"report --year 2022 --actor dprk --standing confirmed", "only what an authority confirmed"},
			{"report --year 2023 --csv --table thefts", "all thefts of a year, as rows"},
			{"report --year 2022 --basis now --prices ETH=ether.csv --prices BTC=bitcoin.csv --prices USDC=1", "what the coins would be worth at the last close of each file"},
			{"report --year 2022 --held --basis move --prices ETH=ether.csv", "where it went over the chains that you hold, at the prices of the day of the first move"},
			{"report --year 2022 --html 2022.html --pdf 2022.pdf", "with charts, as a page and as pages to print"},
		},
	}, runReport)
}

// firstYear is that in which the first coin was made.
const firstYear = "2009"

// bases are the names of bases on the command line.
var bases = map[string]price.Basis{"theft": price.AtTheft, "disclosure": price.AtDisclosure, "move": price.AtMove, "now": price.Now}

func runReport(ctx context.Context, env *Env, in ReportInput) (report.Result, error) {
	record, own, err := env.recordOf(ctx, in.Own)
	if err != nil {
		return nil, err
	}
	q, err := in.question(record, env.Now)
	if err != nil {
		return nil, err
	}
	given, err := in.given(ctx, env, record)
	if err != nil {
		return nil, err
	}
	account, err := yearly.Compute(record, q, given)
	if err != nil {
		return nil, err
	}
	out := &report.Yearly{Account: account, Own: own}
	if in.Diff == "" {
		return out, nil
	}
	earlier, err := earlierAccount(env, in.Diff)
	if err != nil {
		return nil, err
	}
	if out.Changes, err = account.Diff(earlier); err != nil {
		return nil, err
	}
	return out, nil
}

// given gathers what there is beside the record: closes, and what traces find.
func (in *ReportInput) given(ctx context.Context, env *Env, record []*incident.Incident) (yearly.Given, error) {
	g := yearly.Given{Today: env.Now}
	var err error
	if g.Closes, err = closesOf(ctx, env, in.Prices); err != nil {
		return g, err
	}
	if g.Followed, err = followedOf(ctx, env); err != nil || !in.Held {
		return g, err
	}
	more, err := followHeld(ctx, env, record)
	g.Followed = append(g.Followed, more...)
	return g, err
}

// earlierAccount reads an earlier edition that the user named.
func earlierAccount(env *Env, name string) (*yearly.Account, error) {
	f, err := openGiven(env, "diff", name, maxAccount)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return yearly.ReadAccount(name, f)
}

// maxAccount bounds an earlier edition of an account, in bytes.
const maxAccount = 32 << 20

// question checks what was asked.
func (in *ReportInput) question(record []*incident.Incident, now clew.Time) (yearly.Question, error) {
	q := yearly.Question{Year: in.Year, Basis: bases[in.Basis]}
	if _, err := time.Parse("2006", in.Year); err != nil || in.Year < firstYear {
		return q, &clew.InputError{Field: "year", Value: in.Year, Want: "a year from " + firstYear + " on, such as 2022"}
	}
	if this := now.UTC().Format("2006"); in.Year > this {
		return q, &clew.InputError{Field: "year", Value: in.Year, Want: "a year that has begun: this is " + this}
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
	lower := strings.ToLower(name)
	if slices.Contains(ids, lower) {
		return yearly.Actor{ID: lower}, nil
	}
	return yearly.Actor{}, actorWanted(name, states, ids)
}

// actorWanted says who can be named: those whose name is near, or else all.
func actorWanted(name string, states, ids []string) error {
	all := append(slices.DeleteFunc(append(states, ids...), func(s string) bool { return s == "" }), "dprk")
	slices.Sort(all)
	all = slices.Compact(all)
	lower, want := strings.ToLower(name), "dprk, or a state or a group that a claim of the record names"
	var alike []string
	for _, s := range all {
		if len(lower) > 2 && (strings.Contains(s, lower) || len(s) > 2 && strings.Contains(lower, s)) {
			alike = append(alike, s)
		}
	}
	switch near := clew.Nearest(lower, all); {
	case len(alike) > 0:
		want += "; did you mean " + strings.Join(alike, " or ") + "?"
	case near != "":
		want += "; did you mean " + near + "?"
	default:
		want += ": " + strings.Join(all, ", ")
	}
	return &clew.InputError{Field: "actor", Value: name, Want: want}
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
