package op

import (
	"bytes"
	"context"
	"io"

	"clew/eval"
	"clew/report"
)

// EvalSyntheticInput asks for a measurement on synthetic worlds.
type EvalSyntheticInput struct {
	Seed      int    `json:"seed" help:"seed of the synthetic worlds" default:"1" placeholder:"N" range:"1,1000000000"`
	Transfers int    `json:"transfers" help:"transfers of each synthetic world, at least" default:"20000" placeholder:"N"`
	To        string `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalCoinJoinOp() Op {
	return define(Op{
		Name: "eval coinjoin",
		Doc:  "Measure how often it is right what mix a Bitcoin transaction is said to be.",
		Detail: "The synthetic world holds mixes of every kind that is known by its shape, and ordinary payments that look like them. The answer has a row for each: how many are labelled rightly, how many wrongly and as what, " +
			"and how much of their change is matched with the inputs that paid it. What is measured on real mixes, and on what was spent after them, is in docs/ACCURACY.md. The same seed gives the same figures on every machine.",
		Examples: []Example{
			{"eval coinjoin", "each kind, and what looks like it"},
			{"eval coinjoin --seed 2 --to coinjoin.csv", "another world, with all figures"},
		},
	}, runEvalCoinJoin)
}

func runEvalCoinJoin(ctx context.Context, env *Env, in EvalSyntheticInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	table, err := eval.Joins(ctx, uint64(in.Seed), in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.JoinAccuracy{JoinTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteJoins(w, table) })
}

func evalPeelsOp() Op {
	return define(Op{
		Name: "eval peelchain",
		Doc:  "Measure how often peel chains are found, and how often others make one.",
		Detail: "Synthetic thieves peel coins and tokens off, hop by hop; ordinary people pay from one coin again and again too. The answer says how many chains and steps of thieves are found, " +
			"how many findings are no thief's, and how many of all addresses that paid are in such a one.",
		Examples: []Example{
			{"eval peelchain", "coins and accounts"},
			{"eval peelchain --seed 2 --to peels.csv", "other worlds, with all figures"},
		},
	}, runEvalPeels)
}

func runEvalPeels(ctx context.Context, env *Env, in EvalSyntheticInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	table, err := eval.Peels(ctx, uint64(in.Seed), in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.PeelAccuracy{PeelTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WritePeels(w, table) })
}

// measuring tells which synthetic world is under way.
func (env *Env) measuring(world string) {
	env.tell(Progress{Doing: "measuring on a synthetic world, " + world})
}

// golden writes a golden file, where one was asked for. Of one that could not be
// written the answer must not say that it holds anything: its name is taken back.
func (env *Env) golden(name *string, write func(io.Writer) error) error {
	if *name == "" {
		return nil
	}
	var b bytes.Buffer
	err := write(&b)
	if err == nil {
		err = env.write("to", *name, b.Bytes())
	}
	if err != nil {
		*name = ""
	}
	return err
}
