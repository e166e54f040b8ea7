package op

import (
	"context"
	"io"

	"clew/eval"
	"clew/report"
)

// EvalTypologyInput asks for a measurement of typologies.
type EvalTypologyInput struct {
	Seed      int    `json:"seed" help:"seed of the synthetic worlds" default:"1" placeholder:"N" range:"1,1000000000"`
	Transfers int    `json:"transfers" help:"transfers of each synthetic world, at least" default:"30000" placeholder:"N"`
	To        string `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalTypologyOp() Op {
	return define(Op{
		Name: "eval typology",
		Doc:  "Measure how often shapes and paces are found, and how often others make them.",
		Detail: "In synthetic worlds thieves do what each rule looks for, and ordinary people do what looks like it, among exchanges, shops and payrolls. The answer says for each rule how much of what was planted is found, " +
			"how many findings are of it, and how many of all ordinary addresses have a part in one that is not: the rule's base rate.",
		Examples: []Example{
			{"eval typology", "every rule"},
			{"eval typology --seed 2 --to typology.csv", "other worlds, with all figures"},
		},
	}, runEvalTypology)
}

func runEvalTypology(ctx context.Context, env *Env, in EvalTypologyInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	table, err := eval.Typologies(ctx, uint64(in.Seed), in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.TypologyAccuracy{TypologyTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteTypologies(w, table) })
}
