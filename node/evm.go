package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/evm"
	"clew/follow"
	"clew/remote"
)

// An evmSource asks nodes of an EVM chain. Each node is asked by the methods
// that it offers, and blocks are taken from one node whole.
type evmSource struct {
	several[*evm.Node]
	hints <-chan struct{}
}

func openEVM(chain clew.Chain, endpoints []remote.Endpoint, opt Options) (Source, error) {
	s := &evmSource{}
	s.chain, s.clock, s.check = chain, opt.Remote.Clock, checkEVM
	s.stats = opt.Remote.Stats
	s.own, s.final = []error{clew.ErrNotFound}, []error{evm.ErrPruned, evm.ErrHash, remote.ErrRefused}
	for _, e := range endpoints {
		c, err := remote.Dial(e, opt.Remote)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		one, err := evm.NewNode(c, chain)
		if err != nil {
			return nil, errors.Join(err, c.Close(), s.Close())
		}
		s.put(c.String(), one, c.Close)
		if wire, ok := c.(interface{ Hints() <-chan struct{} }); ok && s.hints == nil {
			s.hints = wire.Hints()
		}
	}
	s.agree(func(ctx context.Context, c *evm.Node, height uint64) (clew.TxID, error) {
		ref, _, err := c.Ref(ctx, height)
		return ref.Hash, err
	})
	return s, nil
}

func (s *evmSource) Chain() clew.Chain      { return s.chain }
func (s *evmSource) Hints() <-chan struct{} { return s.hints }
func (s *evmSource) Gaps() []clew.Gap       { return nil }

func checkEVM(ctx context.Context, n *evm.Node) (note string, other bool, err error) {
	state, err := n.Ready(ctx, 0)
	if errors.Is(err, evm.ErrPruned) {
		err = nil // whether it has what is wanted will be seen
	}
	if state.CatchesUp && state.Highest > state.Head.Height {
		note = stillAt(state.Head.Height, state.Highest)
	}
	return note, errors.Is(err, evm.ErrOtherChain), err
}

// Head returns the last block, of nodes that follow the right chain and agree.
func (s *evmSource) Head(ctx context.Context) (head clew.BlockRef, err error) {
	if err := s.find(ctx); err != nil {
		return head, err
	}
	err = s.ask(ctx, func(n *evm.Node) (err error) { head, err = n.Head(ctx); return err })
	if err != nil {
		return head, err
	}
	return head, s.accord.check(ctx, head.Height)
}

// Final returns the last block that the chain's own rules hold for final.
func (s *evmSource) Final(ctx context.Context) (height uint64, err error) {
	err = s.ask(ctx, func(n *evm.Node) error {
		ref, err := n.Finalized(ctx)
		height = ref.Height
		return err
	})
	return height, err
}

// Tokens asks contracts what they say of themselves.
func (s *evmSource) Tokens(ctx context.Context, contracts ...clew.Address) (claims []evm.TokenClaim, err error) {
	err = s.ask(ctx, func(n *evm.Node) (err error) { claims, err = n.Tokens(ctx, contracts...); return err })
	return claims, err
}

// Receipt returns the receipt of a transaction, of nodes that follow the right chain.
func (s *evmSource) Receipt(ctx context.Context, id clew.TxID) (text []byte, err error) {
	if err := s.find(ctx); err != nil {
		return nil, err
	}
	err = s.ask(ctx, func(n *evm.Node) (err error) { text, err = n.Receipt(ctx, id); return err })
	return text, err
}

// Balances asks contracts what addresses hold of their tokens after a block. Nodes
// that no longer have the state of any pass the question on.
func (s *evmSource) Balances(ctx context.Context, at clew.BlockRef, pots ...clew.Pot) (ref clew.BlockRef, balances []evm.TokenBalance, err error) {
	err = s.ask(ctx, func(n *evm.Node) (err error) {
		ref, balances, err = n.Balances(ctx, at, pots...)
		if err == nil && !slices.ContainsFunc(balances, func(b evm.TokenBalance) bool { return !errors.Is(b.Err, evm.ErrPruned) }) {
			err = balances[0].Err
		}
		return err
	})
	return ref, balances, err
}

// Hash returns the name of the block at a height.
func (s *evmSource) Hash(ctx context.Context, height uint64) (hash clew.TxID, err error) {
	err = s.ask(ctx, func(n *evm.Node) error {
		ref, _, err := n.Ref(ctx, height)
		hash = ref.Hash
		return err
	})
	return hash, err
}

// Block returns the block at a height.
func (s *evmSource) Block(ctx context.Context, height uint64) (got follow.Block, err error) {
	err = s.ask(ctx, func(n *evm.Node) (err error) { got, err = blockOf(ctx, n, height); return err })
	return got, err
}

// blockOf asks one node. What cannot be read is asked for once more, for half a
// reorganisation may look so.
func blockOf(ctx context.Context, n *evm.Node, height uint64) (follow.Block, error) {
	got, err := n.Block(ctx, height)
	if errors.Is(err, evm.ErrUnread) {
		if got, err = n.Block(ctx, height); errors.Is(err, evm.ErrUnread) && !errors.Is(err, evm.ErrHash) {
			return follow.Block{}, badOf(ctx, n, height, err)
		}
	}
	if errors.Is(err, clew.ErrNotFound) { // above the last block, or no longer there
		if _, ready := n.Ready(ctx, height); errors.Is(ready, evm.ErrPruned) {
			err = ready
		}
	}
	if err != nil {
		return follow.Block{}, err
	}
	return follow.Block{Block: got.Block, Gaps: got.Gaps}, nil
}

// badOf gathers what there is of a block that cannot be read.
func badOf(ctx context.Context, n *evm.Node, height uint64, why error) error {
	ref, parent, err := n.Ref(ctx, height)
	if err != nil {
		return fmt.Errorf("%w; and of its header: %w", why, err)
	}
	raw, err := n.Raw(ctx, height)
	if err != nil {
		return err
	}
	return &follow.BadBlock{Ref: ref, Parent: parent, Raw: raw, Err: why}
}
