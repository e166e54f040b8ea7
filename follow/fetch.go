package follow

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"clew"
)

// errForked says that a block does not follow the last one held.
var errForked = errors.New("the chain was reorganised")

// A fetched is what asking for one block gave.
type fetched struct {
	block Block
	err   error
}

// fetch brings the blocks from the next one up to a height, several at once,
// and keeps them in order.
func (f *follower) fetch(ctx context.Context, to uint64) error {
	asking, stop := context.WithCancel(ctx)
	order := make(chan chan fetched, f.opt.Ahead)
	var asked sync.WaitGroup
	asked.Go(func() { f.ask(asking, &asked, f.next, to, order) })
	err := f.collect(ctx, order)
	stop()
	for range order { // let go of those that are under way
	}
	asked.Wait()
	return err
}

// ask asks for blocks, no more at once than order has room for.
func (f *follower) ask(ctx context.Context, asked *sync.WaitGroup, from, to uint64, order chan<- chan fetched) {
	defer close(order)
	for height := from; height <= to; height++ {
		answer := make(chan fetched, 1)
		select {
		case order <- answer:
		case <-ctx.Done():
			return
		}
		asked.Go(func() {
			b, err := f.source.Block(ctx, height)
			answer <- fetched{b, err}
		})
	}
}

// collect takes blocks in order, and keeps many at once while more are there.
func (f *follower) collect(ctx context.Context, order <-chan chan fetched) error {
	var blocks []Block
	last, facts := f.state.Held, 0
	for answer := range order {
		got := <-answer
		got.block, got.err = f.judge(got)
		if got.err == nil {
			got.err = f.follows(&got.block, last)
		}
		if c, ok := f.source.(Completer); ok && got.err == nil {
			if got.err = c.Complete(ctx, &got.block); got.err != nil {
				got.block, got.err = f.judge(got)
			}
		}
		if got.err != nil {
			return errors.Join(f.keep(ctx, blocks), got.err)
		}
		last, facts = got.block.Ref, facts+len(got.block.Transfers)+len(got.block.Acts)
		blocks = append(blocks, got.block)
		if len(order) > 0 && len(blocks) < appendBlocks && facts < appendFacts {
			continue
		}
		if err := f.keep(ctx, blocks); err != nil {
			return err
		}
		blocks, facts = nil, 0
	}
	if err := ctx.Err(); err != nil && len(blocks) == 0 {
		return err
	}
	return f.keep(ctx, blocks)
}

// judge makes of a block that cannot be decoded an empty one with a gap, if
// that is wanted.
func (f *follower) judge(got fetched) (Block, error) {
	var bad *BadBlock
	if !errors.As(got.err, &bad) {
		return got.block, got.err
	}
	if f.opt.Aside != nil {
		if err := f.opt.Aside(bad); err != nil {
			return Block{}, sinkFailed(fmt.Errorf("block %d cannot be decoded, nor be kept aside: %w", bad.Ref.Height, err))
		}
	}
	if !f.opt.SkipBad {
		return Block{}, bad
	}
	f.state.Bad++
	gap := clew.Gap{Kind: clew.GapHistory, Note: "the block could not be decoded"}
	return Block{Block: clew.Block{Ref: bad.Ref, Parent: bad.Parent}, Gaps: []clew.Gap{gap}}, nil
}

// follows reports why a block cannot come after the last one.
func (f *follower) follows(b *Block, last clew.BlockRef) error {
	begins := f.any && last.Hash.IsZero()
	switch want := last.Height + 1; {
	case begins && b.Ref.Height == f.next:
		return nil
	case begins || b.Ref.Height != want:
		return fmt.Errorf("the source gave block %d where another was asked for", b.Ref.Height)
	case !last.Hash.IsZero() && !b.Parent.IsZero() && b.Parent != last.Hash:
		return errForked
	}
	return nil
}
