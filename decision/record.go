// Package decision keeps what was decided about screened addresses: by whom,
// when, why, and on which answer.
//
// It decides nothing, and knows neither rules nor lists: what it holds of an
// answer was handed to it. Records are only ever added. Each carries the hash
// of the one before, so that whoever knows the last hash can tell whether
// anything before it was changed.
package decision

import (
	"strings"
	"time"
	"unicode/utf8"

	"clew"
)

// An Action is what was decided.
type Action string

// The actions.
const (
	Proceed  Action = "proceed"  // nothing that was found speaks against going on
	Hold     Action = "hold"     // wait for more
	Escalate Action = "escalate" // somebody else is to decide
	Reject   Action = "reject"   // not carried out, and sent back
	Block    Action = "block"    // property is held because its owner is designated
	Release  Action = "release"  // property that was blocked is given back
	Report   Action = "report"   // an authority is told
	Correct  Action = "correct"  // an earlier decision was wrong
	Expire   Action = "expire"   // records were taken out when their time was over; never a person's
)

// Actions returns what may be decided by a person.
func Actions() []string {
	return []string{string(Proceed), string(Hold), string(Escalate), string(Reject), string(Block), string(Release), string(Report), string(Correct)}
}

// A Record is one decision. Nothing in it names a person but By, which may be a
// role.
type Record struct {
	Number   int       `json:"number"` // from 1
	At       clew.Time `json:"at"`
	By       string    `json:"by"` // a name or a role
	Action   Action    `json:"action"`
	Subject  string    `json:"subject,omitempty"` // the address that was screened, with its chain
	Reason   string    `json:"reason"`
	Of       int       `json:"of,omitempty"`       // the decision that this one follows, ends or corrects
	Case     string    `json:"case,omitempty"`     // the user's own reference
	Property *Property `json:"property,omitempty"` // what was blocked, released, sent back or reported
	Answer   *Answer   `json:"answer,omitempty"`   // what it was decided on
	Expired  []int     `json:"expired,omitempty"`  // of an expiry: the records that were taken out
	Content  string    `json:"content"`            // SHA-256 of what was decided, without when: the same is kept once
	Previous string    `json:"previous"`           // hash of the record before; empty: it is the first
}

// Property is what a decision is about.
type Property struct {
	Effective    string   `json:"effective,omitempty"` // the day on which it was blocked, released or sent back
	Asset        string   `json:"asset,omitempty"`
	Amount       string   `json:"amount,omitempty"`       // in smallest units
	Where        string   `json:"where,omitempty"`        // where it is held: an address, or the user's own reference of an account
	USD          *string  `json:"usd"`                    // null: not known
	Basis        string   `json:"basis,omitempty"`        // how the dollars were come by
	Transactions []string `json:"transactions,omitempty"` // that brought or would have taken it
}

// An Answer is what a decision rests on: the essentials of a screening's answer,
// and the hash by which the whole of it can be recognised.
type Answer struct {
	SHA256   string    `json:"sha256"`  // of its canonical JSON
	Verdict  string    `json:"verdict"` // as the screening worded it
	Day      string    `json:"day"`
	Rules    string    `json:"rules,omitempty"`    // title and version of the rules
	Lists    []string  `json:"lists,omitempty"`    // that were looked into, with their states
	AsOf     string    `json:"asOf,omitempty"`     // the last block considered; empty: no ledger was
	Gaps     []string  `json:"gaps,omitempty"`     // what was not known
	Findings []Finding `json:"findings,omitempty"` // the gravest first
}

// A Finding is one reason of a verdict, as far as a report of it needs.
type Finding struct {
	Rule      string        `json:"rule,omitempty"` // id and version; empty: an official list itself
	Verdict   string        `json:"verdict"`
	Why       string        `json:"why"`
	Side      string        `json:"side,omitempty"`
	Hops      int           `json:"hops,omitempty"`
	Met       []Met         `json:"met,omitempty"`
	USD       *string       `json:"usd"` // null: not known
	First     string        `json:"first,omitempty"`
	Last      string        `json:"last,omitempty"`
	Transfers []Transaction `json:"transfers,omitempty"`
}

// A Met is an address that somebody names: the subject itself, or one it dealt
// with.
type Met struct {
	Address    string   `json:"address"`
	Party      string   `json:"party,omitempty"`     // of an official list
	List       string   `json:"list,omitempty"`      // with the edition that was looked into
	Authority  []string `json:"authority,omitempty"` // programmes and acts under which it is designated
	Designated string   `json:"designated,omitempty"`
	Published  string   `json:"published,omitempty"`
	Claims     []string `json:"claims,omitempty"` // label, source and date of each
}

// A Transaction is a transfer that a finding rests on.
type Transaction struct {
	Tx     string `json:"tx,omitempty"`
	At     string `json:"at,omitempty"`
	From   string `json:"from"`
	To     string `json:"to"`
	Asset  string `json:"asset"`
	Amount string `json:"amount"` // in smallest units
}

// The bounds of what a person writes, in bytes.
const (
	byMax     = 200
	reasonMax = 20_000
	listMax   = 1000 // transactions of one record
)

// Check reports the first thing that is wrong with what was decided.
func (r *Record) Check() error {
	for _, f := range []struct {
		field, value string
		most         int
		needed       bool
	}{
		{"by", r.By, byMax, true}, {"reason", r.Reason, reasonMax, true}, {"case", r.Case, byMax, false}, {"subject", r.Subject, byMax, r.Action != Expire && r.Of == 0},
	} {
		switch {
		case f.needed && strings.TrimSpace(f.value) == "":
			return &clew.InputError{Field: f.field, Want: "a text: who decides, why, and about which address"}
		case len(f.value) > f.most || !utf8.ValidString(f.value):
			return &clew.InputError{Field: f.field, Value: f.value, Want: "a text in UTF-8, and shorter"}
		}
	}
	if (r.Action == Release || r.Action == Correct) && r.Of == 0 {
		return &clew.InputError{Field: "of", Want: "the number of the decision that is corrected, or that blocked what is released"}
	}
	if r.Answer == nil && r.Of == 0 && r.Action != Expire {
		return &clew.InputError{Field: "answer", Want: "the answer that was decided on, or by --of the earlier decision that this one follows"}
	}
	return r.Property.check()
}

func (p *Property) check() error {
	if p == nil {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, p.Effective); p.Effective != "" && err != nil {
		return &clew.InputError{Field: "effective", Value: p.Effective, Want: "a day such as 2022-03-29"}
	}
	if p.Amount != "" {
		if _, err := clew.ParseAmount(p.Amount); err != nil {
			return err
		}
	}
	if p.Amount != "" && p.Asset == "" {
		return &clew.InputError{Field: "asset", Want: "the asset of that amount"}
	}
	if len(p.Transactions) > listMax {
		return &clew.InputError{Field: "tx", Want: "at most 1000 transactions; the others stand in the answer"}
	}
	return nil
}
