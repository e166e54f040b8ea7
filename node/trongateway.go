package node

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"clew"
	"clew/follow"
	"clew/remote"
	"clew/tron"
)

// A gatewaySource asks nodes of Tron by their JSON-RPC, where nothing else of
// them can be reached. It gives less: see [tron.Gateway].
type gatewaySource struct {
	several[*tron.Gateway]
	decoders sync.Pool // of *tron.Decoder
}

func openGateway(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	s := &gatewaySource{}
	s.chain, s.clock, s.check = chain, opt.Remote.Clock, checkTron[*tron.Gateway](opt.Remote.Clock)
	s.stats = opt.Remote.Stats
	s.own, s.final = []error{clew.ErrNotFound}, []error{remote.ErrRefused, tron.ErrHash}
	s.decoders.New = func() any {
		d, err := tron.NewDecoder(chain, tron.KeepsResults)
		if err != nil {
			panic(err) // the gateways below are of the same chain
		}
		return d
	}
	for _, e := range endpoints {
		c, err := remote.Dial(e, opt.Remote)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		one, err := tron.NewGateway(c, chain)
		if err != nil {
			return nil, errors.Join(err, c.Close(), s.Close())
		}
		s.put(c.String(), one, c.Close)
	}
	s.agree(func(ctx context.Context, c *tron.Gateway, height uint64) (clew.TxID, error) {
		ref, _, err := c.Ref(ctx, height)
		return ref.Hash, err
	})
	return s, nil
}

func (s *gatewaySource) Chain() clew.Chain      { return s.chain }
func (s *gatewaySource) Hints() <-chan struct{} { return nil }
func (s *gatewaySource) Gaps() []clew.Gap       { return s.clients[0].Gaps() }

// Head returns the last block, of nodes that follow the right chain and agree.
func (s *gatewaySource) Head(ctx context.Context) (head clew.BlockRef, err error) {
	if err := s.find(ctx); err != nil {
		return head, err
	}
	err = s.ask(ctx, func(g *tron.Gateway) (err error) { head, err = g.Head(ctx); return err })
	if err != nil {
		return head, err
	}
	return head, s.accord.check(ctx, head.Height)
}

// Hash returns the name of the block at a height.
func (s *gatewaySource) Hash(ctx context.Context, height uint64) (hash clew.TxID, err error) {
	err = s.ask(ctx, func(g *tron.Gateway) error {
		ref, _, err := g.Ref(ctx, height)
		hash = ref.Hash
		return err
	})
	return hash, err
}

// Block returns the block at a height, as far as its logs say it.
func (s *gatewaySource) Block(ctx context.Context, height uint64) (follow.Block, error) {
	d := s.decoders.Get().(*tron.Decoder)
	defer s.decoders.Put(d)
	var b *tron.Block
	err := s.ask(ctx, func(g *tron.Gateway) (err error) {
		if b, err = g.Block(ctx, d, height); errors.Is(err, tron.ErrUnread) && !errors.Is(err, tron.ErrDisagree) {
			return badLogs(ctx, g, height, err)
		}
		return err
	})
	if err != nil {
		return follow.Block{}, err
	}
	return follow.Block{Block: b.Block, Gaps: b.Missed.Gaps(s.chain, clew.Window{From: height, To: height + 1})}, nil
}

// badLogs gathers what there is of a block whose logs cannot be read.
func badLogs(ctx context.Context, g *tron.Gateway, height uint64, why error) error {
	ref, parent, err := g.Ref(ctx, height)
	if err != nil {
		return fmt.Errorf("%w; and of its header: %w", why, err)
	}
	raw, err := g.Raw(ctx, height)
	if err != nil {
		return err
	}
	return &follow.BadBlock{Ref: ref, Parent: parent, Raw: raw, Err: why}
}
