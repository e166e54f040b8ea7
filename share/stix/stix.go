// Package stix writes and reads STIX 2.1, the format in which defenders pass
// on what they know of thefts and of who is said to have done them.
//
// It passes claims on and never makes facts of them: what a bundle says of an
// address comes in as a tag with its source, and what goes out is what
// somebody said, with who said it. It sends nothing anywhere and reads no file.
//
// The standard is OASIS STIX Version 2.1, of 10 June 2021.
package stix

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"

	"clew"
	"clew/share"
)

// A Bundle is a set of objects. It is made by [Read] or by a [Writer], and not
// changed afterwards.
type Bundle struct {
	ID      string        // as written; empty: none
	Objects []Object      // in the order of the file, each once
	Doubts  []share.Doubt // what is odd and was taken all the same
}

// An Object is one object of any type, known or not, with every byte of what
// was said of it.
type Object struct {
	ID       string
	Type     string
	Modified string   // empty: of a type that has no versions, or not said
	Revoked  bool     // whoever made it takes it back
	Refs     []string // ids that it refers to, each once, in order
	Raw      json.RawMessage

	marks   []string          // ids of the markings that the whole bears
	parts   []string          // of those that a part of it bears
	members map[string]string // of its own strings, those that are asked for here
	lists   map[string][]string
}

// idForm is how an identifier is written: a type and a UUID.
var idForm = regexp.MustCompile(`^([a-z][a-z0-9-]{1,248}[a-z0-9])--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)

// typeOf returns the type that an identifier begins with; empty for what is
// none.
func typeOf(id string) string {
	parts := idForm.FindStringSubmatch(id)
	if parts == nil {
		return ""
	}
	return parts[1]
}

// Write writes the bundle as JSON, an object a line: each with the bytes that
// it came with, but for spaces.
func (b *Bundle) Write(w io.Writer) error {
	var out bytes.Buffer
	id, err := json.Marshal(cmp.Or(b.ID, b.ownID()))
	if err != nil {
		return err
	}
	fmt.Fprintf(&out, `{"type":"bundle","id":%s,"objects":[`, id)
	for i := range b.Objects {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		if err := json.Compact(&out, b.Objects[i].Raw); err != nil {
			return fmt.Errorf("stix: object %s: %w", b.Objects[i].ID, err)
		}
	}
	out.WriteString("\n]}\n")
	_, err = w.Write(out.Bytes())
	return err
}

// ownID returns an identifier that follows from all that the bundle holds.
func (b *Bundle) ownID() string {
	parts := []string{"bundle"}
	for i := range b.Objects {
		parts = append(parts, string(b.Objects[i].Raw))
	}
	return "bundle--" + share.UUID(parts...)
}

// Canonical returns an object's JSON with members in order and without spaces,
// numbers as they were written. Two objects say the same if it is the same.
func (o *Object) Canonical() ([]byte, error) { return canonical(o.Raw) }

func canonical(raw []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	return compact(value)
}

// compact encodes a value without the escapes that pages of HTML want.
func compact(value any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// A Relationship says how two objects hang together, as a bundle has it.
type Relationship struct {
	ID, Type, Source, Target string
}

// Relationships returns the bundle's relationships, in order.
func (b *Bundle) Relationships() (list []Relationship) {
	for i := range b.Objects {
		if o := &b.Objects[i]; o.Type == "relationship" {
			list = append(list, Relationship{o.ID, o.members["relationship_type"], o.members["source_ref"], o.members["target_ref"]})
		}
	}
	return list
}

// A Count says how many objects there are of one type.
type Count struct {
	Type    string `json:"type"`
	Objects int    `json:"objects"`
	Known   bool   `json:"known"` // the standard defines it
}

// Counts returns how many objects there are of each type, by name.
func (b *Bundle) Counts() (list []Count) {
	at := map[string]int{}
	for i := range b.Objects {
		at[b.Objects[i].Type]++
	}
	for kind, n := range at {
		list = append(list, Count{kind, n, slices.Contains(knownTypes, kind)})
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Compare(a.Type, b.Type) })
	return list
}

// knownTypes are those that STIX 2.1 defines.
var knownTypes = []string{
	"attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "indicator", "infrastructure", "intrusion-set", "location",
	"malware", "malware-analysis", "note", "observed-data", "opinion", "report", "threat-actor", "tool", "vulnerability",
	"relationship", "sighting",
	"artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file", "ipv4-addr", "ipv6-addr", "mac-addr", "mutex",
	"network-traffic", "process", "software", "url", "user-account", "windows-registry-key", "x509-certificate",
	"extension-definition", "language-content", "marking-definition",
}

// refused says that a bundle cannot be taken, and which object is to blame.
func refused(id, want string) error {
	return &clew.InputError{Field: "object", Value: id, Want: want}
}
