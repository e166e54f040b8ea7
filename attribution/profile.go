// Package attribution compares thefts by what ledgers show of them: which
// addresses the value of both went through, who paid their fees, when they were
// signed for, and how the value was hidden.
//
// What it gives is a table of evidence and no answer to who did it. It knows no
// prior, so it gives no posterior; it ranks nobody; it multiplies nothing. What
// two thefts share says at most that the same hands moved value of both: those
// may be a launderer's whom two thieves hired. Habits can be copied, and value
// can be sent to somebody else's address to lay a theft at their door.
package attribution

import (
	"cmp"
	"slices"

	"clew"
)

// Schema is the version of the format of profiles. Keys are only ever added to it.
const Schema = 1

// A Profile is what one theft and its laundering looked like. Each part is an
// inference from a walk over a ledger, or somebody's claim: Basis says which. A
// part that is empty was not seen; Lacks says where it could not be.
type Profile struct {
	Schema    int          `yaml:"schema,required" json:"schema"`
	ID        string       `yaml:"id,required" json:"id"`
	Title     string       `yaml:"title" json:"title,omitempty"`
	Day       string       `yaml:"day,required" json:"day"`         // of the theft, YYYY-MM-DD
	Begun     clew.Time    `yaml:"begun" json:"begun,omitzero"`     // its first transfer that is held
	AsOf      clew.Time    `yaml:"asOf" json:"asOf,omitzero"`       // nothing later is in it: of the last block that was held, or the time asked for
	Method    string       `yaml:"method,required" json:"method"`   // how the profile was made
	Sources   []string     `yaml:"sources,required" json:"sources"` // what it was made from
	Chains    []clew.Chain `yaml:"chains" json:"chains,omitempty"`  // whose ledgers were walked
	Whole     bool         `yaml:"whole" json:"whole"`              // nothing that the walk wanted was missing
	Addresses []Address    `yaml:"addresses" json:"addresses,omitempty"`
	Hours     *Hours       `yaml:"hours" json:"hours,omitempty"`
	Signed    []clew.Time  `yaml:"signed" json:"signed,omitempty"` // minutes in which its own addresses did, in order; not on Bitcoin, where blocks alone have times
	Steps     []StepKind   `yaml:"steps" json:"steps,omitempty"`   // by day, in the order of their first use
	Tranches  []Tranche    `yaml:"tranches" json:"tranches,omitempty"`
	Fees      []Tranche    `yaml:"fees" json:"fees,omitempty"` // exact ones of the theft's own transactions, on Bitcoin and its kin
	Dwells    []Dwell      `yaml:"dwells" json:"dwells,omitempty"`
	Lacks     []Lack       `yaml:"lacks" json:"lacks,omitempty"`
}

// Bounds of a profile, whether it is made or read.
const (
	MaxAddresses = 2000
	MaxSteps     = 64
	MaxTranches  = 500
	MaxPayers    = 100
	MaxSigned    = 5000
	MaxFrom      = 8
	maxText      = 500
)

// A Did says what an address did for a theft: never whose it is.
type Did string

// What an address can have done.
const (
	Received     Did = "received" // from the theft itself
	PassedOn     Did = "passed on"
	Consolidated Did = "consolidated" // value of several of the theft's addresses, and passed it on
	Kept         Did = "kept"         // value came and is not seen to have left: whoever has it did nothing
	Deposited    Did = "deposit"      // at a service, of one customer
	PaidGas      Did = "paid gas"     // the first fee of an address that passed on
	Laundered    Did = "laundered"    // for hire, as somebody says: whoever looks a profile through writes it, no walk does
	Served       Did = "served"       // a service, a pool or a busy address: what many share shows nothing
	Named        Did = "named"        // by a source, without a ledger
)

// Dids returns what an address can have done.
func Dids() []Did {
	return []Did{Received, PassedOn, Consolidated, Kept, Deposited, PaidGas, Laundered, Served, Named}
}

// An Address is one that had a part.
type Address struct {
	Address clew.Address   `yaml:"address,required" json:"address"`
	Did     Did            `yaml:"did,required" json:"did"`
	Hop     int            `yaml:"hop" json:"hop"`                 // transfers from the theft; of who paid gas, payments back
	Share   int            `yaml:"share" json:"share"`             // how much of an origin came to it, of the origin of which it is the most, in 1,000, rounded down
	Asset   clew.Asset     `yaml:"asset" json:"asset,omitzero"`    // that Ours and Came are counted in: the one of which the most transfers came
	Ours    clew.Amount    `yaml:"ours" json:"ours,omitzero"`      // of the theft's value, that came to it
	Came    clew.Amount    `yaml:"came" json:"came,omitzero"`      // of all, from whomever, as far as is held
	Payers  int            `yaml:"payers" json:"payers"`           // addresses that paid it and had no part in the theft, at most [MaxPayers]
	Before  int            `yaml:"before" json:"before,omitempty"` // of them, those that paid it a hundredth of Ours or more before value of the theft came
	From    []clew.Address `yaml:"from" json:"from,omitempty"`     // that brought it the theft's value, at most [MaxFrom] and one more where there are more
	First   clew.Time      `yaml:"first" json:"first,omitzero"`    // that value of the theft came to it
	Last    clew.Time      `yaml:"last" json:"last,omitzero"`
	Basis   clew.Basis     `yaml:"basis,required" json:"basis"`
	Source  string         `yaml:"source,required" json:"source"` // who says so, or the method
}

// Hours are when an incident's own addresses signed. A session is a run of
// transactions of which each follows within [Pause]; its hour is the circular mean
// of the hours in which it signed anything. Sessions are counted, and not
// transactions, for a program signs hundreds in a minute and they are one choice.
type Hours struct {
	Sessions     int     `yaml:"sessions,required" json:"sessions"`
	Transactions int     `yaml:"transactions,required" json:"transactions"`
	ByHour       []int   `yaml:"byHour,required" json:"byHour"`       // sessions, by hour of the day in UTC
	ByWeekday    []int   `yaml:"byWeekday,required" json:"byWeekday"` // likewise, from Monday
	Signers      string  `yaml:"signers,required" json:"signers"`     // how it is known who signed
	Uniform      *Chance `yaml:"uniform" json:"uniform,omitempty"`
	Others       *Chance `yaml:"others" json:"others,omitempty"` // against the ledger's other signers
}

// A Chance is a test of hours against chance.
type Chance struct {
	Against string `yaml:"against,required" json:"against"`
	Of      int    `yaml:"of,required" json:"of"`     // observations behind what it is held against; 0: it is a distribution
	P       int    `yaml:"p,required" json:"p"`       // how often chance alone gathers the sessions so, in 10,000, rounded up
	R       int    `yaml:"r,required" json:"r"`       // how close they lie: 0 all around the day, 1,000 all at one moment
	Mean    int    `yaml:"mean,required" json:"mean"` // of the day in UTC, around which they lie
}

// A StepKind is one kind of step of laundering.
type StepKind string

// The kinds of step.
const (
	StepMove    StepKind = "move" // on from where the theft brought it
	StepGather  StepKind = "gather"
	StepPeel    StepKind = "peel"
	StepSwap    StepKind = "swap"
	StepBridge  StepKind = "bridge"
	StepMix     StepKind = "mix"
	StepJoin    StepKind = "coinjoin" // as the transaction looks
	StepService StepKind = "service"
	StepLock    StepKind = "lock"
)

// StepKinds returns the kinds of step.
func StepKinds() []StepKind {
	return []StepKind{StepMove, StepGather, StepPeel, StepSwap, StepBridge, StepMix, StepJoin, StepService, StepLock}
}

// A Tranche is an exact amount in which value was sent to services and bridges,
// and how often. What goes into pools of fixed notes is left out: the pool chose it.
type Tranche struct {
	Asset  clew.Asset  `yaml:"asset,required" json:"asset"`
	Amount clew.Amount `yaml:"amount,required" json:"amount"`
	Times  int         `yaml:"times,required" json:"times"`
}

// A Dwell is how long after the theft value first took a kind of step.
type Dwell struct {
	Until   StepKind `yaml:"until,required" json:"until"`
	Seconds int      `yaml:"seconds,required" json:"seconds"`
}

// A Lack is something that was not seen, and why.
type Lack struct {
	Item Item   `yaml:"item,required" json:"item"`
	Why  string `yaml:"why,required" json:"why"`
}

// lack notes that an item could not be seen.
func (p *Profile) lack(item Item, why string) { p.Lacks = append(p.Lacks, Lack{item, why}) }

// At returns what an address did, of several things the first in order of [Dids]
// that shows the most: who laundered or served is that before all else.
func (p *Profile) At(a clew.Address) (Address, bool) {
	found, ok := Address{}, false
	for _, x := range p.Addresses {
		if x.Address == a && (!ok || weight(x.Did) > weight(found.Did)) {
			found, ok = x, true
		}
	}
	return found, ok
}

// weight orders what an address did: what takes evidence away goes first.
func weight(d Did) int {
	return slices.Index([]Did{Named, Kept, PaidGas, Received, PassedOn, Deposited, Consolidated, Laundered, Served}, d)
}

// sorted puts addresses in an order that depends on nothing but them.
func sorted(list []Address) {
	slices.SortFunc(list, func(a, b Address) int {
		return cmp.Or(cmp.Compare(a.Hop, b.Hop), cmp.Compare(a.Address.String(), b.Address.String()), cmp.Compare(a.Did, b.Did))
	})
}
