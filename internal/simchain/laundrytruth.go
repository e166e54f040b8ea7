package simchain

import "clew"

// A Venue says how a swap was made. Names in brackets are of protocols whose
// transactions look so.
type Venue string

// The venues.
const (
	ByPair        Venue = "pair (Uniswap v1, v2)"
	ByRoute       Venue = "router over several pools (Uniswap v3)"
	ByWays        Venue = "aggregator over two ways (1inch)"
	BySingleton   Venue = "singleton that settles what is left (Uniswap v4)"
	ByStable      Venue = "stable pool over a vault (Curve)"
	ByVault       Venue = "vault (Balancer)"
	ByMaker       Venue = "order of a maker (0x)"
	ByBatch       Venue = "batch of two owners (CoW)"
	ForOther      Venue = "recipient other than payer"
	WithRefund    Venue = "part of it, the rest back"
	WithTax       Venue = "token that keeps a tax"
	ByWrapper     Venue = "wrapping and unwrapping"
	OverWrapper   Venue = "coin over its wrapper"
	Staked        Venue = "staking wrapper"
	PoolIn        Venue = "one asset into a pool's shares"
	PoolOut       Venue = "a pool's shares into one asset"
	PoolInTwo     Venue = "two assets into a pool's shares"
	PoolOutTwo    Venue = "a pool's shares into two assets"
	LendingIn     Venue = "lending receipt"
	LendingOut    Venue = "lending receipt given back"
	BesideLoan    Venue = "with a loan within the transaction"
	BesideLies    Venue = "with a token beside it that lies"
	ManyTransfers Venue = "among hundreds of transfers"
)

// A Swapped is one exchange that was made, in one transaction.
type Swapped struct {
	Venue     Venue
	Chain     clew.Chain
	Tx        clew.TxID
	Payer     clew.Address
	Recipient clew.Address
	Paid      []clew.Asset
	Got       []clew.Asset
	In        []clew.Pos // by which the payer gave what was exchanged
	Out       []clew.Pos // by which the recipient got what came of it
}

// A NoSwap says why a transaction that looks like an exchange is none.
type NoSwap string

// What is no exchange.
const (
	LoanAlone   NoSwap = "a loan within the transaction, paid back"
	RoundTrip   NoSwap = "a swap with oneself, there and back"
	Lie         NoSwap = "a token that lies in its events"
	LieOfOther  NoSwap = "a token that names others in its events"
	BatchOfPays NoSwap = "payments to many at once"
	Airdrop     NoSwap = "a gift beside a payment"
)

// A Laundering is a theft of a world of them, of which each step is known.
type Laundering struct {
	Name          string // by which way it was hidden
	Thief, Victim int
	Start         []At   // what was taken arrives
	Edges         []Edge // every transfer by which stolen value moves, in the order in which the thief made them
	Changes       []Change
	Rests         []Rest
	Frozen        []clew.Address // by an issuer, some while after the theft
}

// An At is a transfer on a chain; of a chain of outputs, one output of it.
type At struct {
	Chain  clew.Chain
	Pos    clew.Pos
	Output int
}

// An Edge is a transfer of stolen value, from whoever held it to whoever gets it:
// transfers between the contracts of a swap are none.
type Edge struct {
	At
	From, To clew.Address
	Value    uint64 // in a millionth of a dollar, at the world's fixed prices
	Out      bool   // it comes out of the change before it
	Hidden   bool   // it comes out of a mixer: nothing on the ledger says whose it is
}

// A Change is stolen value that went in as one thing and came out as another. In
// and Out are all edges.
type Change struct {
	Kind    clew.ConversionKind
	Venue   Venue  // of a swap
	ID      string // of a bridge: what both ends say; nothing: neither says anything
	In, Out []At
}

// A Rest is where stolen value lies when the world ends, and how much.
type Rest struct {
	Kind    RestKind
	Address clew.Address
	Asset   clew.Asset
	Amount  clew.Amount
	Value   uint64
}

// A RestKind says what a rest is.
type RestKind string

// The ends.
const (
	AtExchange RestKind = "exchange" // at the thief's deposit address, or wherever the service moved it
	InMixer    RestKind = "mixer"    // and came out where nothing shows it
	LeftAlone  RestKind = "left alone"
)
