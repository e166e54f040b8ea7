package bridge

import (
	"cmp"
	"slices"

	"clew"
)

// A Contract is one that is known to be a protocol's own.
type Contract struct {
	Protocol string
	Address  clew.Address
}

// Contracts returns those that are known on a chain, in order of protocol and
// address. Where a protocol locks value, some of them hold it; where it burns and
// mints, nothing moves to or from them.
func Contracts(chain clew.Chain) (list []Contract) {
	for k := range contracts {
		if k.contract.Chain() == chain {
			list = append(list, Contract{k.protocol, k.contract})
		}
	}
	slices.SortFunc(list, func(a, b Contract) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Address.Text(), b.Address.Text()))
	})
	return list
}

// Count returns how many contracts are known to be a protocol's own, on all chains.
func Count(protocol string) (n int) {
	for k := range contracts {
		if k.protocol == protocol {
			n++
		}
	}
	return n
}
