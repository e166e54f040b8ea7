package op

import (
	"bytes"
	"cmp"
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"

	"clew"
	"clew/attribution"
	"clew/incident"
	"clew/report"
)

// AttributeInput says which theft is compared with which.
type AttributeInput struct {
	Incident string   `json:"incident" arg:"" help:"id of a theft of the record, an incident's file (.yaml), or a profile's file (.json)"`
	Against  []string `json:"against" sep:"none" help:"compare with these alone: ids, or files of profiles (FILE); otherwise with all that were earlier; may be repeated" placeholder:"FILE"`
	Profiles string   `json:"profiles" help:"folder of profiles to compare with too, as clew attribute profile writes them (.json)" placeholder:"FOLDER"`
	Held     bool     `json:"held" help:"walk the theft over your own ledgers, in place of the facts that its file states"`
	Tags     []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
}

func attributeOp() Op {
	return define(Op{
		Name: "attribute compare", Default: true,
		Doc: "Compare a theft with earlier ones, as a table of evidence: it names nobody.",
		Detail: "Compared are addresses before any service, deposit addresses, who paid the first fees, hours (against chance), the sequence of steps, sizes of tranches and dwell times. " +
			"The question is whether the same hands moved value of both thefts; those may be a launderer's, which is told apart. Rows that depend on each other are one piece of evidence, the strongest. " +
			"A ratio is given only where it was measured on enough other thefts; otherwise the words are the project's judgement. Nothing is added up, no theft is ranked, and what speaks against stands beside what speaks for. " +
			"Who is said to have done a theft is shown apart, and enters no row. Thefts whose transfers are not in this program need a profile: see clew attribute profile.",
		Examples: []Example{
			{"attribute ronin-2022", "with earlier thefts of the record, of which sources name addresses at best"},
			{"attribute ./theft.yaml --profiles profiles", "a case of your own, with profiles that you made or were given"},
			{"attribute new.json --against old.json --html compared.html", "two profiles, as a page to send on"},
		},
	}, runAttribute)
}

// profilesMax bounds the profiles of a folder, and profileBytes a file of one.
const (
	profilesMax  = 1000
	profileBytes = 4 << 20
)

func runAttribute(ctx context.Context, env *Env, in AttributeInput) (report.Result, error) {
	record, err := env.recorded()
	if err != nil {
		return nil, err
	}
	a := &attributing{env: env, in: &in, record: record, profiles: map[string]*attribution.Profile{}}
	this, err := a.subject(ctx)
	if err != nil {
		return nil, err
	}
	all, err := a.past(ctx, this)
	if err != nil {
		return nil, err
	}
	claims := attribution.ClaimsOf(record)
	out := &report.Attribution{Subject: this, Proposition: attribution.Proposition, Alternative: attribution.Alternative, Scale: attribution.Scale(), ScaleSource: attribution.ScaleSource}
	with, err := a.against(this, all)
	if err != nil {
		return nil, err
	}
	for i, that := range with {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		env.tell(Progress{Doing: "comparing with " + that.ID, Done: int64(i), Total: int64(len(with)), Unit: "thefts"})
		out.Comparisons = append(out.Comparisons, attribution.Compare(this, that, all, claims))
	}
	out.Claims = a.claimed(this.ID, with)
	return out, nil
}

// An attributing is a comparison under way.
type attributing struct {
	env      *Env
	in       *AttributeInput
	record   []*incident.Incident
	profiles map[string]*attribution.Profile
}

// subject makes or reads the profile of the theft that is asked about.
func (a *attributing) subject(ctx context.Context) (*attribution.Profile, error) {
	if strings.HasSuffix(a.in.Incident, ".json") {
		if a.in.Held {
			return nil, &clew.InputError{Field: "held", Want: "an incident: a profile is walked already"}
		}
		return readProfile(a.env, "incident", a.in.Incident)
	}
	return profileNamed(ctx, a.env, &AttributeProfileInput{Incident: a.in.Incident, Held: a.in.Held, Tags: a.in.Tags})
}

// past gathers what there is to compare with, in the order of days: profiles of the
// user before those that are made here.
func (a *attributing) past(ctx context.Context, this *attribution.Profile) ([]*attribution.Profile, error) {
	if err := a.folder(); err != nil {
		return nil, err
	}
	for _, name := range a.in.Against {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		p, err := readProfile(a.env, "against", name)
		if err != nil {
			return nil, err
		}
		a.profiles[p.ID] = p
	}
	for _, id := range incident.BuiltinIDs() {
		if a.profiles[id] != nil || id == this.ID {
			continue
		}
		p, err := profileNamed(ctx, a.env, &AttributeProfileInput{Incident: id, Tags: a.in.Tags})
		if err != nil {
			return nil, err
		}
		a.profiles[id] = p
	}
	for _, i := range a.record {
		if a.profiles[i.ID] == nil && i.Counts() {
			a.profiles[i.ID] = attribution.OfRecord(i)
		}
	}
	delete(a.profiles, this.ID)
	list := make([]*attribution.Profile, 0, len(a.profiles))
	for _, p := range a.profiles {
		list = append(list, p)
	}
	slices.SortFunc(list, func(p, q *attribution.Profile) int {
		return cmp.Or(cmp.Compare(p.Day, q.Day), cmp.Compare(p.ID, q.ID))
	})
	return list, nil
}

// folder reads the profiles of the user's folder.
func (a *attributing) folder() error {
	if a.in.Profiles == "" {
		return nil
	}
	entries, err := fs.ReadDir(a.env.Files, a.in.Profiles)
	if err != nil {
		return givenWanted(err, "profiles", a.in.Profiles)
	}
	n := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		if n++; n > profilesMax {
			return &clew.InputError{Field: "profiles", Value: a.in.Profiles, Want: "a folder of at most 1,000 profiles"}
		}
		p, err := readProfile(a.env, "profiles", path.Join(a.in.Profiles, e.Name()))
		if err != nil {
			return err
		}
		if a.profiles[p.ID] != nil {
			return &clew.InputError{Field: "profiles", Value: e.Name(), Want: "one profile of each theft; there is another of " + p.ID}
		}
		a.profiles[p.ID] = p
	}
	if n == 0 {
		return &clew.InputError{Field: "profiles", Value: a.in.Profiles, Want: "a folder with profiles (.json)"}
	}
	return nil
}

// against returns those that are compared: those that were named, or all that were
// earlier. Others serve to measure base rates alone.
func (a *attributing) against(this *attribution.Profile, all []*attribution.Profile) (list []*attribution.Profile, err error) {
	if len(a.in.Against) == 0 {
		for _, p := range all {
			if p.Day < this.Day {
				list = append(list, p)
			}
		}
		return list, nil
	}
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	for _, name := range a.in.Against {
		id := name
		if strings.HasSuffix(name, ".json") {
			p, err := readProfile(a.env, "against", name)
			if err != nil {
				return nil, err
			}
			id = p.ID
		}
		at := slices.Index(ids, id)
		switch {
		case id == this.ID:
			return nil, &clew.InputError{Field: "against", Value: name, Want: "another theft than the one that is compared"}
		case at < 0:
			want := "the id of a theft of the record, or a profile's file (.json)"
			if near := clew.Nearest(name, ids); near != "" {
				want += "; did you mean " + near + "?"
			}
			return nil, &clew.InputError{Field: "against", Value: name, Want: want}
		}
		list = append(list, all[at])
	}
	slices.SortFunc(list, func(p, q *attribution.Profile) int {
		return cmp.Or(cmp.Compare(p.Day, q.Day), cmp.Compare(p.ID, q.ID))
	})
	return slices.CompactFunc(list, func(p, q *attribution.Profile) bool { return p.ID == q.ID }), nil
}

// claimed returns what is claimed of who did the thefts: shown beside, never used.
func (a *attributing) claimed(id string, with []*attribution.Profile) (list []report.ClaimedActor) {
	for _, i := range a.record {
		if i.ID != id && !slices.ContainsFunc(with, func(p *attribution.Profile) bool { return p.ID == i.ID }) {
			continue
		}
		for _, c := range i.Attributions {
			list = append(list, report.ClaimedActor{Theft: i.ID, Attribution: c})
		}
	}
	return list
}

// readProfile reads a file that the user named.
func readProfile(env *Env, field, name string) (*attribution.Profile, error) {
	f, err := openGiven(env, field, name, profileBytes)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := attribution.ReadProfile(name, f)
	return p, renamed(err, field)
}

// profileText returns a profile as its file.
func profileText(p *attribution.Profile) ([]byte, error) {
	var b bytes.Buffer
	err := attribution.WriteProfile(&b, p)
	return b.Bytes(), err
}
