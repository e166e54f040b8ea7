package op

import (
	"context"
	"errors"

	"clew"
	"clew/lead"
	"clew/report"
	"clew/trace"
)

// StoppableInput asks which of a trace's value somebody can still stop.
type StoppableInput struct {
	Start  string `json:"start" arg:"" help:"address, transaction, transfer, incident:ID or incident:FILE, as for clew trace"`
	Chain  string `json:"chain" help:"chain of the start, by name or CAIP-2; needed where its form does not tell" placeholder:"CHAIN"`
	Policy string `json:"policy" default:"taint-first" help:"which units leave a mixed balance: taint-first is how far it can have gone" placeholder:"NAME" values:"taint-first,fifo,lifo,haircut,clean-first,tiho"`
	Asset  string `json:"asset" help:"start with this asset alone: native, a token's contract, or CAIP-19" placeholder:"ASSET"`
	Sent   bool   `json:"sent" help:"from an address: start with what it sent, not with what it received"`
	Since  string `json:"since" help:"from an address: start with transfers of this day or time and after" placeholder:"TIME"`
	Bounds
	Tags []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Demand
	AtHand
	Now string `json:"now" help:"work deadlines out as of this time; left out: as of now" placeholder:"TIME"`
}

func stoppableOp() Op {
	return define(Op{
		Name: "stoppable",
		Doc:  "List the value that somebody can still stop, by deadline, with whom to ask and what to name.",
		Detail: "It traces forward, by taint-first unless you name another policy, and gives every unit one standing: tokens at the tips that " +
			"their issuer can freeze, deposits at services, value in flight over bridges, in challenge and unstaking windows and in " +
			"streaming swaps; what is frozen already; and what nobody is known to be able to stop. Their sum is what the trace " +
			"accounts for. Issuers, contacts and windows are those of reviewed files in this program, each with its source and the " +
			"day on which it was read; what nobody checked is unknown. These are leads, not accusations.",
		Examples: []Example{
			{"stoppable incident:ronin-2022 --now 2022-03-29T16:00:00Z", "the Ronin theft, as of the hour of its disclosure"},
			{"stoppable 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --html stop.html", "what one address received, as a page with the facts for each request"},
		},
	}, runStoppable)
}

// trace returns the question whose answer is gone through.
func (in *StoppableInput) trace() TraceInput {
	var t TraceInput
	setDefaults(&t)
	t.Start, t.Chain, t.Policy, t.Asset, t.Sent, t.Since = in.Start, in.Chain, in.Policy, in.Asset, in.Sent, in.Since
	t.Bounds, t.Tags, t.Demand, t.AtHand = in.Bounds, in.Tags, in.Demand, in.AtHand
	t.For, t.Spread = string(trace.ForFreeze), string(trace.No)
	return t
}

func runStoppable(ctx context.Context, env *Env, in StoppableInput) (report.Result, error) {
	ask := in.trace()
	if in.Dry {
		return ask.dry(ctx, env)
	}
	now, err := nowOr(env, in.Now)
	if err != nil {
		return nil, err
	}
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	t, err := ask.answer(ctx, env)
	if err != nil {
		return nil, err
	}
	claimTokens(t.Units, guide)
	own, err := in.own()
	if err != nil {
		return nil, err
	}
	stopped, err := stop(ctx, env, lead.Question{Trace: t.Result, Memos: t.Memos, Guide: guide, Now: now, Own: own})
	if err != nil {
		return nil, err
	}
	in.Now, in.AtHand, in.Demand = now.String(), in.AtHand.shown(), in.Demand.shown()
	return &report.Stoppable{Trace: t, Result: stopped, Command: CommandLine(stoppableOp(), &in)}, nil
}

// own returns the address that the value was sent from, if the question is about
// that: what comes back there is not gone.
func (in *StoppableInput) own() ([]clew.Address, error) {
	if !in.Sent {
		return nil, nil
	}
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	a, err := addressOf("start", in.Start, chain)
	return []clew.Address{a}, err
}

// stop answers what of a trace can be stopped, with what the ledgers say of coins
// that are staked.
func stop(ctx context.Context, env *Env, q lead.Question) (*lead.Stoppable, error) {
	q.Stakes = map[clew.Address][]clew.Act{}
	for i := range q.Trace.AsOf {
		chain := q.Trace.AsOf[i].Chain
		if !lead.RecordsStakes(chain) {
			continue
		}
		s, err := snapshotOf(ctx, env, chain)
		if errors.Is(err, clew.ErrNotFound) {
			continue // the trace is over facts of an incident
		}
		if err != nil {
			return nil, err
		}
		if err := errors.Join(lead.ReadStakes(ctx, s, q.Trace, q.Stakes), s.Close()); err != nil {
			return nil, err
		}
	}
	return lead.Stop(q)
}

// nowOr reads as of when deadlines are worked out.
func nowOr(env *Env, s string) (clew.Time, error) {
	if s == "" {
		return env.Now, nil
	}
	return timeOf("now", s)
}

// claimTokens adds what the guide says of tokens to what is known of them.
func claimTokens(units report.Units, guide *lead.Guide) {
	for _, t := range guide.Tokens() {
		units.Claim(t.Asset, t.Symbol, t.Decimals, "reviewed list of issuers: "+t.Source)
	}
}
