package indicator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"clew"
	"clew/incident"
	"clew/internal/strictyaml"
)

// Bounds of what is read.
const (
	MaxBytes  = 64 << 20 // of a list
	MaxRows   = 1_000_000
	maxLine   = 128 << 10 // bytes
	maxIssues = 1000      // that are told one by one
)

// A Form is how a list is written.
type Form string

// The forms. Bundles of STIX and events of MISP are told apart here and read by
// packages share/stix and share/misp.
const (
	FormOwn      Form = "list of Clew"
	FormLines    Form = "one value a line"
	FormHosts    Form = "hosts file"
	FormCSV      Form = "CSV"
	FormDetector Form = "configuration of eth-phishing-detect"
	FormSTIX     Form = "bundle of STIX"
	FormMISP     Form = "events of MISP"
	FormOther    Form = "JSON of a form that is not known"
)

// An Issue is one thing wrong in a list, with its line.
type Issue = strictyaml.Issue

// A List is what was read of one file.
type List struct {
	File       string
	Form       Form
	Indicators []Indicator // in the order of the file, each once
	Repeated   int         // rows that say what an earlier one says
	Issues     []Issue     // the first ones
	Wrong      int         // rows with an issue, all of them
	Notes      []string    // what was left out, and why
}

// Defaults are what rows get that do not say it themselves.
type Defaults struct {
	Source  string           // empty: the file's name
	Marking incident.Marking // empty: none
}

// FormOf tells in which form a text is.
func FormOf(data []byte) Form {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	switch {
	case bytes.HasPrefix(data, []byte("[")) && bytes.HasPrefix(bytes.TrimSpace(data[1:]), []byte("{")):
		return membersForm(bytes.TrimSpace(data[1:]))
	case !bytes.HasPrefix(data, []byte("{")):
		return textForm(data)
	}
	var header struct {
		Clew string `json:"clew"`
	}
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if json.Unmarshal(first, &header) == nil && header.Clew != "" {
		return FormOwn
	}
	return membersForm(data)
}

// membersForm goes by the members of an object, up to the first that tells.
func membersForm(data []byte) Form {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return FormOther
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return FormOther
		}
		name, _ := token.(string)
		switch name {
		case "blacklist", "blocklist", "fuzzylist", "whitelist", "allowlist":
			return FormDetector
		case "objects", "spec_version":
			return FormSTIX
		case "Event", "response", "Attribute", "Object", "Orgc":
			return FormMISP
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return FormOther
		}
		if name == "type" && string(value) == `"bundle"` {
			return FormSTIX
		}
	}
	return FormOther
}

// ReadList reads a list in one of the forms of text, or in that of
// eth-phishing-detect. A row that is wrong is an issue with its line, and not
// taken; whoever keeps a list with issues leaves something out. An error is of
// the whole: no list, or one beyond a bound.
func ReadList(file string, r io.Reader, d Defaults) (*List, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("indicator: %w", err)
	case len(data) > MaxBytes:
		return nil, &clew.InputError{Field: "file", Value: file, Want: fmt.Sprintf("at most %d MiB", MaxBytes>>20)}
	case !utf8.Valid(data):
		return nil, &clew.InputError{Field: "file", Value: file, Want: "text in UTF-8"}
	}
	b := &builder{defaults: d, seen: map[Indicator]bool{}, List: List{File: file, Form: FormOf(data)}}
	b.defaults.Source = cmp.Or(d.Source, file)
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch b.Form {
	case FormOwn:
		err = b.own(data)
	case FormDetector:
		err = b.detector(data)
	case FormLines, FormHosts:
		err = b.lines(data)
	case FormCSV:
		err = b.csv(data)
	default:
		return nil, &clew.InputError{Field: "file", Value: file, Want: "a list of indicators; this is a " + string(b.Form)}
	}
	if err != nil {
		return nil, err
	}
	return &b.List, nil
}

// A builder is a list under way.
type builder struct {
	List
	defaults Defaults
	seen     map[Indicator]bool // without places and pointers
}

// add takes a row that is in its normal form, or notes what is wrong with it.
func (b *builder) add(line int, i Indicator) error {
	i.Source, i.Marking = cmp.Or(i.Source, b.defaults.Source), cmp.Or(i.Marking, b.defaults.Marking)
	if err := i.Check(); err != nil {
		b.issue(line, err)
		return nil
	}
	key := i
	key.Ref, key.Confidence = "", nil
	if i.Confidence != nil {
		key.Ref = fmt.Sprint(*i.Confidence)
	}
	if b.seen[key] {
		b.Repeated++
		return nil
	}
	if len(b.Indicators) == MaxRows {
		return &clew.InputError{Field: "file", Value: b.File, Want: fmt.Sprintf("at most %d rows", MaxRows)}
	}
	b.seen[key] = true
	b.Indicators = append(b.Indicators, i)
	return nil
}

// value takes a row whose type shows by its form.
func (b *builder) value(line int, text string, i Indicator) error {
	var err error
	if i.Type, i.Value, err = Guess(text); err != nil {
		if line == 0 { // of JSON
			err = fmt.Errorf("%s: %w", i.Ref, err)
		}
		b.issue(line, err)
		return nil
	}
	return b.add(line, i)
}

func (b *builder) issue(line int, err error) {
	b.Wrong++
	if len(b.Issues) < maxIssues {
		b.Issues = append(b.Issues, Issue{File: b.File, Line: line, Text: err.Error()})
	}
}

// note says something of the whole, once.
func (b *builder) note(format string, args ...any) {
	b.Notes = append(b.Notes, fmt.Sprintf(format, args...))
}

// header begins a list in the product's own form.
type header struct {
	Clew   string `json:"clew"`
	Schema int    `json:"schema"`
}

// Schema is the version of the form. Members are only ever added to it.
const Schema = 1

var ownHeader = header{"indicators", Schema}

// Write writes a list in the product's own form: a line of JSON that says so,
// and one for each indicator, in the order given. [ReadList] reads it.
func Write(w io.Writer, list []Indicator) error {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(ownHeader); err != nil {
		return err
	}
	for i := range list {
		if err := list[i].Check(); err != nil {
			return fmt.Errorf("indicator: number %d: %w", i+1, err)
		}
		if err := e.Encode(&list[i]); err != nil {
			return err
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// own reads what Write writes.
func (b *builder) own(data []byte) error {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		text = bytes.TrimSpace(text)
		if len(text) == 0 {
			continue
		}
		if line == 1 {
			var h header
			if err := strict(text, &h); err != nil || h != ownHeader {
				return &clew.InputError{Field: "file", Value: b.File, Want: `{"clew":"indicators","schema":1} as its first line`}
			}
			continue
		}
		var i Indicator
		if err := strict(text, &i); err != nil {
			b.issue(line, err)
			continue
		}
		if err := b.add(line, i); err != nil {
			return err
		}
	}
	return nil
}

// strict decodes one object with members that are known, and nothing after it.
func strict(text []byte, into any) error {
	if len(text) > maxLine {
		return fmt.Errorf("a line of more than %d bytes", maxLine)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something after the object")
	}
	return nil
}
