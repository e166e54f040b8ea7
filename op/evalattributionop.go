package op

import (
	"context"

	"clew/eval"
	"clew/report"
)

// EvalAttributionInput asks for a measurement of comparisons of thefts.
type EvalAttributionInput struct {
	Seed      int    `json:"seed" help:"seed of the first of the synthetic worlds" default:"1" placeholder:"N" range:"1,1000000000"`
	Transfers int    `json:"transfers" help:"transfers of each synthetic world, at least; 0: 4,000" default:"0" placeholder:"N"`
	To        string `json:"to" help:"golden file to write, as CSV" placeholder:"FILE"`
}

func evalAttributionOp() Op {
	return define(Op{
		Name: "eval attribution",
		Doc:  "Measure what thefts are told to have in common, against who did them.",
		Detail: "In synthetic worlds one thief steals twice and is careless, one is careful, two hire one launderer, one lays a trail to another's address, one copies another's habits, and the rest are strangers; each theft is compared with those before it alone, by what was held 90 days after it. Thefts of worlds of Bitcoin follow, all of different thieves. " +
			"Then the thefts of the record, by the addresses that sources name, split by time; labels there are claims by other means than ledgers, and there are few.",
		Examples: []Example{{"eval attribution", "all rows, the bad ones too"}, {"eval attribution --seed 100 --to attribution.csv", "other worlds"}},
	}, runEvalAttribution)
}

func runEvalAttribution(ctx context.Context, env *Env, in EvalAttributionInput) (report.Result, error) {
	return runEvalAll(ctx, env, EvalAllInput{Seed: in.Seed, Transfers: in.Transfers, Section: []string{eval.AttributionSection}, To: in.To})
}
