package segment

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestOrdersAreSorted sorts numbers of every width, as many as are compared and
// as many as are sorted by digits.
func TestOrdersAreSorted(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{0, 1, shortOrder - 1, shortOrder, 5000} {
		for _, count := range []uint32{1, 2, 2047, 2048, 1 << 22, 1<<22 + 1, 1<<32 - 1} {
			o := &order{}
			for i := range n {
				o.keys = append(o.keys, uint64(r.Uint32N(count))<<32|uint64(i))
			}
			want := slices.Sorted(slices.Values(o.keys))
			if o.sort(bits.Len32(count)); !slices.Equal(o.keys, want) {
				t.Errorf("%d numbers below %d: out of order", n, count)
			}
		}
	}
}
