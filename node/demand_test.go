package node

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"clew"
)

// TestDemandIsSaidOfEveryChain holds the table in the documents against the one
// that is printed, chain by chain.
func TestDemandIsSaidOfEveryChain(t *testing.T) {
	text, err := os.ReadFile("../docs/EVM.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, line := range strings.Split(string(text), "\n") {
		if cells := strings.Split(line, " | "); strings.HasPrefix(line, "| ") && len(cells) == 5 {
			said[cells[0][strings.Index(cells[0], "(")+1:]] = strings.Join(cells[1:], ", ")
		}
	}
	checked := 0
	for _, c := range Chains() {
		if !c.IsEVM() {
			continue
		}
		number := strings.TrimPrefix(string(c), "eip155:") + ")"
		line, ok := said[number]
		if !ok {
			continue
		}
		checked++
		for i, n := range demandNotes(c) {
			want := strings.TrimPrefix(strings.TrimPrefix(n.Says, "a key of "), "--explorer blockscout=")
			if got := strings.TrimSuffix(strings.Split(line, ", ")[i], " |"); got != want {
				t.Errorf("%s: the document has %q, clew chains %q", c.Name(), got, want)
			}
			if (n.Source == "") != (n.Says == unchecked) {
				t.Errorf("%s: %s: %q by %q", c.Name(), n.Topic, n.Says, n.Source)
			}
		}
	}
	if want := 8; checked != want {
		t.Error(fmt.Sprint(checked, " chains are in both, want ", want))
	}
	if n := demandNotes(clew.Chain("eip155:999999")); n[0].Says != unchecked {
		t.Errorf("a chain that nobody looked up: %+v", n)
	}
}

// TestDefaultsAreOfOneChain wants the notes of Bitcoin's kin to say that the explorer
// that is asked where none is named is not theirs.
func TestDefaultsAreOfOneChain(t *testing.T) {
	for _, n := range bitcoinNotes {
		if strings.Contains(n.Says, "blockstream.info") && !strings.Contains(n.Says, "of bitcoin alone") {
			t.Errorf("%s: %q is said of every kin", n.Topic, n.Says)
		}
	}
}
