package launder

import (
	"clew"
)

// Who wants to mislead pays dust in THORChain's name to whom a memo of his names: its
// routers take any address for a vault, and pay out for anybody. So what is paid out
// is believed where it is worth about what went in: as far as that can be said with
// no prices at hand, by what the coins were ever worth since 2021, so that to feign a
// crossing costs a good part of it.

// Why a payment in THORChain's name is likely, and no more.
const (
	littleWorth = "what came out is worth much less than what went in, whatever the coins were worth since 2021, so that more may follow, or anybody paid it"
	muchWorth   = "what came out is worth more than what went in, whatever the coins were worth since 2021, so that some of it is another's"
	noWorth     = "whether what came out is worth what went in cannot be said, and anybody can have dust paid out in the network's name"
)

// A coinWorth is what a unit of an asset was worth at the least and at the most.
type coinWorth struct {
	decimals  int
	low, high uint64 // cents
}

// Worths of coins: wide of every daily close from 2021-01-01 to 2025-09-30 of the
// series that docs/METHODS.md names. Beyond these dates they may be wrong.
var (
	worthBitcoin = coinWorth{8, 15_000_00, 125_000_00}
	worthEther   = coinWorth{18, 700_00, 5_000_00}
	worthTron    = coinWorth{6, 2, 45}
	worthSolana  = coinWorth{9, 1_50, 300_00}
	worthDollar  = coinWorth{6, 90, 110}
)

// dollars are stablecoins of six decimals, by their contracts: those of USDT and USDC
// that lead/builtin/issuers.yaml gives sources for.
var dollars = func() map[clew.Asset]bool {
	list := map[clew.Asset]bool{}
	for _, text := range []string{
		"eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7", "eip155:43114/erc20:0x9702230A8Ea53601f5cD2dc00fDBc13d4dF4A8c7", "tron:728126428/trc20:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
		"eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "eip155:43114/erc20:0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E",
		"eip155:8453/erc20:0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "eip155:42161/erc20:0xaf88d065e77c8cC2239327C5EDb3A432268e5831",
	} {
		a, err := clew.ParseAsset(text, "")
		if err != nil {
			panic("launder: " + err.Error()) // our own mistake
		}
		list[a] = true
	}
	return list
}()

// worthOf returns what an asset was worth; false if that is not known.
func worthOf(a clew.Asset) (coinWorth, bool) {
	switch chain := a.Chain(); {
	case dollars[a]:
		return worthDollar, true
	case !a.IsNative() && !sameCoin(a, clew.NativeAsset(chain)):
	case chain == clew.Bitcoin:
		return worthBitcoin, true
	case chain == clew.Ethereum, chain == clew.Arbitrum, chain == clew.Base, chain == clew.Optimism:
		return worthEther, true
	case chain.IsTron():
		return worthTron, true
	case chain.IsSolana():
		return worthSolana, true
	}
	return coinWorth{}, false
}

// of returns the least and the most cents that an amount was worth.
func (w coinWorth) of(amount clew.Amount) (low, high clew.Amount) {
	one := clew.Units(1)
	for range w.decimals {
		one, _ = one.MulDiv(clew.Units(10), clew.Units(1))
	}
	low, _ = amount.MulDiv(clew.Units(w.low), one)
	high, fits := amount.MulDiv(clew.Units(w.high), one)
	if !fits {
		high = clew.MaxAmount
	}
	return low, high
}

// doubtSwap holds what came out of THORChain or Maya against what went in.
func (l *Link) doubtSwap(s *end) string {
	in, came := l.inAmount, l.cameOut()
	if in.Less(l.returned.amount) {
		return moreCame
	}
	in = in.Minus(l.returned.amount)
	paid, known := worthOf(l.inAsset)
	got, alsoKnown := worthOf(l.outs[0].asset)
	switch {
	case alike(l.inAsset, l.outs[0].asset):
		paid, got = coinWorth{0, 1, 1}, coinWorth{0, 1, 1}
	case !known || !alsoKnown:
		return noWorth
	}
	inLow, inHigh := paid.of(in)
	cameLow, cameHigh := got.of(came)
	half, _ := inLow.MulDiv(clew.Units(1), clew.Units(2))
	switch {
	case in.IsZero():
		return noWorth
	case cameHigh.Less(half):
		return littleWorth
	case withTwentieth(inHigh).Less(cameLow):
		return muchWorth
	}
	return ""
}

// withTwentieth returns an amount and a twentieth more; the largest, if that does not
// fit.
func withTwentieth(a clew.Amount) clew.Amount {
	sum, fits := a.Add(twentieth(a))
	if !fits {
		return clew.MaxAmount
	}
	return sum
}
