package explorer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"clew"
	"clew/evm"
)

// A ReceiptGiver knows the receipts of transactions as nodes answer them.
type ReceiptGiver interface {
	Receipt(ctx context.Context, id clew.TxID) ([]byte, error)
}

// NodeLogs lets nodes of an EVM chain say what contracts logged in single
// transactions, before services are asked. They cost no budget. Where the coin was
// wrapped or unwrapped services are asked all the same, for of what calls within a
// transaction paid a receipt says nothing.
type NodeLogs struct {
	Chain clew.Chain
	Host  string // as it may be printed
	Node  ReceiptGiver
	Now   clew.Time // by which its answers are kept
}

// Name returns its host.
func (n *NodeLogs) Name() string { return n.Host }

func (n *NodeLogs) asked(id clew.TxID) string {
	return fmt.Sprintf("eth_getTransactionReceipt[%q]", id.String())
}

// logged asks for a receipt. Where it does not say all, there is a gap.
func (n *NodeLogs) logged(ctx context.Context, at TxAt) (*logged, error) {
	out := &logged{}
	body, err := n.Node.Receipt(ctx, at.Tx)
	if err != nil {
		return out, fmt.Errorf("%s: %w", n.Host, err)
	}
	out.answers = []Answer{{Service: n.Host, Asked: n.asked(at.Tx), At: n.Now, Status: 200, SHA256: sha256.Sum256(body), Body: body}}
	if err := out.readReceipt(n.Chain, body, at); err != nil {
		return out, fmt.Errorf("%s: receipt of transaction %s: %w", n.Host, at.Tx, err)
	}
	if out.wraps(evm.Wrapper(n.Chain)) {
		out.gaps = append(out.gaps, at.gap(clew.GapTraces, n.Chain, fmt.Sprintf("%s: what calls within transaction %s paid, its receipt does not say", n.Host, at.Tx)))
	}
	return out, nil
}

// remembering returns what answers in a node's place from what is kept.
func (n *NodeLogs) remembering(archive *Archive, kept []Answer) *NodeLogs {
	return &NodeLogs{Chain: n.Chain, Host: n.Host, Now: n.Now, Node: keptReceipts{n, archive, kept}}
}

type keptReceipts struct {
	node    *NodeLogs
	archive *Archive
	kept    []Answer
}

// Receipt returns the newest receipt that is kept.
func (k keptReceipts) Receipt(_ context.Context, id clew.TxID) ([]byte, error) {
	for _, a := range slices.Backward(k.kept) {
		if a.Service == k.node.Host && a.Asked == k.node.asked(id) {
			return k.archive.Body(a.SHA256)
		}
	}
	return nil, errNotKept
}
