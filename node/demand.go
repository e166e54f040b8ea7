package node

import (
	"fmt"

	"clew"
)

// Where it is stated which services know which EVM chain. All were read on
// 2026-11-28. Whether a chain is one of Routescan's was not checked for any.
const (
	etherscanChains  = "https://docs.etherscan.io/supported-chains, read on 2026-11-28"
	blockscoutChains = "https://docs.blockscout.com/devs/blockscout-api; hosts by https://github.com/blockscout/docs; read on 2026-11-28"
)

// onDemand says, of each chain, what Etherscan's key of which plan reaches, and
// the host of Blockscout's kind that its documentation names; "" where none was
// seen.
var onDemand = map[clew.Chain]struct{ etherscan, blockscout string }{
	clew.Ethereum:  {"every plan", "https://eth.blockscout.com"},
	clew.BNB:       {"paid plans alone", ""},
	clew.Polygon:   {"every plan", ""},
	clew.Arbitrum:  {"every plan", ""},
	clew.Optimism:  {"paid plans alone", "https://optimism.blockscout.com"},
	clew.Base:      {"paid plans alone", "https://base.blockscout.com"},
	clew.Avalanche: {"paid plans alone", ""},
}

// unchecked says of a service that nobody looked; other words than [NotChecked],
// which limits what is read of a chain.
const unchecked = "unchecked"

// demandNotes say which services are known to answer for addresses of an EVM
// chain, and which were not checked.
func demandNotes(chain clew.Chain) []Note {
	known := onDemand[chain]
	notes := []Note{{"on demand by etherscan", unchecked, ""}, {"on demand by blockscout", unchecked, ""}, {"on demand by routescan", unchecked, ""}}
	if known.etherscan != "" {
		notes[0] = Note{notes[0].Topic, "a key of " + known.etherscan, etherscanChains}
	}
	if known.blockscout != "" {
		notes[1] = Note{notes[1].Topic, fmt.Sprintf("--explorer blockscout=%s/api", known.blockscout), blockscoutChains}
	}
	return notes
}
