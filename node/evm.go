package node

import (
	"context"
	"errors"
	"sync"

	"clew"
	"clew/evm"
	"clew/follow"
	"clew/remote"
)

// An evmSource asks nodes of an EVM chain.
type evmSource struct {
	group *remote.Group
	node  *evm.Node
	each  []*evm.Node
	hints <-chan struct{}

	mu     sync.Mutex // guards what follows
	accord accord
	ready  bool
}

func openEVM(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	s := &evmSource{}
	var callers []remote.Caller
	for _, e := range endpoints {
		c, err := remote.Dial(e, opt.Remote)
		if err != nil {
			return nil, errors.Join(err, closeAll(callers))
		}
		callers = append(callers, c)
		one, err := evm.NewNode(c, chain)
		if err != nil {
			return nil, errors.Join(err, closeAll(callers))
		}
		s.each = append(s.each, one)
		if wire, ok := c.(interface{ Hints() <-chan struct{} }); ok && s.hints == nil {
			s.hints = wire.Hints()
		}
	}
	s.group = remote.NewGroup(opt.Remote.Clock, callers...)
	s.accord = accord{names: s.group.Names(), hash: func(ctx context.Context, i int, height uint64) (clew.TxID, error) {
		ref, _, err := s.each[i].Ref(ctx, height)
		return ref.Hash, err
	}}
	var err error
	s.node, err = evm.NewNode(s.group, chain)
	return s, err
}

func closeAll(callers []remote.Caller) error {
	var errs []error
	for _, c := range callers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

func (s *evmSource) Chain() clew.Chain      { return s.node.Chain() }
func (s *evmSource) Names() []string        { return s.group.Names() }
func (s *evmSource) Hints() <-chan struct{} { return s.hints }
func (s *evmSource) Close() error           { return s.group.Close() }
func (s *evmSource) Gaps() []clew.Gap       { return nil }

// Head returns the last block, of nodes that follow the right chain and agree.
func (s *evmSource) Head(ctx context.Context) (clew.BlockRef, error) {
	head, err := s.node.Head(ctx)
	if err != nil {
		return head, evmFinal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ready {
		for _, one := range s.each {
			if _, err := one.Ready(ctx, head.Height); errors.Is(err, evm.ErrOtherChain) || len(s.each) == 1 && err != nil {
				return head, evmFinal(err)
			}
		}
		s.ready = true
	}
	return head, s.accord.check(ctx, head.Height)
}

func evmFinal(err error) error {
	return final(err, evm.ErrOtherChain, evm.ErrPruned, remote.ErrRefused, remote.ErrBudget)
}

// Hash returns the name of the block at a height.
func (s *evmSource) Hash(ctx context.Context, height uint64) (clew.TxID, error) {
	ref, _, err := s.node.Ref(ctx, height)
	return ref.Hash, evmFinal(err)
}

// Block returns the block at a height. What cannot be read is asked for once
// more, for half a reorganisation may look so.
func (s *evmSource) Block(ctx context.Context, height uint64) (follow.Block, error) {
	got, err := s.node.Block(ctx, height)
	if errors.Is(err, evm.ErrUnread) {
		if got, err = s.node.Block(ctx, height); errors.Is(err, evm.ErrUnread) {
			return follow.Block{}, s.bad(ctx, height, err)
		}
	}
	if err != nil {
		return follow.Block{}, evmFinal(err)
	}
	return follow.Block{Block: got.Block, Gaps: got.Gaps}, nil
}

// bad gathers what there is of a block that cannot be read.
func (s *evmSource) bad(ctx context.Context, height uint64, why error) error {
	ref, parent, err := s.node.Ref(ctx, height)
	if err != nil {
		return err
	}
	raw, err := s.node.Raw(ctx, height)
	if err != nil {
		return err
	}
	return &follow.BadBlock{Ref: ref, Parent: parent, Raw: raw, Err: why}
}
