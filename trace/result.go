// Package trace follows value over the ledgers: forward to where it lies, or
// backward to where it came from, by a named policy, until every unit that the
// question started with is accounted for.
//
// What it says is inference, and each answer names its method. It knows no
// units of money, keeps nothing, and decides nothing: tags and roles come from
// its caller, as claims, and so does every supposition. Which units of one pot
// a transfer takes is for package taint; here are the walks over many.
//
// The result is described in this file. Three engines give it: interval.go
// says how first in, first out is walked by position, queue.go and sweep.go how
// the other policies are.
package trace

import (
	"clew"
	"clew/launder"
	"clew/tag"
	"clew/taint"
)

// A Result is where value went, or came from, with everything needed to check
// it. The same inputs give the same bytes, whatever the number of workers.
type Result struct {
	Method  Method   `json:"method"`
	AsOf    []AsOf   `json:"asOf"` // one for each chain walked
	Origins []Origin `json:"origins"`

	// Books has one book for each origin, and one for all together where there
	// are several. Each adds up to what its origin started with.
	Books []Book `json:"books"`

	Places []Place `json:"places"` // where marked value lies, largest first
	Uses   []Use   `json:"uses"`   // every transfer that marked value went through, in chain order

	// Conversions lists the conversions crossed, each a claim or an inference.
	Conversions []Crossing `json:"conversions,omitempty"`

	// Hypotheses lists what may have become of value that was paid into bridges and
	// instant exchangers, each with how sure it is. None is followed: the value is
	// where it went in.
	Hypotheses []Crossing `json:"hypotheses,omitempty"`

	// Records lists the records that were given, each a claim.
	Records []Recorded `json:"records,omitempty"`

	// Adjustments lists where what tokens' contracts say decided, each an inference
	// from a claim, by asset and block.
	Adjustments []Adjustment `json:"adjustments,omitempty"`

	// Spread has the totals that each policy gives for the same question.
	// Policies are conventions: none bounds another over several hops.
	Spread []PolicyTotals `json:"spread,omitempty"`

	// Ranges has the least and the most that could have reached each place
	// under any policy, where it was asked for.
	Ranges []Range `json:"ranges,omitempty"`

	// Unread lists transactions of which what contracts logged is not held, and may
	// say how value went on.
	Unread []Unread `json:"unread,omitempty"`

	Gaps    []clew.Gap `json:"gaps,omitempty"`
	TopUps  []TopUp    `json:"topUps,omitempty"` // of them, the opening balances of pots that value went on through, by asset; forward alone
	Limits  []LimitHit `json:"limitsHit,omitempty"`
	Partial bool       `json:"partial"` // interrupted before it was done
	Work    Work       `json:"work"`
}

// A Method says how a result was come by.
type Method struct {
	Direction  Direction        `json:"direction"`
	Policy     taint.Policy     `json:"policy"`
	Allocation taint.Allocation `json:"allocation,omitempty"` // among origins, where the policy needs one
	Engine     Engine           `json:"engine"`
	Purpose    Purpose          `json:"purpose,omitempty"`
	FitFor     string           `json:"fitFor"`          // what the policy is fit for
	Notes      []string         `json:"notes,omitempty"` // conventions that decide something in this result
	Limits     Limits           `json:"limits"`
	Asset      clew.Asset       `json:"asset,omitzero"` // the only asset followed; none: each origin's own
}

// A Direction says which way a walk goes.
type Direction string

// The directions.
const (
	Forward  Direction = "forward"  // where did it go?
	Backward Direction = "backward" // where did it come from?
)

// An Engine is a way to compute the same answer.
type Engine string

// The engines. Where several can serve they agree to the unit.
const (
	Interval Engine = "interval" // first in, first out, by position in a pot
	Sweep    Engine = "sweep"    // every transfer once, in chain order
	Queue    Engine = "queue"    // the marked pots' transfers, in chain order
)

// A Purpose chooses sensible defaults and says what they are fit for.
type Purpose string

// The purposes.
const (
	ForFreeze     Purpose = "freeze"     // where could stolen value be stopped? taint-first
	ForClaim      Purpose = "claim"      // whose money is this? a policy must be named
	ForStatistics Purpose = "statistics" // how much of it met what? haircut
)

// Limits bounds a trace. No value means "unlimited".
type Limits struct {
	Hops      int         `json:"hops"`           // longest path followed, in transfers after the origin's own
	Addresses int         `json:"addresses"`      // most addresses whose transfers are read
	Transfers int         `json:"transfers"`      // most transfers that marked value goes through
	Degree    int         `json:"degree"`         // rows on one side beyond which an untagged address is a suspected service, if it deals with many
	Peers     int         `json:"peers"`          // how many addresses it must deal with for that; 1: the degree alone decides
	Dust      clew.Amount `json:"dust"`           // marked value of a transfer at or below it, in the origin's asset, is booked as cut off
	Until     clew.Time   `json:"until,omitzero"` // transfers after it are not followed; backward, those before it
}

// AsOf says up to where one chain's ledger was read.
type AsOf struct {
	Chain    clew.Chain    `json:"chain"`
	Block    clew.BlockRef `json:"block"`
	Coverage clew.Coverage `json:"coverage"`
}

// An Origin is value that the question is about: what its transfers carried.
type Origin struct {
	ID        string      `json:"id"`   // short, such as "ether"
	Name      string      `json:"name"` // for readers
	Asset     clew.Asset  `json:"asset"`
	Amount    clew.Amount `json:"amount"`         // that its transfers carry in all
	Again     clew.Amount `json:"again,omitzero"` // of it, what had the origin's mark already: value that came back
	Transfers []clew.Pos  `json:"transfers"`
	Basis     clew.Basis  `json:"basis"`
}

// A PlaceKind says what became of value at a place.
type PlaceKind string

// The kinds of place, in the order in which books list them.
const (
	AtService   PlaceKind = "service"           // arrived at a tagged service; booked at the deposit address
	AtSuspected PlaceKind = "suspected service" // an untagged address that behaves like one: inferred
	AtMixer     PlaceKind = "mixer"             // paid into a mixer
	InBridge    PlaceKind = "bridge"            // paid into a bridge, the other side not followed
	Locked      PlaceKind = "locked"            // staked, or in a queue to come out
	Unconverted PlaceKind = "conversion not followed"
	AtRest      PlaceKind = "unspent"          // only where history to the as-of block is held
	NotHeld     PlaceKind = "history not held" // what became of it is not in this ledger
	AtHopLimit  PlaceKind = "hop limit"
	AtSizeLimit PlaceKind = "size limit" // addresses, transfers, or interrupted
	AtTimeLimit PlaceKind = "time limit"
	Dust        PlaceKind = "below the cut-off"

	// PaidOffLedger is what a service or a bank says that it paid out in a way
	// that no ledger records, such as to a bank account.
	PaidOffLedger PlaceKind = "paid out off ledger"

	// TokenFee is what a token's contract kept without a transfer, as by what it
	// says of the balance.
	TokenFee PlaceKind = "token fee"

	PaidAsFee  PlaceKind = "fees"
	Burnt      PlaceKind = "burnt"
	AtIssuance PlaceKind = "issued"          // backward: created here
	AtOpening  PlaceKind = "opening balance" // backward: older than the history held
)

// A Place is where a walk ended for some value, and why.
type Place struct {
	Kind     PlaceKind    `json:"kind"`
	Address  clew.Address `json:"address,omitzero"`
	Asset    clew.Asset   `json:"asset"`
	Parts    []Part       `json:"parts"`              // by origin
	Amount   clew.Amount  `json:"amount"`             // of Asset, all origins together, an overlap once
	Last     clew.Pos     `json:"last"`               // transfer that last brought marked value
	Time     clew.Time    `json:"time,omitzero"`      // of that transfer
	Tag      *tag.Tag     `json:"tag,omitempty"`      // the claim that made it stop, if one did
	Listed   string       `json:"listed,omitempty"`   // of which bridge the address is known to be a contract, by the program's own list, where that made it stop
	Role     string       `json:"role,omitempty"`     // what an incident says the address did: a claim
	Arrivals []Arrival    `json:"arrivals,omitempty"` // each transfer that brought marked value to a stop
	Degree   uint64       `json:"degree,omitempty"`   // of a suspected service
	Peers    *Peers       `json:"peers,omitempty"`    // of a suspected service; nil: not counted, as beyond the 100 largest where the degree alone decides
	Assumed  clew.Amount  `json:"assumed,omitzero"`   // of Amount, how much came over supposed transfers
	Rests    []Rest       `json:"rests,omitempty"`    // of Amount, how much rests on which exhibits
	Account  *AccountRef  `json:"account,omitempty"`  // of a place that a record tells of

	// States are the acts in force at the as-of block that bar the address from
	// moving the asset, in chain order: that it was frozen, and that all of the
	// asset was paused. They change no book. None says only that none is held.
	States []clew.Act `json:"states,omitempty"`
}

// A Rest is how much of something came over the records of one exhibit. What
// came over several counts for each.
type Rest struct {
	Exhibit string      `json:"exhibit"`
	Amount  clew.Amount `json:"amount"` // in the asset at hand
}

// An AccountRef is where a record says that value is or went: a claim.
type AccountRef struct {
	Record    string `json:"record"` // its id
	Exhibit   string `json:"exhibit"`
	By        string `json:"by"`
	Reference string `json:"reference,omitempty"` // of the account at the service
	To        string `json:"to,omitempty"`        // of a payout or an internal transfer: whom it went to, as a reference
}

// An Arrival is one transfer that brought marked value to a stop. For a
// service this is what a request to it must name.
type Arrival struct {
	Pos    clew.Pos     `json:"pos"`
	Tx     clew.TxID    `json:"tx,omitzero"`
	Time   clew.Time    `json:"time,omitzero"`
	From   clew.Address `json:"from,omitzero"`
	Amount clew.Amount  `json:"amount"` // marked
	Moved  clew.Amount  `json:"moved"`  // by the whole transfer; on Bitcoin and its kin, by this output
}

// A Part is what one origin has in something.
type Part struct {
	Origin string      `json:"origin"`
	Amount clew.Amount `json:"amount"` // in the asset at hand
	Basis  clew.Amount `json:"basis"`  // in the origin's asset; equal until a conversion is crossed or a balance adjusted
}

// A Book closes the account of an origin: what started, and where it lies.
type Book struct {
	Origin string      `json:"origin"` // "" for all origins together: only where they are of one asset
	Asset  clew.Asset  `json:"asset"`  // in which Start and the lines' Basis are counted
	Start  clew.Amount `json:"start"`  // the origin's Amount less Again; together, an overlap once
	Lines  []Line      `json:"lines"`
	Sum    clew.Amount `json:"sum"`    // of the lines' Basis
	Closed bool        `json:"closed"` // Sum equals Start; false is a defect, but for poison, which does not conserve
}

// A Line is the total over places of one kind, asset and role.
type Line struct {
	Kind    PlaceKind   `json:"kind"`
	Role    string      `json:"role,omitempty"`
	Asset   clew.Asset  `json:"asset"`
	Amount  clew.Amount `json:"amount"`
	Basis   clew.Amount `json:"basis"`
	Places  int         `json:"places"`
	Assumed clew.Amount `json:"assumed,omitzero"`
	Rests   []Rest      `json:"rests,omitempty"`
}

// A Use is one transfer that marked value went through.
type Use struct {
	Transfer clew.Transfer `json:"transfer"`
	Hop      int           `json:"hop"` // 0 for an origin's own; otherwise one more than that of the transfer which first brought marked value to its pot
	Parts    []Part        `json:"parts"`
	Amount   clew.Amount   `json:"amount"`       // marked, an overlap once
	Basis    clew.Basis    `json:"basis"`        // fact; claim or inferred for a supposed transfer
	By       string        `json:"by,omitempty"` // of a supposed transfer: who claims it, or the method
	Note     string        `json:"note,omitempty"`
	Exhibits []string      `json:"exhibits,omitempty"` // that what it carried rests on
	Legs     [][]Part      `json:"-"`                  // of Bitcoin and its kin, by output: what it carries; empty unless it was asked for
}

// A Crossing is a conversion that marked value went through.
type Crossing struct {
	Conversion clew.Conversion `json:"conversion"`
	In         clew.Amount     `json:"in"`  // marked, of InAsset, less what came back unchanged
	Out        clew.Amount     `json:"out"` // marked, of OutAsset
	InAsset    clew.Asset      `json:"inAsset,omitzero"`
	OutAsset   clew.Asset      `json:"outAsset,omitzero"`
	Note       string          `json:"note,omitempty"`      // why it was not followed, if it was not
	CrossedAs  string          `json:"crossedAs,omitempty"` // of one not followed: the id of that by which the same transfers were; nothing: by none
	Bridge     *BridgeLink     `json:"bridge,omitempty"`
	Venues     []launder.Venue `json:"venues,omitempty"` // of a swap that the walk found: who logged in its transaction
}

// A BridgeLink says by which message of a bridge the walk found a conversion.
type BridgeLink struct {
	Protocol   string            `json:"protocol"`
	Identifier string            `json:"identifier,omitempty"`
	Certainty  launder.Certainty `json:"certainty,omitempty"` // none: not crossed, and no hypothesis either
	Score      int               `json:"score,omitempty"`     // of a hypothesis, of 1,000: it orders them, and is no probability
	Refund     bool              `json:"refund,omitempty"`    // it was given back instead
	InTx       clew.TxID         `json:"inTx,omitzero"`
	OutTxs     []clew.TxID       `json:"outTxs,omitempty"`
	Recipients []clew.Address    `json:"recipients,omitempty"` // who got it there

	// Of a hypothesis by comparison: what it rests on, what speaks against it, and how
	// often such were right where it was measured.
	Rests    []string `json:"rests,omitempty"`
	Against  []string `json:"against,omitempty"`
	Measured string   `json:"measured,omitempty"`

	// To and Toward are where its message says that it is to go: what whoever sent
	// it wrote.
	To     clew.Chain   `json:"to,omitempty"`
	Toward clew.Address `json:"toward,omitzero"`

	// Listed says that its message is of a contract that is known to be the protocol's;
	// any other can log anything.
	Listed bool `json:"listed,omitempty"`

	// Token and Amount are what its message says is to come out there, before fees
	// that it does not say: none and 0 where it does not say so.
	Token  string      `json:"token,omitempty"`
	Amount clew.Amount `json:"amount,omitzero"`
}

// A Recorded is a record with what a walk made of it.
type Recorded struct {
	Record Record       `json:"record"`
	Marked []MarkedPart `json:"marked"`         // by entry
	Met    bool         `json:"met"`            // marked value came to its account
	Note   string       `json:"note,omitempty"` // what of it was not followed, and why
}

// A MarkedPart is how much marked value an entry of an account moved.
type MarkedPart struct {
	Amount clew.Amount `json:"amount,omitzero"` // of the entry's asset
	Got    clew.Amount `json:"got,omitzero"`    // of what a trade brought
	Pos    *clew.Pos   `json:"pos,omitempty"`   // of the transfer that it was found to be
	Lacks  string      `json:"lacks,omitempty"` // why its transfer cannot be followed
}

// PolicyTotals are the books that a policy gives for the same question.
type PolicyTotals struct {
	Policy     taint.Policy     `json:"policy"`
	Allocation taint.Allocation `json:"allocation,omitempty"`
	Books      []Book           `json:"books"`
	Note       string           `json:"note,omitempty"` // such as that it ended at a limit
}

// A Range is the least and the most that could have reached a place under any
// policy: temporal maximum flows.
type Range struct {
	Address clew.Address `json:"address"`
	Asset   clew.Asset   `json:"asset"`
	Least   clew.Amount  `json:"least"`
	Most    clew.Amount  `json:"most"`
}

// A TopUp is how much more left some pots of an asset than is known to have come
// in: an unknown mint, or a history that begins late. It is taken to be clean and
// to have been there first, so it decides which units leave.
type TopUp struct {
	Asset  clew.Asset  `json:"asset"`
	Pots   int         `json:"pots"`
	Amount clew.Amount `json:"amount"`
	Traced clew.Amount `json:"traced"` // of the asset, what is marked and booked
}

// A LimitHit says which limit ended walks, and how often.
type LimitHit struct {
	Limit string `json:"limit"` // the limit's name in JSON
	Value string `json:"value"`
	Times int    `json:"times"`
}

// Work is what a result cost. It does not depend on the machine.
type Work struct {
	Pots      int `json:"pots"`      // pots that marked value was followed through
	Addresses int `json:"addresses"` // addresses whose transfers were read
	Rows      int `json:"rows"`      // rows read from the ledger
	Swept     int `json:"swept"`     // transfers looked at in a sweep
	Transfers int `json:"transfers"` // transfers that marked value went through
	Hops      int `json:"hops"`      // longest path walked

	Acts int `json:"acts,omitempty"` // read for the states of places
}
