package node

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"clew"
	"clew/follow"
	"clew/remote"
	"clew/tron"
)

// A tronSource asks nodes of Tron.
type tronSource struct {
	several[*tron.Client]
	decoders sync.Pool // of *tron.Decoder
}

// gatewayPath ends the URLs at which nodes of Tron answer JSON-RPC.
const gatewayPath = "/jsonrpc"

func openTron(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	gateways := 0
	for _, e := range endpoints {
		if strings.HasSuffix(strings.TrimRight(e.URL, "/"), gatewayPath) {
			gateways++
		}
	}
	switch gateways {
	case 0:
		return openFull(chain, endpoints, opt)
	case len(endpoints):
		return openGateway(chain, endpoints, opt)
	}
	return nil, &clew.InputError{Field: "source", Want: "nodes that are all asked by their HTTP API or all by JSON-RPC (" + gatewayPath + "), which gives less"}
}

func openFull(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	keeps := tron.KeepsResults
	if opt.Internal {
		keeps = tron.KeepsInternal
	}
	s := &tronSource{}
	s.chain, s.clock, s.check = chain, opt.Remote.Clock, checkTron[*tron.Client](opt.Remote.Clock)
	s.stats = opt.Remote.Stats
	s.own, s.final = []error{clew.ErrNotFound}, []error{tron.ErrRefused, tron.ErrHash}
	s.decoders.New = func() any {
		d, err := tron.NewDecoder(chain, keeps)
		if err != nil {
			panic(err) // the clients below are of the same chain
		}
		return d
	}
	for _, e := range endpoints {
		err := s.add(e, opt.Remote, func(doer interface {
			Do(*http.Request) (*http.Response, error)
		}) (*tron.Client, error) {
			return tron.NewClient(doer, tron.Endpoint{URL: e.URL}, chain) // the doer sends the headers
		})
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.agree(func(ctx context.Context, c *tron.Client, height uint64) (clew.TxID, error) {
		ref, _, err := c.Ref(ctx, height)
		return ref.Hash, err
	})
	return s, nil
}

func (s *tronSource) Chain() clew.Chain      { return s.chain }
func (s *tronSource) Hints() <-chan struct{} { return nil }
func (s *tronSource) Gaps() []clew.Gap       { return nil }

// A tronNode is a node of Tron, however it is asked.
type tronNode interface {
	Ready(ctx context.Context) error
	Head(ctx context.Context) (clew.BlockRef, error)
}

// checkTron asks a node which chain it follows, and how old its last block is.
func checkTron[N tronNode](clock remote.Clock) func(ctx context.Context, n N) (note string, other bool, err error) {
	return func(ctx context.Context, n N) (note string, other bool, err error) {
		if err = n.Ready(ctx); err != nil {
			return "", errors.Is(err, tron.ErrOtherChain), err
		}
		head, err := n.Head(ctx)
		if err != nil {
			return "", false, err
		}
		return late(head, clock.Now()), false, nil
	}
}

// Head returns the last block, of nodes that follow the right chain and agree.
func (s *tronSource) Head(ctx context.Context) (head clew.BlockRef, err error) {
	if err := s.find(ctx); err != nil {
		return head, err
	}
	err = s.ask(ctx, func(c *tron.Client) (err error) { head, err = c.Head(ctx); return err })
	if err != nil {
		return head, err
	}
	return head, s.accord.check(ctx, head.Height)
}

// Final returns the last block that two thirds of the witnesses have built on.
func (s *tronSource) Final(ctx context.Context) (height uint64, err error) {
	err = s.ask(ctx, func(c *tron.Client) error {
		ref, err := c.Solid(ctx)
		height = ref.Height
		return err
	})
	return height, err
}

// Hash returns the name of the block at a height.
func (s *tronSource) Hash(ctx context.Context, height uint64) (hash clew.TxID, err error) {
	err = s.ask(ctx, func(c *tron.Client) error {
		ref, _, err := c.Ref(ctx, height)
		hash = ref.Hash
		return err
	})
	return hash, err
}

// Block returns the block at a height.
func (s *tronSource) Block(ctx context.Context, height uint64) (follow.Block, error) {
	d := s.decoders.Get().(*tron.Decoder)
	defer s.decoders.Put(d)
	var b *tron.Block
	err := s.ask(ctx, func(c *tron.Client) (err error) {
		if b, err = c.Block(ctx, d, height); errors.Is(err, tron.ErrUnread) {
			b, err = c.Block(ctx, d, height) // what stood before a node may have answered for it
		}
		if errors.Is(err, tron.ErrUnread) {
			return s.badOf(ctx, c, height, err)
		}
		return err
	})
	if err != nil {
		return follow.Block{}, err
	}
	return follow.Block{Block: b.Block, Gaps: b.Missed.Gaps(s.chain, clew.Window{From: height, To: height + 1})}, nil
}

// badOf gathers what there is of a block that cannot be read.
func (s *tronSource) badOf(ctx context.Context, c *tron.Client, height uint64, why error) error {
	ref, parent, err := c.Ref(ctx, height)
	if err != nil {
		return fmt.Errorf("%w; and of its header: %w", why, err)
	}
	raw, err := c.Raw(ctx, height)
	if err != nil {
		return err
	}
	return &follow.BadBlock{Ref: ref, Parent: parent, Raw: raw, Err: why}
}
