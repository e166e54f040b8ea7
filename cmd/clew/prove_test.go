package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"clew"
	"clew/bitcoin"
	"clew/op"
	"clew/proof/prooftest"
)

// nodeOf serves a chain as Bitcoin Core does. The chain's first block stands for
// regtest's.
func nodeOf(t *testing.T, c *prooftest.Chain) *httptest.Server {
	t.Helper()
	params, _ := bitcoin.ParamsOf(clew.BitcoinRegtest)
	answer := func(method string, args []json.RawMessage) (any, error) {
		var height uint64
		var hash clew.TxID
		if len(args) > 0 && json.Unmarshal(args[0], &height) != nil {
			if err := json.Unmarshal(args[0], &hash); err != nil {
				return nil, err
			}
		}
		plain := func(id clew.TxID, err error) (any, error) { return strings.TrimPrefix(id.String(), "0x"), err }
		switch method {
		case "getblockchaininfo":
			return map[string]any{"chain": "regtest", "blocks": len(c.IDs) - 1, "headers": len(c.IDs) - 1}, nil
		case "getblockhash":
			if height == 0 {
				return plain(params.Genesis, nil)
			}
			return plain(c.BlockHash(t.Context(), height))
		case "getblockheader":
			raw, err := c.RawHeader(t.Context(), hash)
			return hex.EncodeToString(raw), err
		case "getblock":
			raw, err := c.RawBlock(t.Context(), hash)
			return hex.EncodeToString(raw), err
		case "getrawtransaction":
			raw, err := c.RawTransaction(t.Context(), hash)
			return hex.EncodeToString(raw), err
		}
		return nil, fmt.Errorf("no method %s", method)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			ID     any
			Method string
			Params []json.RawMessage
		}
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
			t.Error(err)
		}
		result, err := answer(call.Method, call.Params)
		reply := map[string]any{"id": call.ID, "result": result, "error": nil}
		if err != nil {
			reply["result"], reply["error"] = nil, map[string]any{"code": -5, "message": err.Error()}
		}
		if err := json.NewEncoder(w).Encode(reply); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

var hashes = regexp.MustCompile(`\b(0x)?[0-9a-f]{64}\b`)

// named gives hashes names, in the order in which they first come: those of files
// differ with the node's port, and which are the same is what matters.
func named(text string) string {
	names := map[string]string{}
	return hashes.ReplaceAllStringFunc(text, func(hash string) string {
		if names[hash] == "" {
			names[hash] = fmt.Sprint("H", len(names)+1)
		}
		return names[hash]
	})
}

// TestProofTranscripts runs the commands of the files in testdata/proof on a ledger
// whose chain a node has. NODE stands for where that is, and PAYEE for an address.
func TestProofTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/proof/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	chain := prooftest.Coins(t)
	blocks, node := chain.Decoded(t), nodeOf(t, chain)
	host := strings.TrimPrefix(node.URL, "http://")
	payee := blocks[1].Transfers[1].To[0].Address.String()
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		home := homeOf(t)
		l := ledgers{dir: filepath.Join(home, "ledger")}
		store, err := l.Open(t.Context(), clew.BitcoinRegtest, op.Making)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Append(t.Context(), blocks...); err != nil {
			t.Fatal(err)
		}
		if err := l.close(); err != nil {
			t.Fatal(err)
		}
		got := replay(t.Context(), home, strings.NewReplacer("NODE", host, "PAYEE", payee).Replace(string(want)))
		got = named(strings.NewReplacer(host, "NODE", payee, "PAYEE").Replace(got))
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got != string(want) {
			t.Errorf("%s differs (go test ./cmd/clew -update rewrites it):\n%s", file, firstDifference(string(want), got))
		}
	}
}
