package segment

import (
	"math"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

func TestGallopIsBisection(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		n := r.Uint64N(1 << r.UintN(14))
		want, guess := r.Uint64N(n+1), r.Uint64N(n+3)
		looks := 0
		got := gallop(n, guess, func(i uint64) bool {
			if looks++; i >= n {
				t.Fatalf("looked at %d of %d", i, n)
			}
			return i < want
		})
		if got != want || looks > 2*bits.Len64(n)+2 {
			t.Fatalf("%d of %d from %d: %d after %d looks", want, n, guess, got, looks)
		}
	}
}

func TestScaleIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	draw := func() uint64 { return r.Uint64() >> r.UintN(64) }
	for range 20_000 {
		a, n, of := draw(), draw(), max(1, draw())
		want := new(big.Int).Mul(new(big.Int).SetUint64(a), new(big.Int).SetUint64(n))
		if want.Div(want, new(big.Int).SetUint64(of)); want.Cmp(new(big.Int).SetUint64(n)) > 0 {
			want.SetUint64(n)
		}
		if got := scale(a, n, of); got != want.Uint64() {
			t.Fatalf("%d·%d/%d: %d, want %s", a, n, of, got, want)
		}
	}
	if scale(math.MaxUint64, math.MaxUint64, math.MaxUint64) != math.MaxUint64 {
		t.Error("the greatest is not itself")
	}
}

// Rows are found by guesses where plain bisection over positions finds them,
// whether they come evenly, all at once, or with several times at a height.
func TestSeekingIsBisectionOverPositions(t *testing.T) {
	for name, sh := range map[string]shape{
		"even":      {chain: clew.Ethereum, transfers: 3000, addresses: 5, assets: 4, hub: 0.8},
		"one asset": {chain: clew.Ethereum, transfers: 3000, addresses: 5, assets: 1, hub: 0.8},
		"uneven":    {chain: clew.Ethereum, transfers: 3000, addresses: 5, assets: 4, hub: 0.8, heights: 1 << 40},
		"odd times": {chain: clew.Ethereum, transfers: 3000, addresses: 5, assets: 4, hub: 0.8, oddTimes: true},
		"legs":      {chain: clew.Bitcoin, transfers: 1000, addresses: 9, assets: 1, hub: 0.5, uncommon: true},
	} {
		t.Run(name, func(t *testing.T) {
			list := sh.random(1)
			s := write(t, vfs.NewMem(), "s", sh.chain, list, Options{})
			addresses, assets, places := subjects(list)
			long := 0
			for _, a := range addresses {
				for _, asset := range assets[:2] {
					var v view
					if !s.find(&v, ledger.Out, a, asset) {
						continue
					}
					if v.n > lightRows {
						long++
					}
					seekEverywhere(t, &v, places)
				}
			}
			if long == 0 {
				t.Error("no address has enough rows")
			}
		})
	}
}

// Who falls silent early, or wakes late, is found at every place too: a guess from
// few blocks reaches beyond the rows.
func TestSeekingBeyondTheRows(t *testing.T) {
	for _, assets := range []int{1, 4} {
		list := shape{chain: clew.Ethereum, transfers: 3000, addresses: 5, assets: assets, hub: 0.8}.random(1)
		_, _, places := subjects(list)
		seen := map[clew.Address]int{}
		var hub clew.Address
		for i := range list {
			a := list[i].From[0].Address
			if seen[a]++; seen[a] > seen[hub] && !a.IsZero() {
				hub = a
			}
		}
		for name, drop := range map[string]func(i int) bool{"silent": func(i int) bool { return i > 1000 }, "late": func(i int) bool { return i < 2000 }} {
			i := -1
			some := slices.DeleteFunc(slices.Clone(list), func(x clew.Transfer) bool {
				i++
				return drop(i) && slices.ContainsFunc(slices.Concat(x.From, x.To), func(l clew.Leg) bool { return l.Address == hub })
			})
			s := write(t, vfs.NewMem(), "s", clew.Ethereum, some, Options{})
			var v view
			if !s.find(&v, ledger.Out, hub, clew.Asset{}) || v.n <= lightRows {
				t.Fatalf("%s: too few rows", name)
			}
			seekEverywhere(t, &v, places)
		}
	}
}

func seekEverywhere(t *testing.T, v *view, places []clew.Pos) {
	t.Helper()
	for i, place := range places {
		want := uint64(sort.Search(int(v.n), func(i int) bool { return !v.pos(uint64(i)).Before(place) }))
		if got := v.seekRow(place, uint64(i%askMost), uint64(i*7%askMost)); got != want {
			t.Fatalf("%s in %d rows: %d, want %d", place, v.n, got, want)
		}
	}
}

// Asking the memory for what is not there does no harm, for what is asked may
// come from damaged bytes.
func TestAskingTheMemoryNeverFails(t *testing.T) {
	b := make([]byte, 1000)
	want := slices.Clone(b)
	prefetchEach(b, nil, 20)
	prefetchEach(nil, []uint32{0, 1, math.MaxUint32}, math.MaxUint64)
	prefetchEach(b, []uint32{0, 49, 50, 1 << 20, math.MaxUint32}, 20)
	prefetchEach(b, []uint32{0, 7}, 0)
	prefetchLines(nil)
	for i := range b {
		prefetchLines(b[i:])
		prefetchLines(b[:i])
	}
	if !slices.Equal(b, want) {
		t.Error("asking changed something")
	}
}
