package follow

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"clew"
	"clew/ledger/ledgertest"
)

// still is a clock that does not wait. It ends a run after so many waits.
type still struct {
	waits int
	end   func()
	mu    sync.Mutex
	slept []time.Duration
}

func (c *still) Now() time.Time { return time.Unix(1_700_000_000, 0) }

func (c *still) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	if c.waits--; c.waits <= 0 && c.end != nil {
		c.end()
	}
	return ctx.Err()
}

// A chain is a made-up chain that grows and is reorganised while it is asked,
// and a source of its blocks that fails now and then.
type chain struct {
	mu      sync.Mutex
	first   uint64
	blocks  []clew.Block
	history *ledgertest.History
	random  *rand.Rand
	deepest int
	moving  bool // changes while it is asked
	faults  bool // fails now and then
	failing int  // questions that it fails yet
	bad     map[uint64]bool
	gaps    []clew.Gap
	odd     map[uint64]clew.Gap
	asks    int
	onAsk   func(n int)
}

func newChain(first uint64, n int, seed uint64) *chain {
	c := &chain{first: first, history: ledgertest.NewHistory(clew.Ethereum, seed), random: rand.New(rand.NewPCG(seed, 7)), deepest: 6}
	c.blocks = c.history.Blocks(first, clew.TxID{9}, n)
	return c
}

func (c *chain) grow(n int) {
	last := c.blocks[len(c.blocks)-1].Ref
	c.blocks = append(c.blocks, c.history.Blocks(last.Height+1, last.Hash, n)...)
}

// reorganise replaces the last blocks by others, one more than there were or
// fewer.
func (c *chain) reorganise(depth, others int) {
	depth = min(depth, len(c.blocks)-1)
	c.blocks = c.blocks[: len(c.blocks)-depth : len(c.blocks)-depth]
	c.grow(others)
}

var errFault = errors.New("the node does not answer")

// ask lets the chain move or fail before an answer.
func (c *chain) ask(ctx context.Context) error {
	c.asks++
	if c.onAsk != nil {
		c.onAsk(c.asks)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if c.failing--; c.failing >= 0 || c.faults && c.random.IntN(12) == 0 {
		return errFault
	}
	if c.moving {
		switch n := c.random.IntN(20); {
		case n < 4:
			c.grow(1 + c.random.IntN(3))
		case n < 6:
			depth := 1 + c.random.IntN(c.deepest)
			c.reorganise(depth, max(1, depth-1+c.random.IntN(3)))
		}
	}
	return nil
}

func (c *chain) at(height uint64) (*clew.Block, error) {
	if height < c.first || height-c.first >= uint64(len(c.blocks)) {
		return nil, fmt.Errorf("block %d: %w", height, clew.ErrNotFound)
	}
	return &c.blocks[height-c.first], nil
}

func (c *chain) Chain() clew.Chain { return clew.Ethereum }

func (c *chain) Head(ctx context.Context) (clew.BlockRef, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ask(ctx); err != nil {
		return clew.BlockRef{}, err
	}
	return c.blocks[len(c.blocks)-1].Ref, nil
}

func (c *chain) Hash(ctx context.Context, height uint64) (clew.TxID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ask(ctx); err != nil {
		return clew.TxID{}, err
	}
	b, err := c.at(height)
	if err != nil {
		return clew.TxID{}, err
	}
	return b.Ref.Hash, nil
}

func (c *chain) Block(ctx context.Context, height uint64) (Block, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ask(ctx); err != nil {
		return Block{}, err
	}
	b, err := c.at(height)
	if err != nil {
		return Block{}, err
	}
	if c.bad[height] {
		return Block{}, &BadBlock{Ref: b.Ref, Parent: b.Parent, Raw: []byte("raw"), Err: errors.New("odd")}
	}
	got := Block{Block: *b}
	if g, ok := c.odd[height]; ok {
		got.Gaps = []clew.Gap{g}
	}
	return got, nil
}

func (c *chain) Gaps() []clew.Gap { return c.gaps }
