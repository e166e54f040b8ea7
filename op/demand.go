package op

import (
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/explorer"
	"clew/remote"
	"clew/report"
	"clew/trace"
)

// A demand says what an operation may ask explorers for.
type demand struct {
	Explorers []string // as the user names them; none: as the environment does
	Budget    int      // of calls
	Rounds    int
	Refresh   bool
	Shared    *remote.Budget // several fillers'; nil: each has its own
}

// filler returns what fetches histories of a chain's addresses into the user's
// ledger, which is made if need be; nil where no explorer of the chain is
// configured. Nothing is asked yet.
func (d *demand) filler(ctx context.Context, env *Env, chain clew.Chain) (*explorer.Filler, error) {
	if env.Explorers == nil {
		return nil, nil
	}
	budget := d.Shared
	if budget == nil {
		budget = remote.NewBudget(int64(d.Budget))
	}
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

// A seeking is a trace that explorers may be asked for.
type seeking struct {
	filler *explorer.Filler
	walk   explorer.Walk
	first  string // what the start is to explorers, where nothing of it is held
}

// seek readies what fetches the histories that a trace wants; nil where there is
// no explorer to ask, or nothing that one could be asked for.
func (in *TraceInput) seek(ctx context.Context, env *Env) (*seeking, error) {
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
	s := &seeking{filler: f}
	s.walk = func(ctx context.Context) ([]clew.Address, error) {
		if len(f.Report().Fetched) == 0 && !start.Address.IsZero() {
			if held, err := f.Holds(ctx, start.Address); err != nil || !held {
				return []clew.Address{start.Address}, err
			}
		}
		wanted, err := in.wanted(ctx, env, chain)
		if errors.Is(err, clew.ErrNotFound) && !start.Tx.IsZero() && len(f.Report().Fetched) == 0 {
			return f.Parties(ctx, in.Start)
		}
		return wanted, noStart(err)
	}
	if !start.Tx.IsZero() {
		s.first = "transaction " + start.Tx.String()
		if chain.IsSolana() {
			s.first = "transaction " + in.Start
		}
	}
	return s, nil
}

// fetch fetches what a trace wants, round by round, and says what it did; nil
// where nobody is asked.
func (in *TraceInput) fetch(ctx context.Context, env *Env) (*explorer.Report, error) {
	s, err := in.seek(ctx, env)
	if err != nil || s == nil {
		return nil, err
	}
	err = s.filler.Rounds(ctx, in.Rounds, s.walk)
	r := s.filler.Report()
	return &r, err
}

// dry says who would learn what, first.
func (in *TraceInput) dry(ctx context.Context, env *Env) (report.Result, error) {
	s, err := in.seek(ctx, env)
	if err != nil {
		return nil, err
	}
	out := &report.Dry{}
	if s == nil {
		return out, nil
	}
	wanted, err := in.firstWanted(ctx, env, s)
	if err != nil {
		return nil, err
	}
	if len(wanted) == 0 {
		return out, nil
	}
	for _, host := range s.filler.Report().Services {
		for _, what := range wanted {
			out.Asks = append(out.Asks, report.Ask{Host: host, Learns: what})
		}
	}
	out.Later = fmt.Sprintf("Hosts are asked in this order, the next where one fails. Which addresses are asked for after that depends on the answers: at most %d calls in %d rounds.", in.Budget, in.Rounds)
	return out, nil
}

// firstWanted returns what the first round would ask for, without asking.
func (in *TraceInput) firstWanted(ctx context.Context, env *Env, s *seeking) ([]string, error) {
	var wanted []clew.Address
	var err error
	if s.first == "" {
		wanted, err = s.walk(ctx)
	} else if wanted, err = in.wanted(ctx, env, s.filler.Report().Chain); errors.Is(err, clew.ErrNotFound) {
		return []string{s.first}, nil
	}
	if err != nil {
		return nil, err
	}
	missing, err := s.filler.Missing(ctx, wanted)
	var out []string
	for _, a := range missing {
		out = append(out, "address "+a.Text())
	}
	return out, err
}

// wanted traces over what is held, and returns what it lacks. A start that is not
// held wraps clew.ErrNotFound.
func (in *TraceInput) wanted(ctx context.Context, env *Env, chain clew.Chain) ([]clew.Address, error) {
	plain := *in
	plain.Spread, plain.Ranges, plain.Prices, plain.Now = string(trace.No), false, nil, ""
	q, err := newQuestion(ctx, env, &plain)
	if err != nil {
		return nil, err
	}
	defer q.close()
	r, err := trace.Run(ctx, q.input)
	if err != nil {
		return nil, err
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
