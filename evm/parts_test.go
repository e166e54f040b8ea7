package evm

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"clew"
	"clew/internal/rlp"
)

// TestHashedHeader: real headers of several chains are encoded as they are hashed,
// and none with another field, or one that is not known, is.
func TestHashedHeader(t *testing.T) {
	for _, h := range realHeaders(t) {
		var b Block
		if err := ReadBlock(h.Chain, h.Block, &b); err != nil {
			t.Fatal(err)
		}
		raw, hash, err := HashedHeader(h.Chain, h.Block)
		if err != nil || hash != b.Hash || clew.TxID(rlp.Keccak(raw)) != b.Hash {
			t.Errorf("%s: block %d of %s: %s, %v", h.Source, b.Height, h.Chain.Name(), hash, err)
		}
		changed := bytes.Replace(h.Block, []byte(`"gasUsed": "0x`), []byte(`"gasUsed": "0x1`), 1)
		if bytes.Equal(changed, h.Block) {
			t.Fatal("it states no gas")
		}
		if raw, _, err := HashedHeader(h.Chain, changed); !errors.Is(err, ErrHeaderForm) || raw != nil {
			t.Errorf("%s: with other gas: %v", h.Source, err)
		}
	}
	if _, _, err := HashedHeader(clew.Ethereum, []byte("null")); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("no block: %v", err)
	}
}

// sameJSON reports whether two texts say the same.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y bytes.Buffer
	if err := errors.Join(json.Compact(&x, a), json.Compact(&y, b)); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x.Bytes(), y.Bytes())
}

// TestParts: a block and its receipts come as the node has them, whole or one by
// one; of a block that it does not have, or not all of, there are none.
func TestParts(t *testing.T) {
	const height = 20_000_000
	b := newMaker(3).next(130)
	for _, whole := range []bool{true, false} {
		f := &fakeNode{}
		if f.offer(b); !whole {
			f.forget("eth_getBlockReceipts")
		}
		n := serve(t, f, clew.Ethereum)
		block, receipts, err := n.Parts(t.Context(), height)
		if err != nil || !sameJSON(t, block, jsonOf(b.block)) || !sameJSON(t, receipts, jsonOf(b.receipts)) {
			t.Errorf("whole %v: %d and %d bytes, %v", whole, len(block), len(receipts), err)
		}
		if _, _, err := n.Parts(t.Context(), height+1); !errors.Is(err, clew.ErrNotFound) {
			t.Errorf("no block: %v", err)
		}
		delete(f.answers, "eth_getTransactionReceipt["+b.receipts[100].TxHash+"]")
		f.answers["eth_getTransactionReceipt"] = "null"
		if _, _, err := n.Parts(t.Context(), height); errors.Is(err, ErrNotWhole) == whole {
			t.Errorf("whole %v, a receipt is lost: %v", whole, err)
		}
	}
	f := &fakeNode{}
	f.offer(b)
	f.answers["eth_getBlockByNumber[0x5 true]"] = string(jsonOf(b.block))
	if _, _, err := serve(t, f, clew.Ethereum).Parts(t.Context(), 5); err == nil || !strings.Contains(err.Error(), "the node gave 20000000") {
		t.Errorf("another block: %v", err)
	}
}

// TestHeightOf: where a transaction is, by its name; one that waits is in no block.
func TestHeightOf(t *testing.T) {
	for _, c := range []struct {
		answer string
		height uint64
		want   error
	}{
		{`{"blockHash": "0x11", "blockNumber": "0x1312d00", "hash": "0x22"}`, 20_000_000, nil},
		{`{"blockNumber": null, "hash": "0x22"}`, 0, clew.ErrNotFound},
		{`null`, 0, clew.ErrNotFound},
		{`{"blockNumber": "soon"}`, 0, ErrUnread},
	} {
		n := serve(t, &fakeNode{answers: map[string]string{"eth_getTransactionByHash": c.answer}}, clew.Ethereum)
		if height, err := n.HeightOf(t.Context(), clew.TxID{1}); height != c.height || !errors.Is(err, c.want) {
			t.Errorf("%s: %d, %v", c.answer, height, err)
		}
	}
}
