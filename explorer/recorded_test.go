package explorer_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/internal/sample"
)

// recordedNode answers by Etherscan's module for nodes what a node of the main
// network once answered.
func recordedNode(t *testing.T) (*server, func(name string) []byte) {
	base := filepath.Join(sample.Dir(t, "ethereum_etl_fixtures"), "tests", "resources")
	stream := filepath.Join(base, "test_stream", "blocks_1755634_1755635")
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(stream, name))
		if err != nil {
			t.Error(err)
		}
		return text
	}
	return serve(t, func(r *http.Request) any {
		q := r.URL.Query()
		switch what := q.Get("tag") + q.Get("txhash"); {
		case what == "0x0":
			text, err := os.ReadFile(filepath.Join(base, "test_export_blocks_job", "block_without_transactions", "web3_response.eth_getBlockByNumber_0x0_true.json"))
			if err != nil {
				t.Error(err)
			}
			return string(text)
		case q.Get("action") == "eth_getBlockByNumber":
			return string(read("web3_response.eth_getBlockByNumber_" + what + "_true.json"))
		default:
			return string(read("web3_response." + q.Get("action") + "_" + what + ".json"))
		}
	}), read
}

// TestRecordedTransactions fetches by its place every transaction of two recorded
// blocks, after the recorded first block has shown which chain it is: what moved is
// what was recorded, and what another tool exported.
func TestRecordedTransactions(t *testing.T) {
	s, read := recordedNode(t)
	tokens := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(read("expected_token_transfers.json"))), "\n") {
		var x struct {
			Token string      `json:"token_address"`
			From  string      `json:"from_address"`
			To    string      `json:"to_address"`
			Value json.Number `json:"value"`
			Tx    string      `json:"transaction_hash"`
			Log   uint32      `json:"log_index"`
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil && strings.TrimSpace(line) != "" {
			t.Fatal(err)
		}
		tokens[x.Tx] = append(tokens[x.Tx], fmt.Sprint(x.Log, x.From, x.To, x.Value, x.Token))
	}
	checked, paid := 0, 0
	for _, name := range []string{"0x1ac9f2", "0x1ac9f3"} {
		var b struct {
			Result struct {
				Transactions []struct{ Hash, From, To, Value string }
			}
		}
		if err := json.Unmarshal(read("web3_response.eth_getBlockByNumber_"+name+"_true.json"), &b); err != nil {
			t.Fatal(err)
		}
		var height uint64
		fmt.Sscanf(name, "0x%x", &height)
		for i, x := range b.Result.Transactions {
			f, _ := placedFiller(t, s, "etherscan", clew.Ethereum)
			at, _, err := explorer.At(t.Context(), f.Services[0], height, uint32(i))
			if err != nil {
				t.Fatal(err)
			}
			var logs []string
			native := 0
			for j := range at {
				m := &at[j]
				from, to := strings.ToLower(m.From[0].Address.Text()), strings.ToLower(m.To[0].Address.Text())
				if m.Tx.String() != x.Hash || m.Pos.Height != height || m.Pos.Index != uint32(i) {
					t.Errorf("%s: at %s of %s", x.Hash, m.Pos, m.Tx)
				}
				if m.Pos.Class == clew.Native {
					if native++; from != x.From || to != x.To || fmt.Sprintf("0x%x", m.Amount().Big()) != x.Value {
						t.Errorf("%s pays %s from %s to %s", x.Hash, m.Amount(), from, to)
					}
					continue
				}
				contract := m.Asset.String()
				logs = append(logs, fmt.Sprint(m.Pos.Ordinal, from, to, m.Amount(), strings.ToLower(contract[strings.LastIndex(contract, ":")+1:])))
			}
			if want := map[bool]int{true: 1}[x.Value != "0x0" && x.To != ""]; native != want {
				t.Errorf("%s: %d transfers of the coin, want %d", x.Hash, native, want)
			}
			if fmt.Sprint(logs) != fmt.Sprint(tokens[x.Hash]) {
				t.Errorf("%s: tokens %v, want %v", x.Hash, logs, tokens[x.Hash])
			}
			checked, paid = checked+1, paid+native
		}
	}
	if checked == 0 || paid == 0 {
		t.Errorf("%d transactions, %d that pay", checked, paid)
	}
}
