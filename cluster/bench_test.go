package cluster

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"testing"

	"clew"
)

// BenchmarkLinks takes links of one transaction each among a million addresses,
// and says how many bytes a link and an address take.
func BenchmarkLinks(b *testing.B) {
	const addresses = 1_000_000
	r := rand.New(rand.NewPCG(1, 1))
	list := make([]clew.Address, addresses)
	for i := range list {
		key := binary.LittleEndian.AppendUint64(make([]byte, 0, 20), r.Uint64())
		key = binary.LittleEndian.AppendUint64(key, r.Uint64())
		a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(key, 1, 2, 3, 4))
		if err != nil {
			b.Fatal(err)
		}
		list[i] = a
	}
	signs := []Sign{CoSpend}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c := New()
	b.ResetTimer()
	for i := range b.N {
		c.Link(Link{list[r.IntN(addresses)], list[r.IntN(addresses)], signs, nil, clew.Pos{Height: uint64(i)}, clew.TxID{byte(i), byte(i >> 8), byte(i >> 16)}})
	}
	b.StopTimer()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(b.N), "B/link")
	b.ReportMetric(float64(len(c.names.keys)), "addresses")
	runtime.KeepAlive(c)
	runtime.KeepAlive(list)
}

// BenchmarkRealBlocks clusters the first 14,132 blocks by common inputs and
// change, from a ledger in memory, and settles them with a guard.
func BenchmarkRealBlocks(b *testing.B) {
	s, forms := ledgerOf(b, firstBlocks(b))
	for b.Loop() {
		c := New()
		transfersOf(b, s, func(t *clew.Transfer) {
			p, err := Look(b.Context(), s, forms, t)
			if err != nil {
				b.Fatal(err)
			}
			c.AddTransaction(t)
			c.AddChange(p)
		})
		c.Guard(Guard{Large: 10})
		b.ReportMetric(float64(len(c.Conflicts())), "set-aside")
	}
}
