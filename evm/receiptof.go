package evm

import (
	"context"
	"fmt"

	"clew"
	"clew/remote"
)

// Receipt returns the receipt of a transaction as the node answers it, of at most 16
// MiB; [clew.ErrNotFound] if it knows none.
func (n *Node) Receipt(ctx context.Context, id clew.TxID) ([]byte, error) {
	calls, err := n.ask(ctx, remote.Query{Method: "eth_getTransactionReceipt", Params: []any{id.String()}, Limit: maxReceiptAnswer})
	if err == nil {
		err = calls[0].Err
	}
	if err != nil {
		return nil, err
	}
	if text := calls[0].Result; len(text) > 0 && string(text) != "null" {
		return text, nil
	}
	return nil, fmt.Errorf("receipt of transaction %s: %w", id, clew.ErrNotFound)
}
