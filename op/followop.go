package op

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"clew"
	"clew/explorer"
	"clew/follow"
	"clew/report"
)

// FollowInput says which chain to follow, from which nodes.
type FollowInput struct {
	Source   []string `json:"source" sep:"none" help:"node to ask: a URL, @FILE to read it from a file, or env:NAME from the environment, which is where keys belong; several take over from one another. Or the folder of a Bitcoin node, whose block files are read" placeholder:"URL"`
	Chain    string   `json:"chain" help:"chain of the nodes; ethereum if left out" placeholder:"CHAIN"`
	From     string   `json:"from" help:"block to begin an empty ledger at, or now; the first that a folder of block files holds, if left out; a ledger that holds blocks goes on where it stands" placeholder:"BLOCK"`
	Until    string   `json:"until" help:"last block wanted, or now for the node's last one; goes on until it is stopped if left out" placeholder:"BLOCK"`
	Ahead    int      `json:"ahead" default:"8" range:"1,256" help:"blocks to ask for at once" placeholder:"N"`
	SkipBad  bool     `json:"skipBad" help:"go on past blocks that cannot be decoded: each is kept aside and counted as a gap"`
	Internal bool     `json:"internal" help:"the nodes of Tron keep internal transactions (vm.saveInternalTx), which their answers do not show"`
	Dry      bool     `json:"dry" help:"ask nobody; say which nodes would be asked"`
	Metrics  string   `json:"metrics" help:"file to keep figures in, in the text form that Prometheus reads" placeholder:"FILE"`
}

func followOp() Op {
	return define(Op{
		Name: "follow",
		Doc:  "Keep the ledger level with a chain, from your own node.",
		Detail: "Blocks are appended in order, reorganisations are taken back, and a run that was stopped or killed goes on where it stood. " +
			"Only the nodes named are ever asked. The first interrupt stops it cleanly. With --until, nodes that fail 12 times in a row are " +
			"given up; without it they are asked for ever, and the progress line says why and how often.",
		Examples: []Example{
			{"follow --source ~/.bitcoin --chain bitcoin --until now", "the block files of a Bitcoin node, which need not run and may be pruned"},
			{"follow --source http://127.0.0.1:8545 --from 19000000", "an Ethereum node, from a block on"},
			{"follow --source @node.txt --chain base --from now", "a URL with a key in it, read from a file"},
			{"follow --source http://127.0.0.1:8332 --source env:SECOND_NODE --chain bitcoin --from 0 --until 800000", "two Bitcoin nodes, up to a block"},
		},
	}, runFollow)
}

// blockOf reads a height.
func blockOf(field, s string) (*uint64, error) {
	if s == "" {
		return nil, nil
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return nil, &clew.InputError{Field: field, Value: s, Want: "a block's height, such as 19000000, or now"}
	}
	return &n, nil
}

// maxTries is how often in a row nodes may fail before a run with an end gives
// up: some six minutes by the pauses of package follow, beside what each question
// takes. One without an end goes on, and says so.
const maxTries = 12

// options reads what was asked into what package follow takes.
func (in *FollowInput) options(env *Env) (opt follow.Options, err error) {
	opt = follow.Options{Ahead: in.Ahead, SkipBad: in.SkipBad, Clock: env.Clock}
	if in.From != "now" {
		if opt.From, err = blockOf("from", in.From); err != nil {
			return opt, renamed(err, "from")
		}
	}
	if opt.ToHead = in.Until == "now"; !opt.ToHead {
		if opt.Until, err = blockOf("until", in.Until); err != nil {
			return opt, err
		}
	}
	if in.Until != "" {
		opt.Tries = maxTries
	}
	if len(in.Source) == 0 {
		return opt, &clew.InputError{Field: "source", Want: "a node's URL, such as http://127.0.0.1:8545"}
	}
	return opt, nil
}

func runFollow(ctx context.Context, env *Env, in FollowInput) (report.Result, error) {
	opt, err := in.options(env)
	if err != nil {
		return nil, err
	}
	chain, err := orEthereum(chainOf(in.Chain))
	if err != nil {
		return nil, err
	}
	source, err := env.Nodes.Open(ctx, chain, in.Source, NodeKeeps{Internal: in.Internal})
	if err != nil {
		return nil, err
	}
	defer source.Close()
	if in.Dry {
		return dryFollow(source, chain), nil
	}
	keeper, err := env.Ledgers.Open(ctx, chain, Making)
	if err != nil {
		return nil, err
	}
	if err := in.mayBegin(ctx, keeper, source, &opt); err != nil {
		return nil, err
	}
	opt.Hints = source.Hints()
	opt.Aside = func(b *follow.BadBlock) error { return env.Nodes.Aside(chain, b) }
	gauge, err := newGauge(env, in.Metrics, chain)
	if err != nil {
		return nil, err
	}
	opt.Tell = gauge.tell
	state, err := follow.Run(ctx, source, readingTokens(env, chain, source, keeper), opt)
	err = errors.Join(err, gauge.err)
	if input := (*clew.InputError)(nil); err != nil && ctx.Err() == nil && (!state.Holds || state.Blocks == 0 && errors.As(err, &input)) {
		return nil, wherePlaced(err, env, chain)
	}
	result := &report.Follow{State: state, Stopped: err != nil && ctx.Err() == nil, Nodes: source.Names()}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil
	}
	return result, wherePlaced(err, env, chain)
}

// orEthereum makes Ethereum of no chain.
func orEthereum(chain clew.Chain, err error) (clew.Chain, error) {
	if chain == "" {
		chain = clew.Ethereum
	}
	return chain, err
}

// dryFollow says which nodes would be asked.
func dryFollow(source Node, chain clew.Chain) *report.Dry {
	if _, folder := source.(beginner); folder {
		return &report.Dry{Local: "block files in " + strings.Join(source.Names(), ", ")}
	}
	dry := &report.Dry{Later: "Which blocks depends on what the ledger holds; of addresses the node is only asked what the contracts of tokens call themselves, each once."}
	for _, host := range source.Names() {
		dry.Asks = append(dry.Asks, report.Ask{Host: host, Learns: "that blocks of " + chain.Name() + " are followed"})
	}
	return dry
}

// A beginner is a source that holds a chain from some block on.
type beginner interface {
	First(ctx context.Context) (uint64, error)
}

// mayBegin wants a beginning for a ledger that holds nothing, and none below
// blocks that explorers gave histories of an EVM chain's addresses up to: they
// give a fee as one sum, which would be held beside its parts.
func (in *FollowInput) mayBegin(ctx context.Context, keeper Keeper, source Node, opt *follow.Options) error {
	s, err := keeper.Snapshot(ctx)
	if err != nil {
		return err
	}
	coverage, chain := s.Coverage(), s.Chain()
	if err := s.Close(); err != nil {
		return err
	}
	whole := coverage.Whole
	var next, end uint64
	switch {
	case len(whole) > 0:
		next = whole[len(whole)-1].To
	case opt.From != nil:
		next = *opt.From
	}
	for _, windows := range explorer.FeesHeldInOne(coverage) {
		for _, w := range windows {
			end = max(end, w.To)
		}
	}
	if chain.IsEVM() && next < end && (in.From != "now" || len(whole) > 0) {
		return &clew.InputError{Field: "ledger", Want: fmt.Sprintf("one of its own for following, by --ledger DIR: this one holds histories that explorers gave, up to block %d, and block %d comes next", end-1, next)}
	}
	if in.From == "" && len(whole) == 0 {
		opt.From, err = firstOf(ctx, source)
	}
	return err
}

// firstOf returns where to begin a ledger if nobody says so.
func firstOf(ctx context.Context, source Node) (*uint64, error) {
	b, ok := source.(beginner)
	if !ok {
		return nil, &clew.InputError{Field: "from", Want: "a block to begin at, or now: the ledger holds no blocks of the chain yet"}
	}
	first, err := b.First(ctx)
	return &first, err
}

// wherePlaced adds to a block that cannot be decoded where it was kept.
func wherePlaced(err error, env *Env, chain clew.Chain) error {
	var bad *follow.BadBlock
	if !errors.As(err, &bad) {
		return err
	}
	return fmt.Errorf("%w; its bytes are kept in %s; --skip-bad goes on without it", bad, env.Nodes.AsideName(chain, bad))
}

// A gauge shows how far following is, and keeps its figures in a file.
type gauge struct {
	env   *Env
	file  string
	err   error
	since time.Time // the window that the rate is of began
	then  uint64    // and what had been followed by then
	rate  float64   // blocks a second
}

// rateOver is how long the window is of which the rate is told.
const rateOver = 10 * time.Second

// newGauge writes the first figures, so that a file which cannot be written is
// known before anything is done.
func newGauge(env *Env, file string, chain clew.Chain) (*gauge, error) {
	g := &gauge{env: env, file: file, since: env.Clock.Now()}
	g.keep(follow.State{Chain: chain})
	if g.err != nil {
		why := g.err
		if path := (*fs.PathError)(nil); errors.As(why, &path) {
			why = path.Err // it names a file that the user did not
		}
		return nil, &clew.InputError{Field: "metrics", Value: file, Want: "a file that can be written: " + why.Error()}
	}
	return g, nil
}

// keep writes the figures.
func (g *gauge) keep(s follow.State) {
	if g.file != "" && g.err == nil {
		g.err = g.env.Replace(g.file, report.Metrics(s, g.rate, clew.TimeOf(g.env.Clock.Now())))
	}
}

func (g *gauge) tell(s follow.State) {
	doing := "following " + s.Chain.Name()
	if s.Holds {
		doing += fmt.Sprintf(", block %d", s.Held.Height)
	}
	switch {
	case s.Trouble != "":
		doing = fmt.Sprintf("asking again, after failure %d in a row; an interrupt ends it: %s", s.Failed, s.Trouble)
	case s.Note != "":
		doing += " (" + s.Note + ")"
	}
	left := s.Lag()
	if s.Until != nil {
		left = min(left, *s.Until-min(*s.Until, s.Held.Height))
	}
	g.env.tell(Progress{Doing: doing, Done: int64(s.Blocks), Total: int64(s.Blocks + left), Unit: "blocks"})
	now := g.env.Clock.Now()
	if passed := now.Sub(g.since); passed >= rateOver || g.rate == 0 && passed >= time.Second {
		g.rate = float64(s.Blocks-g.then) / passed.Seconds()
		g.since, g.then = now, s.Blocks
	}
	g.keep(s)
}
