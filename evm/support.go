package evm

import "clew"

// mirrors are contracts that log as a token's Transfer what moves of the chain's
// own coin, so that it would count twice. Polygon's is MRC20.sol of its
// contracts, by its own words a wrapper over native transfers.
var mirrors = map[clew.Chain]string{clew.Polygon: "0x0000000000000000000000000000000000001010"}

// mirrorOf returns the chain's mirror; nobody if it has none.
func mirrorOf(chain clew.Chain) clew.Address {
	if text, ok := mirrors[chain]; ok {
		return constant(chain, text)
	}
	return clew.Address{}
}
