package trace

import (
	"context"
	"math"
	"math/rand"
	"slices"
	"testing"
	"time"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// wideLedger returns a history with the degrees of real ones: few addresses
// have most transfers.
func wideLedger(b *testing.B, transfers int) ledger.Snapshot {
	return ledgerOf(b, clew.Ethereum, wideTransfers(transfers))
}

func wideTransfers(transfers int) []clew.Transfer {
	rng := rand.New(rand.NewSource(1))
	addresses := float64(transfers / 4)
	pick := func() clew.Address {
		n := int(addresses * math.Pow(rng.Float64(), 4)) // rank by a power law of exponent 0.75
		var key [20]byte
		key[0], key[17], key[18], key[19] = 0xee, byte(n>>16), byte(n>>8), byte(n)
		return clew.EVMAddress(clew.Ethereum, key)
	}
	var list []clew.Transfer
	for i := range transfers {
		list = append(list, move(uint64(i/100+1), pick(), pick(), ether, 1+uint64(rng.ExpFloat64()*1e6)))
		list[i].Pos.Index = uint32(i % 100)
		list[i].Tx = txOf(list[i].Pos)
	}
	return list
}

// BenchmarkTrace follows random transfers first in, first out, and reports the
// time of the 95th of a hundred traces that use at least 20 transfers.
func BenchmarkTrace(b *testing.B) {
	snapshot := wideLedger(b, 400_000)
	rng := rand.New(rand.NewSource(2))
	var times []time.Duration
	uses := 0
	for b.Loop() {
		pos := clew.Pos{Height: 1 + uint64(rng.Intn(2000)), Index: uint32(rng.Intn(100))}
		begin := time.Now()
		r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Transfer: &pos}, Spread: No})
		if err == nil && len(r.Uses) >= 20 {
			times = append(times, time.Since(begin))
			uses += len(r.Uses)
		}
	}
	if len(times) == 0 {
		return
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "µs/p50")
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds()), "µs/p95")
	b.ReportMetric(float64(uses)/float64(len(times)), "transfers/trace")
}

// BenchmarkSweep sweeps a whole history for one origin.
func BenchmarkSweep(b *testing.B) {
	const transfers = 400_000
	snapshot := wideLedger(b, transfers)
	for _, p := range []taint.Policy{taint.FIFO, taint.Haircut} {
		b.Run(string(p), func(b *testing.B) {
			pos := clew.Pos{Height: 3, Index: 7}
			for b.Loop() {
				in := Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Transfer: &pos}, Spread: No, Engine: Sweep,
					Method: taint.Method{Policy: p}, Limits: Limits{Dust: clew.Units(100)}}
				if r, err := Run(context.Background(), in); err != nil {
					b.Fatal(err)
				} else {
					b.ReportMetric(float64(len(r.Uses)), "uses")
				}
			}
			b.ReportMetric(float64(transfers)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mtransfers/s")
		})
	}
}

// BenchmarkRanges works out the possible ranges of a hundred places whose ways
// lead through tens of thousands of transfers, in busy pots.
func BenchmarkRanges(b *testing.B) {
	snapshot := wideLedger(b, 60_000)
	pos := clew.Pos{Height: 3, Index: 8}
	in := Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Transfer: &pos}, Spread: No, Ranges: true,
		Limits: Limits{Degree: 1_000_000}, Method: taint.Method{Policy: taint.Poison}}
	for b.Loop() {
		r, err := Run(context.Background(), in)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(r.Uses)), "uses")
		b.ReportMetric(float64(len(r.Ranges)), "ranges")
	}
}

// BenchmarkNextHit is the loop that a sweep spends its time in.
func BenchmarkNextHit(b *testing.B) {
	const n, addresses = 1 << 20, 20_000_000
	rng := rand.New(rand.NewSource(1))
	from, to := make([]uint32, n), make([]uint32, n)
	for i := range from {
		from[i], to[i] = uint32(rng.Intn(addresses)), uint32(rng.Intn(addresses))
	}
	s := &sweep{bits: make([]uint64, addresses/64+1)}
	for b.Loop() {
		s.nextHit(from, to)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mtransfers/s")
}
