package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"clew"
)

// A Set is files that belong together: they are loaded as one, or not at all.
type Set struct {
	Name   string
	Format string

	format     *format
	parts      []part
	address    clew.Address          // of an explorer's export
	candidates map[clew.Address]bool // for address
}

func (s *Set) files() []string {
	names := make([]string, len(s.parts))
	for i := range s.parts {
		names[i] = s.parts[i].name
	}
	return names
}

// brief names the set without its folders, for what is kept in the ledger: a
// file is the same wherever it lay.
func (s *Set) brief() string {
	return path.Base(s.parts[0].name) + strings.TrimPrefix(s.Name, s.parts[0].name)
}

// exact reports whether the set's positions are the chain's own.
func (s *Set) exact() bool { return s.format.exact != nil && s.format.exact(s) }

// part returns the file of a kind; nil if there is none.
func (s *Set) part(kind string) *part {
	for i := range s.parts {
		if s.parts[i].kind == kind {
			return &s.parts[i]
		}
	}
	return nil
}

// filesMax bounds how many files one import may name or find.
const filesMax = 1 << 18

// plan finds the files, recognises them and puts them together.
func plan(ctx context.Context, fsys fs.FS, names []string, opt *Options) ([]Set, []Ignored, error) {
	var sets []Set
	var ignored []Ignored
	for _, name := range names {
		found, err := list(ctx, fsys, name)
		if err != nil {
			return nil, ignored, err
		}
		alone := len(found) == 1 && found[0] == name
		for _, file := range found {
			set, why, err := recogniseFile(fsys, file, opt)
			switch {
			case err != nil && (alone || errors.As(err, &broken{})):
				return nil, ignored, err
			case err != nil:
				why = whyNot(err)
			}
			if set == nil {
				ignored = append(ignored, Ignored{File: file, Why: why})
				continue
			}
			sets = append(sets, *set)
		}
	}
	if len(sets) == 0 {
		return nil, ignored, nothingToRead(names, ignored)
	}
	if err := settle(sets); err != nil {
		return nil, ignored, err
	}
	return together(sets), ignored, nil
}

// whyNot says why a file was not read, to a reader who knows which.
func whyNot(err error) string {
	input := (*clew.InputError)(nil)
	switch {
	case !errors.As(err, &input):
		return err.Error()
	case input.Field == "file":
		return "want " + input.Want
	case strings.HasPrefix(input.Want, ofAFormat): // which these are need not be told for every file
		return fmt.Sprintf("columns %.80q are those of no format that is known", input.Value)
	}
	return err.Error()
}

func nothingToRead(names []string, ignored []Ignored) error {
	why := "; there are none here"
	if len(ignored) > 0 {
		why = "; " + ignored[0].File + ": " + ignored[0].Why
	}
	return &clew.InputError{Field: "files", Value: strings.Join(names, " "), Want: "files with transfers" + why}
}

// list returns name, or the files below it if it is a folder, in order. Files
// whose names begin with a point or an underscore are left out of folders, as
// tools write such beside their data.
func list(ctx context.Context, fsys fs.FS, name string) ([]string, error) {
	if name == "" { // would mean where the program was started
		return nil, &clew.InputError{Field: "file", Want: "the name of a file or a folder; this name is empty"}
	}
	name = path.Clean(name)
	info, err := fs.Stat(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wrongFile(name, "a file or a folder that exists")
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() { // opening a pipe would wait for somebody to write
		return nil, wrongFile(name, "a regular file or a folder; this is neither")
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	var found []string
	err = fs.WalkDir(fsys, name, func(file string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if base := path.Base(file); d.Type().IsRegular() && base[0] != '.' && base[0] != '_' {
			found = append(found, file)
		}
		if len(found) > filesMax {
			return fmt.Errorf("%s: more than %d files", name, filesMax)
		}
		return nil
	})
	return found, err
}

// recogniseFile opens a file and makes a set of it alone. It returns no set,
// and why, for one that holds nothing to read.
func recogniseFile(fsys fs.FS, name string, opt *Options) (*Set, string, error) {
	var unused atomic.Int64
	in, err := open(fsys, name, &unused)
	if err != nil {
		return nil, "", err
	}
	defer in.close()
	if in.container == emptyFile {
		return nil, "empty", wrongFile(name, "rows; the file is empty")
	}
	t, err := in.table()
	if err != nil {
		return nil, "", err
	}
	header := t.header()
	if opt.Format == columnsFormat {
		if in.container != csvFile || !opt.Map.fits(header) {
			return nil, "", opt.Map.missing(name, header)
		}
		return newSet(mapped(columnsFormat, opt.Map), part{name: name, kind: columnsFormat, header: header}), "", nil
	}
	f, kind := recognise(opt.Format, in.container, header)
	if f == nil {
		return nil, "", notRecognised(name, header)
	}
	if kind == "" {
		return nil, "holds no transfers", nil
	}
	set := newSet(f, part{name: name, kind: kind, header: header})
	if f.name == etherscanFormat {
		set.candidates, err = candidates(fsys, name, opt)
	}
	return set, "", err
}

func newSet(f *format, p part) *Set {
	return &Set{Name: p.name, Format: f.name, format: f, parts: []part{p}}
}

// together joins files that belong together, of one format that has kinds of
// files: where folders hold each kind once, those of one folder, or of folders
// whose paths differ in nothing but the kind; elsewhere those whose names
// differ in nothing but the kind. And an explorer's exports of one address.
func together(sets []Set) []Set {
	kinds := kindsIn(sets)
	joined := map[string]int{}
	var result []Set
	for _, set := range sets {
		key := keyOf(&set, kinds)
		at, found := joined[key]
		if !found || result[at].part(set.parts[0].kind) != nil {
			joined[key] = len(result)
			result = append(result, set)
			continue
		}
		result[at].parts = append(result[at].parts, set.parts...)
	}
	for i := range result {
		title(&result[i])
	}
	return result
}

// title names a set for its files, which it puts in order.
func title(s *Set) {
	slices.SortFunc(s.parts, func(p, q part) int { return strings.Compare(p.name, q.name) })
	s.Name = s.parts[0].name
	if n := len(s.parts); n > 1 {
		s.Name = fmt.Sprintf("%s and %d more", s.Name, n-1)
	}
}

// A folder tells the files of one format in one folder apart.
type folder struct{ format, path string }

// kindsIn says which kinds of file each folder holds, and how many of each.
func kindsIn(sets []Set) map[folder]map[string]int {
	kinds := map[folder]map[string]int{}
	for _, set := range sets {
		p := set.parts[0]
		f := folder{set.Format, path.Dir(p.name)}
		if kinds[f] == nil {
			kinds[f] = map[string]int{}
		}
		kinds[f][p.kind]++
	}
	return kinds
}

// keyOf returns what files of one set have in common.
func keyOf(set *Set, kinds map[folder]map[string]int) string {
	p := set.parts[0]
	dir := path.Dir(p.name)
	if set.Format == etherscanFormat {
		return strings.Join([]string{set.Format, dir, set.address.String()}, "\n")
	}
	if len(set.format.kinds) < 2 {
		return strings.Join([]string{set.Format, p.name}, "\n")
	}
	if have := kinds[folder{set.Format, dir}]; onceEach(have) {
		if len(have) == 1 { // a folder for each kind, perhaps for each range in it
			dir = path.Dir(withoutKind(p.name, p.kind))
		}
		return strings.Join([]string{set.Format, dir, ""}, "\n")
	}
	return strings.Join([]string{set.Format, withoutKind(p.name, p.kind), "range"}, "\n")
}

func onceEach(kinds map[string]int) bool {
	for _, n := range kinds {
		if n > 1 {
			return false
		}
	}
	return true
}

// withoutKind takes the kind out of a file's name, and out of its folders
// where one is named for it: what is left is the range of blocks.
func withoutKind(name, kind string) string {
	dir, base := path.Split(name)
	parts := slices.DeleteFunc(strings.Split(dir, "/"), func(part string) bool { return part == kind })
	base = strings.TrimSuffix(base, ".gz")
	if at := strings.LastIndex(base, kind); at >= 0 {
		base = base[:at] + base[at+len(kind):]
	}
	return strings.Join(parts, "/") + base
}
