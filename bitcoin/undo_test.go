package bitcoin

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

// shortForm writes a number as nodes store it: see [cursor.shortest].
func shortForm(n uint64) []byte {
	b := []byte{byte(n & 0x7f)}
	for n > 0x7f {
		n = n>>7 - 1
		b = append(b, byte(n&0x7f)|0x80)
	}
	slices.Reverse(b)
	return b
}

// shortAmount is the inverse of fullAmount, as the node's documents give it.
func shortAmount(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	e := uint64(0)
	for n%10 == 0 && e < 9 {
		n, e = n/10, e+1
	}
	if e < 9 {
		return 1 + ((n/10)*9+n%10-1)*10 + e
	}
	return 1 + (n-1)*10 + 9
}

func shortScript(s []byte) []byte {
	switch KindOf(s) {
	case PayToKeyHash:
		return append([]byte{0}, s[3:23]...)
	case PayToScript:
		return append([]byte{1}, s[2:22]...)
	case PayToKey:
		if len(s) == 35 {
			return s[1:34]
		}
		if y, ok := otherHalf(s[2:34], s[65]&1 == 1); ok && bytes.Equal(y[:], s[34:66]) {
			return append([]byte{4 + s[65]&1}, s[2:34]...)
		}
	}
	return append(shortForm(uint64(len(s))+6), s...)
}

// undoRecord writes what a block spends as a node does, with its checksum.
func (b *plainBlock) undoRecord(coins plainCoins, random *rand.Rand) []byte {
	data := sizeBytes(len(b.txs) - 1)
	for _, t := range b.txs[1:] {
		data = append(data, sizeBytes(len(t.ins))...)
		for _, in := range t.ins {
			spent := coins[coinKey(in.tx, in.index)]
			height := random.Uint64N(3)
			data = append(data, shortForm(height*2+random.Uint64N(2))...)
			if height > 0 {
				data = append(data, 0)
			}
			data = append(append(data, shortForm(shortAmount(spent.value))...), shortScript(spent.script)...)
		}
	}
	sum := sha256d(append(slices.Clone(b.parent[:]), data...))
	return append(data, sum[:]...)
}

func TestShortForms(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 20_000 {
		n := random.Uint64() >> random.IntN(64)
		r := cursor{b: shortForm(n)}
		if got := r.shortest(); got != n || r.err != nil || r.at != len(r.b) {
			t.Fatalf("%d: %d, %v", n, got, r.err)
		}
		amount := random.Uint64N(21_000_000*coin) >> random.IntN(50)
		for range random.IntN(9) {
			amount = amount / 10 * 10
		}
		if got := fullAmount(shortAmount(amount)); got != amount {
			t.Fatalf("amount %d: %d", amount, got)
		}
	}
	for text, want := range map[string]uint64{"00": 0, "7f": 127, "8000": 128, "ff7f": 16511, "808000": 16512, "80fefefefefefefefe7f": 1<<64 - 1} {
		b, _ := hex.DecodeString(text)
		if got := (&cursor{b: b}).shortest(); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
	for _, text := range []string{"80fefefefefefefefeff00", "ffffffffffffffffffff7f", "80", ""} {
		b, _ := hex.DecodeString(text)
		r := cursor{b: b}
		if got := r.shortest(); r.err == nil {
			t.Errorf("%s is read as %d", text, got)
		}
	}
	key, _ := hex.DecodeString(longKey)
	for _, odd := range []bool{true, false} {
		if y, ok := otherHalf(key[1:33], odd); !ok || (y[31]&1 == 1) != odd {
			t.Errorf("odd %t: %x", odd, y)
		}
	}
	if y, ok := otherHalf(key[1:33], key[64]&1 == 1); !ok || !bytes.Equal(y[:], key[33:]) {
		t.Errorf("%x", y)
	}
}

// TestUndoFiles reads chains from block files and undo files together, in which
// records stand in another order, and wants what a set of unspent outputs gives.
func TestUndoFiles(t *testing.T) {
	for seed := range uint64(6) {
		m, random := newMaker(seed), rand.New(rand.NewPCG(seed, 4))
		d, unspent := decoder(t, clew.BitcoinRegtest), Unspent{}
		var want []*Block
		fsys := fstest.MapFS{}
		var key Key
		binary.LittleEndian.PutUint64(key[:], random.Uint64())
		fsys["xor.dat"] = &fstest.MapFile{Data: key[:]}
		for file := range 3 {
			var blocks, undos [][]byte
			for range 12 {
				p, coins := m.block()
				b, err := d.Decode(context.Background(), p.bytes(true), p.height, unspent)
				if err != nil {
					t.Fatal(err)
				}
				unspent.Apply(b)
				want = append(want, b)
				blocks = append(blocks, inFile(p.bytes(true)))
				undo := p.undoRecord(coins, random)
				head := binary.LittleEndian.AppendUint32(slices.Clone(regtestMagic), uint32(len(undo)-undoSum))
				undos = append(undos, append(head, undo...))
			}
			for _, list := range [][][]byte{blocks, undos} {
				i := random.IntN(len(list) - 1)
				list[i], list[i+1] = list[i+1], list[i]
			}
			if file == 2 {
				undos = undos[:6]
			}
			fsys[fmt.Sprintf("blk%05d.dat", file)] = &fstest.MapFile{Data: mixed(key, bytes.Join(blocks, nil))}
			fsys[fmt.Sprintf("rev%05d.dat", file)] = &fstest.MapFile{Data: append(mixed(key, bytes.Join(undos, nil)), make([]byte, 500)...)}
		}
		f, err := OpenFiles(context.Background(), fsys, clew.BitcoinRegtest, 100)
		if err != nil {
			t.Fatal(err)
		}
		chain, err := f.Chain(context.Background(), afterGenesis())
		if err != nil || len(chain.path) != len(want) {
			t.Fatal(chain, err)
		}
		missing := 0
		var raw, undo []byte
		for _, b := range want {
			height := b.Ref.Height
			if raw, err = chain.Read(height, raw[:0]); err != nil {
				t.Fatal(err)
			}
			if undo, err = chain.ReadUndo(height, undo[:0]); errors.Is(err, clew.ErrNotFound) {
				missing++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.DecodeUndo(context.Background(), raw, undo, height)
			if err != nil {
				t.Fatal(err)
			}
			sameBlocks(t, fmt.Sprintf("seed %d, block %d", seed, height), got, b)
			undo[random.IntN(len(undo))] ^= 1
			if _, err := d.DecodeUndo(context.Background(), raw, undo, height); err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("altered record: %v", err)
			}
		}
		if missing != 6 {
			t.Errorf("seed %d: %d records are missing, want 6", seed, missing)
		}
		f.Close()
	}
}

// TestLaterBlock decodes block 277647 whole with the earlier outputs that
// another program kept of it, in the node's short form.
func TestLaterBlock(t *testing.T) {
	known := Unspent{}
	r := bytes.NewReader(unzipped(t, "277647.utxostore.bz2"))
	for r.Len() > 0 {
		head := make([]byte, 40)
		if _, err := io.ReadFull(r, head); err != nil {
			t.Fatal(err)
		}
		entry := make([]byte, binary.LittleEndian.Uint32(head[36:]))
		if _, err := io.ReadFull(r, entry); err != nil {
			t.Fatal(err)
		}
		c := cursor{b: entry}
		c.shortest() // height, and whether it was issued
		held := c.coin(clew.Bitcoin)
		if c.err != nil || c.at != len(entry) {
			t.Fatal(c.err, c.at, len(entry))
		}
		known[clew.Output{Tx: reversed(head[:32]), Index: binary.LittleEndian.Uint32(head[32:])}] = held
	}
	b, err := decoder(t, clew.Bitcoin).Decode(context.Background(), block277647(t)[8:], 277_647, known)
	if err != nil {
		t.Fatal(err)
	}
	fees := balanced(t, b)
	reward, _ := b.Transfers[0].Amount().Uint64()
	if b.Missed != (Missing{}) || reward != 25*coin+fees || len(b.Transfers) != 213 {
		t.Errorf("%d transfers, missed %+v, %d issued, fees of %d", len(b.Transfers), b.Missed, reward, fees)
	}
	if b.Ref.Hash != hashOf("0000000000000000054a714e580b16c583701712ab91060e92dbde6eb1e052a8") {
		t.Errorf("hash %s", b.Ref.Hash)
	}
}
