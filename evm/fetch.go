package evm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/remote"
)

// A Fetched is a block as a node gave it.
type Fetched struct {
	Recorded *Block     // what the node said
	Block    clew.Block // what that moves, and what issuers did
	Missed   Missing
	Gaps     []clew.Gap // what the node did not say, as gaps in what is held

	traced bool
}

// A method is one way to ask for a part of a block.
type method struct {
	name   string
	limit  int64
	params func(*Block) []any
	read   func(clew.Chain, []byte, *Block) error
}

func byHeight(b *Block) []any { return []any{height(b.Height)} }

// How receipts are asked for, the best way first.
const (
	byBlock = int32(iota)
	byTx
	byLogs
)

var (
	blockReceipts = method{"eth_getBlockReceipts", MaxReceiptsAnswer, byHeight, ReadReceipts}
	blockLogs     = method{"eth_getLogs", MaxReceiptsAnswer, func(b *Block) []any { return []any{map[string]any{"blockHash": b.Hash.String()}} }, ReadLogs}
)

// traceMethods are the ways to ask for call frames, the one that most nodes
// offer first. Only the last gives rewards.
var traceMethods = []method{
	{"debug_traceBlockByNumber", MaxTraceAnswer, func(b *Block) []any { return append(byHeight(b), map[string]any{"tracer": "callTracer"}) }, ReadCallTraces},
	{"trace_block", MaxTraceAnswer, byHeight, ReadBlockTraces},
}

func (m *method) call(b *Block) remote.Query {
	return remote.Query{Method: m.name, Params: m.params(b), Limit: m.limit}
}

// MaxBatch is how many blocks are asked for at once, receiptBatch how many single
// receipts, and maxReceiptAnswer how many bytes one of them may have.
const (
	MaxBatch         = 64
	receiptBatch     = 100
	maxReceiptAnswer = 16 << 20
)

// Block returns the block at a height of the node's chain; [clew.ErrNotFound]
// above its last block. [ErrContradiction] is answered by asking again.
func (n *Node) Block(ctx context.Context, at uint64) (*Fetched, error) {
	blocks, err := n.Blocks(ctx, at, at+1)
	if err != nil {
		return nil, err
	}
	return blocks[0], nil
}

// BlockOf returns the block of a hash; [clew.ErrNotFound] if the node does not
// know it, [ErrContradiction] if it is not on the node's chain.
func (n *Node) BlockOf(ctx context.Context, hash clew.TxID) (*Fetched, error) {
	calls, err := n.ask(ctx, remote.Query{Method: "eth_getBlockByHash", Params: []any{hash.String(), false}, Limit: maxSmallAnswer})
	if err != nil {
		return nil, err
	}
	ref, _, err := readHead(&calls[0])
	if err != nil {
		return nil, err
	}
	f, err := n.Block(ctx, ref.Height)
	if err == nil && f.Recorded.Hash != hash {
		err = fmt.Errorf("%w: at height %d is %s, not %s", ErrContradiction, ref.Height, f.Recorded.Hash, hash)
	}
	return f, err
}

// Blocks returns the blocks from one height up to another, which is not among
// them, in as few requests as the node's methods allow. Each follows the one
// before: [ErrContradiction] if they do not. All answers are in memory at once,
// each up to its own bound: who does not trust a node asks for few blocks.
func (n *Node) Blocks(ctx context.Context, from, to uint64) ([]*Fetched, error) {
	if from >= to || to-from > MaxBatch || to > maxHeight {
		return nil, &clew.InputError{Field: "blocks", Value: fmt.Sprintf("%d-%d", from, to), Want: fmt.Sprintf("from 1 to %d blocks at once", MaxBatch)}
	}
	var calls []remote.Query
	whole, tracing := n.receipts.Load() == byBlock, int(n.traces.Load())
	for h := from; h < to; h++ {
		b := &Block{Height: h}
		calls = append(calls, remote.Query{Method: "eth_getBlockByNumber", Params: []any{height(h), true}, Limit: MaxBlockAnswer})
		if whole {
			calls = append(calls, blockReceipts.call(b))
		}
		if tracing < len(traceMethods) {
			calls = append(calls, traceMethods[tracing].call(b))
		}
	}
	each := len(calls) / int(to-from)
	calls, err := n.ask(ctx, calls...)
	if err != nil {
		return nil, err
	}
	var blocks []*Fetched
	for h := from; h < to; h++ {
		f, err := n.assemble(ctx, h, calls[:each])
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", h, err)
		}
		if last := len(blocks) - 1; last >= 0 && blocks[last].Block.Ref.Hash != f.Block.Parent {
			return nil, fmt.Errorf("block %d: %w: it follows %s, and before it is %s", h, ErrContradiction, f.Block.Parent, blocks[last].Block.Ref.Hash)
		}
		blocks, calls = append(blocks, f), calls[each:]
	}
	return blocks, nil
}

// assemble makes a block of what the node answered, and asks for what is still
// needed.
func (n *Node) assemble(ctx context.Context, at uint64, calls []remote.Query) (*Fetched, error) {
	f := &Fetched{Recorded: &Block{}}
	if calls[0].Err != nil {
		return nil, calls[0].Err
	}
	if err := ReadBlock(n.chain, calls[0].Result, f.Recorded); err != nil {
		return nil, err
	}
	if f.Recorded.Height != at {
		return nil, fmt.Errorf("the node gave block %d", f.Recorded.Height)
	}
	var receipts, traces *remote.Query
	for i := range calls[1:] {
		if c := &calls[i+1]; c.Method == blockReceipts.name {
			receipts = c
		} else {
			traces = c
		}
	}
	if err := n.receiptsOf(ctx, f, receipts); err != nil {
		return nil, err
	}
	if err := n.tracesOf(ctx, f, traces); err != nil {
		return nil, err
	}
	return f, n.decode(f)
}

// one reads what a method answers; it asks if that was not done yet.
func (n *Node) one(ctx context.Context, c *remote.Query, m *method, b *Block) error {
	if c == nil || c.Method != m.name {
		calls, err := n.ask(ctx, m.call(b))
		if err != nil {
			return err
		}
		c = &calls[0]
	}
	err := c.Err
	if err == nil {
		err = m.read(n.chain, c.Result, b)
	}
	if errors.Is(err, clew.ErrNotFound) { // the block was there a moment ago
		err = fmt.Errorf("%w: it gave the block, and of %s it says %q", ErrNotWhole, m.name, err.Error())
	}
	return err
}

// receiptsOf adds the receipts: of the whole block, else one by one, which a
// node does that has lost some from its index too, else its logs alone.
func (n *Node) receiptsOf(ctx context.Context, f *Fetched, whole *remote.Query) error {
	b := f.Recorded
	if len(b.Txs) == 0 {
		return nil
	}
	if n.receipts.Load() == byBlock {
		err := n.one(ctx, whole, &blockReceipts, b)
		switch {
		case errors.Is(err, ErrNoMethod):
			n.receipts.CompareAndSwap(byBlock, byTx)
		case !errors.Is(err, ErrNotWhole):
			return err
		}
	}
	if n.receipts.Load() <= byTx {
		err := n.receiptsByTx(ctx, b)
		if !errors.Is(err, ErrNoMethod) {
			return err
		}
		n.receipts.Store(byLogs)
	}
	return n.one(ctx, nil, &blockLogs, b)
}

func (n *Node) receiptsByTx(ctx context.Context, b *Block) error {
	return n.eachReceipt(ctx, b, func(index int, result []byte) error { return ReadReceipt(n.chain, result, uint32(index), b) })
}

// eachReceipt asks for the receipts of a block one by one, in their order.
func (n *Node) eachReceipt(ctx context.Context, b *Block, take func(index int, result []byte) error) error {
	for from := 0; from < len(b.Txs); from += receiptBatch {
		var calls []remote.Query
		for i := from; i < min(from+receiptBatch, len(b.Txs)); i++ {
			calls = append(calls, remote.Query{Method: "eth_getTransactionReceipt", Params: []any{b.Txs[i].ID.String()}, Limit: maxReceiptAnswer})
		}
		calls, err := n.ask(ctx, calls...)
		if err != nil {
			return err
		}
		for i := range calls {
			err := calls[i].Err
			if err == nil {
				err = take(from+i, calls[i].Result)
			}
			if errors.Is(err, clew.ErrNotFound) {
				err = fmt.Errorf("%w: it has no receipt of transaction %s", ErrNotWhole, b.Txs[from+i].ID)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// tracesOf adds the call frames. A node that has none, or none that old, leaves
// a gap. The first block has no transactions, and cannot be traced.
func (n *Node) tracesOf(ctx context.Context, f *Fetched, c *remote.Query) error {
	b := f.Recorded
	if b.Height == 0 || len(b.Txs) == 0 && !b.Mined {
		return nil
	}
	for {
		at := n.traces.Load()
		if int(at) == len(traceMethods) {
			return nil
		}
		err := n.one(ctx, c, &traceMethods[at], b)
		switch {
		case err == nil:
			n.traced.Store(true)
			f.traced = true
			return nil
		case errors.Is(err, ErrPruned):
			b.Frames = b.Frames[:0]
			return nil
		case !errors.Is(err, ErrNoMethod) || n.traced.Load() && n.traces.Load() == at: // the same method was answered before
			return err
		}
		n.traces.CompareAndSwap(at, at+1)
	}
}

// decode turns what was recorded into transfers, which keep nothing of the
// decoder's memory.
func (n *Node) decode(f *Fetched) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	d, b := n.decoder, f.Recorded
	d.Traced, d.Missed = f.traced, Missing{}
	clear(d.Unread)
	f.Block = clew.Block{Ref: clew.BlockRef{Height: b.Height, Hash: b.Hash, Time: b.Time}, Parent: b.Parent}
	err := d.Decode(b, func(t *clew.Transfer) error {
		own := *t
		own.From, own.To = slices.Clone(t.From), slices.Clone(t.To)
		f.Block.Transfers = append(f.Block.Transfers, own)
		return nil
	})
	f.Block.Acts, f.Missed = slices.Clone(d.Acts()), d.Missed
	f.gaps(d)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnread, err)
	}
	return nil
}
