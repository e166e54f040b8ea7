package op

import (
	"context"

	"clew/report"
	"clew/share/misp"
)

func shareMispOp() Op {
	return define(Op{
		Name: "share misp",
		Doc:  "Write thefts and tags as events of MISP, with who says what and how it may be passed on.",
		Detail: "A theft becomes an event, with coin-address objects whose free text is the chain, claims of who did it side by side, and every statement with its source. Tags of a pack become one event. The same input makes the same bytes. " +
			"Indicators become attributes, to be looked for (to_ids) unless they were merely observed. Markings, what is private and what --release does are those of clew share stix. Events are for the recipient's own organisation until somebody there widens them. docs/SHARING.md describes every object.",
		Examples: []Example{
			{"share misp ronin-2022 --to ronin.json", "one theft, for a MISP server or pymisp"},
			{"share misp ./theft.yaml --tags mine.yaml --to case.json --tlp amber+strict", "a case of your own"},
		},
	}, runShareMisp)
}

func runShareMisp(ctx context.Context, env *Env, in ShareWaysInput) (report.Result, error) {
	of, err := sharedCase(ctx, env, &in.ShareInput)
	if err != nil {
		return nil, err
	}
	w, err := misp.NewWriter(in.releaseAt(env.Now))
	if err != nil {
		return nil, err
	}
	done, err := shareAll(ctx, env, w, in.ShareInput, in.whole(), of)
	if err != nil {
		return nil, err
	}
	if err := shareIndicators(ctx, env, w, in, done, of); err != nil {
		return nil, err
	}
	if err := of.write(ctx, env, in.ShareInput, "events of MISP", done, w.Write); err != nil {
		return nil, err
	}
	done.Withheld = w.Withheld
	return &report.MispWritten{Shared: *done, Counts: w.Counts()}, nil
}
