// Package lead works out what a responder can do next: which value somebody can
// still stop and by when, which outflows of an address look unauthorised, which
// permissions over it are open, and by whom an address was first funded.
//
// All of it is inference, and none of it an accusation: a lead says whom to
// ask, by which method it was found, and how that method fails. Whose an
// address is stays a claim of tags. Contacts, issuers and waiting times come
// from reviewed files in the program, each with its source and the day on which
// that was read; what nobody checked is said to be unknown. It formats nothing,
// asks nothing over a network, and never names a natural person.
package lead

import (
	"clew"
	"clew/tag"
	"clew/trace"
)

// A Namer says what is claimed of an address.
type Namer interface {
	trace.Namer

	// At returns the tags of an address, best evidence first.
	At(a clew.Address) []tag.Tag
}

// A Source is where something is stated, and when it was read.
type Source struct {
	Text   string `json:"text,omitempty"`
	Stated string `json:"stated,omitempty"` // the day that it bears itself; empty: none
	Seen   string `json:"seen,omitempty"`   // the day on which it was read
}

// A Party is who can act, and how it is reached as a source says.
type Party struct {
	Name   string     `json:"name"`             // empty: not known
	How    string     `json:"how,omitempty"`    // how to reach it; empty: not known
	Needs  string     `json:"needs,omitempty"`  // what it asks for; empty: not known
	Source Source     `json:"source,omitzero"`  // of the two above
	Basis  clew.Basis `json:"basis"`            // of who it is: a tag or an issuer's file is a claim
	Tag    *tag.Tag   `json:"tag,omitempty"`    // that says who it is
	ID     string     `json:"id,omitempty"`     // of an issuer, an actor or a window, as the files give it
	Action string     `json:"action,omitempty"` // what it would do, such as a contract's function
}
