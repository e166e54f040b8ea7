package indicator

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"clew"
	"clew/incident"
)

// valueColumns name the value in a CSV; one of them must be there. What a
// value is shows by its form, or by a column type.
var valueColumns = []string{"indicator", "value", "ioc", "domain", "url", "ip", "hash", "email", "package"}

// otherColumns are the further ones that are read, by what they fill.
var otherColumns = map[string]string{
	"type": "type", "text": "text", "description": "text", "comment": "text", "source": "source", "reference": "source",
	"first": "first", "first_seen": "first", "last": "last", "last_seen": "last", "confidence": "confidence", "marking": "marking", "tlp": "marking",
	"listed as": "as", "to_ids": "as", "what is said": "text",
}

// textForm goes by the first line that says something.
func textForm(data []byte) Form {
	for line := range bytes.Lines(data) {
		text := strings.TrimSpace(string(bytes.TrimPrefix(line[:min(len(line), maxLine)], []byte("\xef\xbb\xbf"))))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		for _, field := range strings.Split(strings.ToLower(text), ",") {
			if slices.Contains(valueColumns, strings.Trim(strings.TrimSpace(field), `"`)) {
				return FormCSV
			}
		}
		if hostsNames(text) != nil {
			return FormHosts
		}
		return FormLines
	}
	return FormLines
}

// nowhere are the addresses to which a hosts file leads what it blocks.
var nowhere = []string{"0.0.0.0", "127.0.0.1", "::", "::1"}

// hostsNames returns the names of a line of a hosts file; nil for any other.
func hostsNames(text string) []string {
	if fields := strings.Fields(text); len(fields) > 1 && slices.Contains(nowhere, fields[0]) {
		return fields[1:]
	}
	return nil
}

// lines reads one value a line, with what is said of it behind a #; of a hosts
// file the names, but for those of the machine itself.
func (b *builder) lines(data []byte) error {
	line := 0
	for raw := range bytes.Lines(data) {
		line++
		if len(raw) > maxLine {
			b.issue(line, fmt.Errorf("a line of more than %d bytes", maxLine))
			continue
		}
		text, said := cutComment(strings.TrimSpace(string(raw)))
		if text == "" {
			continue
		}
		values := []string{text}
		if b.Form == FormHosts {
			if values = hostsNames(text); values == nil {
				b.issue(line, errors.New("want one of "+strings.Join(nowhere, ", ")+" and names behind it"))
				continue
			}
			values = slices.DeleteFunc(values, ofMachine)
		}
		for _, value := range values {
			if err := b.value(line, value, Indicator{Text: said, Ref: "line " + strconv.Itoa(line)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// cutComment parts a line from what is said behind a #. One within a page's
// address belongs to it.
func cutComment(text string) (value, said string) {
	if strings.HasPrefix(text, "#") {
		return "", ""
	}
	if at := strings.Index(text, " #"); at >= 0 {
		return strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+2:])
	}
	return text, ""
}

// ofMachine reports whether a name in a hosts file is the machine's own.
func ofMachine(name string) bool {
	_, err := netip.ParseAddr(name)
	return !strings.Contains(name, ".") || strings.EqualFold(name, "localhost.localdomain") || err == nil
}

// csv reads a table with a header.
func (b *builder) csv(data []byte) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = '#', -1, true, true
	head, err := r.Read()
	if err != nil {
		return &clew.InputError{Field: "file", Value: b.File, Want: "a table with a header: " + err.Error()}
	}
	columns, err := b.columns(head)
	if err != nil {
		return err
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := r.FieldPos(0)
		switch {
		case err != nil:
			return &clew.InputError{Field: "file", Value: b.File, Want: "a table: " + err.Error()}
		case len(row) != len(columns):
			b.issue(line, fmt.Errorf("%d fields; the header has %d", len(row), len(columns)))
			continue
		}
		if err := b.record(line, columns, row); err != nil {
			return err
		}
	}
}

// columns returns what each column fills; "" for one that is not read.
func (b *builder) columns(head []string) ([]string, error) {
	fills, left := make([]string, len(head)), []string{}
	for at, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		fill := otherColumns[name]
		if slices.Contains(valueColumns, name) {
			fill = "value"
		}
		if fill != "" && slices.Contains(fills, fill) {
			return nil, &clew.InputError{Field: "file", Value: b.File, Want: "one column for the " + fill + "; there are two"}
		}
		fills[at] = fill
		if fill == "" {
			left = append(left, short(name))
		}
	}
	if len(left) > 0 {
		b.note("columns that are not read: %s", strings.Join(left, ", "))
	}
	return fills, nil
}

// record takes one row of a table.
func (b *builder) record(line int, columns, row []string) error {
	i := Indicator{Ref: "line " + strconv.Itoa(line)}
	var value string
	for at, fill := range columns {
		text := strings.TrimSpace(row[at])
		var err error
		switch {
		case text == "":
		case fill == "value":
			value = text
		case fill == "type":
			i.Type = Type(text)
		case fill == "text":
			i.Text = text
		case fill == "source":
			i.Source = text
		case fill == "first":
			i.First, err = timeOf(text)
		case fill == "last":
			i.Last, err = timeOf(text)
		case fill == "confidence":
			i.Confidence, err = confidenceOf(text)
		case fill == "marking":
			i.Marking = incident.Marking(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(text), "tlp:"), "none"))
		case fill == "as":
			err = i.listedAs(text)
		}
		if err != nil {
			b.issue(line, err)
			return nil
		}
	}
	return b.typed(line, value, i)
}

// typed takes a row whose type is given, or else shows by its form.
func (b *builder) typed(line int, text string, i Indicator) (err error) {
	if i.Type == "" {
		return b.value(line, text, i)
	}
	if i.Value, err = Normal(i.Type, text); err != nil {
		b.issue(line, err)
		return nil
	}
	return b.add(line, i)
}

// listedAs takes as what a table lists a row: in this program's words, or as
// MISP says whether it is to be looked for.
func (i *Indicator) listedAs(text string) error {
	switch strings.ToLower(text) {
	case "indicator", "not compared", "1", "true":
	case "observed", "0", "false":
		i.Observed = true
	case "genuine":
		i.Safe = true
	case "taken back":
		i.Withdrawn = true
	default:
		return &clew.InputError{Field: "listed as", Value: short(text), Want: "indicator, observed, genuine or taken back; of to_ids 1 or 0"}
	}
	return nil
}

func confidenceOf(text string) (*int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil, &clew.InputError{Field: "confidence", Value: short(text), Want: "0 to 100"}
	}
	return &n, nil
}

// timeForms are the ways in which lists write times; those without a zone are
// taken as UTC.
var timeForms = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05 UTC", "2006-01-02"}

func timeOf(text string) (clew.Time, error) {
	for _, form := range timeForms {
		if t, err := time.Parse(form, text); err == nil {
			return clew.Time(t.Unix()), nil
		}
	}
	return 0, &clew.InputError{Field: "time", Value: short(text), Want: "a day or a time in UTC, such as 2024-05-31 or 2024-05-31T10:00:00Z"}
}

// Imitated is what is said of a name that a list has as genuine and imitated.
const Imitated = "genuine, and imitated"

// detector reads the configuration of MetaMask's eth-phishing-detect: names
// that are blocked, names that are genuine, and those that are imitated.
func (b *builder) detector(data []byte) error {
	var c struct {
		Blacklist, Blocklist, Whitelist, Allowlist, Fuzzylist []string
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return &clew.InputError{Field: "file", Value: b.File, Want: "a configuration of eth-phishing-detect, in JSON: " + err.Error()}
	}
	for _, l := range []struct {
		name, says string
		safe       bool
		values     []string
	}{
		{"blacklist", "blocked", false, c.Blacklist}, {"blocklist", "blocked", false, c.Blocklist}, {"whitelist", "genuine", true, c.Whitelist},
		{"allowlist", "genuine", true, c.Allowlist}, {"fuzzylist", Imitated, true, c.Fuzzylist},
	} {
		for at, value := range l.values {
			place := fmt.Sprintf("%s, number %d", l.name, at+1)
			if err := b.value(0, value, Indicator{Safe: l.safe, Text: l.says, Ref: place}); err != nil {
				return err
			}
		}
	}
	return nil
}
