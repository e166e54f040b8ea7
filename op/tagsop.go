package op

import (
	"context"
	"fmt"

	"clew"
	"clew/report"
)

// TagsInput asks what is claimed of an address.
type TagsInput struct {
	Address string   `json:"address" arg:"" help:"address to look up"`
	Chain   string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Tags    []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
}

func tagsOp() Op {
	return define(Op{
		Name:   "tags",
		Doc:    "Say what is claimed of an address, by whom and on what evidence.",
		Detail: "A tag is somebody's word. That nothing is found says nothing of the address.",
		Examples: []Example{
			{"tags 0xa160cdab225685da1d56aa342ad8841c3b53f291", "a mixer's pool"},
			{"tags 0xa160cdab225685da1d56aa342ad8841c3b53f291 --tags mine.yaml", "with a tag pack of your own"},
		},
	}, runTags)
}

func runTags(ctx context.Context, env *Env, in TagsInput) (report.Result, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	a, err := addressOf("address", in.Address, chain)
	if err != nil {
		return nil, err
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	tags := index.At(a)
	if len(tags) == 0 {
		return nil, fmt.Errorf("tags of %s (which says nothing of it): %w", a.Text(), clew.ErrNotFound)
	}
	return &report.TagsPage{Address: a, Tags: tags, Packs: index.Packs()}, nil
}
