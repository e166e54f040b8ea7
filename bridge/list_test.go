package bridge

import (
	"testing"

	"clew"
)

// TestContractsAreKnown wants the list of a chain to be of that chain, in order, and
// each of it known.
func TestContractsAreKnown(t *testing.T) {
	list := Contracts(clew.Ethereum)
	if len(list) < 10 || len(Contracts("eip155:999999")) != 0 {
		t.Fatalf("%d on Ethereum", len(list))
	}
	for i, c := range list {
		if c.Address.Chain() != clew.Ethereum || !IsKnown(c.Protocol, c.Address) || i > 0 && list[i-1].Protocol > c.Protocol {
			t.Errorf("%+v", c)
		}
	}
}
