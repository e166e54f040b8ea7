package incident

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"clew"
	"clew/internal/strictyaml"
)

//go:embed builtin/*.yaml
var builtin embed.FS

// An Issue is one thing wrong in a file, with its line.
type Issue = strictyaml.Issue

// Load reads an incident from a file of fsys. A file with any issue is not
// taken: the error is the first, and [Lint] lists them all.
func Load(fsys fs.FS, name string) (*Incident, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("incident: %w", err)
	}
	defer f.Close()
	return Read(name, f)
}

// Read reads an incident as [Load] does; name stands in messages.
func Read(name string, r io.Reader) (*Incident, error) {
	i, issues := read(name, r)
	if err := strictyaml.Err(issues); err != nil {
		return nil, fmt.Errorf("incident: %w", err)
	}
	return i, nil
}

// Lint reads an incident and returns everything wrong with it, in the order of
// the checks; none if [Read] would take it.
func Lint(name string, r io.Reader) []Issue {
	_, issues := read(name, r)
	return issues
}

func read(name string, r io.Reader) (*Incident, []Issue) {
	i := &Incident{File: name}
	var root strictyaml.Node
	if issues := strictyaml.Load(name, r, &root); len(issues) > 0 {
		return nil, issues
	}
	if issues := texts(name, root.Content[0], "file"); len(issues) > 0 {
		return nil, issues
	}
	if issues := strictyaml.NewReader(name).Node(root.Content[0], 0, i); len(issues) > 0 {
		return nil, issues
	}
	c := checker{incident: i}
	c.check()
	if len(c.issues) > 0 {
		return nil, c.issues
	}
	return i, nil
}

// Builtin returns an incident that the product carries with transfers that a
// trace may start from, such as "ronin-2022";
// an input error for any other.
func Builtin(id string) (*Incident, error) {
	ids := BuiltinIDs()
	for _, known := range ids {
		if known == id {
			return Load(builtin, "builtin/"+id+".yaml")
		}
	}
	want := "one of " + strings.Join(ids, ", ")
	if near := clew.Nearest(id, ids); near != "" {
		want = "a known incident; did you mean " + near + "?"
	} else if slices.Contains(RecordIDs(), id) {
		want = "an incident with transfers to start from (" + strings.Join(ids, ", ") + "); of this one the record has none: clew incidents show " + id
	}
	return nil, &clew.InputError{Field: "incident", Value: id, Want: want}
}

// BuiltinFile returns the file of an incident that [Builtin] knows.
func BuiltinFile(id string) ([]byte, error) { return builtin.ReadFile("builtin/" + id + ".yaml") }

// BuiltinIDs returns the ids of the incidents that [Builtin] knows, in order.
func BuiltinIDs() []string { return idsIn(builtin, "builtin") }

func idsIn(fsys embed.FS, folder string) []string {
	files, err := fsys.ReadDir(folder)
	if err != nil {
		panic("incident: embedded files: " + err.Error()) // they are compiled in
	}
	ids := make([]string, len(files))
	for at, f := range files {
		ids[at] = strings.TrimSuffix(path.Base(f.Name()), ".yaml")
	}
	return ids
}
