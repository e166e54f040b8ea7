package watchlist

import (
	"embed"
	"fmt"
	"io"
	"path"
	"slices"
	"time"

	"clew"
	"clew/internal/strictyaml"
)

// packSchema is the version of the format of packs. Keys are only ever added.
const packSchema = 1

// Restated is the format of editions that were read from packs: they hold what
// somebody restated of a list, which may be a part of it.
const Restated = "restated"

// A pack is a list in the project's own form: YAML in which every date and
// identifier names its source. It is how lists that are published as documents
// are restated, and what a fresh install answers from.
type pack struct {
	Schema    int          `yaml:"schema,required"`
	Publisher string       `yaml:"publisher,required"`
	List      string       `yaml:"list,required"`
	Nature    Nature       `yaml:"nature"`
	Date      Date         `yaml:"date,required"` // as of when it is restated
	Covers    string       `yaml:"covers"`        // what of the list it holds
	Parties   []packParty  `yaml:"parties,required"`
	Sources   []packSource `yaml:"sources,required"`
}

type packParty struct {
	ID          string           `yaml:"id,required"`
	Name        string           `yaml:"name,required"`
	Kind        Kind             `yaml:"kind,required"`
	Aliases     []string         `yaml:"aliases"`
	Programmes  []string         `yaml:"programmes"`
	Events      []packEvent      `yaml:"events"` // required where the list designates
	Identifiers []packIdentifier `yaml:"identifiers"`
	Line        int              `yaml:"."`
}

type packEvent struct {
	Act    Act    `yaml:"act,required"`
	Date   Date   `yaml:"date,required"`
	Under  string `yaml:"under"`
	Source string `yaml:"source,required"`
	Line   int    `yaml:"."`
}

// A packIdentifier is addresses of one currency that were published together.
type packIdentifier struct {
	Currency    string   `yaml:"currency,required"`
	Addresses   []string `yaml:"addresses,required"`
	Published   Date     `yaml:"published"`    // the day, or
	PublishedBy Date     `yaml:"published-by"` // a day by which it had been
	Withdrawn   Date     `yaml:"withdrawn"`
	Verified    *bool    `yaml:"verified"`
	Source      string   `yaml:"source,required"`
	Line        int      `yaml:"."`
}

type packSource struct {
	ID        string `yaml:"id,required"`
	Title     string `yaml:"title,required"`
	Publisher string `yaml:"publisher,required"`
	Date      Date   `yaml:"date"`
	URL       string `yaml:"url"`
	Note      string `yaml:"note"`
}

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(text []byte) error {
	if _, err := time.Parse(time.DateOnly, string(text)); err != nil {
		return &clew.InputError{Field: "day", Value: string(text), Want: "YYYY-MM-DD"}
	}
	*d = Date(text)
	return nil
}

// UnmarshalText reads an act.
func (a *Act) UnmarshalText(text []byte) error {
	*a = Act(text)
	return oneOf("act", string(text), string(Designated), string(Anew), string(Delisted))
}

// UnmarshalText reads a kind.
func (k *Kind) UnmarshalText(text []byte) error {
	*k = Kind(text)
	return oneOf("kind", string(text), string(Person), string(Entity), string(Vessel), string(Aircraft), string(Order))
}

// UnmarshalText reads a nature.
func (n *Nature) UnmarshalText(text []byte) error {
	*n = Nature(text)
	return oneOf("nature", string(text), string(Seizure), string(Notice))
}

func oneOf(field, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return &clew.InputError{Field: field, Value: value, Want: fmt.Sprintf("one of %q", known)}
}

// ReadPack reads a list in the project's own form. Issues have lines; with any,
// there is no list.
func ReadPack(file string, r io.Reader) (*List, []strictyaml.Issue) {
	var p pack
	issues := strictyaml.Decode(file, r, &p)
	if len(issues) == 0 {
		issues = p.check(file)
	}
	if len(issues) > 0 {
		return nil, issues
	}
	return p.made(), nil
}

// check says what is wrong with a pack besides its form.
func (p *pack) check(file string) (issues []strictyaml.Issue) {
	add := func(line int, format string, args ...any) {
		issues = append(issues, strictyaml.Issue{File: file, Line: line, Text: fmt.Sprintf(format, args...)})
	}
	if p.Schema != packSchema {
		add(1, "schema %d: want %d", p.Schema, packSchema)
	}
	sources, ids := map[string]bool{}, map[string]bool{}
	for _, s := range p.Sources {
		sources[s.ID] = true
	}
	cites := func(line int, source string) {
		if !sources[source] {
			add(line, "source %q: not among the sources", source)
		}
	}
	for _, party := range p.Parties {
		if ids[party.ID] {
			add(party.Line, "party %q: there already", party.ID)
		}
		ids[party.ID] = true
		if p.Nature == "" && len(party.Events) == 0 {
			add(party.Line, "party %q: no events; want its designation", party.ID)
		}
		last := Date("")
		for i, e := range party.Events {
			cites(e.Line, e.Source)
			if e.Date < last || i == 0 && e.Act != Designated {
				add(e.Line, "%s on %s: want a designation first, then events in order of time", e.Act, e.Date)
			}
			last = e.Date
		}
		for _, x := range party.Identifiers {
			cites(x.Line, x.Source)
			if wrong := x.wrong(); wrong != "" {
				add(x.Line, "%s", wrong)
			}
		}
	}
	return issues
}

// wrong says what is wrong with the days of an identifier; empty if nothing is.
func (x *packIdentifier) wrong() string {
	switch {
	case (x.Published == "") == (x.PublishedBy == ""):
		return "want either published or published-by"
	case x.Withdrawn != "" && x.Withdrawn < max(x.Published, x.PublishedBy):
		return fmt.Sprintf("withdrawn %s: before it was published", x.Withdrawn)
	}
	return ""
}

func (p *pack) made() *List {
	l := &List{Publisher: p.Publisher, Name: p.List, Nature: p.Nature, Edition: Edition{Date: p.Date, Format: Restated}}
	titles := map[string]string{}
	for _, s := range p.Sources {
		titles[s.ID] = s.Publisher + ": " + s.Title
	}
	for _, from := range p.Parties {
		to := Party{ID: from.ID, Name: from.Name, Kind: from.Kind, Programmes: from.Programmes}
		for _, name := range from.Aliases {
			to.Aliases = append(to.Aliases, Alias{Name: name})
		}
		for _, e := range from.Events {
			to.Events = append(to.Events, Event{e.Act, e.Date, e.Under, titles[e.Source]})
		}
		for _, x := range from.Identifiers {
			to.Identifiers = append(to.Identifiers, x.made(titles[x.Source])...)
		}
		l.Parties = append(l.Parties, to)
	}
	l.sort()
	return l
}

func (x *packIdentifier) made(source string) (list []Identifier) {
	unchecked := x.Verified != nil && !*x.Verified
	for _, text := range x.Addresses {
		one := newIdentifier(x.Currency, text)
		one.Published = Span{On: x.Published, By: x.PublishedBy, Source: source, Unchecked: unchecked}
		if x.Withdrawn != "" {
			one.Withdrawn = Span{On: x.Withdrawn, Source: source, Unchecked: unchecked}
		}
		list = append(list, one)
	}
	return list
}

//go:embed builtin/*.yaml
var builtin embed.FS

// Builtin returns the small lists that the product carries, restated from
// public facts: what a fresh install answers from, until official lists were
// fetched. Each says its date.
func Builtin() ([]*List, error) {
	entries, err := builtin.ReadDir("builtin")
	if err != nil {
		return nil, fmt.Errorf("built-in lists: %w", err)
	}
	var lists []*List
	for _, entry := range entries {
		f, err := builtin.Open(path.Join("builtin", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("built-in lists: %w", err)
		}
		l, issues := ReadPack("builtin/"+entry.Name(), f)
		f.Close()
		if err := strictyaml.Err(issues); err != nil {
			return nil, fmt.Errorf("built-in lists: %w", err)
		}
		lists = append(lists, l)
	}
	return lists, nil
}
