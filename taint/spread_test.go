package taint

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

func amounts(ns ...uint64) []clew.Amount {
	list := make([]clew.Amount, len(ns))
	for i, n := range ns {
		list[i] = units(n)
	}
	return list
}

func numbers(list []clew.Amount) []uint64 {
	ns := make([]uint64, len(list))
	for i, a := range list {
		ns[i] = number(a)
	}
	return ns
}

// wide returns an amount of up to bits bits.
func wide(r *rand.Rand, bits int) clew.Amount {
	n := new(big.Int)
	for range 4 {
		n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(r.Uint64()))
	}
	a, _ := clew.AmountBytes(n.Rsh(n, uint(256-r.IntN(bits+1))).Bytes())
	return a
}

// Whatever the weights, value is conserved, no part exceeds its weight, each is
// within one unit of its share, and a larger weight never gets less.
func TestSpread(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 0))
		weights := make([]clew.Amount, 1+r.IntN(8))
		for i := range weights {
			weights[i] = wide(r, 250)
		}
		sum, _ := clew.Sum(weights...)
		total := wide(r, 256).Min(sum)
		parts := Spread(total, weights)
		if got, _ := clew.Sum(parts...); got != total {
			t.Fatalf("seed %d: Spread(%s, %v) sums to %s", seed, total, weights, got)
		}
		for i, p := range parts {
			if weights[i].Less(p) {
				t.Fatalf("seed %d: part %d is %s, above its weight %s", seed, i, p, weights[i])
			}
			if off := p.Minus(portion(total, weights[i], sum)); off.Cmp(units(1)) > 0 {
				t.Fatalf("seed %d: part %d is %s units above its share", seed, i, off)
			}
			for j := range parts {
				if weights[j].Less(weights[i]) && p.Less(parts[j]) && parts[j].Minus(p).Cmp(units(1)) > 0 {
					t.Fatalf("seed %d: weight %s gets %s, %s gets %s", seed, weights[i], p, weights[j], parts[j])
				}
			}
		}
	}
}

// The units that are left go one by one to the largest remainder not yet
// served, the first of equals.
func TestSpreadAgainstOracle(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		weights := make([]uint64, 1+r.IntN(60))
		var sum uint64
		for i := range weights {
			weights[i] = r.Uint64N(4)
			sum += weights[i]
		}
		total := r.Uint64N(sum + 1)
		want := make([]uint64, len(weights))
		left := total
		for i, w := range weights {
			if sum > 0 {
				want[i] = total * w / sum
				left -= want[i]
			}
		}
		served := make([]bool, len(weights))
		for ; left > 0; left-- {
			best := -1
			for i, w := range weights {
				if !served[i] && (best < 0 || total*w%sum > total*weights[best]%sum) {
					best = i
				}
			}
			served[best] = true
			want[best]++
		}
		if got := numbers(Spread(units(total), amounts(weights...))); !slices.Equal(got, want) {
			t.Fatalf("seed %d: Spread(%d, %v) is %v, want %v", seed, total, weights, got, want)
		}
	}
}

// Units lost to rounding go to the largest remainders, ties to the lower index.
func TestSpreadRounds(t *testing.T) {
	for _, c := range []struct {
		name          string
		total         uint64
		weights, want []uint64
	}{
		{"largest remainder", 10, []uint64{1, 6, 8}, []uint64{1, 4, 5}},
		{"ties to the lower index", 2, []uint64{1, 1, 1}, []uint64{1, 1, 0}},
		{"nothing", 0, []uint64{0, 0}, []uint64{0, 0}},
		{"all", 15, []uint64{1, 6, 8}, []uint64{1, 6, 8}},
		{"a weight of zero gets nothing", 3, []uint64{0, 4, 0}, []uint64{0, 3, 0}},
		{"more than the weights", 7, []uint64{1, 2}, []uint64{2, 5}},
	} {
		got := numbers(Spread(units(c.total), amounts(c.weights...)))
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

func TestSpreadRefusesBrokenBooks(t *testing.T) {
	for name, call := range map[string]func(){
		"nowhere to go": func() { Spread(units(1), amounts(0, 0)) },
		"too wide":      func() { Spread(units(1), []clew.Amount{clew.MaxAmount, units(1)}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func TestSpreadCapped(t *testing.T) {
	for _, c := range []struct {
		name                string
		total               uint64
		weights, caps, want []uint64
	}{
		{"no cap is met", 60, []uint64{100, 50}, []uint64{50, 50}, []uint64{40, 20}},
		{"one is", 90, []uint64{100, 50}, []uint64{50, 50}, []uint64{50, 40}},
		{"one after the other", 100, []uint64{100, 30, 10}, []uint64{10, 40, 50}, []uint64{10, 40, 50}},
		{"an exhausted one", 10, []uint64{100, 5}, []uint64{0, 20}, []uint64{0, 10}},
		{"no weights", 10, []uint64{0, 0}, []uint64{10, 10}, []uint64{5, 5}},
	} {
		got := numbers(spreadCapped(units(c.total), amounts(c.weights...), amounts(c.caps...)))
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

func TestSpreadCappedConserves(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		weights, caps := make([]clew.Amount, 1+r.IntN(6)), []clew.Amount(nil)
		for i := range weights {
			weights[i] = wide(r, 256) // together, they may exceed 256 bits
			caps = append(caps, wide(r, 250))
		}
		sum, _ := clew.Sum(caps...)
		total := wide(r, 256).Min(sum)
		parts := spreadCapped(total, weights, caps)
		got, _ := clew.Sum(parts...)
		for i := range parts {
			if caps[i].Less(parts[i]) {
				t.Fatalf("seed %d: part %d is %s, above %s", seed, i, parts[i], caps[i])
			}
		}
		if got != total {
			t.Fatalf("seed %d: sums to %s, want %s", seed, got, total)
		}
	}
}

// plainSpread sorts all parts by what a division leaves.
func plainSpread(total clew.Amount, weights []clew.Amount) []clew.Amount {
	sum, _ := clew.Sum(weights...)
	parts, rests, order := make([]clew.Amount, len(weights)), make([]*big.Int, len(weights)), make([]int, len(weights))
	left := total
	for i, w := range weights {
		product := new(big.Int).Mul(total.Big(), w.Big())
		quotient, rest := product.DivMod(product, sum.Big(), new(big.Int))
		parts[i], _ = clew.ParseAmount(quotient.String())
		rests[i], order[i], left = rest, i, left.Minus(parts[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return rests[b].Cmp(rests[a]) })
	for _, i := range order[:number(left)] {
		parts[i] = parts[i].Plus(units(1))
	}
	return parts
}

// TestSpreadAgainstPlain has many weights, few different ones and so many ties,
// and totals up to 256 bits.
func TestSpreadAgainstPlain(t *testing.T) {
	for seed := range uint64(5000) {
		rng := rand.New(rand.NewPCG(seed, 5))
		most := uint64(1) << (1 + rng.IntN(60))
		weights := make([]clew.Amount, 1+rng.IntN(60))
		for i := range weights {
			weights[i] = units(rng.Uint64N(most))
			if seed%3 == 0 {
				weights[i], _ = weights[i].MulDiv(clew.MaxAmount, units(most).Plus(units(most)))
				weights[i], _ = weights[i].MulDiv(units(1), units(uint64(len(weights))))
			}
		}
		sum, fits := clew.Sum(weights...)
		if !fits || sum.IsZero() {
			continue
		}
		total, _ := sum.MulDiv(units(rng.Uint64N(1000)), units(1000))
		if got, want := Spread(total, weights), plainSpread(total, weights); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %s over %v: got %v, want %v", seed, total, weights, got, want)
		}
	}
}
