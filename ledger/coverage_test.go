package ledger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

func TestWhatOneLacksAndTheOtherHoldsIsNoGap(t *testing.T) {
	ether, usdc := clew.NativeAsset(clew.Ethereum), clew.Reported(clew.Ethereum, "usd")
	gap := func(kind clew.GapKind, from, to uint64, asset clew.Asset) clew.Gap {
		return clew.Gap{Kind: kind, Asset: asset, Window: clew.Window{From: from, To: to}}
	}
	whole := func(from, to uint64, gaps ...clew.Gap) clew.Coverage {
		return clew.Coverage{Whole: []clew.Window{{From: from, To: to}}, Gaps: gaps}
	}
	all := clew.Asset{}
	counted := func(n, from, to uint64) clew.Gap {
		return clew.Gap{Kind: clew.GapTokens, Count: n, Window: clew.Window{From: from, To: to}}
	}
	for name, c := range map[string]struct {
		a, b clew.Coverage
		want []clew.Gap
	}{
		"transactions, then logs": {
			whole(10, 20, gap(clew.GapTokens, 10, 20, all), gap(clew.GapTraces, 10, 20, all)),
			whole(10, 20, gap(clew.GapHistory, 10, 20, ether), gap(clew.GapFees, 10, 20, all)),
			[]clew.Gap{gap(clew.GapTraces, 10, 20, all)}, // for the logs lack all ether
		},
		"the same lack":      {whole(10, 20, gap(clew.GapTraces, 10, 20, all)), whole(10, 20, gap(clew.GapTraces, 10, 20, all)), []clew.Gap{gap(clew.GapTraces, 10, 20, all)}},
		"in the middle":      {whole(10, 20, gap(clew.GapTokens, 10, 20, all)), whole(13, 15), []clew.Gap{gap(clew.GapTokens, 10, 13, all), gap(clew.GapTokens, 15, 20, all)}},
		"a selection":        {whole(10, 20, gap(clew.GapTokens, 10, 20, all)), whole(10, 20, gap(clew.GapPartial, 12, 20, all)), []clew.Gap{gap(clew.GapTokens, 12, 20, all)}},
		"not whole":          {whole(10, 20, gap(clew.GapTokens, 10, 20, all)), clew.Coverage{}, []clew.Gap{gap(clew.GapTokens, 10, 20, all)}},
		"another asset":      {whole(10, 20, gap(clew.GapTokens, 10, 20, usdc)), whole(10, 20, gap(clew.GapTokens, 10, 20, ether)), nil},
		"of all, and of one": {whole(10, 20, gap(clew.GapTokens, 10, 20, all)), whole(10, 20, gap(clew.GapTokens, 10, 20, usdc)), []clew.Gap{gap(clew.GapTokens, 10, 20, all), gap(clew.GapTokens, 10, 20, usdc)}},
		"how it was read":    {whole(10, 20, gap(clew.GapRounded, 10, 20, all)), whole(10, 20), []clew.Gap{gap(clew.GapRounded, 10, 20, all)}},
		"how items are held": {whole(10, 20, gap(clew.GapItems, 10, 20, all)), whole(10, 20), []clew.Gap{gap(clew.GapItems, 10, 20, all)}},
		"block after block":  {whole(10, 20, gap(clew.GapTraces, 10, 20, all)), whole(20, 30, gap(clew.GapTraces, 20, 30, all)), []clew.Gap{gap(clew.GapTraces, 10, 30, all)}},
		"apart":              {whole(10, 20, gap(clew.GapTraces, 10, 20, all)), whole(21, 30, gap(clew.GapTraces, 21, 30, all)), []clew.Gap{gap(clew.GapTraces, 10, 20, all), gap(clew.GapTraces, 21, 30, all)}},
		"counted":            {whole(10, 20, counted(3, 10, 20)), whole(20, 30, counted(3, 20, 30)), []clew.Gap{counted(3, 10, 20), counted(3, 20, 30)}},
		"not tied to blocks": {whole(10, 20, gap(clew.GapTokens, 0, 0, all)), whole(10, 20), []clew.Gap{gap(clew.GapTokens, 0, 0, all)}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, swapped := range []bool{false, true} {
				a, b := c.a, c.b
				if swapped {
					a, b = b, a
				}
				sum := clew.Coverage{Gaps: slices.Clone(a.Gaps), Whole: slices.Clone(a.Whole)}
				AddCoverage(&sum, &b)
				if len(sum.Gaps) != len(c.want) {
					t.Fatalf("swapped %t: %v, want %v", swapped, sum.Gaps, c.want)
				}
				for _, g := range c.want {
					if !slices.Contains(sum.Gaps, g) {
						t.Errorf("swapped %t: %v, want %v", swapped, sum.Gaps, c.want)
					}
				}
			}
		})
	}
}

// A block of a kind is held after all loads if, and only if, one of them held
// it; and the order of loads does not matter.
func TestGapsAreWhatNoLoadHolds(t *testing.T) {
	kinds := []clew.GapKind{clew.GapTraces, clew.GapFees, clew.GapTokens}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		var loads []clew.Coverage
		for range 1 + r.IntN(4) {
			from := uint64(r.IntN(20))
			w := clew.Window{From: from, To: from + 1 + uint64(r.IntN(12))}
			c := clew.Coverage{Whole: []clew.Window{w}}
			for _, kind := range kinds {
				if r.IntN(2) == 0 {
					c.Gaps = append(c.Gaps, clew.Gap{Kind: kind, Window: w, Note: fmt.Sprint(len(loads))})
				}
			}
			loads = append(loads, c)
		}
		var sum clew.Coverage
		for _, i := range r.Perm(len(loads)) {
			AddCoverage(&sum, &loads[i])
		}
		for height := range uint64(34) {
			for _, kind := range kinds {
				if got, want := lacks(&sum, kind, height), !slices.ContainsFunc(loads, func(c clew.Coverage) bool {
					return c.Whole[0].Has(height) && !lacks(&c, kind, height)
				}); got != want {
					t.Fatalf("seed %d, height %d, %s: lacking %t, want %t\n%v\n%v", seed, height, kind, got, want, loads, sum)
				}
			}
		}
	}
}

// lacks reports whether something of a kind is not held at a height.
func lacks(c *clew.Coverage, kind clew.GapKind, height uint64) bool {
	return !slices.ContainsFunc(c.Whole, func(w clew.Window) bool { return w.Has(height) }) ||
		slices.ContainsFunc(c.Gaps, func(g clew.Gap) bool { return g.Kind == kind && g.Window.Has(height) })
}

// TestGapsOfOneAddress: what is missing of an address's history is missing no more
// once a load holds it: that address's, or whole blocks, but not another's.
func TestGapsOfOneAddress(t *testing.T) {
	a, b := clew.EVMAddress(clew.Ethereum, [20]byte{1}), clew.EVMAddress(clew.Ethereum, [20]byte{2})
	w := func(from, to uint64) clew.Window { return clew.Window{From: from, To: to} }
	gap := func(kind clew.GapKind, who clew.Address, window clew.Window) clew.Gap {
		return clew.Gap{Kind: kind, Chain: clew.Ethereum, Address: who, Window: window}
	}
	held := func(who clew.Address, window clew.Window, gaps ...clew.Gap) clew.Coverage {
		return clew.Coverage{Held: []clew.Holding{{Address: who, Source: "s", Window: window}}, Gaps: gaps}
	}
	lacksCalls := held(a, w(0, 20), gap(clew.GapTraces, a, w(0, 20)))
	for name, c := range map[string]struct {
		a, b clew.Coverage
		want []clew.Gap
	}{
		"read again":           {lacksCalls, held(a, w(0, 20)), nil},
		"read again in part":   {lacksCalls, held(a, w(0, 15)), []clew.Gap{gap(clew.GapTraces, a, w(15, 20))}},
		"read again in vain":   {lacksCalls, lacksCalls, lacksCalls.Gaps},
		"another address":      {lacksCalls, held(b, w(0, 20)), lacksCalls.Gaps},
		"another's lack":       {lacksCalls, held(a, w(0, 20), gap(clew.GapTraces, b, w(0, 20))), []clew.Gap{gap(clew.GapTraces, b, w(0, 20))}},
		"whole blocks":         {lacksCalls, clew.Coverage{Whole: []clew.Window{w(5, 30)}}, []clew.Gap{gap(clew.GapTraces, a, w(0, 5))}},
		"cut, and gone on":     {held(a, w(0, 10), gap(clew.GapHistory, a, w(10, 20))), held(a, w(10, 20)), nil},
		"all blocks lack that": {lacksCalls, clew.Coverage{Whole: []clew.Window{w(0, 20)}, Gaps: []clew.Gap{gap(clew.GapTraces, clew.Address{}, w(0, 20))}}, []clew.Gap{gap(clew.GapTraces, a, w(0, 20)), gap(clew.GapTraces, clew.Address{}, w(0, 20))}},
		"fees in one sum":      {held(a, w(0, 20), gap(clew.GapFees, a, w(0, 20))), clew.Coverage{Whole: []clew.Window{w(0, 20)}}, []clew.Gap{gap(clew.GapFees, a, w(0, 20))}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, order := range [][]clew.Coverage{{c.a, c.b}, {c.b, c.a}} {
				var sum clew.Coverage
				for i := range order {
					AddCoverage(&sum, &order[i])
					AddCoverage(&sum, &order[i]) // again adds nothing
				}
				if len(sum.Gaps) != len(c.want) || slices.ContainsFunc(c.want, func(g clew.Gap) bool { return !slices.Contains(sum.Gaps, g) }) {
					t.Errorf("%v, want %v", sum.Gaps, c.want)
				}
			}
		})
	}
}
