// Package indicator holds what shows the way in: names of domains, pages,
// hosts, senders, files, packages and malware of which somebody says that they
// served a theft, or that they are genuine.
//
// An indicator is a claim, as a tag is. It says nothing of who is behind it,
// and what is on no list is not cleared by that. Nothing here asks anybody.
package indicator

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clew"
	"clew/incident"
)

// A Type says what a value is. Those that STIX 2.1 has as an observable or an
// object bear its name.
type Type string

// The types.
const (
	Domain  Type = "domain-name"
	URL     Type = "url"
	IPv4    Type = "ipv4-addr"
	IPv6    Type = "ipv6-addr"
	Email   Type = "email-addr"
	File    Type = "file"    // by a hash of its bytes; see [Algorithm]
	Package Type = "package" // of npm or PyPI, as a package URL
	Malware Type = "malware" // by the name that its source gives it
	Pattern Type = "pattern" // of another's language, kept as it came; nothing is compared with it
)

// Types returns the types, in the order in which they are listed.
func Types() []Type {
	return []Type{Domain, URL, IPv4, IPv6, Email, File, Package, Malware, Pattern}
}

// Bounds of one indicator, in bytes.
const (
	MaxValue   = 4096
	MaxPattern = 64 << 10
	MaxText    = 4096
)

// An Indicator is one claim about one value, by one source.
type Indicator struct {
	Type       Type             `json:"type"`
	Value      string           `json:"value"`               // in normal form; see [Normal]
	Safe       bool             `json:"safe,omitempty"`      // the source lists it as genuine
	Observed   bool             `json:"observed,omitempty"`  // the source saw it, and does not say that it serves anything bad
	Language   string           `json:"language,omitempty"`  // of a pattern, as STIX names it; empty: stix
	Text       string           `json:"text,omitempty"`      // what is said of it
	Source     string           `json:"source"`              // who says so
	Ref        string           `json:"ref,omitempty"`       // where it stands there: an object's id, or a line
	First      clew.Time        `json:"first,omitempty"`     // seen, or valid from, as the source has it; 0: not said
	Last       clew.Time        `json:"last,omitempty"`      // seen, or valid until
	Confidence *int             `json:"confidence,omitzero"` // 0 to 100, the source's own; nil: not said, which is not 0
	Marking    incident.Marking `json:"marking,omitempty"`   // empty: none, so that it was not released
	Withdrawn  bool             `json:"withdrawn,omitempty"` // the source took it back
}

// Check returns what keeps i from being one, as an input error with the
// member's name; nil if nothing does.
func (i *Indicator) Check() error {
	normal, err := Normal(i.Type, i.Value)
	switch {
	case err != nil:
		return err
	case normal != i.Value:
		return &clew.InputError{Field: "value", Value: i.Value, Want: "its normal form, " + short(normal)}
	case i.Source == "":
		return &clew.InputError{Field: "source", Want: "who says so"}
	case i.Confidence != nil && (*i.Confidence < 0 || *i.Confidence > 100):
		return &clew.InputError{Field: "confidence", Value: fmt.Sprint(*i.Confidence), Want: "0 to 100"}
	case i.First.Known() && i.Last.Known() && i.First > i.Last:
		return &clew.InputError{Field: "last", Value: i.Last.String(), Want: "no time before the first, " + i.First.String()}
	case i.Marking != "" && !slices.Contains(incident.Markings(), i.Marking):
		return &clew.InputError{Field: "marking", Value: string(i.Marking), Want: "clear, green, amber, amber+strict or red"}
	case i.Safe && i.Observed:
		return &clew.InputError{Field: "observed", Want: "one of safe and observed: what is genuine is not merely seen"}
	case i.Language != "" && i.Type != Pattern:
		return &clew.InputError{Field: "language", Value: i.Language, Want: "a pattern: nothing else has a language"}
	}
	for _, t := range []struct{ field, text string }{{"text", i.Text}, {"source", i.Source}, {"ref", i.Ref}, {"language", i.Language}} {
		if err := checkText(t.field, t.text, MaxText); err != nil {
			return err
		}
	}
	return nil
}

// Days says from and until when, as far as the source does; empty if it does not.
func (i *Indicator) Days() string {
	var parts []string
	if i.First.Known() {
		parts = append(parts, "from "+i.First.String())
	}
	if i.Last.Known() {
		parts = append(parts, "until "+i.Last.String())
	}
	return strings.Join(parts, "; ")
}

// checkText holds text against what it may be.
func checkText(field, text string, most int) error {
	switch {
	case len(text) > most:
		return &clew.InputError{Field: field, Value: short(text), Want: fmt.Sprintf("at most %d bytes", most)}
	case !utf8.ValidString(text):
		return &clew.InputError{Field: field, Value: short(text), Want: "text in UTF-8"}
	}
	return nil
}

// plain reports whether text is of characters that show themselves.
func plain(text string) bool {
	for _, r := range text {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return false
		}
	}
	return true
}

// short cuts text to what fits a message.
func short(text string) string {
	if runes := []rune(text[:min(len(text), 400)]); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return text
}

// wrong says that a value cannot be one of its type.
func wrong(text, want string) error {
	return &clew.InputError{Field: "value", Value: short(text), Want: want}
}
