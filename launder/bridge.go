package launder

import (
	"slices"

	"clew"
	"clew/bridge"
)

// ByIdentifier is the method's name, as it stands in inferences.
const ByIdentifier = "identifier of a bridge"

// A Link says that value which went into a bridge on one chain came out of it on
// another. In are the transfers by which the payer gave it, Out those by which
// the recipient got it; of one that is given back, both are on the same chain.
type Link struct {
	clew.Conversion // of kind Bridge, inferred; where Refused, Out is empty, and backward In

	Protocol   string      // see [Protocols]
	Identifier string      // as the message has it, of links by identifier
	Certainty  Certainty   // "": refused
	Refused    Refusal     // "": it can be crossed
	Score      int         // of links by comparison, of 1,000; it orders them, and is no probability
	InTx       clew.TxID   // in which it went in, if known
	OutTxs     []clew.TxID // in which it came out, in order of time: streaming swaps have several
	Payer      clew.Address
	Recipients []clew.Address // who got it, in order of Out, each once
	Refund     bool           // it was given back instead
	Back       []clew.Pos     // the transfers by which a part of it was given back on the chain of In, beside what came out

	outs     []outflow   // of each release, for those who join links
	inAsset  clew.Asset  // of what went in
	inAmount clew.Amount // of it; what does not fit is the largest
	returned outflow     // of it, what was given back
	trusted  bool        // a contract that is known logged where it went in
	moved    bool        // value moved to the contract that logged where it went in
}

// Why a crossing by a bridge is not followed.
const (
	FarNotHeld      Refusal = "the other end is not among what is held"
	SeveralSources  Refusal = "several deposits have the identifier, of which one at most can be the one"
	SeveralReleases Refusal = "several releases have the identifier, of which one at most can be the one"
	UnknownBridge   Refusal = "the contract that logged it is not known to be the protocol's, and no value moved to or from it there: any contract can log anything"
	Differs         Refusal = "what came out is for somebody else than was named where it went in"
	NoTransfers     Refusal = "the transfers by which it went in or came out are not held"
	PartOnly        Refusal = "much less crosses than was paid in, so that the rest went elsewhere"
	SeveralLinks    Refusal = "what was paid in crosses by several messages, to several chains or in several assets"
	BackInPart      Refusal = "a part of what went in was given back, and backward what came of it is not told apart"
	ManyActs        Refusal = "there are more acts of bridges than are looked through"
)

// A Protocol says how a bridge's messages are told, and what is to be known
// wherever something rests on it.
type Protocol struct {
	Name       string `json:"name"`       // as messages have it
	Title      string `json:"title"`      // as people know it
	Ways       string `json:"ways"`       // which are linked
	Missing    string `json:"missing"`    // what is not, and why
	Carrier    string `json:"carrier"`    // of the identifier, at both ends
	Assumption string `json:"assumption"` // under which a link by it is right
	Failure    string `json:"failure"`    // how it is known to err, or to say nothing
	Source     string `json:"source"`     // of the forms of its events
	Repeats    bool   `json:"repeats"`    // two messages may have the same identifier, which is a hash of what both ends say; they are paired by time
	Parts      bool   `json:"parts"`      // what goes in may come out in several parts
	Relayed    bool   `json:"relayed"`    // anybody may pay out in a deposit's name, and is made good later
	Level      bool   `json:"level"`      // both ends count the same units
	OneEnd     bool   `json:"oneEnd"`     // nothing at its other end names the message, on at least one of its ways

	Real      bridge.Evidence `json:"real"`      // real events by which its reading is tested
	Contracts int             `json:"contracts"` // that are known to be its own, on all chains
}

// Protocols returns the bridges whose messages are read, in order of their names.
func Protocols() []Protocol {
	list := slices.Clone(protocols)
	for i := range list {
		list[i].Real, list[i].Contracts = bridge.EvidenceOf(list[i].Name), bridge.Count(list[i].Name)
	}
	return list
}

// ProtocolOf returns a protocol by its name; false if it is none of them.
func ProtocolOf(name string) (Protocol, bool) {
	for _, p := range protocols {
		if p.Name == name {
			return p, true
		}
	}
	return Protocol{}, false
}
