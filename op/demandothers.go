package op

import (
	"context"

	"clew"
	"clew/explorer"
	"clew/remote"
)

// maxTurns is how often the chains that bridges lead to are asked for in turn: a
// trace may come back to the first.
const maxTurns = 8

// A beyond fetches, for a trace, histories on chains that bridges lead to. Only
// services that the environment names for a chain are asked there: those that the
// user names for one trace are of the chain of its start.
type beyond struct {
	*TraceInput
	env     *Env
	budget  *remote.Budget
	fillers map[clew.Chain]*explorer.Filler // nil: nobody can be asked
	order   []clew.Chain
}

// fetchBeyond goes on from what was fetched on the chain of the start, which is
// asked again where the trace comes back.
func (in *TraceInput) fetchBeyond(ctx context.Context, env *Env, s *seeking) ([]explorer.Report, error) {
	if in.WithoutBridges || len(in.Explorer) > 0 {
		return nil, nil
	}
	first := s.filler.Report().Chain
	b := &beyond{TraceInput: in, env: env, budget: s.budget, fillers: map[clew.Chain]*explorer.Filler{first: s.filler}}
	for turn := range maxTurns {
		more := false
		chains, err := b.chains(ctx, first)
		if err != nil {
			return nil, err
		}
		for _, chain := range chains {
			grown, err := b.fetchOn(ctx, chain, turn > 0 || chain != first)
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

// chains returns where a trace over what is held wants histories: the chain of the
// start, those that it came to, and those that messages name.
func (b *beyond) chains(ctx context.Context, first clew.Chain) ([]clew.Chain, error) {
	r, err := b.traced(ctx, b.env)
	if err != nil || r == nil {
		return nil, noStart(err)
	}
	chains, seen := []clew.Chain{first}, map[clew.Chain]bool{first: true, "": true}
	add := func(chain clew.Chain) {
		if !seen[chain] && len(r.Wanted(chain)) > 0 {
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
func (b *beyond) fetchOn(ctx context.Context, chain clew.Chain, ask bool) (bool, error) {
	f, known := b.fillers[chain]
	if !known {
		var err error
		if f, err = b.filler(ctx, b.env, chain, b.budget); err != nil {
			return false, err
		}
		if b.fillers[chain] = f; f != nil {
			b.order = append(b.order, chain)
		}
	}
	if f == nil || !ask {
		return false, nil
	}
	before := len(f.Report().Fetched)
	err := f.Rounds(ctx, b.Rounds, func(ctx context.Context) ([]clew.Address, error) {
		r, err := b.traced(ctx, b.env)
		if err != nil {
			return nil, noStart(err)
		}
		return r.Wanted(chain), nil
	})
	return len(f.Report().Fetched) > before, err
}
