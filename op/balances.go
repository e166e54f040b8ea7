package op

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"clew"
	"clew/evm"
	"clew/ledger"
	"clew/report"
	"clew/trace"
)

// A balanceTeller is a node that can ask tokens what addresses hold of them after
// a block.
type balanceTeller interface {
	Balances(ctx context.Context, at clew.BlockRef, pots ...clew.Pot) (clew.BlockRef, []evm.TokenBalance, error)
}

// maxCompared is how many pots of a trace on one chain are compared: those in
// which most lies first, then those that value came through, in chain order.
const maxCompared = 200

// Why pots are not compared, beside what evm says.
var (
	errNoOldStates = errors.New("nodes of this chain do not give balances of a stated block")
	errTooMany     = fmt.Errorf("more than the %d that are asked for in a trace", maxCompared)
	errNotTold     = errors.New("the node did not carry out the call")
)

// tellBalances puts with a trace what was compared, and asks the nodes at hand what
// its tokens call themselves. What could not be asked is a gap.
func (q *question) tellBalances(env *Env) error {
	for _, c := range q.compared {
		if c.why == nil {
			if err := q.askTokens(env, c.out.Chain, c.node); err != nil {
				return err
			}
		}
		if c.asked {
			q.trace.Balances = append(q.trace.Balances, c.out)
			q.trace.Result.Gaps = append(q.trace.Result.Gaps, c.gaps(q.trace.Adjusted())...)
		}
	}
	return nil
}

// askTokens asks tokens of a result, of which nothing better is known, what they
// call themselves.
func (q *question) askTokens(env *Env, chain clew.Chain, node Node) error {
	var contracts []clew.Address
	for asset := range assetsIn(q.trace.Result) {
		if asset.Chain() == chain && !asset.Contract().IsZero() && !q.trace.Units.Knows(asset) {
			contracts = append(contracts, asset.Contract())
		}
	}
	_, err := env.learnTokens(q.asking, chain, node, contracts)
	return err
}

// tokenPots returns the pots of tokens that a trace went through on a chain: those
// in which most is booked first.
func tokenPots(r *trace.Result, chain clew.Chain) []clew.Pot {
	var pots []clew.Pot
	seen := map[clew.Pot]bool{}
	add := func(a clew.Address, asset clew.Asset) {
		id := clew.Pot{Address: a, Asset: asset}
		if a.IsZero() || a.IsIssuer() || asset.Chain() != chain || asset.Contract().IsZero() || !asset.IsFungible() || seen[id] {
			return
		}
		seen[id] = true
		pots = append(pots, id)
	}
	for i := range r.Places {
		add(r.Places[i].Address, r.Places[i].Asset)
	}
	for i := range r.Uses {
		t := &r.Uses[i].Transfer
		for _, leg := range slices.Concat(t.From, t.To) {
			add(leg.Address, t.Asset)
		}
	}
	return pots
}

// A comparison holds the balances of one chain's pots against its tokens' word.
type comparison struct {
	snapshot ledger.Snapshot
	node     Node
	why      error // nothing can be asked
	out      report.Balances
	asked    bool // there is something to ask for
	left     map[string]int
	told     *remembering // nil: the node does not tell balances of old blocks
}

func newComparison(s ledger.Snapshot, node Node) *comparison {
	c := &comparison{snapshot: s, node: node}
	if teller, ok := node.(balanceTeller); ok {
		c.told = &remembering{teller, map[uint64]clew.BlockRef{}, map[balanceAt]evm.TokenBalance{}}
	}
	c.begin()
	return c
}

// begin forgets what was compared, and not what was told.
func (c *comparison) begin() {
	c.asked, c.left = false, map[string]int{}
	c.out = report.Balances{Chain: c.snapshot.Chain(), Nodes: c.node.Names(), At: c.snapshot.AsOf()}
}

// run compares pots. Its error is of the ledger.
func (c *comparison) run(ctx, asking context.Context, pots []clew.Pot) error {
	if len(pots) == 0 {
		return nil
	}
	c.asked = true
	c.leave(errTooMany, max(0, len(pots)-maxCompared))
	pots = pots[:min(len(pots), maxCompared)]
	if c.told == nil && c.why == nil {
		c.why = errNoOldStates
	}
	if c.why != nil {
		c.leave(c.why, len(pots))
		pots = nil
	}
	var list []report.Balance
	for _, id := range pots {
		b, err := c.sums(ctx, id)
		if err != nil {
			return err
		}
		if b != nil {
			list = append(list, *b)
		}
	}
	list = c.tell(asking, list)
	for i := range list {
		c.settle(&list[i])
	}
	for _, why := range slices.Sorted(maps.Keys(c.left)) {
		c.out.NotCompared = append(c.out.NotCompared, report.NotCompared{Why: why, Pots: c.left[why]})
	}
	return nil
}

// leave counts pots that are not compared.
func (c *comparison) leave(why error, pots int) {
	if pots > 0 {
		c.left[inShort(why)] += pots
	}
}

// inShort tells failures alike in the same words.
func inShort(why error) string {
	if kind := kindOf(why); kind != nil {
		return kind.Error()
	}
	if errors.Is(why, context.Canceled) {
		return "interrupted"
	}
	return why.Error()
}

// balanceErrors are the known reasons why a node tells no balance.
var balanceErrors = []error{evm.ErrPruned, evm.ErrNoContract, evm.ErrNoBalance, evm.ErrOtherBlock, evm.ErrOtherChain}

// kindOf returns which of the known reasons a failure is; nil for others.
func kindOf(why error) error {
	for _, kind := range balanceErrors {
		if errors.Is(why, kind) {
			return kind
		}
	}
	return nil
}

// sums adds up the transfers of a pot from the first block of its unbroken history
// to the last block held; nil where it has none.
func (c *comparison) sums(ctx context.Context, id clew.Pot) (*report.Balance, error) {
	coverage, end := c.snapshot.Coverage(), c.out.At.Height+1
	b := &report.Balance{Pot: id, From: heldSince(coverage, id.Address, c.out.At.Height)}
	if lacks := trace.Lacks(coverage, id, clew.Window{From: b.From, To: end}); lacks != "" {
		c.leave(errors.New("their history to this block is not held: "+lacks), 1)
		return nil, nil
	}
	all, err := c.snapshot.Flow(ctx, id, clew.LastPos)
	before := ledger.Flow{}
	if err == nil {
		before, err = c.snapshot.Flow(ctx, id, clew.Pos{Height: b.From})
	}
	if errors.Is(err, ledger.ErrOverflow) {
		c.leave(ledger.ErrOverflow, 1)
		return nil, nil
	}
	b.In, b.Out = all.In.MinusOrZero(before.In), all.Out.MinusOrZero(before.Out)
	return b, err
}

// heldSince returns the first block of the unbroken history of an address up to a
// block; the block itself where that is not held.
func heldSince(c *clew.Coverage, a clew.Address, last uint64) uint64 {
	both := clew.Coverage{Whole: c.Whole}
	for _, h := range c.Held {
		if h.Address == a {
			both.AddWhole(h.Window)
		}
	}
	for _, w := range both.Whole {
		if w.From <= last && last < w.To {
			return w.From
		}
	}
	return last
}

// tell asks tokens for balances, now and before the history compared began, and
// returns the pots of which both are known. A contract that was not there yet held
// nothing for anybody.
func (c *comparison) tell(ctx context.Context, list []report.Balance) []report.Balance {
	now := func(b *report.Balance, amount clew.Amount, err error) error { b.Says = amount; return err }
	list = c.ask(ctx, c.out.At, list, now)
	from := map[uint64][]report.Balance{}
	for _, b := range list {
		from[b.From] = append(from[b.From], b)
	}
	known := from[0]
	for _, first := range slices.Sorted(maps.Keys(from)) {
		if first == 0 {
			continue
		}
		known = append(known, c.ask(ctx, clew.BlockRef{Height: first - 1}, from[first], func(b *report.Balance, amount clew.Amount, err error) error {
			if errors.Is(err, evm.ErrNoContract) {
				err = nil
			}
			b.Before = amount
			return err
		})...)
	}
	return known
}

// ask asks for balances after a block, lets take have each, and returns the pots
// of which it took one.
func (c *comparison) ask(ctx context.Context, at clew.BlockRef, list []report.Balance, take func(*report.Balance, clew.Amount, error) error) []report.Balance {
	var known []report.Balance
	for part := range slices.Chunk(list, evm.MaxBalances) {
		pots := make([]clew.Pot, len(part))
		for i := range part {
			pots[i] = part[i].Pot
		}
		_, balances, err := c.told.Balances(ctx, at, pots...)
		if err != nil {
			c.leave(err, len(part))
			continue
		}
		for i := range part {
			err := take(&part[i], balances[i].Amount, balances[i].Err)
			switch {
			case err == nil:
				known = append(known, part[i])
			case kindOf(err) == nil:
				c.leave(errNotTold, 1) // each in words of its own
			default:
				c.leave(err, 1)
			}
		}
	}
	return known
}

// settle compares what a token says with what the transfers come to.
func (c *comparison) settle(b *report.Balance) {
	sums, fits := b.Before.Add(b.In)
	says, fits2 := b.Says.Add(b.Out)
	switch {
	case !fits || !fits2:
		c.leave(ledger.ErrOverflow, 1)
	case says == sums:
		c.out.Same++
	default:
		b.Less = says.Less(sums)
		b.By = says.MinusOrZero(sums).Plus(sums.MinusOrZero(says))
		c.out.Differ = append(c.out.Differ, *b)
	}
}

// gaps returns what a comparison found as gaps of the answer, some of pots whose
// balances are adjusted.
func (c *comparison) gaps(adjusted map[clew.Pot]bool) []clew.Gap {
	var gaps []clew.Gap
	for _, b := range c.out.Differ {
		note := "its token says more than its transfers add up to: a rebase upward, or tokens made without a transfer"
		if b.Less {
			note = "its token says less than its transfers add up to: a fee or a rebase downward without a transfer, or tokens destroyed so"
		}
		if adjusted[b.Pot] {
			note += "; marks and books are adjusted to its word"
		}
		gaps = append(gaps, clew.Gap{Kind: clew.GapBalance, Chain: c.out.Chain, Address: b.Address, Asset: b.Asset, Amount: b.By, Note: note})
	}
	for _, n := range c.out.NotCompared {
		gaps = append(gaps, clew.Gap{Kind: clew.GapNotCompared, Chain: c.out.Chain, Count: uint64(n.Pots), Note: n.Why})
	}
	return gaps
}
