// Package engine puts ours and its peers behind one small interface, so that
// the benchmark asks the same questions of each.
//
// One engine is one file. An engine is used as somebody would who knows it and
// wants these questions answered fast: sorted tables, prepared statements, one
// iterator for a whole batch. It measures nothing and checks nothing.
package engine

import (
	"context"

	"clew"
	"clew/bench/gen"
)

// An Engine builds a store from the generator's file.
type Engine interface {
	// Name returns the engine's short name, as in the flag -only.
	Name() string

	// Ingest builds a store in dir, which is empty, from the file, with every
	// field of every transfer and both directions.
	Ingest(ctx context.Context, file, dir string) error

	// Open opens a store for questions.
	Open(ctx context.Context, dir string) (Store, error)
}

// A Settler can make a store faster to read once nothing more is written: by
// merging or compaction.
type Settler interface {
	Settle(ctx context.Context, dir string) error
}

// A Store answers questions. It is used by one goroutine at a time.
type Store interface {
	// Lookup calls visit with the outgoing transfers of an address, in chain
	// order. What it does not fill is Tx.
	Lookup(ctx context.Context, a gen.Address, visit Visit) error

	// Batch does so for many addresses, in any order of addresses; a row's From
	// says whose it is.
	Batch(ctx context.Context, addresses []gen.Address, visit Visit) error

	// Sweep calls visit with every transfer, in chain order. It fills From, To,
	// Asset and Amount.
	Sweep(ctx context.Context, visit Visit) error

	// Close releases what the store holds open.
	Close() error
}

// A Visit is called with rows that are valid during the call alone. A nil Visit
// asks an engine to bring every row, exact amount and all, in whatever form is
// its own, and to leave it there.
type Visit func(*gen.Row)

// A Numbered store has numbers of its own for addresses, which spare a sweep
// from finding addresses again and again.
type Numbered interface {
	// SweepNumbers calls visit with every transfer of the native coin, in chain
	// order. It calls number once for each address and uses what it returns.
	SweepNumbers(ctx context.Context, number func(gen.Address) uint32, visit func(from, to uint32, amount clew.Amount)) error
}

// A Walker walks by itself, in its own language.
type Walker interface {
	// Walk calls visit with every address that value at from can have reached
	// within so many hops, each later than the one before, and with the earliest
	// position at which it can have been there. from itself counts as reached
	// at since.
	Walk(ctx context.Context, from gen.Address, since uint64, hops int, visit func(a gen.Address, at uint64)) error
}

// Peers returns the engines that ours is measured beside.
func Peers() []Engine {
	return []Engine{Pebble{}, Parquet{}, DuckDB{}, SQLite{}}
}
