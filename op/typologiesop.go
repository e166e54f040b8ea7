package op

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"clew"
	"clew/launder"
	"clew/lead"
	"clew/ledger"
	"clew/report"
	"clew/tag"
)

// TypologiesInput asks for shapes and paces in a ledger.
type TypologiesInput struct {
	Chain    string   `json:"chain" help:"chain, by name or CAIP-2; may be left out where one ledger is held" placeholder:"CHAIN"`
	Address  string   `json:"address" help:"only findings in which this address has a role" placeholder:"ADDRESS"`
	Since    string   `json:"since" help:"only findings that reach into this day or time and after" placeholder:"TIME"`
	Until    string   `json:"until" help:"read transfers up to this day or time" placeholder:"TIME"`
	Rule     []string `json:"rule" help:"only this rule, see clew typologies rules; may be repeated" placeholder:"RULE"`
	Tags     []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Findings int      `json:"findings" default:"1000" range:"1,1000000" help:"most findings to keep: the strongest" placeholder:"N"`
}

func typologiesOp() Op {
	return define(Op{
		Name: "typologies find", Default: true,
		Doc: "Find the shapes and paces in which value is laundered, in one pass over a ledger.",
		Detail: "A finding is an inference: people who hide nothing make every shape too, and each finding says how often. It names who did what in which transfer, by which bounds, what speaks against it, " +
			"and which red flag of FATF's report of September 2020 it is like. Addresses that tags call services have no part in most rules; more tag packs make fewer false findings. " +
			"Memory is bounded: what had to be forgotten before its time is counted and told. With --since the 30 days before are read too, as far as they are held: " +
			"by them rules know who is new and who dealt with whom. What ended before --since is left out; a shape that goes on from before is told whole.",
		Examples: []Example{
			{"typologies --chain ethereum --since 2020-10-26 --until 2020-10-27", "two days of a ledger, by every rule"},
			{"typologies --address 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --rule fan-out --rule cycle --json", "what one address has a part in, as JSON"},
		},
	}, runTypologies)
}

func typologyRulesOp() Op {
	return define(Op{
		Name:     "typologies rules",
		Doc:      "List the rules by which shapes and paces are recognised, with what is known of their error.",
		Examples: []Example{{"typologies rules", "every rule"}},
	}, func(context.Context, *Env, struct{}) (report.Result, error) {
		return &report.TypologyRules{Rules: launder.Rules()}, nil
	})
}

func runTypologies(ctx context.Context, env *Env, in TypologiesInput) (report.Result, error) {
	about, chain, err := in.about(env)
	if err != nil {
		return nil, err
	}
	page := &report.Typologies{Chain: chain, Address: about, Units: builtinUnits()}
	if page.Since, err = dayOrNone("since", in.Since); err == nil {
		page.Until, err = timeOf("until", in.Until)
	}
	if err != nil {
		return nil, err
	}
	if page.Until != 0 && page.Until < page.Since {
		return nil, &clew.InputError{Field: "until", Value: in.Until, Want: "a time that is not before --since"}
	}
	if page.Rules, err = launder.RulesNamed(in.Rule...); err != nil {
		return nil, err
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	page.Packs = index.Packs()
	search := &typologySearch{env: env, page: page, most: in.Findings}
	if err := search.run(ctx, index); err != nil {
		return nil, err
	}
	return page, env.claimed(page.Units, assetsOfFindings(page.Findings))
}

// about reads which address, and which ledger, is asked about.
func (in *TypologiesInput) about(env *Env) (a clew.Address, chain clew.Chain, err error) {
	if in.Address != "" {
		a, err = chainAddress(in.Address, in.Chain)
		return a, a.Chain(), err
	}
	if chain, err = chainOf(in.Chain); err != nil || chain != "" {
		return a, chain, err
	}
	held, err := env.Ledgers.Chains()
	switch {
	case err != nil:
	case len(held) == 0:
		err = errNothingImported
	case len(held) > 1:
		var names []string
		for _, c := range held {
			names = append(names, c.Name())
		}
		err = &clew.InputError{Field: "chain", Want: "one of those held: " + strings.Join(names, ", ")}
	default:
		chain = held[0]
	}
	return a, chain, err
}

// dayOrNone reads a time from which on; none if it is left out.
func dayOrNone(field, s string) (clew.Time, error) {
	if s == "" {
		return 0, nil
	}
	return dayOf(field, s)
}

// A typologySearch reads a ledger once.
type typologySearch struct {
	env    *Env
	page   *report.Typologies
	most   int
	stream *launder.Stream
	acts   *ledger.ActWalk
	act    *clew.Act // the next one; nil: none
	total  uint64
	least  int // the strength below which no finding can be kept
}

func (s *typologySearch) run(ctx context.Context, index *tag.Index) error {
	keeper, err := s.env.Ledgers.Open(ctx, s.page.Chain, Reading)
	if err != nil {
		return err
	}
	if s.total, err = keeper.Transfers(ctx); err != nil {
		return err
	}
	snapshot, err := keeper.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	if a := s.page.Address; !a.IsZero() {
		if err := seen(ctx, snapshot, a); err != nil {
			return err
		}
	}
	s.page.AsOf, s.page.Gaps = snapshot.AsOf(), snapshot.Coverage().Gaps
	setup, err := s.setup(index)
	if err != nil {
		return err
	}
	if s.stream, err = launder.NewStream(setup, s.page.Rules); err != nil {
		return err
	}
	s.acts = ledger.WalkActs(snapshot, ledger.ActQuery{Kinds: otherThanVenues()})
	if s.act, err = s.acts.Next(ctx); err != nil {
		return err
	}
	if err := snapshot.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error { return s.read(ctx, c) }); err != nil && !errors.Is(err, errReadEnough) {
		return err
	}
	s.stream.End()
	s.trim(s.most)
	s.page.Forgotten = s.stream.Forgotten()
	return nameSwaps(ctx, snapshot, s.page.Findings)
}

// setup says what tags and the issuers' file tell recognisers.
func (s *typologySearch) setup(index *tag.Index) (launder.Setup, error) {
	guide, err := lead.Builtin()
	if err != nil {
		return launder.Setup{}, err
	}
	asked := askedOnce{index: index}
	return launder.Setup{
		Known: func(a clew.Address) bool { stop, _ := asked.stop(a); return stop != tag.NoStop },
		Service: func(a clew.Address) string {
			if stop, t := asked.stop(a); stop == tag.Service && t != nil {
				return cmp.Or(t.Actor, t.Label)
			}
			return ""
		},
		Freezable: vetted(guide),
		Found:     s.found,
		Worth:     func(strength int) bool { return strength >= s.least },
	}, nil
}

// askedOnce remembers what claims say of the address that was asked about last: a
// stream asks about a new one twice.
type askedOnce struct {
	index *tag.Index
	last  clew.Address
	ends  tag.Stop
	by    *tag.Tag
}

func (o *askedOnce) stop(a clew.Address) (tag.Stop, *tag.Tag) {
	if a != o.last {
		o.last = a
		o.ends, o.by = o.index.Stop(a)
	}
	return o.ends, o.by
}

// errReadEnough ends a sweep.
var errReadEnough = errors.New("read enough")

// read gives a chunk to the stream.
func (s *typologySearch) read(ctx context.Context, c *ledger.Chunk) error {
	for i := range c.Len() {
		at := c.Rest.Time(i)
		if at < s.from() {
			continue
		}
		if s.page.Until != 0 && at > s.page.Until {
			if at > s.page.Until+86_400 { // blocks may be dated before the one before them
				return errReadEnough
			}
			continue
		}
		t, err := c.Rest.Transfer(i)
		if err != nil {
			return err
		}
		for s.act != nil && s.act.Pos.Cmp(t.Pos) < 0 {
			if s.act.Time >= s.from() {
				s.stream.AddAct(s.act)
			}
			if s.act, err = s.acts.Next(ctx); err != nil {
				return err
			}
		}
		s.stream.Add(&t, nil)
		if at < s.page.Since {
			s.page.Before++
		} else {
			s.page.Read++
		}
	}
	s.env.tell(Progress{Doing: "reading the ledger of " + s.page.Chain.Name(), Done: int64(s.page.Before + s.page.Read), Total: int64(s.total), Unit: "transfers"})
	return ctx.Err()
}

// from is when the reading begins: so long before the time asked about as any rule
// remembers anything.
func (s *typologySearch) from() clew.Time {
	return max(s.page.Since, launder.Reach) - launder.Reach
}

// found keeps a finding that reaches into the time asked about.
func (s *typologySearch) found(f *launder.Finding) {
	if f.To < s.page.Since || !s.page.Address.IsZero() && !f.Names(s.page.Address) {
		return
	}
	s.page.Found++
	if f.Strength < s.least {
		return
	}
	if s.page.Findings = append(s.page.Findings, *f); len(s.page.Findings) >= 2*s.most {
		s.trim(s.most)
	}
}

// trim leaves the strongest findings, of equal ones the first.
func (s *typologySearch) trim(most int) {
	slices.SortStableFunc(s.page.Findings, func(a, b launder.Finding) int {
		return cmp.Or(cmp.Compare(b.Strength, a.Strength), cmp.Compare(a.From, b.From), strings.Compare(a.Rule, b.Rule))
	})
	if len(s.page.Findings) > most {
		s.page.Findings = slices.Clip(s.page.Findings[:most])
	}
	if len(s.page.Findings) == most && s.page.Address.IsZero() { // of others it must be known whom they name
		s.least = s.page.Findings[most-1].Strength
	}
}

func assetsOfFindings(list []launder.Finding) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for i := range list {
		if !list[i].Asset.IsZero() {
			assets[list[i].Asset] = true
		}
		for _, s := range list[i].Swaps {
			assets[s.Paid], assets[s.Got] = true, true
		}
	}
	return assets
}
