package segment

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// A powerLaw is a seeded source of account transfers whose degrees follow a
// power law: two to a transaction, 150 to a block, seven in ten of ether,
// whose amounts mostly exceed 64 bits.
type powerLaw struct {
	r         *rand.Rand
	n, left   int
	addresses int
	pos       clew.Pos
	tx        clew.TxID
	assets    []clew.Asset
}

func newPowerLaw(n int) *powerLaw {
	p := &powerLaw{r: rand.New(rand.NewPCG(1, 2)), n: n, left: n, addresses: max(n*2/5, 10), pos: clew.Pos{Height: 15_000_000}}
	p.assets = []clew.Asset{clew.NativeAsset(clew.Ethereum)}
	for i := range 1000 {
		var key [20]byte
		binary.BigEndian.PutUint64(key[:], mix(uint64(i)+1<<40))
		p.assets = append(p.assets, clew.Token("erc20", clew.EVMAddress(clew.Ethereum, key)))
	}
	return p
}

func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// rankOf draws a rank with probability near rank^-0.75.
func (p *powerLaw) rankOf() uint64 {
	u := p.r.Float64()
	return uint64(math.Pow(u, 4) * float64(p.addresses))
}

func addressOf(rank uint64) clew.Address {
	var key [20]byte
	binary.BigEndian.PutUint64(key[:], mix(rank))
	binary.BigEndian.PutUint64(key[8:], mix(rank+1<<50))
	binary.BigEndian.PutUint32(key[16:], uint32(mix(rank+1<<51)))
	return clew.EVMAddress(clew.Ethereum, key)
}

func (p *powerLaw) Next(t *Flat) (bool, error) {
	if p.left == 0 {
		return false, nil
	}
	done := p.n - p.left
	p.left--
	switch {
	case done%150 == 0:
		p.pos = clew.Pos{Height: p.pos.Height + 1}
	case done%2 == 0:
		p.pos = clew.Pos{Height: p.pos.Height, Index: p.pos.Index + 1}
	default:
		p.pos = clew.Pos{Height: p.pos.Height, Index: p.pos.Index, Class: clew.Log, Ordinal: uint32(done % 150)}
	}
	if done%2 == 0 {
		for i := 0; i < 32; i += 8 {
			binary.BigEndian.PutUint64(p.tx[i:], p.r.Uint64())
		}
	}
	t.Pos, t.Tx, t.Time, t.Whole = p.pos, p.tx, clew.Time(1_600_000_000+12*p.pos.Height), nil
	t.From, t.To = addressOf(p.rankOf()), addressOf(p.rankOf())
	t.Asset = p.assets[0]
	bits := 62 + p.r.IntN(16)
	if p.r.IntN(10) >= 7 {
		t.Asset = p.assets[1+p.r.IntN(1000)]
		if bits = 20 + p.r.IntN(44); p.r.IntN(4) == 0 {
			bits = 65 + p.r.IntN(40)
		}
	}
	lo, hi := p.r.Uint64(), p.r.Uint64()
	if bits < 64 {
		lo, hi = lo>>(64-bits), 0
	} else {
		hi >>= 128 - bits
	}
	t.Amount = clew.AmountOf([4]uint64{lo, hi})
	return true, nil
}

// benchSize is how many transfers the benchmarks use.
func benchSize() int {
	if n, err := strconv.Atoi(os.Getenv("CLEW_BENCH_TRANSFERS")); err == nil && n > 0 {
		return n
	}
	return 1_000_000
}

// benchSegment writes and opens the segment of the benchmarks, once.
func benchSegment(b *testing.B) *Segment {
	b.Helper()
	dir := os.Getenv("CLEW_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	fs, err := vfs.OS(dir)
	if err != nil {
		b.Fatal(err)
	}
	name := fmt.Sprintf("bench%d.seg", benchSize())
	s, err := Open(fs, name)
	if err != nil {
		if _, err := Write(bg, fs, name, clew.Ethereum, newPowerLaw(benchSize()), nil, Options{}); err != nil {
			b.Fatal(err)
		}
		if s, err = Open(fs, name); err != nil {
			b.Fatal(err)
		}
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func BenchmarkWrite(b *testing.B) {
	fs, err := vfs.OS(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		info, err := Write(bg, fs, "w.seg", clew.Ethereum, newPowerLaw(benchSize()), nil, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Bytes)/float64(info.Transfers), "bytes/transfer")
		for _, c := range info.Columns {
			if per := float64(c.Bytes) / float64(info.Transfers); per > 0.2 && testing.Verbose() {
				b.Logf("%-24s %6.2f", c.Name, per)
			}
		}
	}
	b.ReportMetric(float64(benchSize())*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}

func BenchmarkSource(b *testing.B) {
	for b.Loop() {
		p := newPowerLaw(benchSize())
		var t Flat
		for more := true; more; more, _ = p.Next(&t) {
		}
	}
	b.ReportMetric(float64(benchSize())*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}

// frontier returns receivers of random transfers, without the largest hubs.
func frontier(b *testing.B, s *Segment, n int) []clew.Address {
	b.Helper()
	p := newPowerLaw(benchSize())
	p.r = rand.New(rand.NewPCG(9, 9))
	var list []clew.Address
	for len(list) < n {
		rank := p.rankOf()
		if a := addressOf(rank); rank >= 1000 {
			if _, ok := s.names.ID(a); ok {
				list = append(list, a)
			}
		}
	}
	return list
}

func BenchmarkLookup(b *testing.B) {
	s := benchSegment(b)
	list := frontier(b, s, 20000)
	var page []ledger.Row
	times := make([]time.Duration, len(list))
	rows := 0
	for b.Loop() {
		rows = 0
		for i, a := range list {
			begin := time.Now()
			page, _, _ = s.Rows(bg, ledger.Query{Address: a, Limit: ledger.MaxPage}, page[:0])
			times[i] = time.Since(begin)
			rows += len(page)
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds()), "p99-ns")
	b.ReportMetric(float64(rows)/float64(len(list)), "rows/address")
}

func BenchmarkBatch10k(b *testing.B) {
	s := benchSegment(b)
	list := frontier(b, s, 10000)
	rows := 0
	for b.Loop() {
		rows = 0
		err := s.Batch(bg, list, ledger.Query{Limit: ledger.MaxPage}, func(_ int, page []ledger.Row) error {
			rows += len(page)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows), "rows")
}

func BenchmarkSweep(b *testing.B) {
	s := benchSegment(b)
	var sum uint64
	for b.Loop() {
		err := s.Sweep(bg, clew.Pos{}, func(c *ledger.Chunk) error {
			for i := range c.From {
				sum += uint64(c.From[i]) ^ uint64(c.To[i]) ^ uint64(c.Asset[i]) ^ c.Lo[i]
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(s.n.rows)*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}

func BenchmarkTileAndFlow(b *testing.B) {
	s := benchSegment(b)
	list := frontier(b, s, 5000)
	ether := clew.NativeAsset(clew.Ethereum)
	var page []ledger.Row
	for _, a := range list { // so that no block is touched for the first time
		pot := clew.Pot{Address: a, Asset: ether}
		page, _, _ = s.Tile(bg, pot, ledger.Out, clew.Units(1), clew.Units(2), 8, page[:0])
		_, _ = s.Flow(bg, pot, clew.LastPos)
	}
	b.Run("tile", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			pot := clew.Pot{Address: list[i%len(list)], Asset: ether}
			page, _, _ = s.Tile(bg, pot, ledger.Out, clew.Units(1<<62), clew.Units(1<<62+1), 8, page[:0])
		}
	})
	b.Run("flow", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, _ = s.Flow(bg, clew.Pot{Address: list[i%len(list)], Asset: ether}, clew.LastPos)
		}
	})
}

// BenchmarkPage reads a page of 100 in the middle of the heaviest address and
// of one that just has as many rows.
func BenchmarkPage(b *testing.B) {
	s := benchSegment(b)
	ether := clew.NativeAsset(clew.Ethereum)
	token := newPowerLaw(10).assets[7]
	middle := clew.Pos{Height: s.Info().First.Height + s.Span().To/2 - s.Span().From/2}
	for _, c := range []struct {
		name string
		q    ledger.Query
	}{
		{"heavy", ledger.Query{Address: addressOf(0), From: middle}},
		{"heavy-ether", ledger.Query{Address: addressOf(0), From: middle, Asset: ether}},
		{"heavy-token", ledger.Query{Address: addressOf(0), Asset: token}},
		{"heavy-newest", ledger.Query{Address: addressOf(0), Until: middle, Newest: true}},
		{"light", ledger.Query{Address: addressOf(uint64(benchSize() / 5000))}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var page []ledger.Row
			for b.Loop() {
				c.q.Limit = 100
				page, _, _ = s.Rows(bg, c.q, page[:0])
			}
			b.ReportMetric(float64(len(page)), "rows")
		})
	}
}
