package op

import (
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/explorer"
	"clew/remote"
	"clew/trace"
)

// A demand says what an operation may ask explorers for.
type demand struct {
	Explorers []string // as the user names them; none: as the environment does
	Budget    int      // of calls
	Rounds    int
	Refresh   bool
}

// filler returns what fetches histories of a chain's addresses into the user's
// ledger, which is made if need be; nil where no explorer of the chain is
// configured. Nothing is asked yet.
func (d *demand) filler(ctx context.Context, env *Env, chain clew.Chain) (*explorer.Filler, error) {
	if env.Explorers == nil {
		return nil, nil
	}
	budget := remote.NewBudget(int64(d.Budget))
	services, err := env.Explorers.Open(chain, d.Explorers, budget)
	if err != nil || len(services) == 0 {
		return nil, err
	}
	archive, err := env.Explorers.Archive(chain)
	if err != nil {
		return nil, err
	}
	store, err := env.Ledgers.Open(ctx, chain, Making)
	if err != nil {
		return nil, err
	}
	f := explorer.NewFiller(services, store, budget)
	f.Archive, f.Refresh = archive, d.Refresh
	f.Tell = func(s explorer.Step) {
		env.tell(Progress{Doing: "asking explorers", Done: int64(s.Fetched), Total: int64(s.Wanted), Unit: "addresses"})
	}
	return f, nil
}

// fetch fetches what a trace wants, round by round, and says what it did; nil
// where there is no explorer to ask, or nothing that one could be asked for.
func (in *TraceInput) fetch(ctx context.Context, env *Env) (*explorer.Report, error) {
	chain, err := chainOf(in.Chain)
	if err != nil || in.isIncident() {
		return nil, err
	}
	start, err := in.start(chain)
	if err != nil {
		return nil, err
	}
	if chain = start.Chain; chain == "" {
		chain = start.Address.Chain()
	}
	d := demand{Explorers: in.Explorer, Budget: in.Budget, Rounds: in.Rounds, Refresh: in.Refresh}
	f, err := d.filler(ctx, env, chain)
	if err != nil || f == nil {
		return nil, err
	}
	err = f.Rounds(ctx, in.Rounds, func(ctx context.Context) ([]clew.Address, error) {
		if !start.Address.IsZero() && len(f.Report().Fetched) == 0 {
			if held, err := f.Holds(ctx, start.Address); err != nil || !held {
				return []clew.Address{start.Address}, err
			}
		}
		return in.wanted(ctx, env, chain)
	})
	r := f.Report()
	return &r, err
}

// wanted traces over what is held, and returns what it lacks.
func (in *TraceInput) wanted(ctx context.Context, env *Env, chain clew.Chain) ([]clew.Address, error) {
	plain := *in
	plain.Spread, plain.Ranges, plain.Prices, plain.Now = string(trace.No), false, nil, ""
	q, err := newQuestion(ctx, env, &plain)
	if err != nil {
		return nil, noStart(err)
	}
	defer q.close()
	r, err := trace.Run(ctx, q.input)
	if err != nil {
		return nil, noStart(err)
	}
	return r.Wanted(chain), nil
}

// noStart passes over that a start is not held: then nothing can be wanted.
func noStart(err error) error {
	if errors.Is(err, clew.ErrNotFound) {
		return nil
	}
	return err
}

// notFetched adds to a start that is not held why it could not be fetched, or
// how to have it fetched.
func notFetched(err error, fetched *explorer.Report) error {
	if !errors.Is(err, clew.ErrNotFound) {
		return err
	}
	if fetched == nil {
		return fmt.Errorf("%w; %s", err, explorersHint)
	}
	for _, l := range fetched.Left {
		err = fmt.Errorf("%w; %s could not be fetched: %s", err, l.Address.Text(), l.Why)
		break
	}
	return err
}

// explorersHint says how to name a service.
const explorersHint = "or name an explorer to ask, such as --explorer etherscan=@FILE with a file that holds its key"
