package bridge

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"clew"
)

// TestWriteUp holds what docs/METHODS.md counts against what there is.
func TestWriteUp(t *testing.T) {
	data, err := os.ReadFile("../docs/METHODS.md")
	if err != nil {
		t.Fatal(err)
	}
	acts, protocols := 0, map[string]bool{}
	for _, list := range forms {
		for _, f := range list {
			if f.read != nil {
				acts++
				protocols[f.protocol] = true
			}
		}
	}
	for _, words := range []string{fmt.Sprintf("%d forms of events of %d protocols", acts, len(protocols)), fmt.Sprintf("%d contracts, each with its source", len(contracts))} {
		if !strings.Contains(string(data), words) {
			t.Errorf("docs/METHODS.md does not say %q", words)
		}
	}
	for k := range contracts {
		if !protocols[k.protocol] {
			t.Errorf("contracts.csv has %q, of which nothing is read", k.protocol)
		}
	}
	if IsKnown("across", person(clew.Ethereum, 'X')) || IsKnown("celer", clew.Address{}) {
		t.Error("anybody is known")
	}
}
