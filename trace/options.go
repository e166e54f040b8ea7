package trace

import (
	"fmt"
	"strconv"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// An Input is a question: which ledgers, where to start, and how to walk. It
// is not changed, and not kept after [Run] returns.
type Input struct {
	// Ledgers has one snapshot for each chain that may be walked.
	Ledgers []ledger.Snapshot

	// Start says which value the question is about.
	Start Start

	// Direction is Forward if empty.
	Direction Direction

	// Method names the policy. Without one the purpose chooses, and without a
	// purpose it is first in, first out.
	Method taint.Method

	// Purpose chooses defaults and is stated in the result.
	Purpose Purpose

	// Engine is chosen by the question if empty. One that cannot answer it is
	// an error.
	Engine Engine

	// Limits bounds the walk; a zero field stands for its default.
	Limits Limits

	// Namer says what is known of addresses; nil: nothing.
	Namer Namer

	// Roles are what an incident says that addresses did. A role may stop a
	// walk; a tag that does so goes before it.
	Roles map[clew.Address]Role

	// Continue lists suspected services to walk through.
	Continue []clew.Address

	// Assumptions are a case's own suppositions.
	Assumptions Assumptions

	// Readings are what tokens' contracts say of balances. Forward only; backward
	// they change nothing.
	Readings []Reading

	// Legs asks what each output of a transaction carries, where value rests in
	// outputs: see [Use]. Backward it is not told.
	Legs bool

	// WithoutSwaps leaves out the swaps that the walk would find by itself.
	WithoutSwaps bool

	// Others has the snapshots of chains that the walk may come to by bridges. Such
	// a chain is in the result if it did.
	Others []ledger.Snapshot

	// Bridges finds the other ends of crossings; nil: by the identifiers that are
	// logged in the ledgers, or not at all where they are left out.
	Bridges Bridges

	// WithoutBridges leaves out the bridges that the walk would cross by itself.
	WithoutBridges bool

	// crossed are links that earlier runs of the same walk came to too late.
	crossed []*launder.Link
	runs    int

	// Spread says whether the other policies' totals are worked out too.
	Spread Choice

	// Ranges asks for the least and the most that could have reached each place
	// under any policy. Forward only.
	Ranges bool
}

// A Choice is yes, no, or left to the product: yes while it is cheap.
type Choice string

// The choices.
const (
	Auto Choice = ""
	Yes  Choice = "yes"
	No   Choice = "no"
)

// A Start says which value a question is about. Exactly one of Address, Tx,
// Transfer and Origins is set.
type Start struct {
	// Address starts with the transfers that it received, or sent.
	Address clew.Address
	Sent    bool       // what it sent; otherwise what it received
	Since   clew.Pos   // of these, those at this position and after
	Asset   clew.Asset // of these, those of one asset; none: all fungible ones

	// Tx starts with every transfer of a transaction.
	Tx clew.TxID

	// Transfer starts with one transfer.
	Transfer *clew.Pos

	// Chain says where Tx or Transfer is; needed if there are several ledgers.
	Chain clew.Chain

	// Origins are prepared ones, such as an incident's.
	Origins []Seed
}

// A Seed is a prepared origin: the value that its transfers carried to their
// recipients or, backward, took from their senders. They are all of one asset.
type Seed struct {
	ID        string
	Name      string
	Chain     clew.Chain
	Transfers []clew.Pos // of the ledger, or supposed ones
	Basis     clew.Basis // what joins the transfers to the origin; empty: fact

	// To leaves out, where value rests in outputs, those to others; nobody:
	// none are left out.
	To clew.Address
}

// A Namer says what an address is claimed to be. It is asked from one goroutine,
// more than once for some addresses.
type Namer interface {
	// Stop returns why a walk ends at an address, and the claim that says so;
	// NoStop and perhaps a tag for one that it passes.
	Stop(a clew.Address) (tag.Stop, *tag.Tag)
}

// A Role is what an incident says an address did: a claim.
type Role struct {
	Name string
	Stop tag.Stop // why a walk ends there; NoStop: it does not
}

// Assumptions are what a case supposes beside the ledger. They are never
// facts: every result says how much rests on them.
type Assumptions struct {
	Transfers   []Supposed
	Conversions []clew.Conversion
	Records     []Record
}

// A Supposed is a transfer that no ledger at hand records. Its position must
// be free: it says where in the chain's order the transfer is supposed.
type Supposed struct {
	Transfer clew.Transfer
	Basis    clew.Basis // claimed or inferred
	By       string     // who claims it, or the method's name
	Note     string
}

// DefaultLimits are the limits of a walk that names none. They finish within
// seconds on any ledger.
func DefaultLimits() Limits {
	return Limits{Hops: 100, Addresses: 10_000, Transfers: 100_000, Degree: 1000, Peers: 32}
}

// maxLimits bounds the limits: no value means "unlimited".
var maxLimits = Limits{Hops: 1_000_000, Addresses: 10_000_000, Transfers: 10_000_000, Degree: 1_000_000_000, Peers: peerRows}

// A Bound is a limit with its preset and the most that it may be.
type Bound struct {
	Name            string
	Value           *int
	Preset, Largest int
}

// FillBounds gives limits that are zero their presets, and reports one out of
// range.
func FillBounds(bounds []Bound) error {
	for _, b := range bounds {
		if *b.Value < 0 || *b.Value > b.Largest {
			return &clew.InputError{Field: b.Name, Value: strconv.Itoa(*b.Value), Want: fmt.Sprintf("1 to %d", b.Largest)}
		}
		if *b.Value == 0 {
			*b.Value = b.Preset
		}
	}
	return nil
}

// withDefaults fills zero fields, and reports one out of range.
func (l Limits) withDefaults() (Limits, error) {
	preset := DefaultLimits()
	err := FillBounds([]Bound{
		{"hops", &l.Hops, preset.Hops, maxLimits.Hops},
		{"addresses", &l.Addresses, preset.Addresses, maxLimits.Addresses},
		{"transfers", &l.Transfers, preset.Transfers, maxLimits.Transfers},
		{"degree", &l.Degree, preset.Degree, maxLimits.Degree},
		{"peers", &l.Peers, preset.Peers, maxLimits.Peers},
	})
	if err != nil {
		return l, err
	}
	if l.Until < 0 {
		return l, &clew.InputError{Field: "until", Value: strconv.FormatInt(int64(l.Until), 10), Want: "a time after 1970"}
	}
	return l, nil
}

// method returns the policy that in names, or that its purpose chooses.
func (in *Input) method() (taint.Method, error) {
	m := in.Method
	if m.Policy == "" {
		switch in.Purpose {
		case ForFreeze:
			m.Policy = taint.TaintFirst
		case ForStatistics:
			m.Policy = taint.Haircut
		case ForClaim:
			return m, &clew.InputError{Field: "policy", Want: "a policy by name: a claim rests on a convention that its forum accepts (fifo, lifo, clean-first ...)"}
		default:
			m.Policy = taint.FIFO
		}
	}
	return m, m.Check()
}

// check reports the caller's mistakes and returns in with defaults in place.
func (in Input) check() (Input, error) {
	var err error
	if in.Direction == "" {
		in.Direction = Forward
	}
	if in.Direction != Forward && in.Direction != Backward {
		return in, &clew.InputError{Field: "direction", Value: string(in.Direction), Want: "forward or backward"}
	}
	switch in.Purpose {
	case "", ForFreeze, ForClaim, ForStatistics:
	default:
		return in, &clew.InputError{Field: "for", Value: string(in.Purpose), Want: "freeze, claim or statistics"}
	}
	if in.Method, err = in.method(); err != nil {
		return in, err
	}
	if in.Limits, err = in.Limits.withDefaults(); err != nil {
		return in, err
	}
	switch in.Spread {
	case Auto, Yes, No:
	default:
		return in, &clew.InputError{Field: "spread", Value: string(in.Spread), Want: "yes, no, or nothing"}
	}
	return in, in.checkDirection()
}

// checkDirection reports what cannot be asked backward, and what has no
// ledger.
func (in *Input) checkDirection() error {
	if len(in.Ledgers) == 0 {
		return &clew.InputError{Field: "ledger", Want: "at least one ledger to walk"}
	}
	if in.Direction == Forward {
		return nil
	}
	if !in.Method.Policy.Describe().Backward {
		return &clew.InputError{Field: "policy", Value: string(in.Method.Policy), Want: "fifo, lifo, haircut or poison to trace backward; the others depend on what is marked"}
	}
	if in.Ranges {
		return &clew.InputError{Field: "ranges", Value: "backward", Want: "a forward trace"}
	}
	return nil
}
