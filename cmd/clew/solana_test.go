package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"
)

// solanaPerson returns an address of Solana by a letter.
func solanaPerson(name byte) string { return base58.Encode(bytes.Repeat([]byte{name}, 32)) }

// solanaSigned returns the signature of transaction n.
func solanaSigned(n int) string { return base58.Encode(bytes.Repeat([]byte{byte(n)}, 64)) }

// solanaNode answers for a ledger of payments of SOL, each of which costs its
// sender five lamports.
func solanaNode(t *testing.T, payments ...string) *httptest.Server {
	type obj = map[string]any
	const system = "11111111111111111111111111111111"
	var answers []obj
	held := map[string]int{}
	for i, p := range payments {
		var from, to byte
		var amount int
		fmt.Sscanf(p, "%c %c %d", &from, &to, &amount)
		keys := []string{solanaPerson(from), solanaPerson(to), system}
		pre := []int{held[keys[0]], held[keys[1]], 1}
		if pre[0] < amount+5 {
			pre[0] = 1_000_000
		}
		held[keys[0]], held[keys[1]] = pre[0]-amount-5, pre[1]+amount
		data := append([]byte{2, 0, 0, 0, byte(amount), byte(amount >> 8)}, make([]byte, 6)...)
		answers = append(answers, obj{"slot": 10 + i, "blockTime": 1_650_000_000 + i,
			"transaction": obj{"signatures": []string{solanaSigned(i + 1)}, "message": obj{"accountKeys": keys, "instructions": []obj{{"programIdIndex": 2, "accounts": []int{0, 1}, "data": base58.Encode(data)}}}},
			"meta":        obj{"err": nil, "fee": 5, "innerInstructions": []obj{}, "preBalances": pre, "postBalances": []int{held[keys[0]], held[keys[1]], 1}, "preTokenBalances": []obj{}, "postTokenBalances": []obj{}}})
	}
	result := func(method string, params []json.RawMessage) any {
		text := ""
		if len(params) > 0 {
			_ = json.Unmarshal(params[0], &text)
		}
		switch method {
		case "getGenesisHash":
			return "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
		case "getFirstAvailableBlock":
			return 0
		case "getSlot":
			return 100
		case "getBlockTime":
			return 1_650_001_000
		case "getAccountInfo":
			return obj{"value": nil}
		case "getTokenAccountsByOwner":
			return obj{"value": []obj{}}
		case "getSignaturesForAddress":
			list := []obj{}
			for i := len(answers) - 1; i >= 0 && !bytes.Contains(params[1], []byte("before")); i-- {
				if keys := answers[i]["transaction"].(obj)["message"].(obj)["accountKeys"].([]string); slices.Contains(keys, text) {
					list = append(list, obj{"signature": solanaSigned(i + 1), "slot": 10 + i, "err": nil})
				}
			}
			return list
		}
		for i := range answers {
			if solanaSigned(i+1) == text {
				return answers[i]
			}
		}
		return nil
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		type call struct {
			ID     int64
			Method string
			Params []json.RawMessage
		}
		var raw json.RawMessage
		var calls []call
		_ = json.NewDecoder(r.Body).Decode(&raw)
		single := len(raw) > 0 && raw[0] == '{'
		if single {
			raw = slices.Concat([]byte("["), raw, []byte("]"))
		}
		_ = json.Unmarshal(raw, &calls)
		var all []obj
		for _, c := range calls {
			all = append(all, obj{"jsonrpc": "2.0", "id": c.ID, "result": result(c.Method, c.Params)})
		}
		if single {
			_ = json.NewEncoder(w).Encode(all[0])
			return
		}
		_ = json.NewEncoder(w).Encode(all)
	}))
	t.Cleanup(s.Close)
	return s
}

// TestSolanaFromASignature begins at a transaction that is not held, and names
// transactions as Solana's services do.
func TestSolanaFromASignature(t *testing.T) {
	s := solanaNode(t, "F T 900", "V T 5000", "T X 4000")
	home := t.TempDir()
	where := "solana=" + s.URL
	dry := clewWith(t, home, nil, "trace", solanaSigned(2), "--explorer", where, "--dry")
	if dry.code != 0 || !strings.Contains(dry.stdout, solanaSigned(2)) {
		t.Errorf("dry: exit %d\n%s%s", dry.code, dry.stdout, dry.stderr)
	}
	traced := clewWith(t, home, nil, "trace", solanaSigned(2), "--explorer", where, "--csv", "--table", "transfers")
	if traced.code != 0 || !strings.Contains(traced.stdout, solanaSigned(3)) {
		t.Errorf("trace: exit %d\n%s%s", traced.code, traced.stdout, traced.stderr)
	}
	shown := clewWith(t, home, nil, "--sealed", "show", solanaSigned(2))
	if shown.code != 0 || !strings.Contains(strings.Join(strings.Fields(shown.stdout), " "), "Its signature, by which services know it: "+solanaSigned(2)) {
		t.Errorf("show: exit %d\n%s%s", shown.code, shown.stdout, shown.stderr)
	}
	for _, wrong := range []string{solanaSigned(9), "0x" + strings.Repeat("ab", 32)} {
		if r := clewWith(t, home, nil, "trace", wrong, "--chain", "solana", "--explorer", where); r.code == 0 || r.stdout != "" {
			t.Errorf("%s: exit %d\n%s", wrong, r.code, r.stdout)
		}
	}
}

// TestInvestigateSolana asks a node about an address: who paid its first fee,
// where value went, with the names that a service needs.
func TestInvestigateSolana(t *testing.T) {
	s := solanaNode(t, "F T 900", "V T 5000", "T X 4000")
	home := t.TempDir()
	r := clewWith(t, home, nil, "investigate", solanaPerson('T'), "--as", "thief", "--explorer", "solana="+s.URL,
		"--stop", solanaPerson('X')+"=service")
	if r.code != 0 && r.code != 4 {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	flat := strings.Join(strings.Fields(r.stdout), " ")
	for _, want := range []string{solanaPerson('T') + " was first paid 0.0000009 SOL by " + solanaPerson('F'), solanaSigned(1)} {
		if !strings.Contains(flat, want) {
			t.Errorf("lacks %q:\n%s", want, r.stdout)
		}
	}
	csv := clewWith(t, home, nil, "--sealed", "investigate", solanaPerson('T'), "--as", "thief", "--stop", solanaPerson('X')+"=service", "--csv", "--table", "deposits")
	if !strings.Contains(csv.stdout, solanaSigned(3)) {
		t.Errorf("deposits: exit %d\n%s%s", csv.code, csv.stdout, csv.stderr)
	}
}
