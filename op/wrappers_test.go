package op

import (
	"testing"

	"clew"
	"clew/evm"
	"clew/tag"
)

// TestWalksEndAtWrappers: everybody's coins lie in the contract that wraps them,
// so a walk ends there, and no explorer is asked for its history.
func TestWalksEndAtWrappers(t *testing.T) {
	index, err := tag.Builtin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, chain := range clew.Chains() {
		if wrapper := evm.Wrapper(chain); !wrapper.IsZero() {
			if stop, _ := index.Stop(wrapper); stop != tag.Conversion {
				t.Errorf("%s: a walk does not end at %s as a conversion, but %q", chain.Name(), wrapper, stop)
			}
		}
	}
}
