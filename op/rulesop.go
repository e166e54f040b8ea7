package op

import (
	"context"

	"clew/report"
	"clew/screen"
	"clew/watchlist"
)

// RulesCheckInput names a file of rules.
type RulesCheckInput struct {
	File string   `json:"file" arg:"" help:"file of rules, in YAML"`
	Tags []string `json:"tags" sep:"none" help:"tag or actor pack whose concepts and actors the rules may name too; may be repeated" placeholder:"FILE"`
}

// RulesShowInput says where rules are to be written.
type RulesShowInput struct {
	To string `json:"to" help:"file to write the built-in rules to, with their examples, to change" placeholder:"FILE"`
}

func rulesCheckOp() Op {
	return define(Op{
		Name: "rules check",
		Doc:  "Check a file of rules, run its examples, and say everything that is wrong with file and line.",
		Detail: "Wrong are rules that can never fire (bounds that contradict each other, concepts, actors or lists that are not known, hops beyond what is looked at), " +
			"that another makes pointless or contradicts, and examples that come out otherwise than they say. Ends with the code for bad input if anything is wrong.",
		Examples: []Example{{"rules check rules.yaml", "before rules are used"}},
	}, runRulesCheck)
}

func rulesShowOp() Op {
	return define(Op{
		Name: "rules show", Default: true,
		Doc:      "Show the built-in rules, or write them to a file to start from.",
		Examples: []Example{{"rules show", "what clew screen --exposure goes by"}, {"rules show --to rules.yaml", "a file to change, with examples"}},
	}, runRulesShow)
}

func runRulesCheck(ctx context.Context, env *Env, in RulesCheckInput) (report.Result, error) {
	tags, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	held, _, err := listsHeld(ctx, env, today(env))
	if err != nil {
		return nil, err
	}
	var lists []*watchlist.List
	for _, l := range held {
		lists = append(lists, l.List)
	}
	rules, issues, err := readRules(env, "file", in.File, termsOf(tags, lists))
	if err != nil {
		return nil, err
	}
	return &report.RulesChecked{File: in.File, Rules: rules, Issues: issues}, nil
}

func runRulesShow(_ context.Context, env *Env, in RulesShowInput) (report.Result, error) {
	rules, err := screen.DefaultRules()
	if err != nil {
		return nil, err
	}
	out := &report.RulesShown{Rules: rules, To: in.To}
	if in.To == "" {
		return out, nil
	}
	if err := env.writeStart("to", in.To, screen.DefaultText()); err != nil {
		return nil, err
	}
	return out, nil
}
