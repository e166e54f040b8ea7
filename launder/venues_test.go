package launder

import "testing"

// TestVenueFamilies: a swap by each family of venues, with the transfers that such a
// venue's contracts make, is the same swap as by a plain pair, or is refused for a
// stated reason. The shapes are those of the contracts' source code; that of pairs
// and routers was seen in real blocks too, see docs/ACCURACY.md.
func TestVenueFamilies(t *testing.T) {
	for _, c := range venueFamilies {
		if got := told(FindSwap(transaction(t, c.tx), name(c.payer))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// venueFamilies are swaps by families of venues.
var venueFamilies = []struct{ name, payer, want, tx string }{
	{"Uniswap v1, token for token over both exchanges' coin", "P", "swap 100 in by 0, 40 out by 2 to P, likely", `
			P exchangeA 100 GOLD
			exchangeA exchangeB 7 ETH
			exchangeB P 40 SALT`},
	{"Uniswap v2, over two pairs of which the first pays the second", "P", "swap 100 in by 0, 40 out by 2 to P, likely", `
			P pairA 100 GOLD
			pairA pairB 7 WETH
			pairB P 40 SALT`},
	{"Uniswap v3, which pays out before it takes in", "P", "swap 100 in by 1, 40 out by 0 to P, likely", `
			pool P 40 SALT
			P pool 100 GOLD`},
	{"Uniswap v4, two pools within the one manager", "P", "swap 100 in by 0, 40 out by 1 to P, likely", `
			P manager 100 GOLD
			manager P 40 SALT`},
	{"Uniswap v4, settled by a router that takes for the payer", "P", "swap 100 in by 0, 7 out by 3 to P, likely", `
			P router 100 GOLD
			router manager 100 GOLD
			manager router 7 ETH
			router P 7 ETH`},
	{"Uniswap v4 beside v3, the manager taking part", "P", "swap 100 in by 0,2, 45 out by 1,3 to P, likely", `
			P manager 60 GOLD
			manager P 27 SALT
			P pool 40 GOLD
			pool P 18 SALT`},
	{"Curve, plain", "P", "swap 100 in by 0, 99 out by 1 to P, likely", `
			P pool 100 DAI
			pool P 99 USDC`},
	{"Curve, underlying coins of lending receipts", "P", "swap 100 in by 0, 98 out by 4 to P, likely", `
			P pool 100 DAI
			pool lender 100 DAI
			- pool 99 aDAI
			pool - 98 aUSDC
			lender P 98 USDC`},
	{"Curve, a metapool over the shares of another", "P", "swap 100 in by 0, 97 out by 4 to P, likely", `
			P meta 100 GUSD
			meta base 98 CRV3
			base - 98 CRV3
			base meta 97 USDC
			meta P 97 USDC`},
	{"Curve, one coin into shares", "P", "swap 100 in by 0, 97 out by 1 to P, likely", `
			P pool 100 DAI
			- P 97 CRV3`},
	{"Balancer, several pools of one vault", "P", "swap 100 in by 0, 40 out by 1 to P, likely", `
			P vault 100 GOLD
			vault P 40 SALT`},
	{"Balancer, out of a pool into several assets", "P", "swap 0 in by 0, 0 out by 1,2 to P, likely", `
			P - 26 BPT
			vault P 100 GOLD
			vault P 7 SALT`},
	{"1inch, several pools, and a chunk back", "P", "swap 95 in by 0, 38 out by 5 to P, back by 6, likely", `
			P executor 100 GOLD
			executor poolA 50 GOLD
			poolA executor 20 SALT
			executor poolB 45 GOLD
			poolB executor 18 SALT
			executor P 38 SALT
			executor P 5 GOLD`},
	{"1inch, a chunk back before the rest went in", "P", "refused: " + string(BackEarly), `
			P executor 60 GOLD
			executor P 5 GOLD
			P executor 40 GOLD
			executor P 38 SALT`},
	{"0x, a maker's order", "P", "swap 100 in by 0, 40 out by 1 to P, likely", `
			P maker 100 GOLD
			maker P 40 SALT`},
	{"0x, the maker's side of it", "maker", "swap 40 in by 1, 100 out by 0 to maker, likely", `
			P maker 100 GOLD
			maker P 40 SALT`},
	{"0x, a bridge transform over its wallet", "P", "swap 100 in by 0, 40 out by 4 to P, likely", `
			P wallet 100 GOLD
			wallet bridge 100 GOLD
			bridge pool 100 GOLD
			pool wallet 40 SALT
			wallet P 40 SALT`},
	{"CoW, owners with different assets in one batch", "P", "swap 100 in by 0, 40 out by 5 to P, likely", `
			P settlement 100 GOLD
			Q settlement 9 IRON
			settlement pool 100 GOLD
			pool settlement 40 SALT
			settlement maker 9 IRON
			settlement P 40 SALT
			maker settlement 3 LEAD
			settlement Q 3 LEAD`},
	{"CoW, owners whose wishes meet", "P", "swap 100 in by 0, 40 out by 3 to P, likely", `
			P settlement 100 GOLD
			Q settlement 40 SALT
			settlement Q 100 GOLD
			settlement P 40 SALT`},
	{"CoW, owners of one asset who are paid elsewhere", "P", "refused: " + string(SeveralPayers), `
			P settlement 100 GOLD
			Q settlement 50 GOLD
			settlement pool 150 GOLD
			pool settlement 60 SALT
			settlement R 40 SALT
			settlement S 20 SALT`},
	{"stETH, coins for the token that is issued", "P", "swap 10 in by 0, 10 out by 1 to P, likely", `
			P STETH 10 ETH
			- P 10 STETH`},
	{"wstETH, wrapped", "P", "swap 10 in by 0, 9 out by 1 to P, likely", `
			P WSTETH 10 STETH
			- P 9 WSTETH`},
	{"wstETH, unwrapped", "P", "swap 9 in by 0, 10 out by 1 to P, likely", `
			P - 9 WSTETH
			WSTETH P 10 STETH`},
	{"rETH, issued by a pool that passes the coins to a vault", "P", "swap 10 in by 0, 9 out by 2 to P, likely", `
			P deposit 10 ETH
			deposit vault 10 ETH
			- P 9 RETH`},
	{"rETH, given back", "P", "swap 9 in by 0, 10 out by 1 to P, likely", `
			P - 9 RETH
			RETH P 10 ETH`},
	{"Aave, in", "P", "swap 100 in by 0, 100 out by 1 to P, likely", `
			P aGOLD 100 GOLD
			- P 100 aGOLD`},
	{"Aave, out, with interest", "P", "swap 100 in by 0, 101 out by 1 to P, likely", `
			P - 100 aGOLD
			aGOLD P 101 GOLD`},
	{"Aave, borrowed against what lies there already", "P", "nothing", `
			- P 50 debt
			aSALT P 50 SALT`},
	{"Compound, in", "P", "swap 100 in by 0, 4700 out by 1 to P, likely", `
			P cGOLD 100 GOLD
			cGOLD P 4700 cGOLD`},
	{"Compound, out", "P", "swap 4700 in by 0, 101 out by 1 to P, likely", `
			P cGOLD 4700 cGOLD
			cGOLD P 101 GOLD`},
	{"unwrapped for the payer, of which no call is held", "P", "refused: " + string(CoinsNotHeld), `
			P pair 100 GOLD
			pair router 7 WETH
			router - 7 WETH`},
	{"what is destroyed is nobody's gain", "P", "nothing", `
			P pair 100 GOLD
			pair router 7 SALT
			router - 7 SALT`},
	{"a token that sells its fees in the seller's transaction", "P", "swap 100 in by 5, 60 out by 9 to P, likely", `
			GOLD pair 30 GOLD
			pair router 20 WETH
			router - 20 WETH
			WETH router 20 ETH
			router GOLD 20 ETH
			P pair 100 GOLD
			pair router 60 WETH
			router - 60 WETH
			WETH router 60 ETH
			router P 60 ETH`},
}
