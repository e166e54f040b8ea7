// Package bundle makes and reads evidence bundles: one file that holds an
// answer, what was asked, and everything that the answer was derived from, so
// that whoever has the file can derive it anew, offline, and see that nothing
// was changed since.
//
// A bundle proves that its answer follows from what it holds. That what it
// holds is on a chain is another question, which package proof answers where
// the chain lets it. Who derives the answer is package op: this package keeps
// what was asked of ledgers, and the file.
package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/incident"
)

// Format is the version of the format. Members are only ever added to it.
const Format = 1

// A Question is what was asked, by whom it was answered, and when. It is a file
// of the bundle, so that the root stands for it.
type Question struct {
	Product   string           `json:"product"` // name and version of the program that made it
	Operation string           `json:"operation"`
	Input     json.RawMessage  `json:"input"` // with every default written out
	Made      string           `json:"made"`  // RFC 3339, UTC: when the answer was given
	AsOf      []AsOf           `json:"asOf"`
	Settings  Settings         `json:"settings"`
	Marking   incident.Marking `json:"marking,omitempty"` // how far the bundle may be passed on; empty: nothing in it says
	Why       string           `json:"why,omitempty"`     // of the marking: which file has it
}

// Settings are what the user had set that answers depend on.
type Settings struct {
	Sealed      bool `json:"sealed"`
	LedgerNamed bool `json:"ledgerNamed"`
	ListsAge    int  `json:"listsAge"` // days
}

// An AsOf is the block up to which the answer looked at one chain.
type AsOf struct {
	Chain  clew.Chain `json:"chain"`
	Height uint64     `json:"height"`
	Hash   string     `json:"hash,omitempty"`
}

// A Manifest says what a bundle holds. It follows from the other files, to the
// byte, and its file is the only one that is not a leaf of the Merkle tree, for
// it states the root.
type Manifest struct {
	Format int `json:"format"`
	Question
	Answer string `json:"answer"` // SHA-256 of the answer's canonical JSON
	Files  []File `json:"files"`  // in the order of their names' bytes
	Root   string `json:"root"`   // of the Merkle tree over Files, in hexadecimal digits
}

// A File is one of a bundle.
type File struct {
	Name   string `json:"name"` // with slashes, below the bundle's root
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// The files that every bundle has.
const (
	ManifestName = "manifest.json"
	QuestionName = "question.json"
	AnswerName   = "answer.json"
)

// ProofsFolder holds what package proof shows of a bundle's transfers. Nothing
// in it is asked when the answer is derived.
const ProofsFolder = "proofs/"

// Contents are the files of a bundle by their names, without the manifest.
type Contents map[string][]byte

// A Bundle is one that was read: its manifest follows from its files, and
// every byte of it is accounted for.
type Bundle struct {
	Manifest Manifest
	Files    Contents // without the manifest; the caller must not change them
	SHA256   string   // of the whole file, which signatures and time stamps are of
}

// Answer returns the answer's canonical JSON.
func (b *Bundle) Answer() []byte { return answerIn(b.Files) }

func answerIn(c Contents) []byte { return bytes.TrimSuffix(c[AnswerName], []byte("\n")) }

// Put adds a file of JSON.
func (c Contents) Put(name string, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("bundle: %s: %w", name, err)
	}
	c[name] = append(text, '\n')
	return nil
}

// Names returns the names in the order of their bytes.
func (c Contents) Names() []string {
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// manifest returns what the files come to.
func (c Contents) manifest() (Manifest, error) {
	m := Manifest{Format: Format, Files: []File{}}
	for _, name := range c.Names() {
		m.Files = append(m.Files, File{Name: name, Size: int64(len(c[name])), SHA256: hashOf(c[name])})
	}
	for _, name := range []string{QuestionName, AnswerName} {
		if c[name] == nil {
			return m, damaged(name, "is not there")
		}
	}
	if err := decode(c[QuestionName], &m.Question); err != nil {
		return m, damaged(QuestionName, err.Error())
	}
	m.Answer, m.Root = hashOf(answerIn(c)), Root(m.Files)
	return m, nil
}

// decode reads one JSON document that knows no other members than v's.
func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if rest := bytes.TrimSpace(text[d.InputOffset():]); len(rest) > 0 {
		return fmt.Errorf("more than one JSON document")
	}
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A DamagedError says which file of a bundle is not what was written, and why.
type DamagedError struct {
	File string // empty: the container
	Why  string
}

// Error names the file.
func (e *DamagedError) Error() string {
	if e.File == "" {
		return "bundle: " + e.Why
	}
	return "bundle: " + e.File + " " + e.Why
}

func damaged(file, why string) error { return &DamagedError{file, why} }

// checkName reports why a file cannot be called name.
func checkName(name string) error {
	if len(name) > nameMax {
		return damaged("", fmt.Sprintf("a name of %d bytes; at most %d", len(name), nameMax))
	}
	for _, part := range strings.Split(name, "/") {
		if part == "" || part[0] == '.' || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" {
			return damaged("", fmt.Sprintf("%q is no name of a file in a bundle: small letters, digits, dots, hyphens and slashes", bounded(name)))
		}
	}
	return nil
}

func bounded(s string) string { return s[:min(len(s), 80)] }
