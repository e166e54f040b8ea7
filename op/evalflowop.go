package op

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"clew"
	"clew/eval"
	"clew/report"
)

// EvalFlowInput asks how much of a theft is found in ordinary traffic.
type EvalFlowInput struct {
	Seed      int      `json:"seed" help:"seed of the first background" default:"1" placeholder:"N" range:"1,1000000000"`
	Seeds     int      `json:"seeds" help:"how many backgrounds, each of the next seed" default:"1" placeholder:"N" range:"1,100"`
	Transfers int      `json:"transfers" help:"transfers of each background; 10000000 take about two gigabytes of memory, and a minute for each method" default:"200000" placeholder:"N" range:"1,20000000"`
	Aged      bool     `json:"aged" help:"give the theft's addresses, services aside, business of their own from before it, so that nothing is known by being new"`
	Methods   []string `json:"methods" sep:"none" help:"a method to be measured, such as company, taint-first or \"policy fifo\"; may be repeated; without, all are" placeholder:"NAME"`
	Flows     []string `json:"flows" sep:"none" help:"file of transfers that are all of one thief's, in dollars and with times, in a format that import reads; may be repeated; without, a made theft" placeholder:"FILE"`
	Sources   string   `json:"sources" help:"file of the addresses where --flows start, one a line" placeholder:"FILE"`
	Ends      string   `json:"ends" help:"file of the services where they end, one a line; methods are not told them" placeholder:"FILE"`
	To        string   `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalFlowOp() Op {
	return define(Op{
		Name: "eval flow",
		Doc:  "Measure how much of a theft is found in ordinary traffic, and how much else.",
		Detail: "A theft that somebody wrote down is planted in a ledger of ordinary transfers that a seed makes: people, services with deposit addresses and hot wallets, contracts, dust, the thief's amounts to the cent, " +
			"and as much unrelated business of each address of the thief's as the thief moved through it. Rankers and policies look for it, and know nobody by name. Covered is the share of the theft's value between addresses that are named, " +
			"of what a walk in the order of time can cover at most. How the ledger is made stands in docs/METHODS.md. The same seed gives the same figures.",
		Examples: []Example{
			{"eval flow", "a made theft, every method"},
			{"eval flow --flows HB.csv --sources sources.txt --ends terminals.txt --transfers 10000000 --seeds 3 --methods company", "a theft that somebody wrote down, among ten million transfers"},
		},
	}, runEvalFlow)
}

func runEvalFlow(ctx context.Context, env *Env, in EvalFlowInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	for _, m := range in.Methods {
		if known := eval.FlowMethods(); !slices.Contains(known, m) {
			return nil, &clew.InputError{Field: "methods", Value: m, Want: "one of " + strings.Join(known, ", ")}
		}
	}
	given := EvalRankInput{Flows: in.Flows, Sources: in.Sources, Ends: in.Ends}
	flows, err := given.flows(ctx, env)
	if err != nil {
		return nil, err
	}
	if flows == nil {
		flows = eval.MadeTheft()
	}
	table := &eval.FlowTable{}
	steps := int64(0)
	for n := range in.Seeds {
		b, err := eval.NewBackground(flows, uint64(in.Seed+n), uint64(in.Transfers))
		if err != nil {
			return nil, err
		}
		rows, err := eval.MeasureFlows(ctx, b, in.Aged, in.Methods, func(doing string) {
			env.tell(Progress{Doing: fmt.Sprintf("seed %d: %s", in.Seed+n, doing), Done: steps, Total: int64(in.Seeds) * eval.FlowSteps(in.Methods), Unit: "steps"})
			steps++
		})
		if err != nil {
			return nil, err
		}
		table.Rows = append(table.Rows, rows...)
	}
	out := &report.FlowAccuracy{FlowTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteFlows(w, table.Rows) })
}
