package bitcoin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
)

// TestTransactions: transactions taken out of their blocks are those of the block,
// with witnesses and without, and move the same.
func TestTransactions(t *testing.T) {
	for seed := range uint64(4) {
		m := newMaker(seed)
		d, unspent := decoder(t, clew.BitcoinRegtest), Unspent{}
		for range 20 {
			p, _ := m.block()
			b, err := d.Decode(context.Background(), p.bytes(true), p.height, unspent)
			if err != nil {
				t.Fatal(err)
			}
			parts, err := d.Parts(p.bytes(true))
			if err != nil {
				t.Fatal(err)
			}
			_, hash, err := d.Header(parts.Header)
			if err != nil || hash != b.Ref.Hash {
				t.Fatalf("header: %s, %v", hash, err)
			}
			own := Unspent{}
			for i := range b.Transfers {
				id := p.txs[i].id()
				x, err := d.Transaction(parts.Raw[i])
				if err != nil || x.ID != b.Transfers[i].Tx || x.ID != parts.IDs[i] || x.ID != reversed(id[:]) || !bytes.Equal(x.Bare, p.txs[i].bytes(false)) || x.Issues != (i == 0) {
					t.Fatalf("transaction %d: %+v, %v", i, x, err)
				}
				if bare, err := d.Transaction(x.Bare); err != nil || bare.ID != x.ID {
					t.Fatalf("transaction %d without witnesses: %v", i, err)
				}
				coins := make([]Coin, len(x.Spends))
				for k, out := range x.Spends {
					if coins[k] = unspent[out]; !coins[k].Known {
						coins[k] = own[out]
					}
				}
				move, err := d.Transfer(x, coins)
				move.Pos, move.Time = b.Transfers[i].Pos, b.Transfers[i].Time
				if err != nil {
					t.Fatal(err)
				}
				sameTransfers(t, fmt.Sprintf("seed %d, block %d", seed, p.height), []clew.Transfer{move}, b.Transfers[i:i+1])
				for n, coin := range x.Pays {
					own[clew.Output{Tx: x.ID, Index: uint32(n)}] = coin
				}
				whole := parts.Raw[i]
				for _, raw := range [][]byte{nil, whole[:len(whole)-1], append(slices.Clone(whole), 0)} {
					if _, err := d.Transaction(raw); err == nil {
						t.Fatalf("%d of %d bytes are a transaction", len(raw), len(whole))
					}
				}
			}
			unspent.Apply(b)
		}
	}
}

// TestNoTransaction: what no block can have by itself.
func TestNoTransaction(t *testing.T) {
	d := decoder(t, clew.Bitcoin)
	null := plainIn{index: nullIndex}
	pays := []plainOut{{value: 1, script: []byte{op1}}}
	for name, x := range map[string]plainTx{
		"issues by two inputs": {ins: []plainIn{null, {index: 1}}, outs: pays},
		"pays nobody":          {ins: []plainIn{{index: 1}}},
		"pays too much":        {ins: []plainIn{{index: 1}}, outs: []plainOut{{value: 21_000_001 * coin}}},
	} {
		if got, err := d.Transaction(x.bytes(false)); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	x := plainTx{ins: []plainIn{{index: 1}}, outs: pays}
	got, err := d.Transaction(x.bytes(false))
	if err != nil || got.Issues || len(got.Spends) != 1 {
		t.Fatal(got, err)
	}
	if _, err := d.Transfer(got, []Coin{{Known: true}}); err == nil {
		t.Error("it pays 1 out of 0")
	}
	if _, _, err := d.Header(make([]byte, 79)); err == nil {
		t.Error("a header of 79 bytes")
	}
	if _, err := d.Transaction(make([]byte, MaxBlock+1)); err == nil {
		t.Error("more bytes than a block has")
	}
}

// TestHeightOf: where a transaction is, by its name; one that waits, or whose block was
// given up, is in none.
func TestHeightOf(t *testing.T) {
	p, coins := newMaker(11).block()
	text, hash := p.json(3, coins), printed(p.hash())
	for _, c := range []struct {
		name, tx, header string
		want             error
	}{
		{"in a block", `{"txid":"ab","blockhash":"` + hash + `"}`, text, nil},
		{"waits", `{"txid":"ab"}`, text, clew.ErrNotFound},
		{"given up", `{"blockhash":"` + hash + `"}`, strings.Replace(text, `"confirmations":12`, `"confirmations":-1`, 1), clew.ErrNotFound},
	} {
		f := &fakeNode{answers: map[string]string{"getrawtransaction": result("getrawtransaction", c.tx), "getblockheader": result("getblockheader", c.header)}}
		height, err := client(t, f).HeightOf(t.Context(), clew.TxID{1})
		if !errors.Is(err, c.want) || c.want == nil && height != p.height {
			t.Errorf("%s: %d, %v", c.name, height, err)
		}
	}
	f := &fakeNode{answers: map[string]string{"getrawtransaction": result("getrawtransaction", `"abcd"`)}}
	if raw, err := client(t, f).RawTransaction(t.Context(), clew.TxID{1}); err != nil || !bytes.Equal(raw, []byte{0xab, 0xcd}) {
		t.Errorf("%x, %v", raw, err)
	}
}
