package op

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/evm"
	"clew/report"
	"clew/trace"
)

// maxReadBack is how many balances of earlier blocks are asked for on one chain, and
// maxReadRounds how often a trace is made anew with what they say: value that is
// followed further comes to pots that were not asked about.
const (
	maxReadBack   = 1000
	maxReadRounds = 3
)

// errTooManyBack is why earlier balances are not asked for.
var errTooManyBack = errors.New("more than are asked for in a trace")

// adjust compares the balances of a trace's pots with the word of their tokens, and
// traces anew with what these say, until that asks for nothing more.
func (q *question) adjust(ctx context.Context, env *Env) error {
	for _, s := range q.all() {
		if node := q.nodes[s.Chain()]; node != nil {
			env.tell(Progress{Doing: "asking tokens for balances on " + s.Chain().Name()})
			c := newComparison(s, node)
			_, c.why = node.Head(q.asking)
			q.compared = append(q.compared, c)
		}
	}
	for round := 0; ; round++ {
		var readings []trace.Reading
		for _, c := range q.compared {
			c.begin()
			if err := c.run(ctx, q.asking, tokenPots(q.trace.Result, c.out.Chain)); err != nil {
				return err
			}
			if q.input.Direction != trace.Backward {
				readings = append(readings, c.readings(q.asking, q.trace.Result)...)
			}
		}
		if round == maxReadRounds || len(readings) <= len(q.input.Readings) || ctx.Err() != nil {
			return nil
		}
		env.tell(Progress{Doing: "following balances that tokens changed without a transfer"})
		if err := q.runWith(ctx, readings); err != nil {
			return err
		}
	}
}

// runWith traces anew with readings. An engine that does not follow them gives way
// to one that does.
func (q *question) runWith(ctx context.Context, readings []trace.Reading) error {
	q.input.Readings = readings[:min(len(readings), trace.MaxReadings)]
	if q.input.Engine == trace.Interval {
		q.input.Engine = ""
		defer func() {
			q.trace.Result.Method.Notes = append(q.trace.Result.Method.Notes,
				"The interval engine was asked for; it does not follow balances that are adjusted, so another did.")
		}()
	}
	r, err := trace.Run(ctx, q.input)
	if err == nil {
		q.trace.Result = r
	}
	return err
}

// readings returns what tokens say of the pots that differ: now, before the history
// compared, before what the trace followed left them, and before and after what
// came to them. Those that agree are not looked at again: nothing is to be explained.
func (c *comparison) readings(ctx context.Context, r *trace.Result) []trace.Reading {
	var list []trace.Reading
	first := map[clew.Pot]uint64{}
	for _, b := range c.out.Differ {
		if trace.MaxReading().Less(b.Says) || trace.MaxReading().Less(b.Before) {
			continue
		}
		first[b.Pot] = b.From
		list = append(list, c.reading(b.Pot, c.out.At.Height, b.Says))
		if b.From > 0 {
			list = append(list, c.reading(b.Pot, b.From-1, b.Before))
		}
	}
	return append(list, c.readBack(ctx, heightsOf(r, first, c.out.At.Height))...)
}

func (c *comparison) reading(id clew.Pot, height uint64, says clew.Amount) trace.Reading {
	return trace.Reading{Pot: id, Block: c.told.blocks[height], Says: says, Source: strings.Join(c.out.Nodes, ", ")}
}

// heightsOf returns after which blocks it matters what pots held, the last first.
// It is known after the last, and before the first of each.
func heightsOf(r *trace.Result, first map[clew.Pot]uint64, last uint64) map[uint64][]clew.Pot {
	at := map[uint64][]clew.Pot{}
	add := func(a clew.Address, u *trace.Use, height uint64) {
		id := clew.Pot{Address: a, Asset: u.Transfer.Asset}
		from, differs := first[id]
		if differs && from <= height && height < last && !slices.Contains(at[height], id) {
			at[height] = append(at[height], id)
		}
	}
	for i := range r.Uses {
		u := &r.Uses[i]
		if u.Basis != clew.Fact {
			continue
		}
		height := u.Transfer.Pos.Height
		for _, leg := range u.Transfer.To {
			add(leg.Address, u, height)
		}
		for _, leg := range slices.Concat(u.Transfer.From, u.Transfer.To) {
			if height > 0 {
				add(leg.Address, u, height-1)
			}
		}
	}
	return at
}

// readBack asks for balances after earlier blocks, the last first. A node that no
// longer has the states of one has none of those before, and one that fails is left
// alone.
func (c *comparison) readBack(ctx context.Context, at map[uint64][]clew.Pot) []trace.Reading {
	var list []trace.Reading
	unread, asked := map[string]int{}, 0
	var gone error
	heights := slices.Sorted(maps.Keys(at))
	slices.Reverse(heights)
	for _, height := range heights {
		pots := at[height]
		if n := maxReadBack - asked; n < len(pots) {
			unread[errTooManyBack.Error()] += len(pots) - n
			pots = pots[:n]
		}
		asked += len(pots)
		for part := range slices.Chunk(pots, evm.MaxBalances) {
			if gone != nil {
				unread[inShort(gone)] += len(part)
				continue
			}
			read, err := c.readAt(ctx, height, part, unread)
			list, gone = append(list, read...), err
		}
	}
	c.out.Read = len(list)
	for _, why := range slices.Sorted(maps.Keys(unread)) {
		c.out.NotRead = append(c.out.NotRead, report.NotCompared{Why: why, Pots: unread[why]})
	}
	return list
}

// readAt asks for balances after one block. Its error is why none is told there, nor
// will be before.
func (c *comparison) readAt(ctx context.Context, height uint64, pots []clew.Pot, unread map[string]int) (list []trace.Reading, err error) {
	_, balances, err := c.told.Balances(ctx, clew.BlockRef{Height: height}, pots...)
	if err != nil {
		unread[inShort(err)] += len(pots)
		return nil, err
	}
	for i, b := range balances {
		switch {
		case b.Err == nil && !trace.MaxReading().Less(b.Amount):
			list = append(list, c.reading(pots[i], height, b.Amount))
		case errors.Is(b.Err, evm.ErrNoContract):
			list = append(list, c.reading(pots[i], height, clew.Amount{}))
		case kindOf(b.Err) == nil:
			unread[errNotTold.Error()]++
		default:
			unread[inShort(b.Err)]++
		}
	}
	return list, nil
}

// A remembering teller asks for no balance twice.
type remembering struct {
	balanceTeller
	blocks map[uint64]clew.BlockRef
	known  map[balanceAt]evm.TokenBalance
}

type balanceAt struct {
	height uint64
	pot    clew.Pot
}

// Balances asks for those that are not known.
func (r *remembering) Balances(ctx context.Context, at clew.BlockRef, pots ...clew.Pot) (clew.BlockRef, []evm.TokenBalance, error) {
	var wanted []clew.Pot
	for _, id := range pots {
		if _, known := r.known[balanceAt{at.Height, id}]; !known {
			wanted = append(wanted, id)
		}
	}
	if len(wanted) > 0 {
		ref, told, err := r.balanceTeller.Balances(ctx, at, wanted...)
		if err != nil {
			return ref, nil, err
		}
		r.blocks[at.Height] = ref
		for i, id := range wanted {
			r.known[balanceAt{at.Height, id}] = told[i]
		}
	}
	list := make([]evm.TokenBalance, len(pots))
	for i, id := range pots {
		list[i] = r.known[balanceAt{at.Height, id}]
	}
	return r.blocks[at.Height], list, nil
}
