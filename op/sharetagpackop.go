package op

import (
	"context"

	"clew/report"
	"clew/share/tagpack"
)

func shareTagpackOp() Op {
	return define(Op{
		Name: "share tagpack",
		Doc:  "Write what is said of addresses, in thefts and tags, as a TagPack for others' programs.",
		Detail: "It has the keys and concepts of the field's own schema alone, which tagpack-tool checks; what that has no key for, such as how a claim stands, is in each tag's context. " +
			"What was withdrawn is left out and counted, for a TagPack cannot say so. Markings, what is private and what --release does are those of clew share stix. " +
			"clew tags export writes packs with all that Clew reads.",
		Examples: []Example{
			{"share tagpack --to thefts.yaml", "addresses of the whole record"},
			{"share tagpack --tags mine.yaml --to shared.yaml --tlp green", "tags of your own, for a community"},
		},
	}, runShareTagpack)
}

func runShareTagpack(ctx context.Context, env *Env, in ShareInput) (report.Result, error) {
	w, err := tagpack.NewWriter(in.releaseAt(env.Now))
	if err != nil {
		return nil, err
	}
	done, err := shareAll(ctx, env, w, in, in.whole(), nil)
	if err != nil {
		return nil, err
	}
	if err := shareWrite(env, in.To, w.Write); err != nil {
		return nil, err
	}
	done.Withheld = w.Withheld
	return &report.TagpackWritten{Shared: *done, Written: w.Len(), Withdrawn: w.Withdrawn}, nil
}
