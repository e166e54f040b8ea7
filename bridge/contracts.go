package bridge

import (
	_ "embed"
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

// IsKnown reports whether a contract is known to be a protocol's own.
func IsKnown(protocol string, contract clew.Address) bool {
	return contracts[known{protocol, contract}]
}
