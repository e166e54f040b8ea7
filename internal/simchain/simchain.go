// Package simchain makes synthetic chains of which everything is known: who
// holds each address, which outputs are change, which transactions are mixes,
// and which behaviours were planted to break which heuristic.
//
// What it makes are facts of no ledger. Chains carry the names of test networks,
// so that their addresses cannot be taken for real ones, and whatever is printed
// of them says that it is synthetic. How often people do what is drawn by fixed
// weights: shares that are measured here are shares of this world, and no
// estimate of the real one.
//
// The same plan gives the same bytes on every machine.
package simchain

import (
	"fmt"
	"slices"

	"clew"
	"clew/bitcoin"
)

// The chains of the worlds.
const (
	UTXOChain clew.Chain = clew.BitcoinRegtest
	EVMChain  clew.Chain = "eip155:31337" // test networks of common tools
	TwinChain clew.Chain = "eip155:31338" // beside it, with the same keys
	TronChain clew.Chain = clew.Tron      // its addresses have no other network here
)

// Bounds of a plan.
const (
	LeastTransfers = 2_000
	MostTransfers  = 200_000
)

// A Plan says what world is to be made.
type Plan struct {
	Seed      uint64
	Transfers int  // how many there are at least, over all ledgers; somewhat more are made
	Plain     bool // without what is planted to break heuristics
}

// check refuses a plan out of bounds.
func (p Plan) check() error {
	if p.Transfers < LeastTransfers || p.Transfers > MostTransfers {
		return &clew.InputError{Field: "transfers", Value: fmt.Sprint(p.Transfers), Want: fmt.Sprintf("from %d to %d", LeastTransfers, MostTransfers)}
	}
	return nil
}

// A World is one or more ledgers and the truth about them.
type World struct {
	Plan    Plan
	Ledgers []Ledger
	Truth
}

// A Ledger is one chain from its first block on, in order.
type Ledger struct {
	Chain  clew.Chain
	Blocks []clew.Block
}

// Truth is what no ledger says.
type Truth struct {
	Actors    []Actor // the first is nobody
	Addresses map[clew.Address]Place
	Change    map[clew.Output]bool       // outputs that a payer gave back to itself; of mixes too
	Forms     map[clew.TxID]bitcoin.Form // of Bitcoin-like transactions, which a Transfer does not carry
	Joins     map[clew.TxID]Join         // transactions whose inputs are of several actors
	Shapes    map[clew.TxID]Shape        // of a world of mixes: what a transaction was made to be, or to look like
	Plants    []Plant
	Thefts    []Theft
	Crossings []clew.Conversion // of bridges
	Approvals []Approval

	// Of a world of launderings.
	Swaps       []Swapped
	NoSwaps     map[clew.TxID]NoSwap // what looks like an exchange and is none
	Launderings []Laundering
	Typologies  []Typology // of a world of paces
}

// A Role says what an actor is.
type Role string

// The roles.
const (
	Person     Role = "person"
	Merchant   Role = "merchant"
	Exchange   Role = "exchange"
	Miner      Role = "miner"
	Mixer      Role = "mixer"
	Custodian  Role = "custodian" // keeps its customers' coins apart, and signs for them
	Bridge     Role = "bridge"
	GasStation Role = "gas station"
	Renter     Role = "energy rental"
	Thief      Role = "thief"
	Issuer     Role = "token issuer"
	Market     Role = "market"
	Maker      Role = "maker"    // sells and buys by its own orders
	Protocol   Role = "protocol" // holds what others put in
)

// An Actor is someone in the world, by its number in [Truth.Actors].
type Actor struct {
	Name string
	Role Role
}

// A Place is the truth about an address.
type Place struct {
	Actor    int  // who decides over it
	Customer int  // whose deposits are taken there, 0: it is no deposit address
	Contract bool // nobody has a key of it
}

// A Join says of what kind a transaction of several actors' inputs is.
type Join string

// The kinds of joins.
const (
	Whirlpool Join = "whirlpool"  // equal inputs to equal outputs
	Wasabi    Join = "wasabi"     // equal outputs and change
	PayJoin   Join = "payjoin"    // the one who is paid adds an input
	Uneven    Join = "uneven mix" // a mix without equal outputs
	Hosted    Join = "hosted"     // one service signs for several customers
	JointPay  Join = "joint"      // two payers
	SoldKey   Join = "sold key"   // an input's key was handed over
	Pool      Join = "pool"       // what many put in comes out, and nothing shows whose it was
)

// A Shape says what a transaction in a world of mixes was made to be.
type Shape string

// The shapes. The last ones are of ordinary people, who mix nothing.
const (
	ShapeWhirlpool  Shape = "whirlpool"
	ShapeTx0        Shape = "whirlpool-tx0"
	ShapeWasabi1    Shape = "wasabi1"
	ShapeWasabi2    Shape = "wasabi2"
	ShapeJoinMarket Shape = "joinmarket"
	ShapeStonewall  Shape = "stonewall" // of one wallet
	ShapeStonewall2 Shape = "stonewall of two"
	EqualPay        Shape = "equal payments from one large coin"
	EqualSmall      Shape = "equal payments from many coins"
	DataPay         Shape = "payment with data"
	Gathering       Shape = "payment that gathers a coin"
)

// A Plant is one behaviour that breaks the assumption of a heuristic.
type Plant struct {
	Breaks    string // the heuristic's ID
	Behaviour string
	Chain     clew.Chain
	Tx        clew.TxID // where it shows
	Addresses []clew.Address
}

// A Theft is one crime: what was taken, and each step of what became of it.
type Theft struct {
	Name          string
	Thief, Victim int
	Steps         []Step
}

// A Step is one transaction of a theft.
type Step struct {
	Kind  StepKind
	Chain clew.Chain
	Tx    clew.TxID
	Pos   clew.Pos
}

// A StepKind says what a step of a theft does.
type StepKind string

// The kinds of steps.
const (
	Drain    StepKind = "drain"
	FanOut   StepKind = "fan-out"
	Peel     StepKind = "peel"
	Deposit  StepKind = "deposit" // at a service
	MixIn    StepKind = "mix in"
	MixOut   StepKind = "mix out"
	CrossOut StepKind = "bridge"
)

// An Approval is an owner's word to a token's contract that another may move its
// units. Transfers do not show it.
type Approval struct {
	Asset          clew.Asset
	Owner, Spender clew.Address
	Tx             clew.TxID
	Pos            clew.Pos
}

// Behaviours returns what was planted against a heuristic, or against all where
// none is named, each once, in order.
func (t *Truth) Behaviours(breaks string) []string {
	var names []string
	for i := range t.Plants {
		if breaks == "" || t.Plants[i].Breaks == breaks {
			names = append(names, t.Plants[i].Behaviour)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Same reports whether one actor decides over both addresses.
func (t *Truth) Same(a, b clew.Address) bool {
	x, ok := t.Addresses[a]
	y, also := t.Addresses[b]
	return ok && also && x.Actor == y.Actor
}

// Transfers returns how many there are.
func (w *World) Transfers() int {
	n := 0
	for i := range w.Ledgers {
		for j := range w.Ledgers[i].Blocks {
			n += len(w.Ledgers[i].Blocks[j].Transfers)
		}
	}
	return n
}
