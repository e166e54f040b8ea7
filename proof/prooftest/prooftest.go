// Package prooftest makes small chains of blocks with true hashes, to prove what is
// in them. It is for tests alone.
package prooftest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"clew"
	"clew/bitcoin"
)

// A Chain is a chain of regtest that a test makes, and the node that has it.
type Chain struct {
	Blocks [][]byte
	IDs    []clew.TxID          // of the blocks
	Txs    map[clew.TxID][]byte // with witnesses
	NoTxs  bool                 // the node gives no transactions by their names
}

// An Out is an output to spend.
type Out struct {
	Tx    clew.TxID
	Index uint32
	Value uint64
}

func reversedID(id clew.TxID) []byte {
	b := slices.Clone(id[:])
	slices.Reverse(b)
	return b
}

// lock is a script of its own for each number.
func lock(n int) []byte { return append([]byte{0x00, 0x14}, bytes.Repeat([]byte{byte(n)}, 20)...) }

func withSize(b []byte) []byte { return append([]byte{byte(len(b))}, b...) }

// TxBytes writes a transaction by hand, with a witness for each input if wanted.
func TxBytes(ins [][]byte, outs []Out, scripts [][]byte, witness bool) []byte {
	b := []byte{2, 0, 0, 0}
	if witness {
		b = append(b, 0, 1)
	}
	b = append(b, byte(len(ins)))
	for _, in := range ins {
		b = append(b, in...)
	}
	b = append(b, byte(len(outs)))
	for i, out := range outs {
		b = append(binary.LittleEndian.AppendUint64(b, out.Value), withSize(scripts[i])...)
	}
	if witness {
		for range ins {
			b = append(b, 1, 3, 'w', 'i', 't')
		}
	}
	return append(b, 0, 0, 0, 0)
}

// Input returns the bytes of an input without a script.
func Input(out Out) []byte {
	b := append(reversedID(out.Tx), binary.LittleEndian.AppendUint32(nil, out.Index)...)
	return append(append(b, 0), 0xff, 0xff, 0xff, 0xff)
}

func decoderOf(t testing.TB, chain clew.Chain) *bitcoin.Decoder {
	t.Helper()
	d, err := bitcoin.NewDecoder(chain)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Pay adds a transaction to a block under way, and returns its outputs.
func (c *Chain) Pay(t testing.TB, block *[][]byte, ins [][]byte, witness bool, values ...uint64) []Out {
	t.Helper()
	var outs []Out
	var scripts [][]byte
	for i, v := range values {
		outs, scripts = append(outs, Out{Value: v, Index: uint32(i)}), append(scripts, lock(len(c.Txs)+i))
	}
	raw := TxBytes(ins, outs, scripts, witness)
	x, err := decoderOf(t, clew.BitcoinRegtest).Transaction(raw)
	if err != nil {
		t.Fatal(err)
	}
	c.Txs[x.ID] = raw
	*block = append(*block, raw)
	for i := range outs {
		outs[i].Tx = x.ID
	}
	return outs
}

// Issue begins a block with the transaction that issues its coins.
func (c *Chain) Issue(t testing.TB, block *[][]byte, value uint64) Out {
	t.Helper()
	in := append(make([]byte, 32), 0xff, 0xff, 0xff, 0xff)
	in = append(append(in, withSize(fmt.Appendf(nil, "\x02%c%c made by a test", len(c.Blocks), 1))...), 0xff, 0xff, 0xff, 0xff)
	return c.Pay(t, block, [][]byte{in}, false, value)[0]
}

// Mine puts transactions into a block, and finds its work, of which little is
// asked.
func (c *Chain) Mine(t testing.TB, txs [][]byte) {
	t.Helper()
	d := decoderOf(t, clew.BitcoinRegtest)
	row := make([]clew.TxID, len(txs))
	for i, raw := range txs {
		x, err := d.Transaction(raw)
		if err != nil {
			t.Fatal(err)
		}
		row[i] = x.ID
	}
	for len(row) > 1 { // the slow and obvious way
		var up []clew.TxID
		for i := 0; i < len(row); i += 2 {
			up = append(up, bitcoin.Pair(row[i], row[min(i+1, len(row)-1)]))
		}
		row = up
	}
	parent := make([]byte, 32)
	if n := len(c.IDs); n > 0 {
		parent = reversedID(c.IDs[n-1])
	}
	head := append([]byte{0, 0, 0, 0x20}, parent...)
	head = append(head, reversedID(row[0])...)
	head = binary.LittleEndian.AppendUint32(head, uint32(1_600_000_000+len(c.Blocks)))
	head = append(head, 0xff, 0xff, 0x7f, 0x20)
	for nonce := uint32(0); ; nonce++ {
		header := binary.LittleEndian.AppendUint32(slices.Clone(head), nonce)
		if _, hash, err := d.Header(header); err == nil {
			c.IDs = append(c.IDs, hash)
			c.Blocks = append(c.Blocks, append(append(header, byte(len(txs))), slices.Concat(txs...)...))
			return
		}
	}
}

// BlockHash answers as a node does.
func (c *Chain) BlockHash(_ context.Context, height uint64) (clew.TxID, error) {
	if height >= uint64(len(c.IDs)) {
		return clew.TxID{}, clew.ErrNotFound
	}
	return c.IDs[height], nil
}

// RawBlock answers as a node does.
func (c *Chain) RawBlock(_ context.Context, hash clew.TxID) ([]byte, error) {
	return c.Blocks[slices.Index(c.IDs, hash)], nil
}

// RawHeader answers as a node does.
func (c *Chain) RawHeader(_ context.Context, hash clew.TxID) ([]byte, error) {
	return c.Blocks[slices.Index(c.IDs, hash)][:80], nil
}

// RawTransaction answers as a node does.
func (c *Chain) RawTransaction(_ context.Context, id clew.TxID) ([]byte, error) {
	if c.NoTxs || c.Txs[id] == nil {
		return nil, clew.ErrNotFound
	}
	return c.Txs[id], nil
}

// HeightOf answers as a node does.
func (c *Chain) HeightOf(_ context.Context, id clew.TxID) (uint64, error) {
	raw := c.Txs[id]
	for height, block := range c.Blocks {
		if len(raw) > 0 && bytes.Contains(block, raw) && !c.NoTxs {
			return uint64(height), nil
		}
	}
	return 0, clew.ErrNotFound
}

// Decoded returns the blocks after the first as the ledger gets them.
func (c *Chain) Decoded(t testing.TB) (blocks []clew.Block) {
	t.Helper()
	d, unspent := decoderOf(t, clew.BitcoinRegtest), bitcoin.Unspent{}
	for height := 1; height < len(c.Blocks); height++ {
		b, err := d.Decode(context.Background(), c.Blocks[height], uint64(height), unspent)
		if err != nil {
			t.Fatal(err)
		}
		unspent.Apply(b)
		blocks = append(blocks, b.Block)
	}
	return blocks
}

// Transfers are those of the blocks after the first.
func (c *Chain) Transfers(t testing.TB) (all []*clew.Transfer) {
	t.Helper()
	for _, b := range c.Decoded(t) {
		for i := range b.Transfers {
			all = append(all, &b.Transfers[i])
		}
	}
	return all
}

// Coins is a chain with blocks of one transaction, and of odd and even numbers;
// with witnesses and without, fees and none, outputs of the block itself spent, and
// two of one transaction.
func Coins(t testing.TB) *Chain {
	t.Helper()
	c := &Chain{Txs: map[clew.TxID][]byte{}}
	var coins []Out
	for height := range 8 {
		var block [][]byte
		coins = append(coins, c.Issue(t, &block, 40_0000_0000))
		for len(block) < height*height%23+1 && height > 1 {
			first := coins[0]
			coins = coins[1:]
			ins := [][]byte{Input(first)}
			value := first.Value
			if len(block)%3 == 0 {
				second := coins[0]
				if second.Tx == block0(t, block) { // the block's own reward comes last
					coins = append(coins[1:], second)
					second = coins[0]
				}
				if second.Tx != block0(t, block) {
					coins, value = coins[1:], value+second.Value
					ins = append(ins, Input(second))
				}
			}
			fee := uint64(len(block)%2) * 1000
			coins = append(coins, c.Pay(t, &block, ins, len(block)%2 == 0, value/3, value/5, value-value/3-value/5-fee)...)
		}
		c.Mine(t, block)
	}
	return c
}

func block0(t testing.TB, block [][]byte) clew.TxID {
	t.Helper()
	x, err := decoderOf(t, clew.BitcoinRegtest).Transaction(block[0])
	if err != nil {
		t.Fatal(err)
	}
	return x.ID
}
