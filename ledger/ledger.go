// Package ledger says what a ledger of transfers and acts must answer, whoever
// keeps it.
//
// It holds the contract and what follows from the contract alone: joining
// parts into one view. Keeping is done by ledger/memory (for tests, small
// cases and blocks that may still be reorganised) and ledger/disk; both pass
// the suite of ledger/ledgertest. A ledger holds facts only: no tags, no
// prices, no inferences.
package ledger

import (
	"context"
	"errors"

	"clew"
)

// ErrDamaged is wrapped by errors that name a file, and where in it bytes are
// not what was written. Nothing of a damaged block is ever served.
var ErrDamaged = errors.New("damaged")

// ErrLocked is wrapped by the error of a second writer on one ledger.
var ErrLocked = errors.New("in use by another process")

// ErrOverflow is wrapped where a pot's sums exceed 256 bits, so that it cannot
// be traced by intervals.
var ErrOverflow = errors.New("sums exceed 256 bits")

// A Side says on which side of a transfer an address stands.
type Side uint8

// The sides.
const (
	Out Side = iota // the address pays
	In              // the address is paid
)

// String returns "out" or "in".
func (s Side) String() string {
	if s == In {
		return "in"
	}
	return "out"
}

// A Row is a transfer as one address sees it. On account chains a row is the
// whole transfer; on Bitcoin it is one leg, and [Reader.Transfer] has the rest.
// Rows hold no pointers into a reader and stay valid after it is closed.
type Row struct {
	Pos    clew.Pos
	Time   clew.Time
	Asset  clew.Asset
	Amount clew.Amount  // of this address's leg
	Peer   clew.Address // the other side; nobody where that has several legs or is nobody
	Leg    uint32       // index of this address's leg on its side
	Many   bool         // the other side has several legs
	Before clew.Amount  // with sums: what the pot's earlier rows on this side that count add up to; see [Row.Counts]
}

// A Query asks for rows of one address on one side. Rows come in chain order,
// or against it with Newest.
type Query struct {
	Address clew.Address
	Side    Side
	Asset   clew.Asset // zero: every asset
	From    clew.Pos   // rows before it are left out
	Until   clew.Pos   // rows at it and after are left out; zero: no end
	Newest  bool       // newest first
	Limit   int        // rows wanted, 1 to MaxPage; legs of one transfer are not parted, so a page may be longer
	Sums    bool       // fill Row.Before; needs Asset
}

// MaxPage is the most rows that one query may ask for.
const MaxPage = 1 << 20

// A Flow is what went through a pot within a reader: sums of both sides, and
// the largest deficit: by how much, at the worst moment, more had left than
// had come in within the reader. Only rows that count enter, see [Row.Counts].
// What leaves a pot at a position leaves before what comes in there.
type Flow struct {
	In, Out clew.Amount
	Deficit clew.Amount
}

// A Reader answers questions about a fixed set of transfers and acts of one chain.
// Methods may be called from several goroutines. Every method ends early with
// the context's error, or with one that wraps [ErrDamaged].
//
// An address that is not in the set is no error: it has no rows, and neither
// has nobody. Where the rows asked for have sums that fit, but those of later
// rows do not, a method may answer or wrap ErrOverflow.
type Reader interface {
	// Span returns the heights between which all transfers of the set lie.
	Span() clew.Window

	// Rows appends to page the rows that q asks for, and reports whether there
	// are more.
	Rows(ctx context.Context, q Query, page []Row) (rows []Row, more bool, err error)

	// Batch asks q of every address and calls visit once for each that has
	// rows, in any order; i is the address's index. The rows are valid during
	// the call alone. q.Address is ignored.
	Batch(ctx context.Context, addresses []clew.Address, q Query, visit func(i int, rows []Row) error) error

	// Tile appends to page the rows of a pot on one side that hold the units
	// from lo up to hi, counted over the side's rows in chain order from the
	// first, with sums; at most limit, even if that parts the legs of one
	// transfer. Rows that do not count or are of amount 0 hold no units. It is
	// how first in, first out is followed: the units of a pot's outgoing side
	// are those of its incoming side. Wraps ErrOverflow where sums do not fit.
	Tile(ctx context.Context, pot clew.Pot, side Side, lo, hi clew.Amount, limit int, page []Row) (rows []Row, more bool, err error)

	// Flow returns what went through a pot before a position;
	// [clew.LastPos] for all. Wraps ErrOverflow where sums do not fit.
	Flow(ctx context.Context, pot clew.Pot, before clew.Pos) (Flow, error)

	// Count returns how many rows an address has on a side, over all assets.
	Count(ctx context.Context, a clew.Address, side Side) (uint64, error)

	// Transfer returns the transfer at pos, or wraps clew.ErrNotFound.
	Transfer(ctx context.Context, pos clew.Pos) (clew.Transfer, error)

	// Transaction returns the transfers of a transaction in chain order, or
	// wraps clew.ErrNotFound.
	Transaction(ctx context.Context, id clew.TxID) ([]clew.Transfer, error)

	// Spender returns the position of the transfer that spends an output of
	// the transfer at creator, and the index of the input that does so; it
	// wraps clew.ErrNotFound if none in the set does.
	Spender(ctx context.Context, creator clew.Pos, output uint32) (pos clew.Pos, input uint32, err error)

	// Sweep calls visit with every transfer at or after from, in chain order,
	// many at a time.
	Sweep(ctx context.Context, from clew.Pos, visit func(*Chunk) error) error

	// SweepBack calls visit with every transfer before until, many at a time,
	// the latest first; within a chunk they are in chain order.
	SweepBack(ctx context.Context, until clew.Pos, visit func(*Chunk) error) error

	// ActSpan returns the heights between which all acts of the set lie.
	ActSpan() clew.Window

	// Acts appends to page the acts that q asks for, and reports whether there
	// are more. Acts move no value: no other method knows of them. See
	// [WalkActs].
	Acts(ctx context.Context, q ActQuery, page []clew.Act) (acts []clew.Act, more bool, err error)
}

// A Snapshot is a reader of a whole ledger as it stood at one moment. It stays
// the same while blocks are appended, merged and rolled back.
type Snapshot interface {
	Reader

	// Chain returns the chain that the ledger is of.
	Chain() clew.Chain

	// AsOf returns the last block of which anything is held: whole, on demand,
	// or a transfer or an act. No answer rests on a later one, but blocks before it need
	// not be held whole; see Coverage. It is the last block appended, unless
	// loads reach beyond: then it is made from what they hold, and has no hash.
	// It is the zero one of an empty ledger.
	AsOf() clew.BlockRef

	// Recent returns the last blocks appended, oldest first and without holes:
	// at least those that may still be reorganised. Who follows a chain finds
	// in them where it and the ledger part. The caller must not change it.
	Recent() []clew.BlockRef

	// Coverage says which history is held. The caller must not change it.
	Coverage() *clew.Coverage

	// Close releases what the snapshot holds open.
	Close() error
}

// A Store keeps the ledger of one chain. What a method has acknowledged by
// returning nil survives a crash at any later moment.
type Store interface {
	// Snapshot returns the ledger as it stands.
	Snapshot(ctx context.Context) (Snapshot, error)

	// Append adds blocks at the head, in order, all or none. Heights follow one
	// another without holes, the first one the end of what loads hold whole; if
	// neither blocks nor loads hold any whole, it may be at any height. Each
	// block's parent, where known, is the hash of the one before. Every block
	// appended counts as held whole. A block that does not fit is a
	// *clew.InputError that says which was wanted.
	Append(ctx context.Context, blocks ...clew.Block) error

	// Rollback drops every block at height and above, wherever it lies.
	Rollback(ctx context.Context, height uint64) error

	// Load begins a bulk load of transfers and acts in any order.
	Load(ctx context.Context, source Source) (Load, error)
}

// A Source says where the transfers and acts of a load come from.
type Source struct {
	Name string // such as "ethereum-etl transactions.csv"

	// Exact says that positions are the chain's own: a transfer is known again
	// by its position, and if the source contradicts itself, what it gives first
	// stays. Otherwise ordinals are made up, and a transfer is known
	// again by transaction, asset, legs and amount, as a multiset: as many
	// like ones are kept as the source that has most of them gives. Files that
	// may overlap are therefore loads of their own. See [MadeUp].
	//
	// The same holds of acts, among themselves: they are known again by their
	// position, or by all that they say but place and time.
	Exact bool
}

// MadeUp is added to the ordinals of an inexact source, so that they are never
// taken for the chain's own; where one is taken, the next free one is. What a
// source gives must be less than 2^30.
//
// A transfer at its own position that is like a held one with an ordinal made
// up is not held twice: the one that came first stays, where it is.
const MadeUp = 1 << 31

// A Load collects transfers in bounded memory. Nothing of it is visible before
// Commit, and nothing of it remains after Abort or a crash.
type Load interface {
	// Add takes transfers in any order, all or none. They must be on the
	// ledger's chain, pass Check and have ordinals below 2^30. It keeps none of
	// what it is given: the caller may use transfers and legs again.
	Add(transfers ...clew.Transfer) error

	// AddActs does so for acts.
	AddActs(acts ...clew.Act) error

	// Commit makes the load part of the ledger, together with what it adds to
	// the coverage. What is held already is left out.
	Commit(ctx context.Context, adds clew.Coverage) (Report, error)

	// Abort drops the load. It may follow Commit, and then does nothing.
	Abort() error
}

// A Report says what a load did.
type Report struct {
	Added     uint64 // transfers new to the ledger
	Duplicate uint64 // transfers that were held already, or came twice

	ActsAdded     uint64 // acts new to the ledger
	ActsDuplicate uint64 // acts that were held already, or came twice
}
