// Package node makes sources to follow of the nodes that a user configured: of
// Ethereum and its kin, of Bitcoin and its kin, and of Tron.
//
// It joins what others know: package remote how to reach an endpoint, the
// chains' packages what a node answers, package follow what is wanted. Several
// nodes of one chain take over from one another, and are held against each
// other.
package node

import (
	"context"

	"clew"
	"clew/follow"
	"clew/ledger"
	"clew/remote"
)

// A Source is what package follow takes blocks from, with its connections.
type Source interface {
	follow.Source

	// Names returns the nodes' hosts, as they may be printed.
	Names() []string

	// Hints returns a channel that says when the head may have moved; nil if
	// none does.
	Hints() <-chan struct{}

	// Note says what a user should know of the nodes as they are now; "" if
	// nothing is to be said.
	Note() string

	// Close ends all connections.
	Close() error
}

// Options say how nodes are asked.
type Options struct {
	Remote remote.Options

	// Held returns the ledger that is filled, where nodes of Bitcoin's kind that
	// do not say what inputs were worth are completed from; nil: from nowhere.
	Held func(ctx context.Context) (ledger.Snapshot, error)

	// Internal says that a node of Tron keeps internal transactions, which its
	// answers do not show.
	Internal bool
}

// Open readies the nodes of a chain. Nothing is asked of them yet.
func Open(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	if opt.Remote.Stats == nil {
		opt.Remote.Stats = new(remote.Stats)
	}
	switch {
	case len(endpoints) == 0:
		return nil, &clew.InputError{Field: "source", Want: "at least one node"}
	case chain.IsEVM():
		return openEVM(chain, endpoints, opt)
	case chain.IsBitcoin():
		return openBitcoin(chain, endpoints, opt)
	case chain.IsTron():
		return openTron(chain, endpoints, opt)
	}
	return nil, &clew.InputError{Field: "chain", Value: string(chain), Want: "Ethereum or its kin, Bitcoin or its kin, or Tron"}
}
