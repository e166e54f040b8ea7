package evm

import (
	"encoding/json"
	"errors"
	"testing"

	"clew"
)

// BenchmarkRecorded reads block 1755635 of the main network with its receipts, as
// a node once answered them one by one: small answers, with spaces.
func BenchmarkRecorded(b *testing.B) {
	const dir = "blocks_1755634_1755635"
	block := resultOf(b, recorded(b, "test_stream", dir, "web3_response.eth_getBlockByNumber_0x1ac9f3_true.json"))
	var receipts [][]byte
	size := len(block)
	for _, id := range []string{"0x2e3dcd051a91d3a694f6b8de2ac4b5fe7acdba55f58bcf8471ff00d4a430074d", "0x9a5437ec71b74ecf5930b406908ac6999966d38a86d1534b7190ece7599095eb"} {
		receipt := resultOf(b, recorded(b, "test_stream", dir, "web3_response.eth_getTransactionReceipt_"+id+".json"))
		receipts, size = append(receipts, receipt), size+len(receipt)
	}
	b.Run("clew", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		var into Block
		d := NewDecoder(clew.Ethereum, false)
		for b.Loop() {
			err := ReadBlock(clew.Ethereum, block, &into)
			for i := range receipts {
				err = errors.Join(err, ReadReceipt(clew.Ethereum, receipts[i], uint32(i), &into))
			}
			if err = errors.Join(err, d.Decode(&into, func(*clew.Transfer) error { return nil })); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			err := json.Unmarshal(block, &plainBlock{})
			for i := range receipts {
				err = errors.Join(err, json.Unmarshal(receipts[i], &plainReceipt{}))
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAnswers reads what a node answers for one block, from its JSON to
// transfers: a made-up one of the size and shape of the main network's, and for
// comparison lets encoding/json read the same fields without using them.
func BenchmarkAnswers(b *testing.B) {
	made := newMaker(3).next(180)
	for _, c := range []struct {
		name   string
		traces any
		read   func(clew.Chain, []byte, *Block) error
		plain  func() any
	}{
		{"call tracer", made.traces, ReadCallTraces, func() any { return &[]plainTrace{} }},
		{"trace_block", made.flat, ReadBlockTraces, func() any { return &[]plainFlat{} }},
	} {
		block, receipts, traces := jsonOf(made.block), jsonOf(made.receipts), jsonOf(c.traces)
		b.Run(c.name+"/clew", func(b *testing.B) {
			b.SetBytes(int64(len(block) + len(receipts) + len(traces)))
			b.ReportAllocs()
			var into Block
			d := NewDecoder(clew.Ethereum, true)
			for b.Loop() {
				err := ReadBlock(clew.Ethereum, block, &into)
				if err == nil {
					err = ReadReceipts(clew.Ethereum, receipts, &into)
				}
				if err == nil {
					err = c.read(clew.Ethereum, traces, &into)
				}
				if err == nil {
					err = d.Decode(&into, func(*clew.Transfer) error { return nil })
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/encoding-json", func(b *testing.B) {
			b.SetBytes(int64(len(block) + len(receipts) + len(traces)))
			b.ReportAllocs()
			for b.Loop() {
				for _, part := range []struct {
					text []byte
					into any
				}{{block, &plainBlock{}}, {receipts, &[]plainReceipt{}}, {traces, c.plain()}} {
					if err := json.Unmarshal(part.text, part.into); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
