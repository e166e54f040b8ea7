package evm

import (
	"encoding/json"
	"testing"

	"clew"
)

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
