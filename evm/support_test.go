package evm

import (
	"slices"
	"testing"

	"clew"
	"clew/internal/sample"
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
			if n.Topic != Topics()[i] || n.Says == "" || (n.Source == "") != (n.Says == notChecked) {
				t.Errorf("%s: %+v", chain.Name(), n)
			}
		}
		if other, twice := begun[s.Genesis]; twice {
			t.Errorf("%s begins as %s does", chain.Name(), other)
		}
		begun[s.Genesis] = chain
	}
	if s := SupportOf("eip155:100"); s.Depth != anyDepth || s.Notes[0].Says != notChecked || !s.Genesis.IsZero() || !s.Wrapper.IsZero() {
		t.Errorf("a chain without a name: %+v", s)
	}
}

// TestGenesis holds the first block of the main network, as a node answered it,
// against the table.
func TestGenesis(t *testing.T) {
	sample.Dir(t, "ethereum_etl_fixtures")
	q := Query{Result: resultOf(t, recorded(t, "test_export_blocks_job", "block_without_transactions", "web3_response.eth_getBlockByNumber_0x0_true.json"))}
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
