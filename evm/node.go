package evm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"clew"
	"clew/internal/jsonscan"
	"clew/remote"
)

// maxSmallAnswer bounds answers that hold no transactions, in bytes; a block
// with its transactions' names is among them.
const maxSmallAnswer = 4 << 20

// A Node asks one node of an EVM chain. It learns which of several methods the
// node offers for receipts and traces, and then asks by those alone. It is safe
// for concurrent use if its caller is.
type Node struct {
	caller  Caller
	chain   clew.Chain
	support Support

	receipts atomic.Int32 // how receipts are asked for: byBlock, byTx or byLogs
	traces   atomic.Int32 // which of traceMethods is asked; their number: the node has none
	traced   atomic.Bool  // it was answered once

	mu      sync.Mutex // guards decoder
	decoder *Decoder
}

// NewNode returns a node that is reached by caller and follows chain.
func NewNode(caller Caller, chain clew.Chain) (*Node, error) {
	if !chain.IsEVM() {
		return nil, &clew.InputError{Field: "chain", Value: chain.Name(), Want: "an EVM chain, such as ethereum or eip155:100"}
	}
	return &Node{caller: caller, chain: chain, support: SupportOf(chain), decoder: NewDecoder(chain, false)}, nil
}

// Chain returns the chain that the node is meant to follow.
func (n *Node) Chain() clew.Chain { return n.chain }

// Raw returns what the node answers of a block and of its receipts, one after
// the other as it stands: for blocks that cannot be read.
func (n *Node) Raw(ctx context.Context, at uint64) ([]byte, error) {
	calls, err := n.ask(ctx, remote.Query{Method: "eth_getBlockByNumber", Params: []any{height(at), true}, Limit: MaxBlockAnswer}, blockReceipts.call(&Block{Height: at}))
	if err != nil {
		return nil, err
	}
	return slices.Concat(calls[0].Result, []byte("\n"), calls[1].Result), calls[0].Err
}

// ask carries out calls, and explains why some were not.
func (n *Node) ask(ctx context.Context, calls ...remote.Query) ([]remote.Query, error) {
	if err := n.caller.Batch(ctx, calls); err != nil {
		return nil, err
	}
	for i := range calls {
		c := &calls[i]
		if c.Err == nil && int64(len(c.Result)) > c.Limit {
			c.Err = fmt.Errorf("%s: %d bytes, of at most %d", c.Method, len(c.Result), c.Limit)
		}
		c.Err = explained(c.Err)
	}
	return calls, nil
}

// height returns a block's number as nodes take it.
func height(h uint64) string { return fmt.Sprintf("0x%x", h) }

func headCall(which string) remote.Query {
	return remote.Query{Method: "eth_getBlockByNumber", Params: []any{which, false}, Limit: maxSmallAnswer}
}

// readHead reads a block without its transactions.
func readHead(c *remote.Query) (ref clew.BlockRef, parent clew.TxID, err error) {
	if c.Err != nil {
		return ref, parent, c.Err
	}
	var b Block
	err = read(c.Method, "", c.Result, &b, func(a *answer) {
		numbered := false
		a.Object(func(name []byte) {
			switch string(name) {
			case "number":
				ref.Height, numbered = a.Count(), true
			case "hash":
				ref.Hash = a.id()
			case "parentHash":
				parent = a.id()
			case "timestamp":
				ref.Time = clew.Time(a.Count())
			default:
				a.Skip()
			}
		})
		if a.Err == nil && (!numbered || ref.Hash.IsZero() || ref.Height > maxHeight || ref.Time > 1<<40) {
			a.Fail(errors.New("a block without number, hash or time"))
		}
	})
	return ref, parent, err
}

// Head returns the last block of the node's chain, which may still be
// reorganised.
func (n *Node) Head(ctx context.Context) (clew.BlockRef, error) {
	calls, err := n.ask(ctx, headCall("latest"))
	if err != nil {
		return clew.BlockRef{}, err
	}
	ref, _, err := readHead(&calls[0])
	return ref, err
}

// Ref returns the block at a height of the node's chain, and its parent;
// [clew.ErrNotFound] above its last block.
func (n *Node) Ref(ctx context.Context, at uint64) (ref clew.BlockRef, parent clew.TxID, err error) {
	calls, err := n.ask(ctx, headCall(height(at)))
	if err != nil {
		return ref, parent, err
	}
	if ref, parent, err = readHead(&calls[0]); err == nil && ref.Height != at {
		err = fmt.Errorf("asked for block %d, the node gave %d", at, ref.Height)
	}
	return ref, parent, err
}

// Finalized returns the last block that will not be reorganised, by the chain's
// own rules as the node's tag "finalized" says. A node that does not know the
// tag is asked for the block at the depth of [Support].
func (n *Node) Finalized(ctx context.Context) (clew.BlockRef, error) {
	calls, err := n.ask(ctx, headCall("finalized"), headCall("latest"))
	if err != nil {
		return clew.BlockRef{}, err
	}
	ref, _, err := readHead(&calls[0])
	var refusal *remote.RPCError
	if err == nil || !errors.As(err, &refusal) && !errors.Is(err, clew.ErrNotFound) {
		return ref, err
	}
	head, _, err := readHead(&calls[1])
	if err != nil {
		return head, err
	}
	ref, _, err = n.Ref(ctx, head.Height-min(head.Height, n.support.Depth))
	return ref, err
}

// A State is what a node says of itself.
type State struct {
	Chain     uint64 // number of its chain
	Head      clew.BlockRef
	CatchesUp bool   // it is still downloading history
	Highest   uint64 // the last block it knows of, where CatchesUp
}

// Ready reports why the node cannot give blocks from a height on:
// [ErrOtherChain], [ErrSyncing] or [ErrPruned]. A node that is catching up is
// refused only from heights that it has not reached; who follows its head sees
// CatchesUp in what is returned.
func (n *Node) Ready(ctx context.Context, from uint64) (State, error) {
	small := func(method string) remote.Query {
		return remote.Query{Method: method, Params: []any{}, Limit: maxSmallAnswer}
	}
	calls, err := n.ask(ctx, small("eth_chainId"), small("eth_syncing"), headCall("latest"), headCall(height(0)), headCall(height(from)))
	if err != nil {
		return State{}, err
	}
	state, err := readState(calls)
	if err != nil {
		return state, err
	}
	if fmt.Sprint("eip155:", state.Chain) != string(n.chain) {
		wanted := string(n.chain)
		if name := n.chain.Name(); name != wanted {
			wanted = name + " (" + wanted + ")"
		}
		return state, fmt.Errorf("%w: it is of eip155:%d, and %s is wanted", ErrOtherChain, state.Chain, wanted)
	}
	first, _, err := readHead(&calls[3])
	switch genesis := n.support.Genesis; {
	case err == nil && !genesis.IsZero() && first.Hash != genesis:
		return state, fmt.Errorf("%w: it begins with %s; %s begins with %s", ErrOtherChain, first.Hash, n.chain.Name(), genesis)
	case err != nil && !errors.Is(err, clew.ErrNotFound) && !errors.Is(err, ErrPruned): // a pruned node may have no first block
		return state, err
	}
	_, _, err = readHead(&calls[4])
	switch {
	case from > state.Head.Height && state.CatchesUp:
		return state, fmt.Errorf("%w: it is at %d of %d", ErrSyncing, state.Head.Height, state.Highest)
	case from > state.Head.Height:
		return state, nil
	case errors.Is(err, clew.ErrNotFound):
		return state, fmt.Errorf("%w: block %d", ErrPruned, from)
	}
	return state, err
}

// readState reads the first three answers that Ready asks for.
func readState(calls []remote.Query) (state State, err error) {
	if errors.Is(calls[1].Err, ErrNoMethod) { // some services do not say whether they catch up
		calls[1].Err, calls[1].Result = nil, []byte("false")
	}
	if err := errors.Join(calls[0].Err, calls[1].Err); err != nil {
		return state, err
	}
	s := jsonscan.Bytes(append([]byte(nil), calls[0].Result...))
	if state.Chain = s.Count(); s.Err != nil {
		return state, fmt.Errorf("eth_chainId: %w", s.Err)
	}
	if text := strings.TrimSpace(string(calls[1].Result)); text != "false" {
		state.CatchesUp = true
		s = jsonscan.Bytes(calls[1].Result)
		s.Object(func(name []byte) {
			if string(name) == "highestBlock" {
				state.Highest = s.Count()
			} else {
				s.Skip()
			}
		})
		if s.Err != nil {
			return state, fmt.Errorf("eth_syncing: %w", s.Err)
		}
	}
	state.Head, _, err = readHead(&calls[2])
	return state, err
}
