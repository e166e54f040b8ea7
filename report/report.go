// Package report writes results for readers: text, JSON, CSV, PDF, and one HTML
// page that opens offline with a picture of the flow.
//
// It is the only package that formats, and it computes nothing: what a result
// does not hold cannot appear. Everything that came from outside (labels,
// symbols, names) is treated as hostile: see [Clean].
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"clew"
)

// A Result is what an operation answers. Its JSON is that of
// [encoding/json]: amounts are strings, and members are only ever added.
type Result interface {
	// Doc lays the result out for readers.
	Doc() *Doc

	// Outcome says how complete the answer is.
	Outcome() Outcome
}

// An Aside is a result of which something is to be said beside the answer, and not
// in it.
type Aside interface{ Beside() string }

// An Outcome says how complete an answer is.
type Outcome string

// The outcomes.
const (
	Found      Outcome = "found"
	Nothing    Outcome = "nothing found"
	Incomplete Outcome = "incomplete" // interrupted, or cut short by a limit
	Flawed     Outcome = "flawed"     // what was to be checked has issues
)

// A Style says where a text is going.
type Style struct {
	Color  bool // mark headings and claims with terminal colours
	Screen int  // columns of the terminal; 0: as wide as it takes
	Wide   bool // print every section, column, row and digit
	Expand bool // print each row of what is shown as one line
}

// A Form is a way to write a result.
type Form string

// The forms.
const (
	Text Form = "text"
	JSON Form = "json"
	CSV  Form = "csv"
	HTML Form = "html"
	PDF  Form = "pdf"
)

// Write writes r to w in the given form. table names the table that CSV
// writes; "" means the document's first.
func Write(w io.Writer, r Result, form Form, style Style, table string) error {
	switch form {
	case JSON:
		return writeJSON(w, r)
	case CSV:
		return writeCSV(w, r.Doc().safe(), table)
	case HTML:
		return writeHTML(w, r.Doc().safe())
	case PDF:
		return writePDF(w, r.Doc().safe())
	}
	return writeText(w, r.Doc().safe(), style)
}

// writeJSON writes r indented, with what a terminal might obey as escapes: the
// text means the same to a JSON reader.
func writeJSON(w io.Writer, r Result) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	var b strings.Builder
	escapeJSON(&b, string(text))
	b.WriteByte('\n')
	_, err = io.WriteString(w, b.String())
	return err
}

// escapeJSON writes JSON with what a terminal might obey as escapes.
func escapeJSON(b *strings.Builder, text string) {
	b.Grow(len(text))
	plain := 0 // what is before it is written
	for i, c := range text {
		if c >= ' ' && c <= '~' || c == '\n' || !hostile(c) {
			continue
		}
		b.WriteString(text[plain:i])
		writeEscaped(b, c)
		plain = i + utf8.RuneLen(c)
	}
	b.WriteString(text[plain:])
}

// writeEscaped writes c as JSON's \u escapes, in two halves where it must.
func writeEscaped(b *strings.Builder, c rune) {
	if c > 0xffff {
		c -= 0x10000
		fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
		return
	}
	fmt.Fprintf(b, `\u%04x`, c)
}

// tableNamed returns the table of d called name, the first for "".
func tableNamed(d *Doc, name string) (*Table, error) {
	var names []string
	for _, s := range d.Sections {
		for _, t := range s.Tables {
			if name == "" || name == t.Name {
				return t, nil
			}
			names = append(names, t.Name)
		}
	}
	if len(names) == 0 {
		return nil, &clew.InputError{Field: "csv", Want: "a result with rows; this one has none: use --json"}
	}
	want := "one of " + strings.Join(names, ", ")
	if near := clew.Nearest(name, names); near != "" {
		want += "; did you mean " + near + "?"
	}
	return nil, &clew.InputError{Field: "table", Value: name, Want: want}
}
