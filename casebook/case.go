// Package casebook keeps cases: what was put into one inquiry, by whom and
// when, in a trail to which is only ever added and whose every entry carries
// the hash of the one before.
//
// A case decides nothing and follows nothing. What was found lies in its
// exhibits, which are evidence bundles; people say what follows from them, and
// each such sentence names the exhibits and transfers that it rests on.
package casebook

import (
	"strings"

	"clew"
	"clew/incident"
	"clew/price"
)

// A Case is the state that its trail adds up to. What was withdrawn stays in
// it, marked so. The caller must not change it.
type Case struct {
	Name     string           `json:"name"`  // of its folder: small letters, digits and hyphens
	Title    string           `json:"title"` // for people
	Question string           `json:"question"`
	For      string           `json:"for,omitempty"`   // who asked; empty: not stated
	Marking  incident.Marking `json:"marking"`         // as it is now
	Marked   []Marked         `json:"marked,omitzero"` // how it was changed, in order
	Opened   clew.Time        `json:"opened"`
	Closed   clew.Time        `json:"closed,omitempty"`         // 0: open
	Head     string           `json:"head"`                     // hash of the trail's last entry
	Entries  int              `json:"entries"`                  // of the trail
	Incident *Attached        `json:"incident,omitzero"`        // the file of the theft; nil: none
	Former   []Attached       `json:"formerIncidents,omitzero"` // files that were withdrawn before it

	Exhibits   []Exhibit   `json:"exhibits,omitzero"`
	Findings   []Finding   `json:"findings,omitzero"`
	Readings   []Reading   `json:"readings,omitzero"`
	Indicators []Indicator `json:"indicators,omitzero"`
	Victims    []Victim    `json:"victims,omitzero"`
	Notes      []Note      `json:"notes,omitzero"`
	Passed     []Passed    `json:"passed,omitzero"`

	told struct { // up to the last entry that is no passing on
		head    string
		entries int
	}

	Backward []int `json:"backward,omitzero"`  // entries whose time is before that of the one before them: a clock was set
	Withheld int   `json:"withheld,omitempty"` // entries of which only the hash is here: it was read from an export
}

// An Attached is a file that the case keeps under its hash.
type Attached struct {
	Made
	Name   string `json:"name"`   // as its giver called it
	SHA256 string `json:"sha256"` // hexadecimal
	Size   int64  `json:"size"`   // bytes

	// Marking is the file's own, which that of the case is never less strict than;
	// empty: it bears none.
	Marking incident.Marking `json:"marking,omitempty"`

	// Private says that the file is passed on only where files are released. That
	// it is there, and its hash, are no secret.
	Private bool `json:"private,omitempty"`
}

// A Marked is a change of a case's marking. What was passed on before keeps the
// one that it was given.
type Marked struct {
	Made
	From incident.Marking `json:"from"`
	To   incident.Marking `json:"to"`
}

// A Made says which entry of the trail something came with, and what became of
// it. Every row of a case begins with one.
type Made struct {
	Number    int       `json:"number,omitzero"` // of the entry, from 1; how others refer to the row
	At        clew.Time `json:"at,omitzero"`
	By        string    `json:"by,omitzero"`
	Withdrawn int       `json:"withdrawn,omitempty"` // the entry that took it back; 0: it stands
	Why       string    `json:"why,omitempty"`       // that entry's reason
}

// An Exhibit is an evidence bundle, or another file that is shown.
type Exhibit struct {
	Attached
	Says      string `json:"says"`                // what it is, in one sentence
	Root      string `json:"root,omitempty"`      // of the bundle's Merkle tree; empty: it is no bundle
	Operation string `json:"operation,omitempty"` // that the bundle answers
	AsOf      string `json:"asOf,omitempty"`      // the block up to which it looked, as the answer writes it
	Shows     []int  `json:"shows,omitzero"`      // victims written down before it, whose transactions the bundle holds, by number
}

// A Kind says what a sentence is: a fact of a ledger, somebody's claim, or
// what a method infers.
type Kind string

// The kinds.
const (
	Fact      Kind = "fact"
	Claim     Kind = "claim"
	Inference Kind = "inference"
)

// A Finding is a sentence of the case with what it rests on. One of kind fact
// names at least one transfer of an exhibit.
type Finding struct {
	Made
	Text   string `json:"text"`
	Kind   Kind   `json:"kind"`
	Method string `json:"method,omitempty"` // of an inference
	Limits string `json:"limits,omitempty"` // of it
	Rests  []Rest `json:"rests,omitzero"`
}

// A Rest names one exhibit, and the transactions or parts of it that a sentence rests on.
type Rest struct {
	Exhibit      int         `json:"exhibit"` // its number
	Transactions []clew.TxID `json:"transactions,omitzero"`
	Part         string      `json:"part,omitempty"` // of the answer, as a JSON pointer (RFC 6901); empty: the whole
}

// A Reading is another way to read what a finding says, or evidence against it.
type Reading struct {
	Made
	Finding  int    `json:"finding"`  // its number
	Contrary bool   `json:"contrary"` // evidence against it; otherwise another reading of the same
	Text     string `json:"text"`
	Rests    []Rest `json:"rests,omitzero"`
}

// An Indicator is of the way in: what let thieves enter, as somebody says.
type Indicator struct {
	Made
	Type   string `json:"type"` // as STIX 2.1 names its observable, such as "domain-name", "url", "file" or "ipv4-addr"
	Value  string `json:"value"`
	Text   string `json:"text,omitempty"`
	Source string `json:"source"`

	Marking incident.Marking `json:"marking,omitempty"` // its own, as for a file
}

// A Victim is somebody who lost and asks for a share of what is recovered.
// Never exported unless released.
type Victim struct {
	Made
	Name    string       `json:"name"` // or a reference, where the name is kept elsewhere
	Asset   clew.Asset   `json:"asset"`
	Amount  clew.Amount  `json:"amount"` // in the asset's smallest unit
	Tx      *clew.TxID   `json:"tx,omitzero"`
	Time    clew.Time    `json:"time,omitempty"`  // of the loss; 0: not stated
	Value   *price.Money `json:"value,omitempty"` // as claimed, in US dollars; nil: not stated, which is not 0
	Source  string       `json:"source"`
	Shown   []int        `json:"shown,omitzero"` // exhibits that held the transaction when the victim was written down, by number
	Checked bool         `json:"checked"`        // an exhibit that stands holds the transaction
}

// A Passed is what was made of the case for others: an export, or a report.
type Passed struct {
	Made
	What     string           `json:"what"`              // "export", or the kind of report
	To       string           `json:"to,omitempty"`      // whom it is for; empty: not stated
	Head     string           `json:"head"`              // the entry up to which it tells the case, by its hash
	SHA256   string           `json:"sha256,omitempty"`  // of an export's bytes
	Forms    []Form           `json:"forms,omitzero"`    // of a report: each form in which it was written
	Marking  incident.Marking `json:"marking,omitempty"` // that it bears
	Released []string         `json:"released,omitzero"` // what is private and went with it
}

// SameLoss reports whether nothing tells two claims of one victim apart: the same
// name but for case and spaces, asset and amount, and neither two transactions nor two
// times.
func (v *Victim) SameLoss(x *Victim) bool {
	return v.FoldedName() == x.FoldedName() && v.Asset == x.Asset && v.Amount == x.Amount &&
		(v.Tx == nil || x.Tx == nil || *v.Tx == *x.Tx) && (!v.Time.Known() || !x.Time.Known() || v.Time == x.Time)
}

// FoldedName is the name but for case and spaces.
func (v *Victim) FoldedName() string {
	return strings.ToLower(strings.Join(strings.Fields(v.Name), " "))
}

// Counts are how many rows of a case stand. A reading does where its finding does.
type Counts struct{ Exhibits, Findings, Readings, Indicators, Victims, Notes int }

// Counts counts what stands.
func (c *Case) Counts() Counts {
	n := Counts{Readings: len(c.StandingReadings())}
	for i := range c.Findings {
		n.Findings += one(c.Findings[i].Withdrawn == 0)
	}
	for i := range c.Exhibits {
		n.Exhibits += one(c.Exhibits[i].Withdrawn == 0)
	}
	for i := range c.Indicators {
		n.Indicators += one(c.Indicators[i].Withdrawn == 0)
	}
	for i := range c.Victims {
		n.Victims += one(c.Victims[i].Withdrawn == 0)
	}
	for i := range c.Notes {
		n.Notes += one(c.Notes[i].Withdrawn == 0)
	}
	return n
}

// Told returns the case as it is told to others: without what was made of it for
// others before, so that making it once more makes the same of it.
func (c *Case) Told() *Case {
	t := *c
	t.Passed, t.Head, t.Entries = nil, c.told.head, c.told.entries
	return &t
}

// StandingReadings returns the readings that stand, of findings that do.
func (c *Case) StandingReadings() (list []Reading) {
	stands := map[int]bool{}
	for i := range c.Findings {
		stands[c.Findings[i].Number] = c.Findings[i].Withdrawn == 0
	}
	for i := range c.Readings {
		if r := &c.Readings[i]; r.Withdrawn == 0 && stands[r.Finding] {
			list = append(list, *r)
		}
	}
	return list
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// A Form is one form of a report, known by its bytes.
type Form struct {
	Form   string `json:"form"` // such as "text" or "pdf"
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"` // bytes
}

// A Note is what somebody wrote down. Private to the case unless released.
type Note struct {
	Made
	Text string `json:"text"`
}
