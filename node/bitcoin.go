package node

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"

	"clew"
	"clew/bitcoin"
	"clew/follow"
	"clew/remote"
)

// A bitcoinSource asks nodes of Bitcoin and its kin. Some nodes say what each
// input was worth; of the others it takes raw blocks, and finds the outputs
// that these spend in the blocks before them.
type bitcoinSource struct {
	completer
	several several[*bitcoin.Client]
	raw     atomic.Bool

	mu     sync.Mutex // guards what follows
	accord accord
	ready  bool
}

func openBitcoin(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	s := &bitcoinSource{}
	if err := s.begin(chain, opt); err != nil {
		return nil, err
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
