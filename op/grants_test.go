package op

import (
	"testing"

	"clew"
)

// TestPermissionsNotLookedUpAreNamed: "none is held to be open" would be read as
// "none is open".
func TestPermissionsNotLookedUpAreNamed(t *testing.T) {
	for _, chain := range clew.Chains() {
		if named := len(notLookedUp(chain)) > 0; named == chain.IsBitcoin() {
			t.Errorf("%s: something is named: %v", chain.Name(), named)
		}
	}
}
