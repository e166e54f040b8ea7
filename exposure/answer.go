// Package exposure says how much of what came to an address, and of what left
// it, meets parties that somebody names: directly, or through addresses of
// which nothing is said.
//
// Amounts of direct dealings are facts of the ledger. What is met through
// others is apportioned by a named policy: an inference, whose shares are
// statistics. A finding rests on the transfers, never on the share alone. It
// decides nothing: package screen has the rules.
package exposure

import (
	"clew"
	"clew/price"
	"clew/tag"
	"clew/taint"
	"clew/trace"
	"clew/watchlist"
)

// An Answer is the exposure of one address, with everything needed to check it.
// The same question to the same ledger gives the same answer.
type Answer struct {
	Subject clew.Address     `json:"subject"`
	Method  Method           `json:"method"`
	AsOf    trace.AsOf       `json:"asOf"`
	Sides   []Flow           `json:"sides"` // incoming, then outgoing; those that were asked for
	Gaps    []clew.Gap       `json:"gaps,omitempty"`
	Limits  []trace.LimitHit `json:"limitsHit,omitempty"`
	Partial bool             `json:"partial"` // interrupted before it was done
	Work    Work             `json:"work"`
}

// Complete reports whether no limit was hit and nothing interrupted the walk:
// otherwise what is not among the rows is unknown, and not absent.
func (a *Answer) Complete() bool { return len(a.Limits) == 0 && !a.Partial }

// A Method says how an answer was come by.
type Method struct {
	Policy  taint.Policy   `json:"policy"`             // haircut, or first in, first out for one deposit
	Day     watchlist.Date `json:"day"`                // on which attributions are asked for
	Basis   price.Basis    `json:"usdBasis,omitempty"` // "at move": of each met transfer; "now"; empty: no prices
	Deposit []clew.Pos     `json:"deposit,omitempty"`  // of one deposit: its transfers
	Since   clew.Time      `json:"since,omitzero"`     // earlier transfers are left out
	Until   clew.Time      `json:"until,omitzero"`     // later ones are
	Limits  Limits         `json:"limits"`
}

// A Side says which way value went, as the subject sees it.
type Side string

// The sides.
const (
	Incoming Side = "incoming"
	Outgoing Side = "outgoing"
)

// A Flow is all that came in, or all that went out. Of each asset, the amounts
// of rows and residuals add up to Total.Counted, to the unit.
type Flow struct {
	Side      Side        `json:"side"`
	Totals    []Total     `json:"totals"`              // by fungible asset
	Rows      []Row       `json:"rows,omitempty"`      // direct first, then by least hops; the largest shares first
	Groups    []Group     `json:"groups,omitempty"`    // the same by actor and concept
	Residual  []Residual  `json:"residual"`            // what met nobody who is named
	Uncounted []Uncounted `json:"uncounted,omitempty"` // dust and spam that nobody asked for
}

// A Total is what went one way of one asset, between the subject and others.
// Moved is Counted and Uncounted together.
type Total struct {
	Asset      clew.Asset   `json:"asset"`
	Moved      clew.Amount  `json:"moved"`
	Counted    clew.Amount  `json:"counted"`    // what shares are of
	Attributed clew.Amount  `json:"attributed"` // of it, in rows
	Residual   clew.Amount  `json:"residual"`   // of it, in residuals
	Uncounted  clew.Amount  `json:"uncounted,omitzero"`
	Self       clew.Amount  `json:"self,omitzero"` // paid to itself: not in Moved
	USD        *price.Money `json:"usd,omitempty"` // of Counted; nil: not known, or not all of it was read
	Read       bool         `json:"read"`          // all of it was; otherwise what was not is among the residuals
	Transfers  uint64       `json:"transfers"`     // read
}

// A Row is what met one address that somebody names, of one asset.
type Row struct {
	Side        Side          `json:"side"`
	Direct      bool          `json:"direct"` // at one hop; otherwise through addresses of which nothing is said
	Hops        int           `json:"hops"`   // least, in transfers; 1 if direct
	Address     clew.Address  `json:"address"`
	Attribution *Attribution  `json:"attribution"`
	Actor       string        `json:"actor,omitempty"`    // of the best claim that names one, or the party of the first listing
	Concept     tag.Concept   `json:"concept,omitempty"`  // by which it is grouped
	Concepts    []tag.Concept `json:"concepts,omitempty"` // of all claims that count
	Asset       clew.Asset    `json:"asset"`
	Amount      clew.Amount   `json:"amount"`         // direct: a fact; indirect: apportioned; 0 of non-fungible items, and where amounts do not fit into 256 bits together
	Share       Share         `json:"share"`          // of what counts on this side, of this asset
	USD         *price.Money  `json:"usd,omitempty"`  // nil: not known
	First       clew.Time     `json:"first,omitzero"` // of the transfers that met the address
	Last        clew.Time     `json:"last,omitzero"`
	Count       int           `json:"count"`                 // of them; one that is met on ways of several lengths counts for each
	Transfers   []Met         `json:"transfers"`             // the largest of them, at most Limits.Evidence
	Unsolicited bool          `json:"unsolicited,omitempty"` // it would be dust or spam, but the address is listed, so that it counts
}

// A Met is one transfer between an address that somebody names and one of which
// nothing is said, or the subject.
type Met struct {
	Pos   clew.Pos     `json:"pos"`
	Tx    clew.TxID    `json:"tx,omitzero"`
	Time  clew.Time    `json:"time,omitzero"`
	With  clew.Address `json:"with"`  // the other side: the subject if direct
	Moved clew.Amount  `json:"moved"` // by it, a fact; on Bitcoin and its kin, by these legs
	Part  clew.Amount  `json:"part"`  // of it, what bears on the subject
}

// A Share is an exact fraction. Of nothing it is 0/0.
type Share struct {
	Of, Whole clew.Amount
}

// MarshalText writes the fraction, such as "3/40".
func (s Share) MarshalText() ([]byte, error) {
	return []byte(s.Of.String() + "/" + s.Whole.String()), nil
}

// AtLeast reports whether the share is num/den or more; one of nothing is not.
func (s Share) AtLeast(num, den uint64) bool {
	if s.Whole.IsZero() {
		return false
	}
	left, right := s.Of.Big(), s.Whole.Big()
	return left.Mul(left, clew.Units(den).Big()).Cmp(right.Mul(right, clew.Units(num).Big())) >= 0
}

// A Group is what rows of one actor and concept come to, direct and indirect
// apart, of one asset.
type Group struct {
	Direct    bool         `json:"direct"`
	Actor     string       `json:"actor,omitempty"`
	Concept   tag.Concept  `json:"concept,omitempty"`
	Listed    bool         `json:"listed,omitempty"`   // an address of it is on an official list on the day
	Inferred  bool         `json:"inferred,omitempty"` // all of it rests on an inference
	Asset     clew.Asset   `json:"asset"`
	Amount    clew.Amount  `json:"amount"`
	Share     Share        `json:"share"`
	USD       *price.Money `json:"usd,omitempty"` // nil: that of a row is not known
	Hops      int          `json:"hops"`
	First     clew.Time    `json:"first,omitzero"`
	Last      clew.Time    `json:"last,omitzero"`
	Addresses int          `json:"addresses"`
}

// A Reason says why value met nobody who is named. The list is closed and only
// grows.
type Reason string

// The reasons. NotRead is a limit: what was not read may have met anybody.
const (
	BeyondHops Reason = "beyond the hops asked for"
	Busy       Reason = "a busy address, perhaps a service" // Limits.Degree
	NotRead    Reason = "not read"                          // Limits.Rows, Limits.Addresses, or interrupted
	OutOfTime  Reason = "before or after the time asked for"
	NotHeld    Reason = "history not held"
	Opening    Reason = "held before the history" // incoming: the oldest value of an address, which nothing held brought
	AtRest     Reason = "not moved on"            // outgoing: it lies at addresses of which nothing is said
	Issued     Reason = "issued"                  // incoming: mined or minted
	Destroyed  Reason = "destroyed"               // outgoing: to nobody
	Fees       Reason = "fees"
	RoundTrip  Reason = "from or to the subject itself" // through others
)

// A Residual is what met nobody who is named, of one asset and for one reason.
type Residual struct {
	Asset  clew.Asset  `json:"asset"`
	Reason Reason      `json:"reason"`
	Amount clew.Amount `json:"amount"`
	Share  Share       `json:"share"`
	Count  int         `json:"count"` // of the transfers or pots at which it ended
}

// A Why says why transfers do not count.
type Why string

// The reasons not to count. docs/METHODS.md has the rules.
const (
	Dust  Why = "dust"
	Spam  Why = "spam token"
	Empty Why = "moves nothing"      // transfers of amount 0
	Items Why = "non-fungible items" // they have no amounts; those dealt with addresses on official lists have rows, of amount 0
)

// An Uncounted is what does not count from one address, of one asset.
type Uncounted struct {
	Why         Why          `json:"why"`
	Asset       clew.Asset   `json:"asset"`
	Address     clew.Address `json:"address"` // nobody: of all addresses together
	Attribution *Attribution `json:"attribution,omitempty"`
	Amount      clew.Amount  `json:"amount"`
	Transfers   int          `json:"transfers"`
}

// A Work is what an answer cost. It does not depend on the machine.
type Work struct {
	Addresses int `json:"addresses"`        // whose transfers were read
	Rows      int `json:"rows"`             // read from the ledger
	Asked     int `json:"asked"`            // addresses that the Knower was asked about
	Transfers int `json:"transfers"`        // read whole
	Linked    int `json:"linked,omitempty"` // addresses that the Linker was asked about
}
