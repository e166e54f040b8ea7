// Package casebook keeps cases: what was put into one inquiry, by whom and
// when, in a trail to which is only ever added and whose every entry carries
// the hash of the one before.
//
// A case decides nothing and follows nothing. What was found lies in its
// exhibits, which are evidence bundles; people say what follows from them, and
// each such sentence names the exhibits and transfers that it rests on.
package casebook

import (
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
	For      string           `json:"for,omitempty"` // who asked; empty: not stated
	Marking  incident.Marking `json:"marking"`
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

	Backward []int `json:"backward,omitzero"`  // entries whose time is before that of the one before them: a clock was set
	Withheld int   `json:"withheld,omitempty"` // entries of which only the hash is here: it was read from an export
}

// An Attached is a file that the case keeps under its hash.
type Attached struct {
	Made
	Name   string `json:"name"`   // as its giver called it
	SHA256 string `json:"sha256"` // hexadecimal
	Size   int64  `json:"size"`   // bytes

	// Private says that the file is passed on only where files are released. That
	// it is there, and its hash, are no secret.
	Private bool `json:"private,omitempty"`
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
	Checked bool         `json:"checked"` // the transaction was seen in an exhibit
}

// A Passed is what was made of the case for others: an export, or a report.
type Passed struct {
	Made
	What     string           `json:"what"`              // "export", or the kind of report
	To       string           `json:"to,omitempty"`      // whom it is for; empty: not stated
	Head     string           `json:"head"`              // the entry up to which it tells the case, by its hash
	SHA256   string           `json:"sha256,omitempty"`  // of its bytes; empty: it was shown, and is not known as one file
	Marking  incident.Marking `json:"marking,omitempty"` // that it bears
	Released []string         `json:"released,omitzero"` // what is private and went with it
}

// A Note is what somebody wrote down. Private to the case unless released.
type Note struct {
	Made
	Text string `json:"text"`
}
