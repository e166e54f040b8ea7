package node

import (
	"context"
	"errors"
	"net/http"
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
	several[*bitcoin.Client]
	raw atomic.Bool
}

func openBitcoin(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	s := &bitcoinSource{}
	if err := s.begin(chain, opt); err != nil {
		return nil, err
	}
	s.several.chain, s.clock, s.check = chain, opt.Remote.Clock, checkBitcoin
	s.stats = opt.Remote.Stats
	s.own, s.final = []error{clew.ErrNotFound}, []error{bitcoin.ErrPruned, bitcoin.ErrRefused, bitcoin.ErrHash}
	for _, e := range endpoints {
		err := s.add(e, opt.Remote, func(doer interface {
			Do(*http.Request) (*http.Response, error)
		}) (*bitcoin.Client, error) {
			return bitcoin.NewClient(doer, bitcoin.Endpoint{URL: e.URL}, chain) // the doer sends name and password
		})
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.agree(func(ctx context.Context, c *bitcoin.Client, height uint64) (clew.TxID, error) {
		return c.BlockHash(ctx, height)
	})
	return s, nil
}

func (s *bitcoinSource) Chain() clew.Chain      { return s.completer.chain }
func (s *bitcoinSource) Hints() <-chan struct{} { return nil }
func (s *bitcoinSource) Gaps() []clew.Gap       { return nil }

func checkBitcoin(ctx context.Context, c *bitcoin.Client) (note string, other bool, err error) {
	info, err := c.Ready(ctx, 0)
	if errors.Is(err, bitcoin.ErrPruned) {
		err = nil // whether it has what is wanted will be seen
	}
	if info.CatchesUp && info.Headers > info.Blocks {
		note = stillAt(info.Blocks, info.Headers)
	}
	return note, errors.Is(err, bitcoin.ErrOtherChain), err
}

// Head returns the last block, of nodes that follow the right chain and agree.
func (s *bitcoinSource) Head(ctx context.Context) (head clew.BlockRef, err error) {
	if err := s.find(ctx); err != nil {
		return head, err
	}
	err = s.ask(ctx, func(c *bitcoin.Client) error {
		hash, err := c.BestBlockHash(ctx)
		if err != nil {
			return err
		}
		h, height, _, err := c.BlockHeader(ctx, hash)
		head = clew.BlockRef{Height: height, Hash: hash, Time: clew.Time(h.Time)}
		return err
	})
	if err != nil {
		return head, err
	}
	return head, s.accord.check(ctx, head.Height)
}

// confirmations make a block of Bitcoin's kind count as final: a convention, for
// no rule of the chain does. The block itself is the first.
const confirmations = 6

// Final returns the last block with six confirmations.
func (s *bitcoinSource) Final(ctx context.Context) (height uint64, err error) {
	err = s.ask(ctx, func(c *bitcoin.Client) (err error) { height, err = c.BlockCount(ctx); return err })
	return height - min(height, confirmations-1), err
}

// Hash returns the name of the block at a height.
func (s *bitcoinSource) Hash(ctx context.Context, height uint64) (hash clew.TxID, err error) {
	err = s.ask(ctx, func(c *bitcoin.Client) (err error) { hash, err = c.BlockHash(ctx, height); return err })
	return hash, err
}

// Block returns the block at a height: whole, of a node that says what inputs
// were worth, else with its bytes for [bitcoinSource.Complete].
func (s *bitcoinSource) Block(ctx context.Context, height uint64) (got follow.Block, err error) {
	err = s.ask(ctx, func(c *bitcoin.Client) error {
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
	return got, err
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
	case errors.Is(err, bitcoin.ErrUnread): // its bytes may be read, or are kept aside
		return follow.Block{}, nil
	case err != nil:
		return follow.Block{}, err
	case b.Missed.Inputs > 0:
		s.raw.Store(true)
		return follow.Block{}, nil
	}
	return follow.Block{Block: b.Block}, nil
}
