// Package cluster infers which addresses are under common control.
//
// A cluster is an inference, never a fact and never a claim: whatever rests on
// one says so. Each sign of common control is a file of its own, which states
// what it assumes and how it is known to fail. Links are kept with the sign and
// the transaction that they came from, so that every merge can be explained, and
// taken back.
package cluster

// A Forest parts numbers into disjoint sets that can be united. The root of a
// set is its smallest number, so that what is united in any order, in any
// portions, ends in the same roots. A Forest may be used by one goroutine at a
// time.
//
// Source: R. E. Tarjan and J. van Leeuwen, "Worst-case Analysis of Set Union
// Algorithms" (1984), with path halving. Linking by number instead of by size
// costs the guarantee of near-constant time for paths that an adversary lays
// out; halving keeps them logarithmic on average.
type Forest struct{ parent []uint32 }

// NewForest returns a forest of n numbers, each a set of its own.
func NewForest(n int) *Forest {
	f := new(Forest)
	f.Grow(n)
	return f
}

// Grow adds numbers up to n, each a set of its own.
func (f *Forest) Grow(n int) {
	for i := len(f.parent); i < n; i++ {
		f.parent = append(f.parent, uint32(i))
	}
}

// Len returns how many numbers there are.
func (f *Forest) Len() int { return len(f.parent) }

// Root returns the smallest number of the set of x.
func (f *Forest) Root(x uint32) uint32 {
	for {
		p := f.parent[x]
		if p == x {
			return x
		}
		g := f.parent[p]
		f.parent[x] = g
		x = g
	}
}

// Unite makes one set of those of a and b. It reports whether they were two.
func (f *Forest) Unite(a, b uint32) bool {
	a, b = f.Root(a), f.Root(b)
	switch {
	case a == b:
		return false
	case a < b:
		f.parent[b] = a
	default:
		f.parent[a] = b
	}
	return true
}

// A Pair is two numbers to be united.
type Pair struct{ A, B uint32 }

// ahead is how many pairs are looked at before the first is united, so that
// the memory is asked for many at a time.
const ahead = 64

// UniteAll unites all pairs: what Unite does for each, in half the time where
// the numbers are far apart.
func (f *Forest) UniteAll(pairs []Pair) {
	for len(pairs) > 0 {
		some := pairs[:min(len(pairs), ahead)]
		pairs = pairs[len(some):]
		f.halve(some)
		for _, p := range some {
			f.Unite(p.A, p.B)
		}
	}
}

// halve takes a step from every number of the pairs toward its root, which are
// independent of each other.
func (f *Forest) halve(pairs []Pair) {
	var up [2 * ahead]uint32
	for i, p := range pairs {
		up[2*i], up[2*i+1] = f.parent[p.A], f.parent[p.B]
	}
	for i := range up[:2*len(pairs)] {
		up[i] = f.parent[up[i]]
	}
	for i, p := range pairs {
		f.parent[p.A], f.parent[p.B] = up[2*i], up[2*i+1]
	}
}
