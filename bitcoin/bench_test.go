package bitcoin

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"clew"
)

// laterJSON returns block 277647 as a node answers it with verbosity 3, with
// previous outputs made up, for the block alone does not say them.
func laterJSON(tb testing.TB) string {
	raw := block277647(tb)[8:]
	p := plainOf(tb, raw)
	p.height = 277_647
	coins := plainCoins{}
	for _, t := range p.txs[1:] {
		var out uint64
		for _, o := range t.outs {
			out += o.value
		}
		for _, in := range t.ins {
			coins[coinKey(in.tx, in.index)] = plainOut{out + 10_000, join(0x76, 0xa9, 20, in.tx[:20], 0x88, 0xac)}
		}
	}
	for i := range p.txs {
		id := p.txs[i].id()
		for k, out := range p.txs[i].outs {
			if name := coinKey(id, uint32(k)); coins[name].script != nil {
				coins[name] = out
			}
		}
	}
	return p.json(3, coins)
}

// BenchmarkRaw decodes a block of 2014 (149 kB, old scripts) and made-up ones
// with witnesses, with nothing known of what they spend and with all of it.
func BenchmarkRaw(b *testing.B) {
	raw := block277647(b)[8:]
	d := decoder(b, clew.Bitcoin)
	known := Unspent{}
	for _, t := range plainOf(b, raw).txs[1:] {
		for _, in := range t.ins {
			a, _ := AddressOf(clew.Bitcoin, join(0x76, 0xa9, 20, in.tx[:20], 0x88, 0xac))
			known[clew.Output{Tx: reversed(in.tx[:]), Index: in.index}] = Coin{a, 1 << 40, true}
		}
	}
	b.Run("unknown", func(b *testing.B) { benchRaw(b, d, raw, 277_647, nil) })
	b.Run("known", func(b *testing.B) { benchRaw(b, d, raw, 277_647, known) })
	large := largeBlock(b)
	d = decoder(b, clew.BitcoinRegtest)
	b.Run("witnesses", func(b *testing.B) { benchRaw(b, d, large, 1, nil) })
	b.Run("witnesses checked", func(b *testing.B) { d.Witness = true; benchRaw(b, d, large, 1, nil) })
}

func benchRaw(b *testing.B, d *Decoder, raw []byte, height uint64, r Resolver) {
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(context.Background(), raw, height, r); err != nil {
			b.Fatal(err)
		}
	}
}

// largeBlock makes up a full block as today's are: 1.7 MB, 4,000 payments of
// one or two inputs with witnesses.
func largeBlock(tb testing.TB) []byte {
	tb.Helper()
	m := newMaker(9)
	p := &plainBlock{version: 4, parent: m.parent, time: 1_700_000_000, bits: 0x207fffff, height: 1, coinbaseCommits: true}
	p.txs = []plainTx{{ins: []plainIn{{index: 0xffffffff, script: m.bytes(40)}}, outs: []plainOut{{50 * coin, join(0, 20, m.bytes(20))}}}}
	for range 4000 {
		t := plainTx{version: 2}
		for range 1 + m.random.IntN(3) {
			t.ins = append(t.ins, plainIn{tx: [32]byte(m.bytes(32)), index: m.random.Uint32N(4), sequence: 0xfffffffd, witness: [][]byte{m.bytes(71), m.bytes(33)}})
		}
		for range 1 + m.random.IntN(3) {
			t.outs = append(t.outs, plainOut{m.random.Uint64N(coin), join(0, 20, m.bytes(20))})
		}
		p.txs = append(p.txs, t)
	}
	p.seal()
	return p.bytes(true)
}

// BenchmarkMainnet decodes the first 14,132 blocks, mostly small ones, with every
// input found among the outputs before it.
func BenchmarkMainnet(b *testing.B) {
	f := openFiles(b, map[string][]byte{"blk00000.dat": firstBlocks(b)})
	chain, err := f.Chain(context.Background(), clew.BlockRef{})
	if err != nil {
		b.Fatal(err)
	}
	var blocks [][]byte
	size := 0
	for height := range chain.Window().To {
		raw, err := chain.Read(height, nil)
		if err != nil {
			b.Fatal(err)
		}
		blocks, size = append(blocks, raw), size+len(raw)
	}
	d := decoder(b, clew.Bitcoin)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		unspent := Unspent{}
		for height, raw := range blocks {
			block, err := d.Decode(context.Background(), raw, uint64(height), unspent)
			if err != nil {
				b.Fatal(err)
			}
			unspent.Apply(block)
		}
	}
}

// BenchmarkJSON decodes one block's JSON, and for comparison lets encoding/json
// read the same fields without checking or using them.
func BenchmarkJSON(b *testing.B) {
	text := laterJSON(b)
	b.Run("clew", func(b *testing.B) {
		d := decoder(b, clew.Bitcoin)
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.DecodeJSON(context.Background(), strings.NewReader(text), MaxBlockJSON, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			var block plainJSON
			if err := json.NewDecoder(bytes.NewReader([]byte(text))).Decode(&block); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// plainJSON are the fields of getblock that the decoder uses.
type plainJSON struct {
	Hash   string
	Height int64
	Tx     []struct {
		TxID string
		Vin  []struct {
			TxID     string
			Vout     uint32
			Coinbase string
			Script   struct{ Hex string } `json:"scriptSig"`
			Prevout  struct {
				Value  json.Number
				Script struct{ Hex string } `json:"scriptPubKey"`
			}
		}
		Vout []struct {
			Value  json.Number
			N      int
			Script struct{ Hex string } `json:"scriptPubKey"`
		}
	}
}
