package evm

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
	"clew/remote"
)

// TestSupport wants every EVM chain that is known by name in the table, each
// note to have a source or to say that it was not checked, and no two chains to
// begin alike.
func TestSupport(t *testing.T) {
	begun := map[clew.TxID]clew.Chain{}
	for _, chain := range clew.Chains() {
		if !chain.IsEVM() {
			continue
		}
		if !slices.Contains(Supported(), chain) {
			t.Errorf("%s is not in the table", chain.Name())
		}
		s := SupportOf(chain)
		if s.Chain != chain || s.Depth < anyDepth || len(s.Notes) != len(Topics()) {
			t.Errorf("%s: %+v", chain.Name(), s)
		}
		for i, n := range s.Notes {
			if n.Topic != Topics()[i] || n.Says == "" || (n.Source == "") != (n.Says == NotChecked || n.Says == dependsOnNode) {
				t.Errorf("%s: %+v", chain.Name(), n)
			}
		}
		if other, twice := begun[s.Genesis]; twice {
			t.Errorf("%s begins as %s does", chain.Name(), other)
		}
		begun[s.Genesis] = chain
	}
	if s := SupportOf("eip155:100"); s.Depth != anyDepth || s.Notes[0].Says != NotChecked || !s.Genesis.IsZero() || !s.Wrapper.IsZero() {
		t.Errorf("a chain without a name: %+v", s)
	}
}

// TestGenesis holds the first block of the main network, as a node answered it,
// against the table.
func TestGenesis(t *testing.T) {
	sample.Dir(t, "ethereum_etl_fixtures")
	q := remote.Query{Result: resultOf(t, recorded(t, "test_export_blocks_job", "block_without_transactions", "web3_response.eth_getBlockByNumber_0x0_true.json"))}
	ref, _, err := readHead(&q)
	if want := SupportOf(clew.Ethereum).Genesis; err == nil && ref.Hash != want {
		t.Errorf("%s, want %s", ref.Hash, want)
	}
	if err == nil && ref.Height != 0 {
		t.Errorf("height %d", ref.Height)
	}
	if err != nil {
		t.Error(err)
	}
}

// TestDocument holds the table in docs/EVM.md against the one in the code.
func TestDocument(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "EVM.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, chain := range clew.Chains() {
		if !slices.Contains(Supported(), chain) {
			continue
		}
		fmt.Fprintf(&want, "\n### %s\n\n", chain.Name())
		var open []string
		for _, n := range SupportOf(chain).Notes {
			if n.Says == dependsOnNode {
				fmt.Fprintf(&want, "- %s: %s\n", n.Topic, n.Says)
			} else if n.Source == "" {
				open = append(open, n.Topic)
			} else {
				fmt.Fprintf(&want, "- %s: %s. Source: %s\n", n.Topic, n.Says, n.Source)
			}
		}
		if len(open) > 0 {
			fmt.Fprintf(&want, "- %s: %s\n", NotChecked, strings.Join(open, ", "))
		}
	}
	if !strings.HasSuffix(string(text), want.String()) {
		t.Errorf("docs/EVM.md should end with\n%s", want.String())
	}
}
