package ingest

import (
	"slices"
	"strings"

	"clew"
)

// A format is a way in which files hold transfers.
type format struct {
	name  string
	about string // for a reader
	kinds []kind
	read  func(s *session) error
	exact func(s *Set) bool // positions are the chain's own; nil: they are not

	// stands says of which chain a set's transfers are and what their heights
	// are; nil, or on nothing, where only the rows say.
	stands func(s *Set, opt *Options) (clew.Chain, footing)
}

// A kind is one sort of file of a format, known by its columns.
type kind struct {
	name string
	in   []container
	want [][]string // columns; of each list one must be there
	not  []string   // columns that must not be there
}

// Formats lists the names of the formats with a line about each.
func Formats() [][2]string {
	var list [][2]string
	for _, f := range formats() {
		list = append(list, [2]string{f.name, f.about})
	}
	for _, name := range builtinNames() {
		list = append(list, [2]string{name, builtinMapping(name).About})
	}
	return append(list, [2]string{columnsFormat, "any other CSV, with a map that says which column is what"})
}

func formats() []format {
	return []format{clewLines(), clewFlat(), etherscan(), evmFiles(cryoFormat), evmFiles(etlFormat), clewCSV()}
}

func formatNamed(name string) *format {
	for _, f := range formats() {
		if f.name == name {
			return &f
		}
	}
	return nil
}

func unknownFormat(name string) error {
	var names []string
	for _, f := range Formats() {
		names = append(names, f[0])
	}
	want := "one of " + strings.Join(names, ", ")
	if near := clew.Nearest(name, names); near != "" {
		want = "a format; did you mean " + near + "?"
	}
	return &clew.InputError{Field: "format", Value: name, Want: want}
}

// A part is one file of a set.
type part struct {
	name   string
	kind   string
	header []string
}

// has reports whether the file has one of the columns.
func (p *part) has(names ...string) bool {
	for _, name := range names {
		if placeOf(p.header, name) >= 0 {
			return true
		}
	}
	return false
}

// recognise finds the format and kind of a file from its columns; only one
// format is tried where it is given.
func recognise(only string, c container, header []string) (*format, string) {
	for _, f := range formats() {
		if only != "" && f.name != only {
			continue
		}
		for _, k := range f.kinds {
			if k.fits(c, header) {
				return &f, k.name
			}
		}
	}
	for _, name := range builtinNames() {
		if m := builtinMapping(name); (only == "" || only == name) && c == csvFile && m.fits(header) {
			return mapped(name, m), name
		}
	}
	return nil, ""
}

func (k *kind) fits(c container, header []string) bool {
	if !slices.Contains(k.in, c) {
		return false
	}
	for _, names := range k.want {
		if !slices.ContainsFunc(names, func(name string) bool { return placeOf(header, name) >= 0 }) {
			return false
		}
	}
	return !slices.ContainsFunc(k.not, func(name string) bool { return placeOf(header, name) >= 0 })
}

// placeOf returns where a column stands in a header, whatever its case; -1 if
// it is not there. A name that ends in an opening bracket stands for any that
// begin so, as Value_IN( does for Value_IN(ETH).
func placeOf(header []string, name string) int {
	for i, have := range header {
		if strings.EqualFold(have, name) {
			return i
		}
		if strings.HasSuffix(name, "(") && len(have) > len(name) && strings.EqualFold(have[:len(name)], name) {
			return i
		}
	}
	return -1
}

// places returns for each list of names the place of the first that the
// header has.
func places(header []string, lists [][]string) []int {
	found := make([]int, len(lists))
	for i, names := range lists {
		found[i] = -1
		for _, name := range names {
			if found[i] = placeOf(header, name); found[i] >= 0 {
				break
			}
		}
	}
	return found
}

// ofAFormat begins what is wanted of a file whose columns are not recognised.
const ofAFormat = "those of a format that is known"

// notRecognised says what a file has and what would be understood.
func notRecognised(name string, header []string) error {
	var known []string
	for _, f := range Formats() {
		if f[0] != columnsFormat {
			known = append(known, f[0])
		}
	}
	shown := strings.Join(header, ",")
	if len(shown) > 200 {
		shown = shown[:200] + "…"
	}
	return &clew.InputError{Field: name + ": columns", Value: shown, Want: ofAFormat + " (" + strings.Join(known, ", ") + ") or, for any other CSV, a map of its columns by --map"}
}
