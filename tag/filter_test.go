package tag

import (
	"math/rand"
	"testing"

	"clew"
)

// TestFilterLosesNothing: whatever has claims is found, and of most other
// addresses the filter says at once that nothing is claimed.
func TestFilterLosesNothing(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	address := func() clew.Address {
		var key [20]byte
		random.Read(key[:])
		return clew.EVMAddress(clew.Ethereum, key)
	}
	for _, n := range []int{0, 1, 2, 3, 1000} {
		var b Builder
		var named []clew.Address
		for range n {
			named = append(named, address())
			b.Add(Tag{Subject: named[len(named)-1], Label: "x", Source: "y"})
		}
		x := b.Index()
		for _, a := range named {
			if len(x.At(a)) != 1 {
				t.Fatalf("of %d, %s is lost", n, a)
			}
		}
		passed := 0
		for range 10_000 {
			if x.filter.may(address()) {
				passed++
			}
		}
		if passed > 700 {
			t.Errorf("of %d: %d of 10,000 pass", n, passed)
		}
	}
	if new(Index).At(address()) != nil {
		t.Error("an empty index")
	}
}

func BenchmarkNothingClaimed(b *testing.B) {
	var build Builder
	random := rand.New(rand.NewSource(2))
	for range 500_000 {
		var key [20]byte
		random.Read(key[:])
		build.Add(Tag{Subject: clew.EVMAddress(clew.Ethereum, key), Label: "x", Source: "y"})
	}
	x := build.Index()
	var asked [4096]clew.Address
	for i := range asked {
		var key [20]byte
		random.Read(key[:])
		asked[i] = clew.EVMAddress(clew.Ethereum, key)
	}
	b.ResetTimer()
	for i := range b.N {
		x.At(asked[i%len(asked)])
	}
}
