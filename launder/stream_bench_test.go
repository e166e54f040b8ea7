package launder

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"

	"clew"
	"clew/ingest"
	"clew/internal/sample"
	"clew/ledger"
	"clew/ledger/memory"
)

// A heavyStream makes transfers as a busy account chain has them: 140 each twelve
// seconds; one address of many thousands is met once or twice, and some hundreds
// are on one side of most transfers. A tenth pass on what they got.
type heavyStream struct {
	payments []heavyPayment
	assets   []clew.Asset
}

type heavyPayment struct {
	from, to int32
	asset    int32
	amount   uint64
}

func newHeavyStream(n int) *heavyStream {
	r := rand.New(rand.NewPCG(7, 7))
	hubs := rand.NewZipf(r, 1.3, 8, 600)
	tokens := rand.NewZipf(r, 1.5, 2, 400)
	s := &heavyStream{make([]heavyPayment, n), make([]clew.Asset, 401)}
	for i := range s.assets {
		s.assets[i] = clew.Token("erc20", benchAddress(1<<30+i))
	}
	s.assets[0] = clew.NativeAsset(clew.Ethereum)
	for i := range s.payments {
		p := heavyPayment{int32(1000 + r.IntN(n/2)), int32(1000 + r.IntN(n/2)), int32(tokens.Uint64()), 1 + r.Uint64N(1<<40)}
		switch k := r.IntN(10); {
		case k < 3:
			p.to = int32(hubs.Uint64())
		case k < 6:
			p.from = int32(hubs.Uint64())
		case k < 7:
			p.from, p.to = int32(hubs.Uint64()), int32(hubs.Uint64())
		case k < 8 && i > 1000:
			before := s.payments[i-1-r.IntN(1000)]
			p.from, p.asset, p.amount = before.to, before.asset, 1+before.amount/1000*(900+r.Uint64N(100))
		}
		s.payments[i] = p
	}
	return s
}

// each visits the transfers, block by block.
func (s *heavyStream) each(visit func(*clew.Transfer)) {
	const block = 140
	var list []clew.Transfer
	var legs []clew.Leg
	for i, p := range s.payments {
		if i%block == 0 {
			list, legs = make([]clew.Transfer, block), make([]clew.Leg, 2*block)
		}
		k := i % block
		legs[2*k], legs[2*k+1] = clew.Leg{Address: benchAddress(int(p.from)), Amount: clew.Units(p.amount)}, clew.Leg{Address: benchAddress(int(p.to)), Amount: clew.Units(p.amount)}
		list[k] = clew.Transfer{Pos: clew.Pos{Height: uint64(i / block), Index: uint32(k), Class: clew.Log, Ordinal: uint32(k)}, Time: clew.Time(1_600_000_000 + i/block*12),
			Tx: clew.TxID{byte(i), byte(i >> 8), byte(i >> 16), byte(i >> 24), 1}, Asset: s.assets[p.asset], From: legs[2*k : 2*k+1], To: legs[2*k+1 : 2*k+2]}
		visit(&list[k])
	}
}

func benchAddress(n int) clew.Address {
	h := uint64(n)*0x9e3779b97f4a7c15 ^ 0xabcdef
	var k [20]byte
	for i := range k {
		k[i] = byte(h >> (8 * (i % 8)))
		if i%8 == 7 {
			h *= 0xbf58476d1ce4e5b9
		}
	}
	return clew.EVMAddress(clew.Ethereum, k)
}

// benchRules measures rules over a stream, and how much memory they end with.
func benchRules(b *testing.B, list *heavyStream, rules []Rule) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	found := 0
	var used time.Duration
	for b.Loop() {
		begin := processorTime(b)
		st, err := NewStream(Setup{Found: func(*Finding) { found++ }}, rules)
		if err != nil {
			b.Fatal(err)
		}
		list.each(func(t *clew.Transfer) { st.Add(t, nil) })
		used += processorTime(b) - begin
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.StartTimer()
		begin = processorTime(b)
		st.End()
		used += processorTime(b) - begin
	}
	b.ReportMetric(float64(len(list.payments))*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
	b.ReportMetric(float64(len(list.payments))*float64(b.N)/used.Seconds(), "transfers/cpu-s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
	b.ReportMetric(float64(found)/float64(b.N), "findings")
}

func BenchmarkStream(b *testing.B) {
	list := newHeavyStream(600_000)
	b.Run("making", func(b *testing.B) {
		for b.Loop() {
			list.each(func(*clew.Transfer) {})
		}
		b.ReportMetric(float64(len(list.payments))*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
	})
	b.Run("all", func(b *testing.B) { benchRules(b, list, Rules()) })
	b.Run("none", func(b *testing.B) { benchRules(b, list, nil) })
	for _, rule := range Rules() {
		b.Run(rule.ID, func(b *testing.B) { benchRules(b, list, []Rule{rule}) })
	}
}

// A sinkOf takes an import into one ledger.
type sinkOf struct{ *memory.Ledger }

func (s sinkOf) Load(ctx context.Context, _ clew.Chain, source ledger.Source) (ledger.Load, error) {
	return s.Ledger.Load(ctx, source)
}

func (s sinkOf) Coverage(context.Context) ([]*clew.Coverage, error) { return nil, nil }

// realTransfers reads a real sample.
func realTransfers(b *testing.B, folder, file string) (list []clew.Transfer) {
	store := memory.New(clew.Ethereum)
	if _, err := ingest.Import(b.Context(), os.DirFS(sample.Dir(b, folder)), []string{file}, sinkOf{store}, ingest.Options{}); err != nil {
		b.Fatal(err)
	}
	s, err := store.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	err = s.Sweep(b.Context(), clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			t, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			list = append(list, t)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return list
}

// BenchmarkStreamReal runs all rules over real samples.
func BenchmarkStreamReal(b *testing.B) {
	for _, c := range []struct{ folder, file string }{{"harvest-2020", "all-tx.csv"}, {"launder-flows/HB", "HB.csv"}, {"launder-flows/Atomic", "Atomic.csv"}} {
		b.Run(c.file, func(b *testing.B) {
			list := realTransfers(b, c.folder, c.file)
			found := 0
			for b.Loop() {
				st, err := NewStream(Setup{Found: func(*Finding) { found++ }}, Rules())
				if err != nil {
					b.Fatal(err)
				}
				for i := range list {
					st.Add(&list[i], nil)
				}
				st.End()
			}
			b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
		})
	}
}
