package proof

import (
	"errors"
	"fmt"

	"clew"
	"clew/internal/rlp"
	"clew/proof/trie"
)

// A built is the tries of one block.
type built struct {
	ids      []clew.TxID
	txs      *trie.Trie // nil of a block without transactions
	receipts *trie.Trie
	firsts   []uint32 // number of each transaction's first log
}

// triesOf builds the tries of a block, and holds them against the header's roots.
func triesOf(header, block, receipts []byte, chain clew.Chain) (*built, error) {
	h, err := readHead(header, chain)
	if err != nil {
		return nil, err
	}
	ids, txs, err := encodedTxs(block)
	if err != nil {
		return nil, err
	}
	b := &built{ids: ids}
	if len(ids) == 0 {
		return b, nil
	}
	outcomes, logs, err := encodedReceipts(receipts)
	if err != nil {
		return nil, err
	}
	if len(outcomes) != len(txs) {
		return nil, fmt.Errorf("the node gives %d receipts of %d transactions", len(outcomes), len(txs))
	}
	first := 0
	for _, n := range logs {
		b.firsts = append(b.firsts, uint32(first))
		first += n
	}
	b.txs, err = rooted(txs, h.txs)
	if err != nil {
		return nil, fmt.Errorf("transactions: %w", err)
	}
	if b.receipts, err = rooted(outcomes, h.receipts); err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	return b, nil
}

// rooted returns the trie of what a block has, by place, if it has the root.
func rooted(values [][]byte, root [32]byte) (*trie.Trie, error) {
	entries := make([]trie.Entry, len(values))
	for i, v := range values {
		entries[i] = trie.Entry{Key: rlp.AppendCount(nil, uint64(i)), Value: v}
	}
	t, err := trie.Build(entries)
	if err == nil && t.Root() != root {
		err = errors.New("as their fields are understood here, they do not hash to the header's root")
	}
	return t, err
}

// prove returns the proof of the transaction at a place.
func (b *built) prove(at int) *Tries {
	t := &Tries{Tx: nodes(b.txs, at), Receipt: nodes(b.receipts, at), FirstLog: b.firsts[at]}
	if at > 0 {
		t.Before = nodes(b.receipts, at-1)
	}
	return t
}

func nodes(t *trie.Trie, at int) (all []Bytes) {
	for _, node := range t.Prove(rlp.AppendCount(nil, uint64(at))) {
		all = append(all, node)
	}
	return all
}
