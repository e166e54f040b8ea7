// Package follow keeps a ledger level with a chain: it fetches blocks from a
// source in height order, many at a time, appends them, and takes back what
// the chain reorganised.
//
// It knows no node and no chain's rules: a [Source] gives whole blocks, and a
// [Sink] keeps them. It resumes where the sink stands, so being killed at any
// moment leaves neither a hole nor a block twice.
package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clew"
	"clew/ledger"
)

// A Source gives the blocks of one chain, as its best chain stands when asked.
// Its methods may be called from several goroutines. An error that wraps
// [ErrFinal], or is a *clew.InputError, is not worth asking again; any other is.
type Source interface {
	// Chain returns the chain.
	Chain() clew.Chain

	// Head returns the last block.
	Head(ctx context.Context) (clew.BlockRef, error)

	// Hash returns the name of the block at a height, or wraps
	// clew.ErrNotFound above the last one.
	Hash(ctx context.Context, height uint64) (clew.TxID, error)

	// Block returns the block at a height, or wraps clew.ErrNotFound above the
	// last one. One that is there and cannot be decoded is a *BadBlock.
	Block(ctx context.Context, height uint64) (Block, error)

	// Gaps returns what no block of the source says, such as internal
	// transfers; their windows are empty, and nothing is counted.
	Gaps() []clew.Gap
}

// A Completer is a source whose blocks rest on the ones before them, such as
// one that does not say what a transaction's inputs were worth.
type Completer interface {
	// Complete fills in what is left of b. Blocks come one at a time, in height
	// order; those before b may not be in the sink yet.
	Complete(ctx context.Context, b *Block) error
}

// A Finalizer is a source that knows which blocks its chain will not take back.
type Finalizer interface {
	// Final returns the height of the last of them.
	Final(ctx context.Context) (uint64, error)
}

// A Noter is a source of which there may be more to tell than what it answers.
type Noter interface {
	// Note says what a user should know of it as it is now; "" if nothing is.
	Note() string
}

// A Resender is a source that sends requests to its nodes again by itself.
type Resender interface {
	// Resent returns how often it did.
	Resent() uint64
}

// ErrFinal is wrapped by errors that asking again will not mend: another
// chain, a pruned node, a reorganisation that is too deep, a source that failed
// as often in a row as was allowed.
var ErrFinal = errors.New("cannot go on")

// A Block is one block with what its source does not say of it.
type Block struct {
	clew.Block
	Gaps []clew.Gap // windows are set by the follower
	Raw  []byte     // of a block that a [Completer] has still to decode
}

// A BadBlock is a block that is there but cannot be decoded.
type BadBlock struct {
	Ref    clew.BlockRef
	Parent clew.TxID
	Raw    []byte // as the source gave it
	Err    error  // why
}

// Error names the block and says why.
func (e *BadBlock) Error() string {
	return fmt.Sprintf("block %d, %s, cannot be decoded: %v", e.Ref.Height, e.Ref.Hash, e.Err)
}

// Unwrap returns why.
func (e *BadBlock) Unwrap() error { return e.Err }

// A Sink keeps blocks: the part of [ledger.Store] that following needs.
type Sink interface {
	Snapshot(ctx context.Context) (ledger.Snapshot, error)
	Append(ctx context.Context, blocks ...clew.Block) error
	Rollback(ctx context.Context, height uint64) error
	Load(ctx context.Context, source ledger.Source) (ledger.Load, error)
}

// A Clock tells the time and waits, so that tests take none.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error // ends early with ctx's error
}

// Options say how to follow. The zero value of a field stands for its default.
type Options struct {
	From    *uint64       // where to begin a ledger that holds nothing whole; nil: at the source's last block
	Until   *uint64       // the last block wanted; nil: go on for ever
	ToHead  bool          // the last block wanted is the source's when it first answers; Until is not looked at
	Ahead   int           // blocks fetched at once; 0: 8
	Poll    time.Duration // between looks at the head; 0: 2 seconds
	Tries   int           // failures of the source in a row after which the run ends; 0: it is asked for ever
	SkipBad bool          // go on past blocks that cannot be decoded; each is a gap

	// Aside keeps a block that cannot be decoded, before anything else is done
	// about it; nil: nowhere.
	Aside func(*BadBlock) error

	// Hints says, by a value, that the head may have moved; nil: look by time.
	Hints <-chan struct{}

	// Tell is called after every step, from the goroutine of Run; nil: nobody.
	Tell func(State)

	Clock Clock // needed
}

// Bounds and defaults of following.
const (
	maxAhead         = 256
	defaultAhead     = 8
	defaultPoll      = 2 * time.Second
	maxPause         = time.Minute // between attempts at a source that fails
	appendBlocks     = 128         // appended together at most
	appendFacts      = 1 << 15     // likewise, about
	maxTroubleLength = 400
)

func (o Options) withDefaults() Options {
	if o.Ahead <= 0 {
		o.Ahead = defaultAhead
	}
	o.Ahead = min(o.Ahead, maxAhead)
	if o.Poll <= 0 {
		o.Poll = defaultPoll
	}
	if o.Tell == nil {
		o.Tell = func(State) {}
	}
	return o
}

// A State says how far following is. Counts are since Run began.
type State struct {
	Chain     clew.Chain    `json:"chain"`
	Held      clew.BlockRef `json:"held"` // the last block of the ledger
	Holds     bool          `json:"holds"`
	Head      clew.BlockRef `json:"head"`            // the last block of the source, when last asked
	Until     *uint64       `json:"until,omitempty"` // the last block wanted, if there is one
	Blocks    uint64        `json:"blocks"`
	Transfers uint64        `json:"transfers"`
	Rollbacks uint64        `json:"rollbacks"`         // reorganisations taken back
	Deepest   uint64        `json:"deepest,omitempty"` // blocks that the deepest of them took back
	Retries   uint64        `json:"retries"`           // of questions to the source
	Resent    uint64        `json:"resent,omitempty"`  // requests that the source sent again by itself, such as those that a node had no room for
	Bad       uint64        `json:"bad"`               // blocks left out because they cannot be decoded
	Final     *uint64       `json:"final,omitempty"`   // the last block that the chain will not take back, where the source knows
	Note      string        `json:"note,omitempty"`    // what the source has to tell
	Trouble   string        `json:"trouble,omitempty"` // why the source is asked again; "" once it answers
	Failed    int           `json:"failed,omitempty"`  // how often in a row the source has failed by now
}

// Answered reports whether the source said what its last block is.
func (s *State) Answered() bool { return s.Head != clew.BlockRef{} }

// Lag returns how many blocks the ledger is behind the source.
func (s *State) Lag() uint64 {
	switch {
	case !s.Holds:
		return s.Head.Height + 1
	case s.Head.Height <= s.Held.Height:
		return 0
	}
	return s.Head.Height - s.Held.Height
}

// Run follows source until ctx ends or opt.Until is held, and returns how far
// it came. It ends with an error that wraps [ErrFinal], a *clew.InputError, a
// *BadBlock, an error of the sink, or ctx's.
func Run(ctx context.Context, source Source, sink Sink, opt Options) (State, error) {
	f := &follower{source: source, sink: sink, opt: opt.withDefaults(), state: State{Chain: source.Chain(), Until: opt.Until}}
	if opt.ToHead {
		f.state.Until = nil
	}
	if err := f.resume(ctx); err != nil {
		return f.state, err
	}
	err := f.run(ctx)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return f.state, err
}
