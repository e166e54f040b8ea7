package op

import (
	"context"
	"errors"
	"strings"

	"clew"
	"clew/ledger"
	"clew/report"
	"clew/screen"
	"clew/tag"
)

// WhoisInput asks whose an address is said to be.
type WhoisInput struct {
	Address string   `json:"address" arg:"" help:"address to look up"`
	Chain   string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	On      string   `json:"on" help:"the day asked about; today if left out" placeholder:"DAY"`
	Tags    []string `json:"tags" sep:"none" help:"tag or actor pack (YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
}

func whoisOp() Op {
	return define(Op{
		Name: "whois",
		Doc:  "Say whose an address is said to be: by official lists, by claims, and since when a ledger knows it.",
		Detail: "Lists, claims, inferences and the ledger are told apart. What is claimed of the same digits on another EVM chain or Tron is shown apart, with whether the same key signed on both; " +
			"so is what is claimed of other addresses of its cluster, by which signs, and whether it is inferred to be a deposit address (clew cluster). " +
			"That nothing is known says nothing of the address. Whom it dealt with is another question: clew exposure, clew trace.",
		Examples: []Example{
			{"whois 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "the first address of the Ronin theft"},
			{"whois 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --on 2022-03-29", "as it could be known that day"},
		},
	}, runWhois)
}

func runWhois(ctx context.Context, env *Env, in WhoisInput) (report.Result, error) {
	a, err := chainAddress(in.Address, in.Chain)
	if err != nil {
		return nil, err
	}
	day, err := dateOf(env, "on", in.On)
	if err != nil {
		return nil, err
	}
	page := &report.WhoisPage{Address: a, Day: day, Age: env.Lists.Age}
	if err := listedOf(ctx, env, page); err != nil {
		return nil, err
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	page.Tags, page.Resolution = index.At(a), index.Resolve(a, string(day))
	page.Idle, page.Packs = index.Idle(), index.Packs()
	page.Actors = actorWays(index.Actors(), page)
	if page.Inferred.Key, err = env.sign(ctx, a, &page.Resolution); err != nil {
		return nil, err
	}
	if err := inferredOf(ctx, env, index, page); err != nil {
		return nil, err
	}
	page.Seen, err = seenOf(ctx, env, a)
	return page, err
}

// listedOf fills in what official lists have.
func listedOf(ctx context.Context, env *Env, page *report.WhoisPage) error {
	held, states, err := listsHeld(ctx, env, page.Day)
	if err != nil {
		return err
	}
	screener := screen.New(held, page.Day, page.Address.Chain(), env.Lists.Age)
	page.Lists, page.Gap = states, screener.Gap()
	_, page.Verdict, page.Findings, err = screener.At(page.Address.String(), nil)
	return err
}

// actorWays says who the actors of claims, and the parties of lists, are said
// to be, each once.
func actorWays(actors *tag.Actors, page *report.WhoisPage) (ways []report.ActorWay) {
	met := map[string]bool{}
	add := func(name string, said []tag.Actor) {
		key := strings.ToLower(name)
		if len(said) == 0 || met[key] {
			return
		}
		met[key] = true
		way := report.ActorWay{Actor: name, Said: said}
		above := map[string]bool{}
		for queue := said; len(queue) > 0; queue = queue[1:] {
			parent := queue[0].Parent
			if parent == "" || above[parent] {
				continue
			}
			above[parent] = true
			up := actors.Said(parent)
			way.Above, queue = append(way.Above, up...), append(queue, up...)
		}
		ways = append(ways, way)
	}
	tags := page.Tags
	for _, c := range page.Resolution.Carried {
		tags = append(tags, c.Tag)
	}
	for _, t := range tags {
		if t.Actor != "" && t.Status != tag.Withdrawn {
			add(t.Actor, actors.Said(t.Actor))
		}
	}
	for _, f := range page.Findings {
		add(f.Listing.Party.Name, actors.Named(f.Listing.Party.Name))
	}
	return ways
}

// seenOf returns what the ledger of an address's chain holds of it, in short;
// nil if there is none, or it does not know the address.
func seenOf(ctx context.Context, env *Env, a clew.Address) (*report.Seen, error) {
	s, err := snapshotOf(ctx, env, a.Chain())
	if errors.Is(err, clew.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer s.Close()
	seen := &report.Seen{AsOf: s.AsOf(), Held: s.Coverage().Holds(a, s.Span()), Gaps: s.Coverage().Gaps}
	for side, n := range map[ledger.Side]*uint64{ledger.In: &seen.In, ledger.Out: &seen.Out} {
		if *n, err = s.Count(ctx, a, side); err != nil {
			return nil, err
		}
		for _, newest := range []bool{false, true} {
			rows, _, err := s.Rows(ctx, ledger.Query{Address: a, Side: side, Newest: newest, Limit: 1}, nil)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				if r.Time.Known() && (!seen.First.Known() || r.Time < seen.First) {
					seen.First = r.Time
				}
				seen.Last = max(seen.Last, r.Time)
			}
		}
	}
	if seen.In+seen.Out == 0 {
		return nil, nil
	}
	return seen, nil
}
