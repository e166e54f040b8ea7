package trace

import (
	"math/rand"
	"slices"
	"testing"

	"clew"
	"clew/evm"
)

// A glance passes over nothing that goes round: neither in random transactions nor
// where the wrapper alone makes it a round; and it passes over plain routes and swaps.
func TestGlanceMissesNoRound(t *testing.T) {
	stands := func(*clew.Transfer) bool { return false }
	passed, kept := 0, 0
	for seed := range worlds(400) {
		with, _ := roundWorld(rand.New(rand.NewSource(seed)))
		for list := with.transfers; len(list) > 0; {
			n := slices.IndexFunc(list, func(t clew.Transfer) bool { return t.Pos.Height != list[0].Pos.Height })
			if n < 0 {
				n = len(list)
			}
			switch any, may := roundsOf(list[:n], stands).any(), mayGoRound(list[:n]); {
			case any && !may:
				t.Fatalf("seed %d, block %d: a round is passed over", seed, list[0].Pos.Height)
			case may:
				kept++
			default:
				passed++
			}
			list = list[n:]
		}
	}
	if passed < 500 || kept < 500 {
		t.Errorf("%d passed over and %d kept: too few to tell", passed, kept)
	}
	usdc, gold, weth := coin(1), coin(2), clew.Token("erc20", evm.Wrapper(clew.Ethereum))
	for name, c := range map[string]struct {
		legs []leg
		want bool
	}{
		"wrapped and unwrapped":      {[]leg{{rThief, rWrapper, ether, 5}, {0, rThief, weth, 5}, {rThief, 0, weth, 5}, {rWrapper, rThief, ether, 5}}, true},
		"lent in one, repaid in two": {[]leg{{rLender, rThief, weth, 5}, {rThief, 0, weth, 5}, {rWrapper, rThief, ether, 5}, {rThief, rLender, ether, 5}, {rLender, rWrapper, ether, 5}, {0, rLender, weth, 5}}, true},
		"a loan":                     {[]leg{{rLender, rThief, usdc, 5}, {rThief, rLender, usdc, 5}}, true},
		"made and burnt":             {[]leg{{0, rThief, usdc, 5}, {rThief, 0, usdc, 5}}, true},
		"a route":                    {[]leg{{rThief, rContract, usdc, 5}, {rContract, rSecond, usdc, 5}, {rSecond, rOther, usdc, 5}}, false},
		"a swap":                     {[]leg{{rThief, rPool, usdc, 5}, {rPool, rThief, gold, 5}}, false},
		"paid to himself":            {[]leg{{rThief, rThief, usdc, 5}, {rThief, rOther, usdc, 5}}, false},
	} {
		tx := roundTx(1, c.legs...)
		if got := mayGoRound(tx); got != c.want || roundsOf(tx, stands).any() && !got {
			t.Errorf("%s: %t", name, got)
		}
	}
}
