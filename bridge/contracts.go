package bridge

import (
	_ "embed"
	"slices"
	"strings"

	"clew"
)

// contractsFile lists contracts that are known to be a protocol's: the protocol,
// the chain, the address, and the number of the source.
//
//go:embed contracts.csv
var contractsFile string

type known struct {
	protocol string
	contract clew.Address
}

var contracts = readContracts(contractsFile)

func readContracts(text string) map[known]bool {
	list := map[known]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, ",")
		chain, err := clew.ParseChain(f[1])
		if err != nil {
			panic("bridge: contracts.csv: " + err.Error()) // our own mistake
		}
		a, err := clew.ParseAddress(f[2], chain)
		if err != nil {
			panic("bridge: contracts.csv: " + err.Error())
		}
		list[known{f[0], a}] = true
	}
	return list
}

// protocolsOf are the protocols of each contract that is known.
var protocolsOf = func() map[clew.Address][]string {
	of := map[clew.Address][]string{}
	for k := range contracts {
		of[k.contract] = append(of[k.contract], k.protocol)
	}
	for _, list := range of {
		slices.Sort(list)
	}
	return of
}()

// ProtocolOf returns the protocol of which a contract is known to be an own one; of
// several the first by name; "" if it is none of them.
func ProtocolOf(contract clew.Address) string {
	if list := protocolsOf[contract]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// IsKnown reports whether a contract is known to be a protocol's own.
func IsKnown(protocol string, contract clew.Address) bool {
	return contracts[known{protocol, contract}]
}
