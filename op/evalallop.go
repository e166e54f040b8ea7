package op

import (
	"context"
	"fmt"
	"io"
	"strings"

	"clew"
	"clew/eval"
	"clew/report"
)

// EvalAllInput asks for everything that is measured, in one table.
type EvalAllInput struct {
	Seed      int      `json:"seed" help:"seed of the synthetic worlds" default:"1" placeholder:"N" range:"1,1000000000"`
	Transfers int      `json:"transfers" help:"transfers of each synthetic world, at least; 0: as many as each section is measured with in docs/ACCURACY.md" default:"0" placeholder:"N"`
	Section   []string `json:"section" help:"section to measure alone, such as swap; may be repeated" placeholder:"NAME"`
	Flows     []string `json:"flows" sep:"none" help:"file of transfers that are all of one thief's, in a format that import reads; may be repeated" placeholder:"FILE"`
	Sources   string   `json:"sources" help:"file of the addresses where --flows start, one a line" placeholder:"FILE"`
	Ends      string   `json:"ends" help:"file of the services where they end, one a line: known to all" placeholder:"FILE"`
	To        string   `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalAllOp() Op {
	return define(Op{
		Name:    "eval all",
		Default: true,
		Doc:     "Measure all that Clew recognises against what is known, in one table.",
		Detail: "A row for each recogniser: how much of what it names is right, how much of what is there it names, and how often it names what is nothing. A row for each case and policy: how much of the value of true edges a trace covers, " +
			"beside the most that a walk in the order of time can; how much of what came to true addresses, and of what lies at the true ends; how many of the addresses found are right; how many there are, and what they cost. " +
			"All is measured on synthetic worlds of which everything is known; what needs a real case says so in its row, until --flows gives one. `clew eval` alone means this. The same seed gives the same figures on every machine.",
		Examples: []Example{
			{"eval", "everything"},
			{"eval --section swap --section theft", "two sections"},
			{"eval --flows HB.csv --sources sources.txt --ends terminals.txt", "with a theft that somebody wrote down"},
			{"eval --to all.csv", "to be compared with what is measured next"},
		},
	}, runEvalAll)
}

func runEvalAll(ctx context.Context, env *Env, in EvalAllInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	sections, err := sectionsNamed(in.Section)
	if err == nil && in.Transfers < 0 {
		err = &clew.InputError{Field: "transfers", Value: fmt.Sprint(in.Transfers), Want: "0, or how many each world has at least"}
	}
	if err != nil {
		return nil, err
	}
	rank := EvalRankInput{Flows: in.Flows, Sources: in.Sources, Ends: in.Ends}
	flows, err := rank.flows(ctx, env)
	if err != nil {
		return nil, err
	}
	q := &eval.Question{Seed: uint64(in.Seed), Transfers: in.Transfers}
	if flows != nil {
		q.Flows = []*eval.Flows{flows}
	}
	out := &report.AllAccuracy{Seed: q.Seed, Transfers: in.Transfers, Out: in.To}
	for i, s := range sections {
		q.Doing = func(what string) {
			env.tell(Progress{Doing: "measuring " + s.Name + ": " + what, Done: int64(i), Total: int64(len(sections)), Unit: "sections"})
		}
		rows, err := s.Run(ctx, q)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, rows...)
	}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteRows(w, out.Rows) })
}

// sectionsNamed returns the sections that are asked for, or all, in the order of
// the table.
func sectionsNamed(names []string) (list []eval.Section, err error) {
	var known []string
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	for _, s := range eval.Sections() {
		known = append(known, s.Name)
		if len(names) == 0 || wanted[s.Name] {
			list = append(list, s)
		}
		delete(wanted, s.Name)
	}
	for name := range wanted {
		return nil, &clew.InputError{Field: "section", Value: name, Want: "one of " + strings.Join(known, ", ")}
	}
	return list, nil
}

func evalSwapOp() Op {
	return define(Op{
		Name: "eval swap",
		Doc:  "Measure how swaps are seen through, by how they were made.",
		Detail: "On three synthetic worlds people and thieves exchange assets at venues of every kind, and others do what looks so. The answer has a row for each: how many swaps are found and are what was made, which are refused and why, " +
			"and what is taken for a swap and is none. What is measured on a real theft is in docs/ACCURACY.md. The same seed gives the same figures on every machine.",
		Examples: []Example{
			{"eval swap", "each venue, and what is no swap"},
			{"eval swap --seed 2 --to swaps.csv", "other worlds, with all figures"},
		},
	}, runEvalSwap)
}

func runEvalSwap(ctx context.Context, env *Env, in EvalSyntheticInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	table, err := eval.Swaps(ctx, uint64(in.Seed), in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.SwapAccuracy{SwapTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteSwaps(w, table) })
}

// EvalTheftInput asks for a measurement of thefts.
type EvalTheftInput struct {
	Seed      int    `json:"seed" help:"seed of the synthetic worlds" default:"1" placeholder:"N" range:"1,1000000000"`
	Transfers int    `json:"transfers" help:"transfers of each synthetic world, at least" default:"10000" placeholder:"N"`
	To        string `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalTheftOp() Op {
	return define(Op{
		Name: "eval theft",
		Doc:  "Measure how much of a theft is seen by tracing it, by how it was hidden.",
		Detail: "On three synthetic worlds of four chains thieves hide what they took by swaps, bridges, mixers, peel chains, fan-outs and all of them. Each theft is traced by every policy. The answer says how much of the value of true edges was covered, " +
			"beside the most that a walk in the order of time could; how much of what came to true addresses and lies at the true ends; how many of the addresses found are right, and how many rows that took. The same seed gives the same figures on every machine.",
		Examples: []Example{
			{"eval theft", "each way to hide, by each policy"},
			{"eval theft --seed 2 --to thefts.csv", "other worlds, with all figures"},
		},
	}, runEvalTheft)
}

func runEvalTheft(ctx context.Context, env *Env, in EvalTheftInput) (report.Result, error) {
	if err := env.canWrite("to", in.To); err != nil {
		return nil, err
	}
	table, err := eval.Thefts(ctx, uint64(in.Seed), in.Transfers, env.measuring)
	if err != nil {
		return nil, err
	}
	out := &report.TheftAccuracy{TheftTable: table, Out: in.To}
	return out, env.golden(&out.Out, func(w io.Writer) error { return eval.WriteThefts(w, table) })
}
