// Package tag holds claims: what somebody says an address is, with source,
// date and kind of evidence.
//
// A tag is never a fact of a ledger, and says nothing of who controls other
// addresses; that would be an inference (package cluster).
package tag

import "clew"

// A Tag is one claim about one address.
type Tag struct {
	Subject  clew.Address `json:"subject"`
	Label    string       `json:"label"`              // as the source words it
	Actor    string       `json:"actor,omitempty"`    // id of the party, such as "tornadocash"
	Concepts []Concept    `json:"concepts,omitempty"` // what it is said to be
	Evidence string       `json:"evidence,omitempty"` // kind of evidence, from the field's ranked list
	Source   string       `json:"source"`             // where the claim is made
	Date     string       `json:"date,omitempty"`     // of the claim, YYYY-MM-DD, or as much of it as is stated; empty: none
	Pack     string       `json:"pack"`               // tag pack that holds it
}

// A Concept is a term of the taxonomy, such as "exchange".
type Concept string

// A Stop says why a walk ends at an address with a certain tag.
type Stop string

// The stops.
const (
	NoStop     Stop = ""
	Service    Stop = "service"    // exchanges, payment processors, gambling: customers' value is pooled
	Mixer      Stop = "mixer"      // value comes out elsewhere, by design unlinked
	Bridge     Stop = "bridge"     // value comes out on another chain
	Conversion Stop = "conversion" // routers and pools: value comes out as another asset
	Burn       Stop = "burn"       // nobody can spend from it
)
