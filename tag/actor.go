package tag

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"clew/internal/strictyaml"
)

// An Actor is one source's word on a party: what it calls it, and of whom it
// says that the party is a part. Sources that use one name for different things
// keep their own entries, under one id or several, so that no name swallows
// what another source meant.
type Actor struct {
	ID            string    `json:"id"` // that tags name
	Label         string    `json:"label"`
	Aliases       []string  `json:"aliases,omitempty"` // by this source
	Parent        string    `json:"parent,omitempty"`  // id of the actor that controls it, or of which it is a part, by this source
	Concepts      []Concept `json:"concepts,omitempty"`
	Jurisdictions []string  `json:"jurisdictions,omitempty"` // as written
	Website       string    `json:"website,omitempty"`
	Source        string    `json:"source"`
	Date          string    `json:"date,omitempty"`    // of the statement, as precise as it is given
	Context       string    `json:"context,omitempty"` // handles, ids elsewhere, pictures, as JSON; not read
	Private       bool      `json:"private,omitempty"` // its pack is
	Pack          string    `json:"pack"`
}

// An actorPack is a file of actors: ActorPack, the field's open format, with
// parents and sources of our own.
type actorPack struct {
	Title       string             `yaml:"title,required"`
	Creator     string             `yaml:"creator"`
	Description string             `yaml:"description"`
	Date        string             `yaml:"lastmod"`
	Source      string             `yaml:"source"`
	Version     strictyaml.Ignored `yaml:"version"`
	IsPublic    *bool              `yaml:"is_public"`
	Actors      []actorRow         `yaml:"actors,required"`
}

type actorRow struct {
	ID            string          `yaml:"id,required"`
	Label         string          `yaml:"label,required"`
	Aliases       []string        `yaml:"aliases"`
	Parent        string          `yaml:"parent"`
	Categories    []string        `yaml:"categories"`
	Jurisdictions []string        `yaml:"jurisdictions"`
	URI           string          `yaml:"uri"`
	Source        string          `yaml:"source"`
	Date          string          `yaml:"lastmod"`
	Context       strictyaml.Node `yaml:"context"`
	Line          int             `yaml:"."`
}

// ReadActors reads a pack of actors. An actor with an issue is left out, the
// others are taken.
func ReadActors(file string, r io.Reader) (Pack, []Actor, []Issue) {
	var p actorPack
	issues := strictyaml.Decode(file, r, &p)
	private := len(issues) > 0 || p.IsPublic != nil && !*p.IsPublic // what cannot be read may have said so
	add := func(line int, format string, args ...any) {
		issues = append(issues, Issue{File: file, Line: line, Text: fmt.Sprintf(format, args...)})
	}
	var actors []Actor
	taken := map[[2]string]bool{}
	for _, row := range p.Actors {
		a := Actor{ID: row.ID, Label: strings.TrimSpace(row.Label), Aliases: append([]string(nil), row.Aliases...), Parent: row.Parent, Jurisdictions: append([]string(nil), row.Jurisdictions...),
			Website: row.URI, Source: row.Source, Date: row.Date, Private: private, Pack: p.Title}
		if a.Source == "" {
			a.Source = firstOf(p.Source, p.Creator)
		}
		date, ok := dateOf(firstOf(a.Date, p.Date))
		for _, name := range row.Categories {
			a.Concepts = append(a.Concepts, Concept(name))
		}
		var err error
		a.Context, err = contextOf(&row.Context)
		switch key := [2]string{a.ID, a.Source}; {
		case a.ID == "" || a.Label == "":
			add(row.Line, "actor: want an id and a label")
		case taken[key]:
			add(row.Line, "actor %q: there already, by the same source", bounded(a.ID))
		case a.Parent == a.ID:
			add(row.Line, "actor %q: its own parent", bounded(a.ID))
		case err != nil:
			add(row.Line, "context: %v", err)
		case !ok:
			add(row.Line, "lastmod %q: want YYYY-MM-DD, YYYY-MM or YYYY", bounded(firstOf(a.Date, p.Date)))
		default:
			a.Date, taken[key] = date, true
			actors = append(actors, a)
		}
	}
	pack := Pack{File: file, Title: p.Title, Creator: p.Creator, Description: p.Description, Private: private, Actors: len(actors), Refused: len(p.Actors) - len(actors)}
	return pack, actors, issues
}

// contextOf returns what a source adds, as JSON; empty if it adds nothing.
func contextOf(n *strictyaml.Node) (string, error) {
	if n.IsZero() {
		return "", nil
	}
	var value any
	if err := n.Decode(&value); err != nil {
		return "", err
	}
	text, err := json.Marshal(value)
	return string(text), err
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

//go:embed builtin-actors/*.yaml
var builtinActors embed.FS

// BuiltinActors returns the actors that the product carries.
func BuiltinActors() ([]Actor, error) {
	entries, err := builtinActors.ReadDir("builtin-actors")
	if err != nil {
		return nil, fmt.Errorf("built-in actors: %w", err)
	}
	var all []Actor
	for _, entry := range entries {
		f, err := builtinActors.Open(path.Join("builtin-actors", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("built-in actors: %w", err)
		}
		_, actors, issues := ReadActors("builtin-actors/"+entry.Name(), f)
		f.Close()
		if err := strictyaml.Err(issues); err != nil {
			return nil, fmt.Errorf("built-in actors: %w", err)
		}
		all = append(all, actors...)
	}
	return all, nil
}

// Actors answers who actors are said to be. It never changes, and may be asked
// from several goroutines.
type Actors struct {
	list  []Actor
	byID  map[string][]int
	names map[string][]int // labels and aliases, as words of lower case
	heard *Hearing         // told what is asked; nil: nobody is
}

// NewActors returns the index of actors, in the order given.
func NewActors(list []Actor) *Actors {
	x := &Actors{list: list, byID: map[string][]int{}, names: map[string][]int{}}
	for i, a := range list {
		x.byID[a.ID] = append(x.byID[a.ID], i)
		for _, name := range append([]string{a.ID, a.Label}, a.Aliases...) {
			if key := plain(name); key != "" && !slices.Contains(x.names[key], i) {
				x.names[key] = append(x.names[key], i)
			}
		}
	}
	return x
}

// plain returns a name without case, spaces and marks.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// Said returns what each source says of an id, in the order of reading.
func (x *Actors) Said(id string) []Actor {
	x.heard.actor(id)
	return x.pick(x.byID[id])
}

// Named returns every source's actor that it calls so, by id, label or alias;
// case, spaces and marks do not count.
func (x *Actors) Named(name string) []Actor {
	if x.heard != nil {
		x.heard.Named(plain(name))
	}
	return x.pick(x.names[plain(name)])
}

func (x *Actors) pick(at []int) (list []Actor) {
	for _, i := range at {
		list = append(list, x.list[i])
	}
	return list
}

// Within reports whether id is the actor of, or a part of it by any source, on
// any level, and returns the statements that say so, from id upwards. The way
// with the fewest statements is taken.
func (x *Actors) Within(id, of string) ([]Actor, bool) {
	x.heard.actor(id)
	by := map[string]int{id: -1} // the statement that led to a parent
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == of {
			return x.chain(id, of, by), true
		}
		for _, i := range x.byID[queue[0]] {
			if parent := x.list[i].Parent; parent != "" {
				if _, met := by[parent]; !met {
					by[parent] = i
					queue = append(queue, parent)
				}
			}
		}
	}
	return nil, false
}

// Related reports whether two ids may be of one actor: they are the same, some
// source has one within the other, or some source calls one by an id, label or
// alias of the other.
func (x *Actors) Related(a, b string) bool {
	if a == b {
		return true
	}
	if _, ok := x.Within(a, b); ok {
		return true
	}
	if _, ok := x.Within(b, a); ok {
		return true
	}
	for _, said := range x.Said(a) {
		for _, name := range append([]string{said.ID, said.Label}, said.Aliases...) {
			if slices.ContainsFunc(x.Named(name), func(other Actor) bool { return other.ID == b }) {
				return true
			}
		}
	}
	return false
}

// chain returns the statements that lead from one id up to another.
func (x *Actors) chain(from, to string, by map[string]int) (list []Actor) {
	for at := to; at != from; {
		a := x.list[by[at]]
		list = append(list, a)
		at = a.ID
	}
	slices.Reverse(list)
	return list
}
