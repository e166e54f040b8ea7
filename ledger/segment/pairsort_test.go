package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPairsAreSorted holds sorting by digits against sorting by comparison, of
// keys spread like hashes, and of keys that agree in some of their bits.
func TestPairsAreSorted(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 8))
	masks := []uint64{1<<64 - 1, 0, 1, 1<<digitShift - 1, 1 << digitShift, 1<<63 | 1, 3 << 62, 1<<63 | 1<<digitShift, 0xfff << 36}
	for _, n := range []int{0, 1, 100, 4*digits - 1, 4 * digits, 30_000} {
		for _, mask := range masks {
			pairs := make([]pair, n)
			for i := range pairs {
				pairs[i] = pair{r.Uint64() & mask, uint64(r.IntN(n))}
			}
			want := slices.SortedFunc(slices.Values(pairs), comparePairs)
			sortPairs(pairs, nil, comparePairs)
			if !slices.Equal(pairs, want) {
				t.Errorf("%d pairs, keys of %x: not in order", n, mask)
			}
		}
	}
}

// BenchmarkSortPairs sorts pairs with keys like hashes.
func BenchmarkSortPairs(b *testing.B) {
	for _, n := range []int{500_000, sorterPairs} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 8))
			given, pairs := make([]pair, n), make([]pair, n)
			for i := range given {
				given[i] = pair{r.Uint64(), uint64(i)}
			}
			var parted []pair
			for b.Loop() {
				copy(pairs, given)
				parted = sortPairs(pairs, parted, comparePairs)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/pair")
		})
	}
}
