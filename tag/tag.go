// Package tag holds claims: what somebody says an address is, with source,
// date and kind of evidence.
//
// A tag is never a fact of a ledger, and says nothing of who controls other
// addresses; that would be an inference (package cluster).
package tag

import (
	"slices"

	"clew"
)

// A Tag is one claim about one address, or about one transaction.
type Tag struct {
	Subject  clew.Address `json:"subject"`
	Tx       string       `json:"tx,omitempty"`       // the transaction that is meant, as written; then there is no subject
	Label    string       `json:"label"`              // as the source words it
	Actor    string       `json:"actor,omitempty"`    // id of the party, such as "tornadocash"
	Concepts []Concept    `json:"concepts,omitempty"` // what it is said to be
	Evidence string       `json:"evidence,omitempty"` // kind of evidence, from the field's ranked list
	Source   string       `json:"source"`             // where the claim is made
	Date     string       `json:"date,omitempty"`     // of the claim, YYYY-MM-DD, or as much of it as is stated; empty: none
	From     string       `json:"from,omitempty"`     // the first day, month or year of which it is claimed; empty: not said
	Until    string       `json:"until,omitempty"`    // the last; empty: not said
	Status   Status       `json:"status,omitempty"`   // how it stands; empty: not said
	Trail    []Step       `json:"trail,omitempty"`    // what became of it, oldest first
	Definer  string       `json:"definer,omitempty"`  // "true" or "false", where the source says whether it holds for whoever controls the address; not followed
	Kind     string       `json:"kind,omitempty"`     // the source's word for what sort of tag it is
	Context  string       `json:"context,omitempty"`  // what the source adds, often JSON; not read
	Private  bool         `json:"private,omitempty"`  // of a pack that is not to be shared
	Pack     string       `json:"pack"`               // tag pack that holds it
	Line     int          `json:"-"`                  // of its file, while it is read
}

// A Concept is a term of the taxonomy, such as "exchange".
type Concept string

// A Status says how a claim stands.
type Status string

// The statuses.
const (
	Alleged   Status = "alleged"   // somebody says so
	Assessed  Status = "assessed"  // somebody looked into it
	Confirmed Status = "confirmed" // by an authority
	Disputed  Status = "disputed"  // somebody says that it is wrong; it still counts
	Withdrawn Status = "withdrawn" // it counts no more, and is shown with its trail
)

// Statuses returns the statuses that a tag may have.
func Statuses() []string {
	return []string{string(Alleged), string(Assessed), string(Confirmed), string(Disputed), string(Withdrawn)}
}

// A Step is one thing that became of a claim: who gave it a status, and why.
type Step struct {
	Status Status `json:"status" yaml:"status,required"`
	By     string `json:"by" yaml:"by,required"`
	Date   string `json:"date" yaml:"date,required"` // as precise as it is stated
	Why    string `json:"why" yaml:"why,required"`
	Source string `json:"source,omitempty" yaml:"source"`
}

// ValidAt reports whether t is claimed of a day, YYYY-MM-DD. What is not said
// does not bound it.
func (t *Tag) ValidAt(day string) bool { return t.overlaps(day, day) }

// overlaps reports whether t is claimed of some day of a span; an empty end is
// open.
func (t *Tag) overlaps(first, last string) bool {
	return !(t.Until != "" && first != "" && first[:min(len(first), len(t.Until))] > t.Until) &&
		!(t.From != "" && last != "" && last[:min(len(last), len(t.From))] < t.From)
}

// Is reports whether t claims one of some concepts.
func (t *Tag) Is(concepts ...Concept) bool {
	return slices.ContainsFunc(t.Concepts, func(c Concept) bool { return slices.Contains(concepts, c) })
}

// A Stop says why a walk ends at an address with a certain tag.
type Stop string

// The stops. [Stops] lists those that end a walk.
const (
	NoStop     Stop = ""
	Service    Stop = "service"    // exchanges, payment processors, gambling: customers' value is pooled
	Mixer      Stop = "mixer"      // value comes out elsewhere, by design unlinked
	Bridge     Stop = "bridge"     // value comes out on another chain
	Conversion Stop = "conversion" // routers and pools: value comes out as another asset
	Locked     Stop = "locked"     // staked or in a queue: value waits, and comes out later to whoever is entitled then
	Burn       Stop = "burn"       // nobody can spend from it
)

// Stops returns the stops that end a walk.
func Stops() []Stop { return []Stop{Service, Mixer, Bridge, Conversion, Locked, Burn} }
