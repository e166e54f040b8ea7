package op

import (
	"context"
	"errors"
	"slices"

	"clew"
	"clew/explorer"
	"clew/remote"
	"clew/trace"
)

// maxTurns is how often the chains that bridges lead to are asked for in turn: a
// trace may come back to the first.
const maxTurns = 8

// A tracing traces over what is held.
type tracing func(ctx context.Context) (*trace.Result, error)

// logsFirst returns the walk by which a filler is told what a trace wants: first
// what contracts logged in single transactions, for that may say whose histories are
// wanted, then histories.
func (run tracing) logsFirst(f *explorer.Filler) explorer.Walk {
	chain := f.Report().Chain
	return func(ctx context.Context) ([]clew.Address, error) {
		for {
			r, err := run(ctx)
			if err != nil {
				return nil, err
			}
			read, err := f.Logged(ctx, txsOf(r.WantedLogs(chain)))
			if err != nil {
				return nil, err
			}
			if read == 0 {
				return r.Wanted(chain), nil
			}
		}
	}
}

// txsOf returns transactions as explorers are asked for them.
func txsOf(wanted []trace.Unread) []explorer.TxAt {
	var list []explorer.TxAt
	for _, u := range wanted {
		list = append(list, explorer.TxAt{Tx: u.Tx, Pos: u.Pos, Time: u.Time})
	}
	return list
}

// A beyond fetches, for a trace, what it wants on chains that bridges lead to.
type beyond struct {
	*Demand
	env     *Env
	run     tracing
	budget  *remote.Budget
	nodes   atHand
	start   clew.Chain
	fillers map[clew.Chain]*explorer.Filler // nil: nobody can be asked
	order   []clew.Chain                    // that were asked for, but for the start's
	probed  map[clew.Chain]bool
}

// fetchBeyond goes on from what was fetched on the chain of the start, which is
// asked again where the trace comes back.
func (d *Demand) fetchBeyond(ctx context.Context, env *Env, first *explorer.Filler, b beyond) ([]explorer.Report, error) {
	start := first.Report().Chain
	b.Demand, b.env, b.start = d, env, start
	b.fillers, b.probed = map[clew.Chain]*explorer.Filler{start: first}, map[clew.Chain]bool{start: true}
	for turn := range maxTurns {
		more := false
		chains, err := b.chains(ctx, start)
		if err != nil {
			return nil, err
		}
		for _, chain := range chains {
			if turn == 0 && chain == start {
				continue
			}
			grown, err := b.fetchOn(ctx, chain)
			if err != nil {
				return nil, err
			}
			more = more || grown
		}
		if !more || ctx.Err() != nil || b.budget.Left() == 0 {
			break
		}
	}
	var reports []explorer.Report
	for _, chain := range b.order {
		reports = append(reports, b.fillers[chain].Report())
	}
	return reports, nil
}

// chains returns where a trace over what is held wants something: the chain of the
// start, those that it came to, and those that messages name.
func (b *beyond) chains(ctx context.Context, first clew.Chain) ([]clew.Chain, error) {
	r, err := b.run(ctx)
	if err != nil || r == nil {
		return nil, noStart(err)
	}
	chains, seen := []clew.Chain{first}, map[clew.Chain]bool{first: true, "": true}
	add := func(chain clew.Chain) {
		if !seen[chain] && len(r.Wanted(chain))+len(r.WantedLogs(chain)) > 0 {
			seen[chain], chains = true, append(chains, chain)
		}
	}
	for i := range r.AsOf {
		add(r.AsOf[i].Chain)
	}
	for i := range r.Conversions {
		if link := r.Conversions[i].Bridge; link != nil {
			add(link.To)
		}
	}
	return chains, nil
}

// fetchOn fetches what a trace wants on one chain, and reports whether anything
// came.
func (b *beyond) fetchOn(ctx context.Context, chain clew.Chain) (bool, error) {
	f, err := b.fillerOn(chain)
	if err != nil || f == nil {
		return false, err
	}
	if lacks, err := b.lacks(ctx, f); err != nil || !lacks {
		return false, err
	}
	if !b.probed[chain] { // whoever answers for another chain is not asked about this one
		b.probed[chain] = true
		if !f.KeepThoseOf(ctx) {
			b.fillers[chain] = nil
			return false, nil
		}
	}
	if chain != b.start && !slices.Contains(b.order, chain) {
		b.order = append(b.order, chain)
	}
	before := f.Report()
	err = f.Rounds(ctx, b.Rounds, func(ctx context.Context) ([]clew.Address, error) {
		wanted, err := b.run.logsFirst(f)(ctx)
		return wanted, noStart(err)
	})
	after := f.Report()
	return len(after.Fetched)+len(after.Logged) > len(before.Fetched)+len(before.Logged), err
}

// lacks reports whether a trace wants something of a chain that is not held and was
// not asked for in vain.
func (b *beyond) lacks(ctx context.Context, f *explorer.Filler) (bool, error) {
	r, err := b.run(ctx)
	if err != nil {
		return false, noStart(err)
	}
	chain := f.Report().Chain
	return f.Lacks(ctx, r.Wanted(chain), txsOf(r.WantedLogs(chain)))
}

// fillerOn returns what fetches on a chain, of the services that are named for any;
// nil if none knows it.
func (b *beyond) fillerOn(chain clew.Chain) (*explorer.Filler, error) {
	if f, known := b.fillers[chain]; known {
		return f, nil
	}
	services, err := b.servicesOn(chain)
	if err != nil {
		return nil, err
	}
	f, err := b.fillerOf(b.env, chain, services, b.budget)
	if f != nil {
		f.Nodes = b.nodes.logs(chain, b.env.Now)
	}
	b.fillers[chain] = f
	return f, err
}

// servicesOn opens the services of a kind that may know a chain.
func (b *beyond) servicesOn(chain clew.Chain) ([]explorer.Service, error) {
	if b.env.Explorers == nil {
		return nil, nil
	}
	if len(b.Explorer) == 0 {
		return b.env.Explorers.Open(chain, nil, b.budget)
	}
	var all []explorer.Service
	for _, name := range b.Explorer {
		services, err := b.env.Explorers.Open(chain, []string{name}, b.budget)
		if wrong := (*clew.InputError)(nil); errors.As(err, &wrong) {
			continue // it is of another kind of chain
		}
		if err != nil {
			return nil, err
		}
		all = append(all, services...)
	}
	return all, nil
}
