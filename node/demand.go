package node

import (
	"fmt"

	"clew"
)

// Where it is stated which services know which EVM chain. All were read on
// 2026-11-28. Whether a chain is one of Routescan's was not checked for any.
const (
	etherscanChains  = "https://docs.etherscan.io/supported-chains, read on 2026-11-28"
	blockscoutPro    = "https://docs.blockscout.com/devs/apis/pro-api, read on 2026-11-28"
	blockscoutChains = "https://docs.blockscout.com/devs/blockscout-api; hosts by https://github.com/blockscout/docs; read on 2026-11-28"
)

// onDemand says, of each chain, what Etherscan's key of which plan reaches, and
// the host of Blockscout's kind that its documentation names, "" where none was
// seen, and whether that of its API of many chains names the chain.
var onDemand = map[clew.Chain]struct {
	etherscan, blockscout string
	pro                   bool
}{
	clew.Ethereum:  {"every plan", "https://eth.blockscout.com", true},
	clew.BNB:       {"paid plans alone", "", false},
	clew.Polygon:   {"every plan", "", false},
	clew.Arbitrum:  {"every plan", "", true},
	clew.Optimism:  {"paid plans alone", "https://optimism.blockscout.com", true},
	clew.Base:      {"paid plans alone", "https://base.blockscout.com", true},
	clew.Avalanche: {"paid plans alone", "", false},
}

// unchecked says of a service that nobody looked; other words than [NotChecked],
// which limits what is read of a chain.
const unchecked = "unchecked"

// demandNotes say which services are known to answer for addresses of an EVM
// chain, and which were not checked.
func demandNotes(chain clew.Chain) []Note {
	known := onDemand[chain]
	notes := []Note{{"on demand by etherscan", unchecked, ""}, {"on demand by blockscout", unchecked, ""}, {"on demand by blockscout-pro", unchecked, ""}, {"on demand by routescan", unchecked, ""}}
	if known.etherscan != "" {
		notes[0] = Note{notes[0].Topic, "a key of " + known.etherscan, etherscanChains}
	}
	if known.blockscout != "" {
		notes[1] = Note{notes[1].Topic, fmt.Sprintf("--explorer blockscout=%s/api", known.blockscout), blockscoutChains}
	}
	if known.pro {
		notes[2] = Note{notes[2].Topic, "named", blockscoutPro}
	}
	return notes
}
