package evm

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/remote"
)

// Parts returns what the node answers of the block at a height, with its whole
// transactions, and a list of its receipts, as JSON: for who wants to see for
// himself what they hash to. [clew.ErrNotFound] above the node's last block.
func (n *Node) Parts(ctx context.Context, at uint64) (block, receipts []byte, err error) {
	calls, err := n.ask(ctx, remote.Query{Method: "eth_getBlockByNumber", Params: []any{height(at), true}, Limit: MaxBlockAnswer})
	if err == nil {
		err = calls[0].Err
	}
	if err != nil {
		return nil, nil, err
	}
	var b Block
	if err := ReadBlock(n.chain, calls[0].Result, &b); err != nil {
		return nil, nil, err
	}
	if b.Height != at {
		return nil, nil, fmt.Errorf("asked for block %d, the node gave %d", at, b.Height)
	}
	receipts, err = n.rawReceipts(ctx, &b)
	return calls[0].Result, receipts, err
}

// rawReceipts returns the receipts of a block, of at most [MaxReceiptsAnswer]
// bytes.
func (n *Node) rawReceipts(ctx context.Context, b *Block) ([]byte, error) {
	if n.receipts.Load() == byBlock {
		calls, err := n.ask(ctx, blockReceipts.call(b))
		if err != nil {
			return nil, err
		}
		switch c := &calls[0]; {
		case c.Err == nil && len(c.Result) > 0 && string(c.Result) != "null":
			return c.Result, nil
		case c.Err != nil && !errors.Is(c.Err, ErrNoMethod) && !errors.Is(c.Err, clew.ErrNotFound):
			return nil, c.Err
		}
	}
	list := []byte{'['}
	err := n.eachReceipt(ctx, b, func(index int, result []byte) error {
		switch text := bytes.TrimSpace(result); {
		case len(text) == 0 || string(text) == "null":
			return clew.ErrNotFound
		case len(list)+len(text) > MaxReceiptsAnswer:
			return fmt.Errorf("receipts of more than %d bytes", int64(MaxReceiptsAnswer))
		case index > 0:
			list = append(list, ',')
			fallthrough
		default:
			list = append(list, text...)
		}
		return nil
	})
	return append(list, ']'), err
}

// HeightOf returns the height of the block that a transaction is in;
// [clew.ErrNotFound] if the node knows of none.
func (n *Node) HeightOf(ctx context.Context, tx clew.TxID) (height uint64, err error) {
	calls, err := n.ask(ctx, remote.Query{Method: "eth_getTransactionByHash", Params: []any{tx.String()}, Limit: maxReceiptAnswer})
	if err == nil {
		err = calls[0].Err
	}
	if err != nil {
		return 0, err
	}
	mined := false
	err = read("transaction", n.chain, calls[0].Result, &Block{}, func(a *answer) {
		a.Object(func(name []byte) {
			if string(name) == "blockNumber" && !a.Null() {
				height, mined = a.Count(), true
			} else if string(name) != "blockNumber" {
				a.Skip()
			}
		})
	})
	if err == nil && !mined {
		err = fmt.Errorf("block of transaction %s: %w", tx, clew.ErrNotFound)
	}
	return height, err
}
