package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// flood is the plain model: whoever is reached by pairs is of one set, named by
// its smallest number.
func flood(n int, pairs []Pair) []uint32 {
	roots := make([]uint32, n)
	for i := range roots {
		roots[i] = uint32(i)
	}
	for changed := true; changed; {
		changed = false
		for _, p := range pairs {
			if least := min(roots[p.A], roots[p.B]); roots[p.A] != least || roots[p.B] != least {
				roots[p.A], roots[p.B], changed = least, least, true
			}
		}
	}
	return roots
}

func roots(f *Forest) []uint32 {
	list := make([]uint32, f.Len())
	for i := range list {
		list[i] = f.Root(uint32(i))
	}
	return list
}

// TestForestsDoNotDependOnOrder unites random pairs one by one, in any order, at
// once, and in portions with numbers added between.
func TestForestsDoNotDependOnOrder(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 1 + r.IntN(200)
		pairs := make([]Pair, r.IntN(2*n))
		for i := range pairs {
			pairs[i] = Pair{r.Uint32N(uint32(n)), r.Uint32N(uint32(n))}
		}
		want := flood(n, pairs)
		one, all, portions := NewForest(n), NewForest(n), NewForest(0)
		for _, p := range pairs {
			apart := one.Root(p.A) != one.Root(p.B)
			if one.Unite(p.A, p.B) != apart {
				t.Fatalf("seed %d: %v: want united %v", seed, p, apart)
			}
		}
		r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		all.UniteAll(pairs)
		for done := 0; done < len(pairs); {
			some := pairs[done:min(len(pairs), done+1+r.IntN(100))]
			for _, p := range some {
				portions.Grow(int(max(p.A, p.B)) + 1)
			}
			portions.UniteAll(some)
			done += len(some)
		}
		portions.Grow(n)
		for name, f := range map[string]*Forest{"one by one": one, "at once": all, "in portions": portions} {
			if got := roots(f); !slices.Equal(got, want) {
				t.Fatalf("seed %d, %s: %v, want %v", seed, name, got, want)
			}
		}
	}
}

// BenchmarkUnite unites 5 pairs a number, on average, of 20 million.
func BenchmarkUnite(b *testing.B) {
	const n = 20_000_000
	pairs := make([]Pair, 1<<20)
	r := rand.New(rand.NewPCG(1, 1))
	f := NewForest(n)
	done := 0
	for b.Loop() {
		if done%100 == 0 {
			b.StopTimer()
			f = NewForest(n)
			b.StartTimer()
		}
		b.StopTimer()
		for i := range pairs {
			pairs[i] = Pair{r.Uint32N(n), r.Uint32N(n)}
		}
		b.StartTimer()
		f.UniteAll(pairs)
		done++
	}
	b.ReportMetric(float64(done)*float64(len(pairs))/b.Elapsed().Seconds()/1e6, "M/s")
}
