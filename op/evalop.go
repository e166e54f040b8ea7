package op

import (
	"context"
	"fmt"
	"io"

	"clew"
	"clew/cluster/account"
	"clew/eval"
	"clew/lead"
	"clew/report"
	"clew/tag"
)

// EvalInput asks how often the heuristics of clusters are right.
type EvalInput struct {
	Seed      int      `json:"seed" help:"seed of the synthetic worlds" default:"1" placeholder:"N" range:"1,1000000000"`
	Transfers int      `json:"transfers" help:"transfers of each synthetic world, at least" default:"20000" placeholder:"N"`
	Chain     string   `json:"chain" help:"measure on your ledger of this chain too: against tags, and on Bitcoin against what later inputs tell" placeholder:"CHAIN"`
	Tags      []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Most      int      `json:"most" help:"most transfers of the ledger that are read, from the first" default:"1000000" placeholder:"N" range:"1,1000000000"`
	To        string   `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalClusterOp() Op {
	return define(Op{
		Name: "eval cluster",
		Doc:  "Measure how often each heuristic of clusters is right.",
		Detail: "On synthetic chains everything is known, and behaviours are planted that break each heuristic. What is measured there is no estimate of the real world; " +
			"it says which behaviours a heuristic falls for, and whether a change of this program changed that. On a real ledger (--chain) little is known: what tags name on both sides, and what later inputs tell. " +
			"The two stand in columns of their own. The same seed gives the same figures on every machine.",
		Examples: []Example{
			{"eval cluster", "on synthetic worlds alone"},
			{"eval cluster --to accuracy.csv", "with all figures, to be compared with the last ones"},
			{"eval cluster --chain bitcoin --tags mine.yaml", "against your own ledger and tags too"},
		},
	}, runEvalCluster)
}

func runEvalCluster(ctx context.Context, env *Env, in EvalInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	table, err := eval.Synthetic(ctx, uint64(in.Seed), in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.Accuracy{Table: table, Limits: []string{}, Out: in.To}
	if in.Chain != "" {
		err = evalReal(ctx, env, in, out)
	} else if len(in.Tags) > 0 {
		err = &clew.InputError{Field: "tags", Value: in.Tags[0], Want: "a ledger to hold them against: name its chain"}
	}
	if err != nil {
		return nil, err
	}
	out.Summarise()
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteGolden(w, table) })
}

// evalReal measures on the user's ledger.
func evalReal(ctx context.Context, env *Env, in EvalInput, out *report.Accuracy) error {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return err
	}
	if chain.IsSolana() {
		return &clew.InputError{Field: "chain", Value: in.Chain, Want: "a chain of Bitcoin's kind, an EVM chain or Tron: there are no heuristics for others"}
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return err
	}
	keeper, err := env.Ledgers.Open(ctx, chain, Reading)
	if err != nil {
		return err
	}
	s, err := keeper.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	held, err := keeper.Transfers(ctx)
	if err != nil {
		return err
	}
	day := dayText(env.Now)
	r := &eval.Reality{Data: fmt.Sprintf("%s to block %d", chain.Name(), s.AsOf().Height), Ledger: s, Most: uint64(in.Most),
		Actor: func(a clew.Address) string { return actorOf(index, a, day) },
		Done: func(done uint64) {
			env.tell(Progress{Doing: "measuring on the ledger of " + chain.Name(), Done: int64(done), Unit: "steps"})
		}}
	more, err := measureReal(ctx, r, index.Within(day, day), out)
	if err != nil {
		return err
	}
	out.Data, out.Chain, out.Gaps = r.Data, chain, s.Coverage().Gaps
	out.Whole = s.Coverage().HoldsWhole(clew.Window{To: s.AsOf().Height + 1})
	if more {
		out.Limits = append(out.Limits, fmt.Sprintf("Only the first %d of %d transfers were read (--most).", min(uint64(in.Most), held), held))
	}
	return nil
}

// measureReal measures what there is for the ledger's kind of chain.
func measureReal(ctx context.Context, r *eval.Reality, index *tag.Index, out *report.Accuracy) (more bool, err error) {
	chain := r.Ledger.Chain()
	if chain.IsBitcoin() {
		out.Real, more, err = eval.Measure(ctx, r)
		return more, err
	}
	guide, err := lead.Builtin()
	if err == nil {
		out.Real, more, err = eval.MeasureAccounts(ctx, r, account.Question{Reader: r.Ledger, Namer: index, Bounds: account.BoundsOf(chain), Vetted: vetted(guide)})
	}
	return more, err
}
