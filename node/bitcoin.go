package node

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"clew"
	"clew/bitcoin"
	"clew/follow"
	"clew/ledger"
	"clew/remote"
)

// A bitcoinSource asks nodes of Bitcoin and its kin. Some nodes say what each
// input was worth; of the others it takes raw blocks, and finds the outputs
// that these spend in the blocks before them.
type bitcoinSource struct {
	chain    clew.Chain
	several  several[*bitcoin.Client]
	decoders sync.Pool // of *bitcoin.Decoder
	raw      atomic.Bool
	coins    coins

	mu     sync.Mutex // guards what follows
	accord accord
	ready  bool
}

func openBitcoin(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	s := &bitcoinSource{chain: chain, coins: coins{held: opt.Held, fresh: map[clew.Output]freshCoin{}}}
	if _, err := bitcoin.NewDecoder(chain); err != nil {
		return nil, err
	}
	s.decoders.New = func() any {
		d, err := bitcoin.NewDecoder(chain)
		if err != nil {
			panic(err) // it was tried above
		}
		return d
	}
	for _, e := range endpoints {
		err := s.several.add(e, opt.Remote, func(doer interface {
			Do(*http.Request) (*http.Response, error)
		}) (*bitcoin.Client, error) {
			return bitcoin.NewClient(doer, bitcoin.Endpoint{URL: e.URL}, chain) // the doer sends name and password
		})
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.accord = accord{names: s.several.names, hash: func(ctx context.Context, i int, height uint64) (clew.TxID, error) {
		return s.several.clients[i].BlockHash(ctx, height)
	}}
	return s, nil
}

func (s *bitcoinSource) Chain() clew.Chain      { return s.chain }
func (s *bitcoinSource) Names() []string        { return s.several.names }
func (s *bitcoinSource) Hints() <-chan struct{} { return nil }
func (s *bitcoinSource) Close() error           { return s.several.close() }
func (s *bitcoinSource) Gaps() []clew.Gap       { return nil }

func bitcoinFinal(err error) error {
	return final(err, bitcoin.ErrOtherChain, bitcoin.ErrPruned, bitcoin.ErrRefused)
}

// bitcoinOwn reports whether an error is of the chain and not of one node.
func bitcoinOwn(err error) bool {
	return errors.Is(err, clew.ErrNotFound) || errors.Is(err, bitcoin.ErrOtherChain)
}

// Head returns the last block, of nodes that follow the right chain and agree.
func (s *bitcoinSource) Head(ctx context.Context) (head clew.BlockRef, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ready {
		for _, c := range s.several.clients {
			if _, err := c.Ready(ctx, 0); errors.Is(err, bitcoin.ErrOtherChain) || len(s.several.clients) == 1 && err != nil && !errors.Is(err, bitcoin.ErrPruned) {
				return head, bitcoinFinal(err)
			}
		}
		s.ready = true
	}
	err = s.several.ask(ctx, bitcoinOwn, func(c *bitcoin.Client) error {
		hash, err := c.BestBlockHash(ctx)
		if err != nil {
			return err
		}
		h, height, _, err := c.BlockHeader(ctx, hash)
		head = clew.BlockRef{Height: height, Hash: hash, Time: clew.Time(h.Time)}
		return err
	})
	if err == nil {
		err = s.accord.check(ctx, head.Height)
	}
	return head, bitcoinFinal(err)
}

// Hash returns the name of the block at a height.
func (s *bitcoinSource) Hash(ctx context.Context, height uint64) (hash clew.TxID, err error) {
	err = s.several.ask(ctx, bitcoinOwn, func(c *bitcoin.Client) (err error) { hash, err = c.BlockHash(ctx, height); return err })
	return hash, bitcoinFinal(err)
}

// Block returns the block at a height: whole, of a node that says what inputs
// were worth, else with its bytes for [bitcoinSource.Complete].
func (s *bitcoinSource) Block(ctx context.Context, height uint64) (got follow.Block, err error) {
	err = s.several.ask(ctx, bitcoinOwn, func(c *bitcoin.Client) error {
		hash, err := c.BlockHash(ctx, height)
		if err != nil {
			return err
		}
		if got, err = s.told(ctx, c, hash); err != nil || len(got.Transfers) > 0 {
			return err
		}
		raw, err := c.RawBlock(ctx, hash)
		if err != nil {
			return err
		}
		h, _, _, err := c.BlockHeader(ctx, hash)
		got = follow.Block{Raw: raw, Block: clew.Block{Parent: h.Parent, Ref: clew.BlockRef{Height: height, Hash: hash, Time: clew.Time(h.Time)}}}
		return err
	})
	return got, bitcoinFinal(err)
}

// told asks for a block with what its inputs were worth. It returns an empty one
// if the node does not say that, and then is not asked so again.
func (s *bitcoinSource) told(ctx context.Context, c *bitcoin.Client, hash clew.TxID) (follow.Block, error) {
	if s.raw.Load() {
		return follow.Block{}, nil
	}
	d := s.decoders.Get().(*bitcoin.Decoder)
	defer s.decoders.Put(d)
	b, err := c.Block(ctx, d, hash, nil)
	switch refusal := (*bitcoin.RPCError)(nil); {
	case errors.As(err, &refusal) && !errors.Is(err, clew.ErrNotFound) && !errors.Is(err, bitcoin.ErrPruned) && !errors.Is(err, bitcoin.ErrSyncing):
		s.raw.Store(true)
		return follow.Block{}, nil
	case err != nil:
		return follow.Block{}, err
	case b.Missed.Inputs > 0:
		s.raw.Store(true)
		return follow.Block{}, nil
	}
	return follow.Block{Block: b.Block}, nil
}

// Complete decodes a block that came as bytes, and remembers what every block
// makes.
func (s *bitcoinSource) Complete(ctx context.Context, b *follow.Block) error {
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

// freshBlocks is how many blocks' outputs are remembered: more than are fetched
// and appended at once.
const freshBlocks = 512

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
