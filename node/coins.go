package node

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"clew"
	"clew/bitcoin"
	"clew/follow"
	"clew/ledger"
)

// A completer decodes blocks of Bitcoin's kind, those that came as bytes alone
// in the order of the chain.
type completer struct {
	chain    clew.Chain
	decoders sync.Pool // of *bitcoin.Decoder
	coins    coins
}

func (s *completer) begin(chain clew.Chain, opt Options) error {
	if _, err := bitcoin.NewDecoder(chain); err != nil {
		return err
	}
	s.chain, s.coins = chain, coins{held: opt.Held, fresh: map[clew.Output]freshCoin{}}
	s.decoders.New = func() any {
		d, err := bitcoin.NewDecoder(chain)
		if err != nil {
			panic(err) // it was tried above
		}
		return d
	}
	return nil
}

func (s *completer) Chain() clew.Chain { return s.chain }

// Complete decodes a block that came as bytes, and remembers what every block
// makes.
func (s *completer) Complete(ctx context.Context, b *follow.Block) error {
	if b.Raw != nil {
		d := s.decoders.Get().(*bitcoin.Decoder)
		defer s.decoders.Put(d)
		whole, err := d.Decode(ctx, b.Raw, b.Ref.Height, &s.coins)
		if err != nil && ctx.Err() == nil {
			return &follow.BadBlock{Ref: b.Ref, Parent: b.Parent, Raw: b.Raw, Err: err}
		}
		if err != nil {
			return err
		}
		b.Block, b.Raw = whole.Block, nil
		if whole.Missed.Inputs > 0 {
			b.Gaps = append(b.Gaps, clew.Gap{Kind: clew.GapHistory, Count: whole.Missed.Inputs, Note: "inputs of which the outputs they spend are not held"})
		}
	}
	s.coins.add(&b.Block)
	return nil
}

// coins knows what outputs hold: those of blocks that may not be in the ledger
// yet, and the ledger's.
type coins struct {
	held  func(context.Context) (ledger.Snapshot, error)
	fresh map[clew.Output]freshCoin
	order []clew.Output // of fresh, oldest first
}

// A freshCoin is what an output of a block completed lately holds.
type freshCoin struct {
	coin   bitcoin.Coin
	height uint64
}

// freshBlocks is how many blocks' outputs are remembered: more than are appended
// at once.
const freshBlocks = 160

// add remembers what a block makes, and forgets old ones.
func (c *coins) add(b *clew.Block) {
	for i := range b.Transfers {
		t := &b.Transfers[i]
		for n, leg := range t.To {
			if amount, fits := leg.Amount.Uint64(); fits && !leg.Address.IsZero() {
				output := clew.Output{Tx: t.Tx, Index: uint32(n)}
				c.fresh[output] = freshCoin{bitcoin.Coin{Address: leg.Address, Amount: amount, Known: true}, b.Ref.Height}
				c.order = append(c.order, output)
			}
		}
	}
	for len(c.order) > 0 {
		if have, ok := c.fresh[c.order[0]]; ok && have.height+freshBlocks > b.Ref.Height {
			break
		}
		delete(c.fresh, c.order[0])
		c.order = c.order[1:]
	}
}

// Resolve says what outputs hold.
func (c *coins) Resolve(ctx context.Context, outputs []clew.Output, told []bitcoin.Coin) error {
	var s ledger.Snapshot
	for i, output := range outputs {
		if have, ok := c.fresh[output]; ok {
			told[i] = have.coin
			continue
		}
		if c.held == nil {
			continue
		}
		if s == nil {
			var err error
			if s, err = c.held(ctx); err != nil {
				return err
			}
		}
		var err error
		if told[i], err = heldCoin(ctx, s, output); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	if s != nil {
		return s.Close()
	}
	return nil
}

// ends returns the last blocks of the ledger, and what it holds whole.
func (c *coins) ends(ctx context.Context) ([]clew.BlockRef, []clew.Window, error) {
	if c.held == nil {
		return nil, nil, nil
	}
	s, err := c.held(ctx)
	if err != nil {
		return nil, nil, err
	}
	recent, whole := s.Recent(), s.Coverage().Whole
	return recent, whole, s.Close()
}

// heldCoin returns what an output holds by the ledger; the zero Coin if it is
// not held.
func heldCoin(ctx context.Context, s ledger.Snapshot, output clew.Output) (bitcoin.Coin, error) {
	transfers, err := s.Transaction(ctx, output.Tx)
	if errors.Is(err, clew.ErrNotFound) {
		return bitcoin.Coin{}, nil
	}
	if err != nil {
		return bitcoin.Coin{}, fmt.Errorf("output %d of %s: %w", output.Index, output.Tx, err)
	}
	for i := range transfers {
		if t := &transfers[i]; uint64(output.Index) < uint64(len(t.To)) {
			leg := &t.To[output.Index]
			if amount, fits := leg.Amount.Uint64(); fits && !leg.Address.IsZero() {
				return bitcoin.Coin{Address: leg.Address, Amount: amount, Known: true}, nil
			}
		}
	}
	return bitcoin.Coin{}, nil
}
