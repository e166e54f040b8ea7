package tron

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// rawBlock stands a transaction of given bytes in a made-up block of height 5.
func rawBlock(raw []byte) (id, block string) {
	sum := sha256.Sum256(raw)
	id = hexOf(sum[:])
	return id, publishedBlock(id, hexOf(raw))
}

// busyBlock makes up a block as today's are: some 300 transactions, most of them
// calls of a token's contract, a third transfers of TRX, some staking.
func busyBlock() *madeBlock {
	m := newMaker(9)
	b := &madeBlock{height: 70_000_000}
	for i := range 300 {
		t := &madeTx{ret: "SUCCESS"}
		switch {
		case i%3 == 0:
			t = pay(i%40, i%39, m.amount())
		case i%10 == 1:
			m.delegate(t)
		default:
			t = call(i%40, 7, 0, func(t *madeTx) {
				t.value = append(t.value, pfield{"data", 4, m.bytes(68)})
				t.info.Returns = []string{fmt.Sprintf("%064x", 1)}
				t.info.Contract, t.info.Receipt.Energy = hexOf(who(7)), 64_000
				t.info.Log = []logJSON{transferLog(7, i%30, i%29, uint64(i)*1_000_000)}
				for i%20 == 2 && len(t.info.Calls) < 8 {
					t.info.Calls = append(t.info.Calls, oneCall("call", i%20, i%10, sumJSON{Value: int64(i)}))
				}
			})
		}
		b.txs = append(b.txs, t)
	}
	return b.seal()
}

// BenchmarkDecode decodes one block and its results, and for comparison lets
// encoding/json read the same fields without checking or using them.
func BenchmarkDecode(b *testing.B) {
	made := busyBlock()
	block, infos := made.json(), made.infos()
	b.Run("clew", func(b *testing.B) {
		d := decoder(b, KeepsStaking)
		b.SetBytes(int64(len(block) + len(infos)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Decode(strings.NewReader(block), strings.NewReader(infos)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(block) + len(infos)))
		b.ReportAllocs()
		for b.Loop() {
			var block_ oracleBlock
			var infos_ []infoJSON
			must(json.NewDecoder(bytes.NewReader([]byte(block))).Decode(&block_))
			must(json.NewDecoder(bytes.NewReader([]byte(infos))).Decode(&infos_))
		}
	})
}
