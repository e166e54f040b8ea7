// Package explorer asks services on the internet for the history of single
// addresses, so that a trace can begin without a node: explorers of Etherscan's
// and Esplora's kind, TronGrid, and Solana's JSON-RPC.
//
// What a service says of a ledger is taken as a fact of it, held on demand of
// that address alone and marked with the service's name; each answer is kept as
// it came, with its time and its hash. Package remote does the sending, so only
// configured endpoints are asked. It is not a walk: which address is asked for
// next is the caller's choice.
package explorer

import (
	"context"

	"clew"
)

// A Service answers for the addresses of one chain. Its methods may be called
// from several goroutines.
type Service interface {
	// Chain returns the chain that it answers for.
	Chain() clew.Chain

	// Name returns its host, as it may be printed: it names the source of what
	// is held.
	Name() string

	// Head returns the last block that the service knows.
	Head(ctx context.Context) (clew.BlockRef, error)

	// History asks for what an address sent and received in the blocks of a
	// window. What the service does not give, or gives only in part, is a gap
	// of the history's coverage. An address that has none is no error. An error
	// that wraps remote.ErrBudget says that the budget of calls had no room: what
	// came before it is in the history still, which is then held as far as its
	// coverage says.
	History(ctx context.Context, a clew.Address, w clew.Window) (*History, error)
}

// A History is what a service answered about one address.
type History struct {
	Transfers []clew.Transfer // in chain order
	Acts      []clew.Act      // as far as the service gives any
	Exact     bool            // positions are the chain's own, see [ledger.Source]
	Coverage  clew.Coverage   // what it adds: a holding of the address, and gaps
	Answers   []Answer        // that it was read from, in the order in which they came
}

// An Answer is what a service answered to one question.
type Answer struct {
	Service string    `json:"service"` // its host
	Asked   string    `json:"asked"`   // what for: path and parameters, without keys
	At      clew.Time `json:"at"`
	Status  int       `json:"status"` // of HTTP
	SHA256  [32]byte  `json:"-"`      // of the body
	Body    []byte    `json:"-"`      // as it came
}
