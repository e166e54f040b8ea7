package op

import (
	"context"
	"errors"
	"slices"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/ledger"
	"clew/report"
	"clew/taint"
	"clew/trace"
)

// TraceInput asks where value went, or came from.
type TraceInput struct {
	Start      string `json:"start" arg:"" help:"address, transaction, transfer (such as 14442835/7/native/0), incident:ID (such as incident:ronin-2022), or incident:FILE (such as incident:./theft.yaml)"`
	Chain      string `json:"chain" help:"chain of the start, by name or CAIP-2; needed where its form does not tell" placeholder:"CHAIN"`
	Policy     string `json:"policy" help:"which units leave a mixed balance; if left out what --for chooses, else fifo" placeholder:"NAME" values:"fifo,lifo,haircut,taint-first,clean-first,poison,tiho"`
	Allocation string `json:"allocation" help:"whose mark moves where several origins meet and the policy leaves it open" placeholder:"NAME" values:"pro-rata,first-in,rolling"`
	Direction  string `json:"direction" default:"forward" help:"forward: where did it go? backward: where did it come from?" placeholder:"WAY" values:"forward,backward"`
	For        string `json:"for" help:"choose what is fit for a purpose: freeze, claim (then name a policy) or statistics" placeholder:"PURPOSE" values:"freeze,claim,statistics"`
	Asset      string `json:"asset" help:"start with this asset alone: native, a token's contract, or CAIP-19" placeholder:"ASSET"`
	Sent       bool   `json:"sent" help:"from an address: start with what it sent, not with what it received"`
	Since      string `json:"since" help:"from an address: start with transfers of this day or time and after" placeholder:"TIME"`
	CountedIn  string `json:"countedIn" default:"proceeds" help:"from an incident: count converted origins as what the conversion brought, or as what was stolen" placeholder:"WHAT" values:"proceeds,stolen"`
	Until      string `json:"until" help:"follow nothing after this day or time" placeholder:"TIME"`
	Bounds
	Engine         string   `json:"engine" help:"how to compute; chosen by the question if left out" placeholder:"NAME" values:"interval,sweep,queue"`
	Tags           []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Records        []string `json:"records" sep:"none" help:"answers of services and banks (YAML): go on from an account's deposits to its withdrawals, as a claim; may be repeated" placeholder:"FILE"`
	Exclude        []string `json:"exclude" help:"leave out the records of this exhibit, by its number; may be repeated" placeholder:"EXHIBIT"`
	WithoutRecords bool     `json:"withoutRecords" help:"leave out all records, those of an incident too"`
	WithoutSwaps   bool     `json:"withoutSwaps" help:"do not look for swaps and wrappings within transactions: end where value changes its asset"`
	WithoutBridges bool     `json:"withoutBridges" help:"do not cross bridges: end where value goes to another chain"`
	Held           bool     `json:"held" help:"from an incident: walk from its origins over your own ledgers, in place of the facts that its file states"`
	Prices         []string `json:"prices" sep:"none" help:"value the books in US dollars by a CSV of daily closes: ASSET is native, a token's contract or CAIP-19; may be repeated" placeholder:"ASSET=FILE"`
	Now            string   `json:"now" help:"with --prices: value by the close of this day too" placeholder:"DAY"`
	Spread         string   `json:"spread" help:"work out the other policies' totals: yes or no; left out: while it is cheap" placeholder:"CHOICE" values:"yes,no"`
	Ranges         bool     `json:"ranges" help:"work out the least and the most that can have reached each place by any policy"`
	Demand
	AtHand
}

func traceOp() Op {
	return define(Op{
		Name: "trace",
		Doc:  "Follow value from an address, a transaction or an incident, and close the books.",
		Detail: "The start is what an address received (or sent, with --sent), what a transaction moved, one transfer by its position, " +
			"or the origins of an incident, up to 65,536 of them, such as its victims: one that this program carries, or a file of your own with its transfers, conversions, " +
			"suppositions and origins. The facts that an incident's file states are the ledger of its trace; yours is not read, unless you ask for it with --held. " +
			"Where value goes into a bridge and an identifier that both ends log leads on, it is followed to the other chain, if you hold that. Where it stopped at a bridge or an instant exchanger without one, what may have come out is listed with a score, as a hypothesis: never followed, and in no book. " +
			"Shapes and paces that the traced transfers make are listed too, with how often each rule errs. From an address every fungible asset is followed unless you name one with --asset; each has a book of " +
			"its own. Every unit is booked at exactly one place. Policies are conventions: the one you name decides " +
			"which units leave a mixed balance, and the others' totals stand beside it. Where a service or a bank has answered, " +
			"a file of its records leads on from what was deposited to what was withdrawn, on other chains and in other assets too; what it says was " +
			"paid out in money has a place of its own. All of it is marked with the number of the exhibit, and --exclude leaves one out.",
		Examples: []Example{
			{"trace incident:ronin-2022 --policy haircut", "the Ronin theft by another policy, from the facts in this program"},
			{"trace incident:ronin-2022 --for freeze --html ronin.html", "how far it can have gone, as a page to send on"},
			{"trace incident:./theft.yaml", "a case of your own, from its file"},
			{"trace incident:./theft.yaml --held", "and on over the chains that you hold, across bridges"},
			{"trace 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --asset native --hops 3", "the coin that an address received, three transfers on, from your ledger"},
			{"trace 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --records answers.yaml --exclude 12", "on through what exchanges answered, without exhibit 12"},
			{"trace 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --tags exchanges.yaml --prices native=ether.csv", "with your own tags, and the books in US dollars too"},
		},
	}, runTrace)
}

func runTrace(ctx context.Context, env *Env, in TraceInput) (report.Result, error) {
	if in.Dry {
		return in.dry(ctx, env)
	}
	t, err := in.answer(ctx, env)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// answer fetches what the trace wants, as far as it may, and traces.
func (in *TraceInput) answer(ctx context.Context, env *Env) (t *report.Trace, err error) {
	nodes, err := in.open(ctx, env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, nodes.close()) }()
	asking := ctx
	fetched, others, err := in.fetch(ctx, env, nodes)
	if err != nil {
		return nil, err
	}
	if fetched != nil && ctx.Err() != nil { // who stops the asking still wants to know what is held
		fetched.Ended, ctx = explorer.EndedInterrupted, context.WithoutCancel(ctx)
	}
	q, err := newQuestion(ctx, env, in)
	if err != nil {
		return nil, notFetched(env, err, fetched)
	}
	defer q.close()
	q.nodes, q.asking = nodes, asking
	t, err = q.run(ctx, env)
	if err != nil {
		return nil, notFetched(env, err, fetched)
	}
	shown := *in
	shown.AtHand, shown.Demand = in.AtHand.shown(), in.Demand.shown()
	t.Fetched, t.FetchedBeyond, t.Command = fetched, others, CommandLine(traceOp(), &shown)
	return t, nil
}

// traceInput fills what does not depend on where the trace starts.
func (in *TraceInput) traceInput(chain clew.Chain) (trace.Input, error) {
	out := trace.Input{
		Direction: trace.Direction(in.Direction), Purpose: trace.Purpose(in.For), Engine: trace.Engine(in.Engine),
		Spread: trace.Choice(in.Spread), Ranges: in.Ranges, WithoutSwaps: in.WithoutSwaps, WithoutBridges: in.WithoutBridges,
	}
	var err error
	if in.Policy != "" {
		if out.Method.Policy, err = taint.ParsePolicy(in.Policy); err != nil {
			return out, err
		}
	}
	if in.Allocation != "" {
		if out.Method.Allocation, err = taint.ParseAllocation(in.Allocation); err != nil {
			return out, err
		}
	}
	if out.Limits.Until, err = timeOf("until", in.Until); err != nil {
		return out, err
	}
	return out, in.Bounds.fill(&out, chain)
}

// A question is a trace about to be run.
type question struct {
	values *valuation
	input  trace.Input
	trace  report.Trace // what is known before the result is
	opened []ledger.Snapshot
	others []ledger.Snapshot // of chains that bridges alone lead to

	overHeld bool     // it is walked over the user's ledgers
	stated   bool     // it is walked over the facts that an incident's file states
	prices   []string // closes that the user named

	leftOut string // what of an incident is not in the answer

	finish func(*report.Trace)
	nodes  atHand          // that may be asked about tokens
	asking context.Context // by which they are

	compared []*comparison // with what they said, a chain each

	discovered clew.Time      // first second of the day on which an incident says that the theft was; unknown: not said
	requests   []lead.Request // for freezes; told in a sealed case alone
}

func (q *question) close() {
	for _, s := range slices.Concat(q.opened, q.others) {
		s.Close()
	}
}
