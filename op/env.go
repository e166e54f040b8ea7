package op

import (
	"context"
	"io"
	"io/fs"

	"clew"
	"clew/casebook"
	"clew/decision"
	"clew/explorer"
	"clew/follow"
	"clew/ledger"
	"clew/ledger/vfs"
	"clew/remote"
	"clew/report"
	"clew/tag"
)

// Env is what operations may touch. What is dear to open is opened when an
// operation first asks for it. An Env may be used by several operations at
// once.
type Env struct {
	Ledgers     Ledgers                                                                                 // the user's
	LedgerNamed bool                                                                                    // the user named where the ledgers are
	Tags        func(context.Context, *tag.Builder) error                                               // adds the product's own claims about addresses
	Files       fs.FS                                                                                   // by the names that the user gave, which may lead anywhere
	Now         clew.Time                                                                               // when the operation was asked for
	Tokens      Tokens                                                                                  // what contracts of tokens say of themselves; nil: nothing is kept
	Nodes       Nodes                                                                                   // of chains, as the user configured them
	Provers     func(clew.Chain, string) (Prover, error)                                                // readies a node of a chain, named as the user does, that proves what is on it; nil: there is none
	Fetch       func(context.Context, string, int64) (Fetched, error)                                   // asks an endpoint that the user named, and no other, for at most so many bytes
	Published   func(context.Context, string, int64) (Fetched, error)                                   // likewise, and on where a publisher of official lists points to
	Send        func(ctx context.Context, where, kind string, body []byte, most int64) (Fetched, error) // posts to an endpoint that the user named, and no other, what has a media type
	Password    func(asks string) (string, error)                                                       // of a key that the user named; it is kept nowhere
	Random      io.Reader                                                                               // what nobody can foretell
	Explorers   Explorers                                                                               // services that know single addresses, as the user configured them
	HostOf      func(string) (string, error)                                                            // names the host of an endpoint that the user named
	Product     string                                                                                  // name and version of the program
	Sealed      bool                                                                                    // nobody outside may be asked
	Clock       follow.Clock                                                                            // for what goes on for long
	Replace     func(name string, content []byte) error                                                 // writes a file that the user named, whole or not at all
	Lists       Lists                                                                                   // official lists, as they are kept
	Decisions   Decisions                                                                               // what was decided on answers
	Cases       Cases                                                                                   // inquiries, as they are kept
	Forms       func(report.Result) ([]casebook.Form, error)                                            // says as what an answer is about to leave the program, for what is noted before it does; nil: as JSON
	Incidents   Incidents                                                                               // reports about the record, and the user's own
	Stdin       io.Reader                                                                               // what is piped in; nil: nothing
	Screened    func(*report.Screened) error                                                            // takes what is said of each line of a file, one by one; nil: the answer holds the gravest
	Waiting     func() error                                                                            // told before more lines are waited for, so that what was answered can be passed on; nil: nobody is
	Reload      Reload                                                                                  // of files that change meanwhile
	Progress    func(Progress)                                                                          // told now and then how far it is; nil: nobody

	tape  tape  // hears, or knows, what else is read; nil: nothing is kept
	Taxii Taxii // the way to servers of others, and to one of the user's own
}

// A Fetched is what an endpoint answered.
type Fetched struct {
	Host string // that answered, as it may be printed
	At   clew.Time
	Body []byte
}

// Lists are where editions of official lists are kept, byte by byte.
type Lists struct {
	Files   fs.FS                                                 // LIST/NUMBER.zip; nil: none is kept
	Keep    func(name string, content []byte, replace bool) error // writes one, whole or not at all; one that is there is an error unless it is to be replaced
	Sources []string                                              // where lists are had from, as the user configured it
	Program string                                                // the very build that runs; what a list comes to is kept for it alone, and not at all if it is not known
	Age     int                                                   // in days; beyond it nothing found is unknown
}

// Decisions are where decisions are kept, and for how long.
type Decisions struct {
	Log   func(make bool) (*decision.Log, error) // opens it; one that is not there is made or is an error that wraps clew.ErrNotFound
	Name  string                                 // of the folder, for messages
	Years int                                    // that a decision is kept
}

// Cases are where cases are kept, and who works on them.
type Cases struct {
	Names  func() ([]string, error)                     // of the cases that there are, in their order
	Open   func(name string, make bool) (vfs.FS, error) // opens the folder of one; one that is not there is made or is an error that wraps clew.ErrNotFound
	Name   string                                       // of the folder of all, for messages
	By     string                                       // who works, where the user does not say it; empty: nobody was named
	Random io.Reader
}

// Incidents are where reports about the record are kept, and who reviews them.
type Incidents struct {
	Open   func(make bool) (vfs.FS, error) // opens the folder; one that is not there is made or is an error that wraps clew.ErrNotFound
	Name   string                          // of it, for messages
	By     string                          // who works, where the user does not say it; empty: nobody was named
	Random io.Reader
}

// A Progress says how far an operation is.
type Progress struct {
	Doing string // such as the name of a file
	Done  int64
	Total int64  // 0: not known
	Unit  string // of Done and Total, such as "bytes"
}

// tell reports progress to whoever listens.
func (e *Env) tell(p Progress) {
	if e.Progress != nil {
		e.Progress(p)
	}
}

// Ledgers are the user's ledgers, one for each chain.
type Ledgers interface {
	// Chains returns the chains that are held, in order of their names.
	Chains() ([]clew.Chain, error)

	// Open opens the ledger of a chain. One that is not there is an error that
	// wraps clew.ErrNotFound, unless it is to be made. It is closed by its
	// owner, not by the operation.
	Open(ctx context.Context, chain clew.Chain, access Access) (Keeper, error)

	// Size returns how many files a chain's ledger takes, and their bytes.
	Size(chain clew.Chain) (files int, bytes int64, err error)
}

// Nodes are what a chain can be followed from.
type Nodes interface {
	// Open readies nodes of a chain, named as the user does: by URL, @FILE or
	// env:NAME. Nothing is asked of them yet.
	Open(ctx context.Context, chain clew.Chain, names []string, keeps NodeKeeps) (Node, error)

	// Aside keeps a block that cannot be decoded, and AsideName says where.
	Aside(chain clew.Chain, b *follow.BadBlock) error
	AsideName(chain clew.Chain, b *follow.BadBlock) string
}

// Explorers are services that know single addresses.
type Explorers interface {
	// Open readies those that answer for a chain, named as the user does, such as
	// etherscan=@FILE; without names, those that the environment names. They share
	// a budget of calls. None is no error, and nothing is asked of them yet.
	Open(chain clew.Chain, names []string, budget *remote.Budget) ([]explorer.Service, error)

	// Archive returns where their answers about a chain are kept.
	Archive(chain clew.Chain) (*explorer.Archive, error)
}

// NodeKeeps says what nodes keep, where their answers do not show it.
type NodeKeeps struct {
	Internal bool // of Tron: internal transactions
}

// A Node is a source of a chain's blocks.
type Node interface {
	follow.Source

	// Names returns the nodes' hosts, as they may be printed.
	Names() []string

	// Hints returns a channel that says when the head may have moved; nil if
	// none does.
	Hints() <-chan struct{}

	// Close ends all connections.
	Close() error
}

// An Access says what an operation wants of a ledger.
type Access uint8

// The kinds of access.
const (
	Reading  Access = iota // beside a writer if need be
	Changing               // as the only writer
	Making                 // as the only writer, of a new ledger if there is none
)

// A Keeper is a ledger that can be looked after.
type Keeper interface {
	ledger.Store

	// Transfers returns how many transfers are held, without reading them.
	Transfers(ctx context.Context) (uint64, error)

	// CountActs returns how many acts are held, likewise.
	CountActs(ctx context.Context) (uint64, error)

	// Segments returns how many parts a look-up asks, beside the head.
	Segments(ctx context.Context) (int, error)

	// Merge makes look-ups and walks as fast as they can be.
	Merge(ctx context.Context) error

	// Verify reads every byte. Its error names what is damaged.
	Verify(ctx context.Context) error
}
