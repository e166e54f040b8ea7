package op

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"clew"
	"clew/incident"
	"clew/internal/strictyaml"
	"clew/report"
	"clew/share"
	"clew/share/stix"
	"clew/share/taxii"
)

// A shelf says what one collection of a server is made of.
type shelf struct {
	Line        int      `yaml:"."`
	Name        string   `yaml:"name,required"`
	Title       string   `yaml:"title"`
	Description string   `yaml:"description"`
	Tlp         string   `yaml:"tlp,required"`
	Record      bool     `yaml:"record"`  // the product's record of thefts
	Inbox       bool     `yaml:"inbox"`   // others may add to it
	Bundles     []string `yaml:"bundles"` // files of STIX, or folders of them
	Thefts      []string `yaml:"thefts"`
	Tags        []string `yaml:"tags"`
	Release     []string `yaml:"release"`
}

// defaultShelves are served where no file says what is.
var defaultShelves = []shelf{
	{Name: "record", Title: "The record of thefts", Description: "Thefts of cryptocurrency, as public sources tell them, with who claims what.", Tlp: "clear", Record: true},
	{Name: "inbox", Title: "Inbox", Description: "What others pass on. It is kept as it came and believed by nobody yet.", Tlp: "amber+strict", Inbox: true},
}

// maxShelves bounds the collections of a server.
const maxShelves = 100

// readShelves reads what a server serves. Files are named from the folder of the
// one that names them.
func readShelves(env *Env, file string) ([]shelf, error) {
	if file == "" {
		return defaultShelves, nil
	}
	f, err := openGiven(env, "collections", file, strictyaml.BytesMax)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var read struct {
		Collections []shelf `yaml:"collections,required"`
	}
	if issues := strictyaml.Decode(file, f, &read); len(issues) > 0 {
		return nil, issuesWanted("collections", "a file of collections", issues)
	}
	if len(read.Collections) == 0 || len(read.Collections) > maxShelves {
		return nil, &clew.InputError{Field: "collections", Value: file, Want: fmt.Sprintf("1 to %d collections", maxShelves)}
	}
	named := map[string]bool{}
	for i := range read.Collections {
		s := &read.Collections[i]
		if want := s.wrong(named); want != "" {
			return nil, &clew.InputError{Field: "collections", Value: s.Name, Want: want + fmt.Sprintf(" (%s:%d)", file, s.Line)}
		}
		for _, list := range [][]string{s.Bundles, s.Thefts, s.Tags} {
			for n, name := range list {
				if !filepath.IsAbs(name) {
					list[n] = path.Join(path.Dir(file), name)
				}
			}
		}
	}
	return read.Collections, nil
}

// wrong returns what is wanted of a collection; empty: it is sound.
func (s *shelf) wrong(named map[string]bool) string {
	made := s.Record || len(s.Bundles)+len(s.Thefts)+len(s.Tags) > 0
	switch {
	case taxii.CheckRoot("name", s.Name) != nil || s.Name == "all":
		return "a name of small letters, digits and -, and not all"
	case named[s.Name]:
		return "each name once"
	case !slices.Contains(incident.Markings(), incident.Marking(s.Tlp)):
		return "as tlp one of clear, green, amber, amber+strict, red"
	case s.Inbox == made:
		return "either an inbox, or record, bundles, thefts or tags"
	case slices.ContainsFunc(s.Release, func(r string) bool { return !slices.Contains([]string{"victims", "notes", "persons"}, r) }):
		return "as release victims, notes or persons"
	}
	named[s.Name] = true
	return ""
}

// files returns the names of all files that a collection is made of, those in
// folders as they are now.
func (s *shelf) files(env *Env) (names []string, err error) {
	bundles, err := s.bundles(env)
	return slices.Concat(bundles, s.Thefts, s.Tags), err
}

// bundles returns its files of STIX.
func (s *shelf) bundles(env *Env) (names []string, err error) {
	for _, name := range s.Bundles {
		info, err := fs.Stat(env.Files, name)
		if err != nil {
			return names, givenWanted(err, "bundles", name)
		}
		if !info.IsDir() {
			names = append(names, name)
			continue
		}
		entries, err := fs.ReadDir(env.Files, name)
		if err != nil {
			return names, givenWanted(err, "bundles", name)
		}
		for _, e := range entries {
			if e.Type().IsRegular() && strings.HasSuffix(e.Name(), ".json") && !strings.HasPrefix(e.Name(), ".") && !strings.HasSuffix(e.Name(), markName("")) {
				names = append(names, path.Join(name, e.Name()))
			}
		}
	}
	return names, nil
}

// A loaded shelf is what a collection has to serve.
type loaded struct {
	objects  []stix.Object
	withheld share.Withheld
	leftOut  int // tags
}

// load makes a collection's objects. Thefts and tags go out under its marking, or
// it is an error if theirs is stricter; bundles are as they are, and what is
// stricter in them the collection leaves out.
func (s *shelf) load(ctx context.Context, env *Env) (out loaded, err error) {
	if s.Record || len(s.Thefts)+len(s.Tags) > 0 {
		if out, err = s.write(ctx, env); err != nil {
			return out, err
		}
	}
	names, err := s.bundles(env)
	if err != nil {
		return out, err
	}
	for _, name := range names {
		b, err := readShared(ctx, env, "bundles", name)
		if err != nil {
			return out, err
		}
		if out.objects = append(out.objects, b.Objects...); len(out.objects) > taxii.MaxHeld {
			return out, &clew.InputError{Field: "collections", Value: s.Name, Want: fmt.Sprintf("at most %d objects", taxii.MaxHeld)}
		}
	}
	return out, nil
}

// write writes thefts and tags as STIX. A theft without a trail has the time of
// its file.
func (s *shelf) write(ctx context.Context, env *Env) (out loaded, err error) {
	o := share.Release{Marking: incident.Marking(s.Tlp), Chosen: true, Victims: contains(s.Release, "victims"), Notes: contains(s.Release, "notes"), Persons: contains(s.Release, "persons"), Stated: 1}
	for _, name := range s.Thefts {
		if info, err := fs.Stat(env.Files, name); err == nil {
			o.Stated = max(o.Stated, clew.TimeOf(info.ModTime()))
		}
	}
	w, err := stix.NewWriter(o)
	if err != nil {
		return out, err
	}
	if s.Record {
		if _, err := shareRecord(ctx, w); err != nil {
			return out, err
		}
	}
	for _, name := range s.Thefts {
		i, err := readIncident(env, "thefts", name)
		if err == nil {
			err = w.Theft(i, false)
		}
		if err != nil {
			return out, err
		}
	}
	var tags report.Shared
	if err := shareTags(ctx, env, w, s.Tags, &tags); err != nil {
		return out, err
	}
	b, err := w.Bundle()
	if err != nil {
		return out, err
	}
	return loaded{b.Objects, w.Withheld, tags.LeftOut}, nil
}
