package op

import (
	"context"
	"io"

	"clew/eval"
	"clew/report"
)

// EvalBridgeInput asks how often crossings of bridges are found.
type EvalBridgeInput struct {
	Seed      int    `json:"seed" help:"seed of the first of three synthetic worlds; the parameters were chosen on 1 and 2" default:"3" placeholder:"N" range:"1,1000000000"`
	Transfers int    `json:"transfers" help:"transfers of each synthetic world, at least" default:"20000" placeholder:"N"`
	To        string `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalBridgeOp() Op {
	return define(Op{
		Name: "eval bridge",
		Doc:  "Measure how often what came out of bridges and exchangers is matched rightly with what went in.",
		Detail: "Synthetic bridges of different habits stand between four chains. They are gone through by the identifiers that they log; and again with every identifier taken out, by amounts, times and recipients alone, " +
			"as instant exchangers have to be. The answer says for each how many crossings are named rightly and wrongly, and how many are left open because several fit; what each part of the method is worth; and how often a score was right.",
		Examples: []Example{
			{"eval bridge", "each bridge and exchanger"},
			{"eval bridge --seed 6 --to bridges.csv", "other worlds, with all figures"},
		},
	}, runEvalBridge)
}

func runEvalBridge(ctx context.Context, env *Env, in EvalBridgeInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	first := uint64(in.Seed)
	table, err := eval.Bridges(ctx, []uint64{first, first + 1, first + 2}, in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.BridgeAccuracy{BridgeTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteBridges(w, table) })
}
