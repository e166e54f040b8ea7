package op

import (
	"context"
	"errors"
	"slices"

	"clew"
	"clew/ledger"
	"clew/report"
	"clew/trace"
)

// PathsInput asks for ways from one address to another.
type PathsInput struct {
	From      string   `json:"from" arg:"" help:"address to start from"`
	To        string   `json:"to" arg:"" help:"address to arrive at"`
	Chain     string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Asset     string   `json:"asset" help:"only paths of this asset: native, a token's contract, or CAIP-19" placeholder:"ASSET"`
	Since     string   `json:"since" help:"leave with transfers of this day or time and after" placeholder:"TIME"`
	Until     string   `json:"until" help:"arrive on this day or before this time" placeholder:"TIME"`
	Hops      int      `json:"hops" default:"12" range:"1,1000000" help:"longest path, in transfers, 1 to 1000000" placeholder:"N"`
	Addresses int      `json:"addresses" default:"10000" range:"1,10000000" help:"most addresses to read" placeholder:"N"`
	Transfers int      `json:"transfers" default:"100000" range:"1,10000000" help:"most transfers to look at" placeholder:"N"`
	Degree    int      `json:"degree" default:"1000" range:"1,1000000000" help:"transfers on one side beyond which no path leads through an address" placeholder:"N"`
	Least     string   `json:"least" help:"leave out transfers at or below this: smallest units, or 0.5ETH" placeholder:"AMOUNT"`
	Tags      []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Best      int      `json:"best" default:"3" range:"1,20" help:"paths of each kind, 1 to 20" placeholder:"N"`
}

func pathsOp() Op {
	return define(Op{
		Name: "paths",
		Doc:  "Find the widest and the earliest paths in time between two addresses.",
		Detail: "Each transfer of a path comes after the one before it. A path says that value could have gone that way, " +
			"not that it did, nor how much: that is for a trace with a named policy. On Bitcoin a path goes from output to output: " +
			"by one step there went at most the smaller of the output that a transaction spends and the one that it pays.",
		Examples: []Example{{
			"paths 0x098b716b8aaf21512996dc57eb0615e2383e2f96 0xa160cdab225685da1d56aa342ad8841c3b53f291 --asset native",
			"how ether can have gone from the one to the other",
		}},
	}, runPaths)
}

func runPaths(ctx context.Context, env *Env, in PathsInput) (report.Result, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	from, err := addressOf("from", in.From, chain)
	if err != nil {
		return nil, err
	}
	to, err := addressOf("to", in.To, chain)
	if err != nil {
		return nil, err
	}
	snapshot, err := snapshotOf(ctx, env, from.Chain())
	if err != nil {
		return nil, err
	}
	defer snapshot.Close()
	if err := seen(ctx, snapshot, from, to); err != nil {
		return nil, err
	}
	q, err := in.query(ctx, snapshot, from)
	if err != nil {
		return nil, err
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	q.Namer = index
	r, err := trace.Paths(ctx, snapshot, from, to, q)
	if err != nil {
		return nil, err
	}
	out := &report.Paths{PathResult: r, NotRead: notRead(from.Chain()), Packs: index.Packs(), Units: builtinUnits(), Command: CommandLine(pathsOp(), &in)}
	return out, env.claimed(out.Units, assetsOfPaths(r))
}

func assetsOfPaths(r *trace.PathResult) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for _, p := range slices.Concat(r.Widest, r.Soonest) {
		assets[p.Asset] = true
	}
	return assets
}

// seen reports which of some addresses no transfer of a ledger has: that there
// is no path then says nothing.
func seen(ctx context.Context, s ledger.Snapshot, addresses ...clew.Address) error {
	var errs []error
	for _, a := range addresses {
		if a.Chain() != s.Chain() {
			continue // another error says so
		}
		paid, err := s.Count(ctx, a, ledger.Out)
		if err != nil {
			return err
		}
		received, err := s.Count(ctx, a, ledger.In)
		if err != nil {
			return err
		}
		if paid+received == 0 {
			errs = append(errs, notSeen(a, s))
		}
	}
	return errors.Join(errs...)
}

// query reads what is asked of the paths from an address.
func (in *PathsInput) query(ctx context.Context, snapshot ledger.Snapshot, from clew.Address) (trace.PathQuery, error) {
	chain := from.Chain()
	q := trace.PathQuery{Best: in.Best, Limits: trace.Limits{Hops: in.Hops, Addresses: in.Addresses, Transfers: in.Transfers, Degree: in.Degree}}
	var err error
	if in.Asset != "" {
		if q.Asset, err = clew.ParseAsset(in.Asset, chain); err != nil {
			return q, err
		}
	}
	ask := TraceInput{Since: in.Since, Sent: true}
	if q.Since, err = ask.since(ctx, snapshot, from); err != nil {
		return q, err
	}
	if q.Limits.Until, err = timeOf("until", in.Until); err != nil {
		return q, err
	}
	if q.Limits.Dust, err = amountOf("least", in.Least, chain); err != nil {
		return q, err
	}
	return q, nil
}
