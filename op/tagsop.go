package op

import (
	"context"
	"fmt"
	"time"

	"clew"
	"clew/cluster/account"
	"clew/report"
	"clew/tag"
)

// TagsInput asks what is claimed of an address.
type TagsInput struct {
	Address string   `json:"address" arg:"" help:"address to look up"`
	Chain   string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Tags    []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
}

func tagsOp() Op {
	return define(Op{
		Name: "tags show", Default: true,
		Doc: "Say what is claimed of an address, by whom and on what evidence.",
		Detail: "A tag is somebody's word. That nothing is found says nothing of the address. What was withdrawn is shown with its trail and counts no more. " +
			"Claims about the same digits on another EVM chain or Tron are shown apart, unless somebody calls one of them a contract: as of the same key where the ledgers hold a transaction that it signed on both, and otherwise as no more than the same digits.",
		Examples: []Example{
			{"tags 0xa160cdab225685da1d56aa342ad8841c3b53f291", "a mixer's pool"},
			{"tags 0xa160cdab225685da1d56aa342ad8841c3b53f291 --tags mine.yaml", "with a tag pack of your own"},
		},
	}, runTags)
}

func runTags(ctx context.Context, env *Env, in TagsInput) (report.Result, error) {
	a, err := chainAddress(in.Address, in.Chain)
	if err != nil {
		return nil, err
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	page := &report.TagsPage{Address: a, Tags: index.At(a), Day: dayText(env.Now), Idle: index.Idle(), Packs: index.Packs()}
	page.Resolution = index.Resolve(a, page.Day)
	if page.Key, err = env.sign(ctx, a, &page.Resolution); err != nil {
		return nil, err
	}
	if len(page.Tags)+len(page.Resolution.Carried) == 0 {
		return nil, fmt.Errorf("tags of %s (which says nothing of it): %w", a.Text(), clew.ErrNotFound)
	}
	return page, nil
}

// sign marks what is carried from chains on which the same key signed, and returns
// where it did; nil if nothing is carried.
func (e *Env) sign(ctx context.Context, a clew.Address, r *tag.Resolution) (*account.Key, error) {
	if len(r.Carried) == 0 || e.Ledgers == nil {
		return nil, nil
	}
	key, _, err := sameKey(ctx, e, a)
	if err != nil {
		return nil, err
	}
	r.Sign(key.Same())
	return &key, nil
}

// dayText returns the day of a time.
func dayText(t clew.Time) string { return t.UTC().Format(time.DateOnly) }
