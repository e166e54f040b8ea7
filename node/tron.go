package node

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"clew"
	"clew/follow"
	"clew/remote"
	"clew/tron"
)

// A tronSource asks nodes of Tron.
type tronSource struct {
	chain    clew.Chain
	several  several[*tron.Client]
	decoders sync.Pool // of *tron.Decoder

	mu     sync.Mutex // guards what follows
	accord accord
	ready  bool
}

func openTron(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	keeps := tron.KeepsResults
	if opt.Internal {
		keeps = tron.KeepsInternal
	}
	s := &tronSource{chain: chain}
	s.decoders.New = func() any {
		d, err := tron.NewDecoder(chain, keeps)
		if err != nil {
			panic(err) // the clients below are of the same chain
		}
		return d
	}
	for _, e := range endpoints {
		err := s.several.add(e, opt.Remote, func(doer interface {
			Do(*http.Request) (*http.Response, error)
		}) (*tron.Client, error) {
			return tron.NewClient(doer, tron.Endpoint{URL: e.URL}, chain) // the doer sends the headers
		})
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.accord = accord{names: s.several.names, hash: func(ctx context.Context, i int, height uint64) (clew.TxID, error) {
		ref, _, err := s.several.clients[i].Ref(ctx, height)
		return ref.Hash, err
	}}
	return s, nil
}

func (s *tronSource) Chain() clew.Chain      { return s.chain }
func (s *tronSource) Names() []string        { return s.several.names }
func (s *tronSource) Hints() <-chan struct{} { return nil }
func (s *tronSource) Close() error           { return s.several.close() }
func (s *tronSource) Gaps() []clew.Gap       { return nil }

func tronFinal(err error) error { return final(err, tron.ErrOtherChain, tron.ErrRefused) }

// tronOwn reports whether an error is of the chain and not of one node.
func tronOwn(err error) bool {
	return errors.Is(err, clew.ErrNotFound) || errors.Is(err, tron.ErrOtherChain)
}

// Head returns the last block, of nodes that follow the right chain and agree.
func (s *tronSource) Head(ctx context.Context) (head clew.BlockRef, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ready {
		for _, c := range s.several.clients {
			if err := c.Ready(ctx); errors.Is(err, tron.ErrOtherChain) || len(s.several.clients) == 1 && err != nil {
				return head, tronFinal(err)
			}
		}
		s.ready = true
	}
	err = s.several.ask(ctx, tronOwn, func(c *tron.Client) (err error) { head, err = c.Head(ctx); return err })
	if err == nil {
		err = s.accord.check(ctx, head.Height)
	}
	return head, tronFinal(err)
}

// Hash returns the name of the block at a height.
func (s *tronSource) Hash(ctx context.Context, height uint64) (hash clew.TxID, err error) {
	err = s.several.ask(ctx, tronOwn, func(c *tron.Client) error {
		ref, _, err := c.Ref(ctx, height)
		hash = ref.Hash
		return err
	})
	return hash, tronFinal(err)
}

// Block returns the block at a height.
func (s *tronSource) Block(ctx context.Context, height uint64) (follow.Block, error) {
	d := s.decoders.Get().(*tron.Decoder)
	defer s.decoders.Put(d)
	var b *tron.Block
	err := s.several.ask(ctx, tronOwn, func(c *tron.Client) (err error) { b, err = c.Block(ctx, d, height); return err })
	if err != nil {
		return follow.Block{}, tronFinal(err)
	}
	return follow.Block{Block: b.Block, Gaps: b.Missed.Gaps(s.chain, clew.Window{From: height, To: height + 1})}, nil
}
