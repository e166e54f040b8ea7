package main

import (
	"context"
	"errors"

	"clew/bench/ask"
	"clew/bench/engine"
	"clew/ledger"
)

// heavy asks the ledger with one very heavy address for pages.
func (j *job) heavy(ctx context.Context) (*ask.Reply, error) {
	dir := j.store(j.Set, j.Engine)
	open := func() (ledger.Snapshot, func() error, error) { return engine.OpenOwn(ctx, dir) }
	return ask.Heavy(ctx, open, dir, j.config(j.Set))
}

// trace follows value through the main file's ledger.
func (j *job) trace(ctx context.Context) (*ask.Reply, error) {
	snapshot, closeStore, err := engine.OpenOwn(ctx, j.store(j.Set, j.Engine))
	if err != nil {
		return nil, err
	}
	reply, err := ask.Trace(ctx, snapshot, j.file(j.Set), j.config(j.Set))
	return reply, errors.Join(err, snapshot.Close(), closeStore())
}

// exposure asks whom addresses of the main file met.
func (j *job) exposure(ctx context.Context) (*ask.Reply, error) {
	snapshot, closeStore, err := engine.OpenOwn(ctx, j.store(j.Set, j.Engine))
	if err != nil {
		return nil, err
	}
	reply, err := ask.Exposure(ctx, snapshot, j.file(j.Set), j.config(j.Set))
	return reply, errors.Join(err, snapshot.Close(), closeStore())
}
