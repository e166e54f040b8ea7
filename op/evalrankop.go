package op

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"clew"
	"clew/eval"
	"clew/ingest"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/report"
)

// EvalRankInput asks how far each ranker comes by how many looks at an address.
type EvalRankInput struct {
	Seed      int      `json:"seed" help:"seed of the synthetic worlds, and of the crowd that flows are planted in" default:"1" placeholder:"N" range:"1,1000000000"`
	Transfers int      `json:"transfers" help:"transfers of each synthetic world, at least" default:"10000" placeholder:"N"`
	Flows     []string `json:"flows" sep:"none" help:"file of transfers that are all of one thief's, in a format that import reads; may be repeated" placeholder:"FILE"`
	Sources   string   `json:"sources" help:"file of the addresses where --flows start, one a line" placeholder:"FILE"`
	Ends      string   `json:"ends" help:"file of the services where they end, one a line: known to all, and not looked at" placeholder:"FILE"`
	To        string   `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalRankOp() Op {
	return define(Op{
		Name: "eval rank",
		Doc:  "Measure how far each ranker comes by how many looks at an address.",
		Detail: "A look costs a call to an explorer or a minute. Rankers hunt the thefts of synthetic worlds, of which everything is known, and those that you give: " +
			"alone, and planted in a crowd that a seed makes, in which every address of the thief has as much business of its own. Covered is the share of the moved value that leaves addresses which were looked at; " +
			"beside it stands what a walk in the order of time can reach at most. The same seed gives the same figures.",
		Examples: []Example{
			{"eval rank", "on synthetic thefts alone"},
			{"eval rank --flows HB.csv --sources sources.txt --ends terminals.txt", "on a theft that somebody wrote down"},
			{"eval rank --to rank.csv", "with all figures, to be compared with the last ones"},
		},
	}, runEvalRank)
}

func runEvalRank(ctx context.Context, env *Env, in EvalRankInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	flows, err := in.flows(ctx, env)
	if err != nil {
		return nil, err
	}
	env.tell(Progress{Doing: "making synthetic worlds"})
	hunts, err := eval.SyntheticHunts(uint64(in.Seed), in.Transfers)
	if err != nil {
		return nil, err
	}
	if flows != nil {
		h := flows.Hunt()
		hunts = append(hunts, h, h.Planted(uint64(in.Seed)))
	}
	env.tell(Progress{Doing: "hunting by every ranker"})
	rows, err := eval.Hunted(ctx, hunts)
	if err != nil {
		return nil, err
	}
	out := &report.Hunts{Seed: uint64(in.Seed), Transfers: in.Transfers, Rows: rows, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteHunts(w, rows) })
}

// flows reads the theft that the user gives; nil without any.
func (in *EvalRankInput) flows(ctx context.Context, env *Env) (*eval.Flows, error) {
	if len(in.Flows) == 0 {
		if in.Sources != "" || in.Ends != "" {
			return nil, &clew.InputError{Field: "flows", Want: "the transfers that --sources and --ends are of"}
		}
		return nil, nil
	}
	if in.Sources == "" {
		return nil, &clew.InputError{Field: "sources", Want: "a file of the addresses where --flows start"}
	}
	for _, file := range in.Flows {
		if err := small(env, "flows", file, mostFlowsBytes); err != nil {
			return nil, err
		}
	}
	held := &oneChain{}
	if _, err := ingest.Import(ctx, env.Files, in.Flows, held, ingest.Options{}); err != nil {
		return nil, missing(err)
	}
	f := &eval.Flows{Name: strings.Join(in.Flows, ", ")}
	err := held.transfers(ctx, f)
	if err == nil {
		f.Sources, err = held.addresses(env, "sources", in.Sources)
	}
	if err == nil && in.Ends != "" {
		f.Ends, err = held.addresses(env, "ends", in.Ends)
	}
	if err == nil && len(f.Hunt().Start) == 0 {
		err = &clew.InputError{Field: "sources", Value: in.Sources, Want: "addresses that send something in --flows"}
	}
	return f, err
}

// Bounds of a theft that is written down. A crowd has up to seventy times as many
// transfers as a theft has addresses.
const (
	mostFlows      = 20_000   // transfers
	mostFlowsBytes = 64 << 20 // of a file of them
	mostListBytes  = 1 << 20  // of a list of addresses
)

// small checks that what the user named is a file of so many bytes at most.
func small(env *Env, field, file string, most int64) error {
	info, err := fs.Stat(env.Files, file)
	if err != nil {
		return missing(err)
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return &clew.InputError{Field: field, Value: file, Want: fmt.Sprintf("a file of at most %d MiB", most>>20)}
	}
	return nil
}

// A oneChain is where flows are read to.
type oneChain struct {
	chain  clew.Chain
	ledger *memory.Ledger // nil: nothing came yet
}

// Load begins a load, of the first chain alone.
func (o *oneChain) Load(ctx context.Context, chain clew.Chain, source ledger.Source) (ledger.Load, error) {
	if o.ledger == nil {
		o.chain, o.ledger = chain, memory.New(chain)
	}
	if chain != o.chain {
		return nil, &clew.InputError{Field: "flows", Value: string(chain), Want: "transfers of one chain"}
	}
	return o.ledger.Load(ctx, source)
}

// Coverage says that nothing was read before.
func (o *oneChain) Coverage(context.Context) ([]*clew.Coverage, error) { return nil, nil }

func (o *oneChain) transfers(ctx context.Context, f *eval.Flows) (err error) {
	if o.ledger == nil {
		return &clew.InputError{Field: "flows", Value: f.Name, Want: "at least one transfer"}
	}
	s, err := o.ledger.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			if len(f.Transfers) == mostFlows {
				return &clew.InputError{Field: "flows", Value: f.Name, Want: fmt.Sprintf("at most %d transfers", mostFlows)}
			}
			t, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			f.Transfers = append(f.Transfers, t)
		}
		return nil
	})
}

// addresses reads a list, one a line.
func (o *oneChain) addresses(env *Env, field, file string) (list []clew.Address, err error) {
	if err := small(env, field, file, mostListBytes); err != nil {
		return nil, err
	}
	raw, err := fs.ReadFile(env.Files, file)
	if err != nil {
		return nil, missing(err)
	}
	for _, line := range strings.Fields(string(raw)) {
		a, err := clew.ParseAddress(line, o.chain)
		if err != nil {
			return nil, &clew.InputError{Field: field, Value: line, Want: "addresses of " + o.chain.Name() + ", one a line"}
		}
		list = append(list, a)
	}
	return list, nil
}
