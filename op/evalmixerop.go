package op

import (
	"context"
	"io"

	"clew/eval"
	"clew/report"
)

// EvalMixerInput asks for a measurement of mixers.
type EvalMixerInput struct {
	Seed      int    `json:"seed" help:"seed of the synthetic pools; rates were chosen on 1" default:"2" placeholder:"N" range:"1,1000000000"`
	Transfers int    `json:"transfers" help:"transfers of each synthetic world, at least" default:"20000" placeholder:"N"`
	To        string `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalMixerOp() Op {
	return define(Op{
		Name: "eval mixer",
		Doc:  "Measure how often candidates behind a mixer are right.",
		Detail: "Synthetic pools hold a crowd of several habits, thieves, relayers, and, in a second world, decoys who take out after a thief as many notes as he put in. Of each heuristic, and of all together, the answer has how many withdrawals " +
			"it names, how many of them are right, and how many would be if as many were drawn blindly; and of what is supposed of candidates, how much comes true. The amount and the time alone stand beside it. " +
			"Agreement with what one investigator says of Ronin's theft is in docs/ACCURACY.md. The same seed gives the same figures.",
		Examples: []Example{
			{"eval mixer", "each heuristic, and all together"},
			{"eval mixer --seed 3 --to mixer.csv", "other pools, with all figures"},
		},
	}, runEvalMixer)
}

func runEvalMixer(ctx context.Context, env *Env, in EvalMixerInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	table, err := eval.Mixers(ctx, uint64(in.Seed), in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.MixerAccuracy{MixerTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteMixers(w, table) })
}
