package op

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/ledger"
	"clew/report"
	"clew/trace"
)

// A chainCase is an investigation of an address on one chain under way.
type chainCase struct {
	*investigating
	address clew.Address
	filler  *explorer.Filler // nil: nobody is asked
	out     *report.ChainInvestigation
	ask     TraceInput

	received bool              // something that came in is held
	beyond   []explorer.Report // of chains that bridges lead to
}

// onChain investigates an address on its chain.
func (v *investigating) onChain(ctx context.Context, a clew.Address) (*report.ChainInvestigation, error) {
	services, err := v.services(a.Chain())
	if err != nil {
		return nil, err
	}
	f, err := v.fillerOf(v.env, a.Chain(), services, v.budget)
	if err != nil {
		return nil, err
	}
	if f != nil {
		f.Nodes = v.nodes.logs(a.Chain(), v.env.Now)
	}
	c := &chainCase{investigating: v, address: a, filler: f, out: &report.ChainInvestigation{Address: a, Tags: v.namer.At(a)}}
	c.ask = c.traceInput()
	steps := []func(context.Context) error{c.begin, c.review, c.fund, c.rounds, c.sign}
	if a.Chain().IsBitcoin() { // a busy payer's history costs a call for each 25 transactions: it must not take the trace's budget
		steps[2], steps[3] = c.rounds, c.fund
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			c.filler = nil // who stops the asking still wants to know what is held
		}
	}
	if f != nil {
		r := f.Report()
		if ctx.Err() != nil {
			r.Ended = explorer.EndedInterrupted
		}
		c.out.Fetched = &r
	}
	return c.out, c.answer(ctx)
}

// traceInput returns the trace that is made.
func (c *chainCase) traceInput() TraceInput {
	var t TraceInput
	setDefaults(&t)
	t.Start, t.Chain, t.Policy, t.Asset = c.address.Text(), string(c.address.Chain()), c.Policy, c.Asset
	t.Since, t.Bounds, t.Tags = c.Since, c.Bounds, c.Tags
	t.Spread = string(trace.No)
	return t
}

// begin fetches the address itself, if it can, and says what is held of it.
func (c *chainCase) begin(ctx context.Context) error {
	if c.filler != nil {
		if _, err := c.filler.Fill(ctx, []clew.Address{c.address}); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return c.over(ctx, func(ctx context.Context, s ledger.Snapshot) error {
		n, err := rowsOf(ctx, s, c.address)
		if err != nil {
			return err
		}
		in, err := s.Count(ctx, c.address, ledger.In)
		if err != nil {
			return err
		}
		c.received = in > 0
		if n == 0 {
			return c.notSeen(s)
		}
		c.out.Transfers, c.out.AsOf = n, s.AsOf()
		c.out.Held = s.Coverage().Holds(c.address, clew.Window{To: s.AsOf().Height + 1})
		return nil
	})
}

// notSeen says that no transfer of the address is held, and why none came.
func (c *chainCase) notSeen(s ledger.Snapshot) error {
	err := notSeen(c.address, s)
	if c.filler != nil {
		r := c.filler.Report()
		return notFetched(c.env, err, &r)
	}
	return err
}

// over calls do with a snapshot of the chain's ledger as it stands. What is held
// is read to the end, though the user stops the asking.
func (c *chainCase) over(ctx context.Context, do func(context.Context, ledger.Snapshot) error) error {
	ctx = context.WithoutCancel(ctx)
	s, err := snapshotOf(ctx, c.env, c.address.Chain())
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, s), s.Close())
}

// review says which outflows look unauthorised and which permissions are open,
// and on whose side the address is taken to be.
func (c *chainCase) review(ctx context.Context) error {
	given, err := c.grants(ctx)
	if err != nil {
		return err
	}
	c.out.Grants = lead.OpenGrants(given, c.now)
	return c.over(ctx, func(ctx context.Context, s ledger.Snapshot) error {
		r, err := lead.ReviewOutflows(ctx, lead.ReviewQuery{Reader: s, Address: c.address, Whole: c.out.Held, Namer: c.namer, Grants: given})
		if err != nil {
			return err
		}
		c.out.Review, c.out.Guess = r, lead.GuessSide(r, c.received)
		if c.As != "" {
			c.out.Guess = lead.Guess{Side: lead.Side(c.As), Given: true, Why: "the question says so"}
		}
		return nil
	})
}

// fund follows the first payments of the coin back, for an address that
// received.
func (c *chainCase) fund(ctx context.Context) error {
	if c.out.Guess.Side != lead.Receiver {
		return nil
	}
	var opened []ledger.Snapshot
	defer func() {
		for _, s := range opened {
			s.Close()
		}
	}()
	open := func(held context.Context, a clew.Address) (ledger.Snapshot, error) {
		if c.filler != nil && ctx.Err() == nil {
			if _, err := c.filler.Fill(ctx, []clew.Address{a}); err != nil && ctx.Err() == nil {
				return nil, err
			}
		}
		s, err := snapshotOf(held, c.env, a.Chain())
		if err == nil {
			opened = append(opened, s)
		}
		return s, err
	}
	f, err := lead.FollowFunding(context.WithoutCancel(ctx), lead.FundingQuery{Address: c.address, Open: open, Namer: c.namer, Guide: c.guide, Hops: c.Funding, Degree: uint64(c.Degree)})
	if err == nil && f.End == lead.EndNotHeld && c.lacks(f.At) {
		f.End = lead.EndUnfetched
	}
	c.out.Funding = f
	return err
}

// ownHere returns the address and those that the user says are of its owner too,
// on its chain.
func (c *chainCase) ownHere() []clew.Address {
	all := []clew.Address{c.address}
	for _, a := range c.own {
		if a.Chain().IsEVM() {
			a = onChain(a, c.address.Chain())
		}
		all = append(all, a)
	}
	return all
}

// lacks reports whether an address was wanted, and is not held or not whole.
func (c *chainCase) lacks(a clew.Address) bool {
	return c.filler != nil && slices.ContainsFunc(c.filler.Report().Left, func(l explorer.Left) bool { return l.Address == a })
}

// rounds traces and fetches what the trace lacks, until nothing more can be had.
func (c *chainCase) rounds(ctx context.Context) error {
	if c.filler == nil {
		return nil
	}
	var run tracing = func(ctx context.Context) (*trace.Result, error) {
		q, err := c.question(ctx)
		if err != nil {
			return nil, err
		}
		defer q.close()
		return trace.Run(ctx, q.input)
	}
	asks := run.logsFirst(c.filler)
	err := c.filler.Rounds(ctx, c.Rounds, func(ctx context.Context) ([]clew.Address, error) {
		wanted, err := asks(ctx)
		return wanted, noStart(err)
	})
	if err == nil && ctx.Err() == nil {
		c.beyond, err = c.fetchBeyond(ctx, c.env, c.filler, beyond{budget: c.budget, nodes: c.nodes, run: run})
	}
	return ignoreEnd(ctx, err)
}

// ignoreEnd passes over that the user stops the asking.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// question returns the trace over what is held now.
func (c *chainCase) question(ctx context.Context) (*question, error) {
	ask := c.ask
	ask.Continue = append(slices.Clone(ask.Continue), c.address.Text())
	ask.Sent = c.out.Guess.Side == lead.Victim
	q, err := newQuestion(ctx, c.env, &ask)
	if err != nil {
		return nil, err
	}
	if c.address.Chain().IsBitcoin() {
		return q, nil
	}
	seeds, err := c.seeds(ctx, q)
	if err != nil {
		q.close()
		return nil, err
	}
	q.input.Start = trace.Start{Origins: seeds}
	return q, nil
}

// noTrace notes that there is nothing to follow, which does not end an
// investigation.
func (c *chainCase) noTrace(err error) error {
	if errors.Is(err, clew.ErrNotFound) {
		done := "received"
		if c.out.Guess.Side == lead.Victim {
			done = "sent"
		}
		c.out.NoTrace = fmt.Sprintf("nothing that %s %s and that can be followed is held", c.address.Text(), done)
		if c.Asset != "" || c.Since != "" {
			c.out.NoTrace += ", of what --asset and --since leave"
		}
		return nil
	}
	return err
}

// answer traces what is held, though the user stops the asking, and says what of
// it can be stopped.
func (c *chainCase) answer(asking context.Context) error {
	ctx := context.WithoutCancel(asking)
	q, err := c.question(ctx)
	if err != nil {
		return c.noTrace(err)
	}
	defer q.close()
	q.nodes, q.asking = c.nodes, asking
	t, err := q.run(ctx, c.env)
	if err != nil {
		return c.noTrace(err)
	}
	claimTokens(t.Units, c.guide)
	t.Fetched, t.FetchedBeyond = c.out.Fetched, c.beyond
	t.Subject = fmt.Sprintf("%s on %s", c.address.Text(), c.address.Chain().Name())
	ask := lead.Question{Trace: t.Result, Memos: t.Memos, Guide: c.guide, Now: c.now}
	if c.out.Guess.Side == lead.Victim {
		ask.Own = c.ownHere()
		c.out.Own = ask.Own
	}
	stopped, err := stop(ctx, c.env, ask)
	if err != nil {
		return err
	}
	c.out.Stop = &report.Stoppable{Trace: t, Result: stopped}
	return nil
}
