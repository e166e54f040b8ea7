package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/op"
)

// TestTokensAreAsked follows a chain with a token whose contract calls itself
// what an attacker likes: it is asked once, what it says is quoted beside the
// contract, and amounts are written by its decimals.
func TestTokensAreAsked(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	f.word = "USDT\x1b[2J<b>\u202e"
	url := f.serve(t)
	for _, until := range []string{"10", "19"} {
		if r := followIn(home, 5, "--source", url, "--chain", madeChain, "--from", "1", "--until", until); r.code != 0 {
			t.Fatalf("%+v", r)
		}
	}
	if n := f.asked["eth_call"]; n != 3 {
		t.Errorf("contracts were called %d times, want symbol, name and decimals once", n)
	}
	before := len(f.asked)
	for _, what := range []string{payee, f.txOf(19)} {
		r := clewIn(t.Context(), home, "show", what, "--chain", madeChain)
		if r.code != 0 || !strings.Contains(r.stdout, "“USDT[2J<b>” of 0x3333") || !strings.Contains(r.stdout, "0.19") {
			t.Errorf("%s\n%s", r.stdout, r.stderr)
		}
	}
	r := clewIn(t.Context(), home, "show", payee, "--chain", madeChain, "--json")
	if !strings.Contains(r.stdout, `"basis": "claim"`) || !strings.Contains(r.stdout, "the contract itself, asked at 127.0.0.1") {
		t.Errorf("%s", r.stdout)
	}
	r = clewIn(t.Context(), home, "trace", payer, "--chain", madeChain, "--sent", "--asset", minted)
	if r.code != 0 || !strings.Contains(r.stdout, "“USDT[2J<b>” of 0x3333") {
		t.Errorf("%+v", r)
	}
	if len(f.asked) != before {
		t.Error("an answer called a contract")
	}
}

// TestSilentTokens keeps that a contract says nothing, so that it is asked once.
func TestSilentTokens(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	url := f.serve(t)
	for _, until := range []string{"10", "19"} {
		if r := followIn(home, 5, "--source", url, "--chain", madeChain, "--from", "1", "--until", until); r.code != 0 {
			t.Fatalf("%+v", r)
		}
	}
	if n := f.asked["eth_call"]; n != 3 {
		t.Errorf("a contract that says nothing was called %d times", n)
	}
	if r := clewIn(t.Context(), home, "show", payee, "--chain", madeChain); !strings.Contains(r.stdout, "smallest units of 0x3333") {
		t.Errorf("%s", r.stdout)
	}
}

// TestTokensKept takes the first line about a contract, passes over one that was
// not written whole, and adds after it.
func TestTokensKept(t *testing.T) {
	kept := tokens{&ledgers{dir: t.TempDir()}}
	contract := clew.EVMAddress(clew.Ethereum, [20]byte{0xab, 1})
	other := clew.EVMAddress(clew.Ethereum, [20]byte{0xab, 2})
	said := func(a clew.Address, symbol string) op.TokenSaid {
		return op.TokenSaid{TokenClaim: evm.TokenClaim{Contract: a, Symbol: symbol, Decimals: 6, HasDecimals: true}, Node: "node", At: 1_600_000_000}
	}
	for _, symbol := range []string{"ONE", "TWO"} {
		if err := kept.Keep(clew.Ethereum, []op.TokenSaid{said(contract, symbol)}); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(kept.ledgers.dir, "tokens", "eip155-1", "ab.jsonl")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(text, text[:20]...), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := kept.Keep(clew.Ethereum, []op.TokenSaid{said(other, "OTHER")}); err != nil {
		t.Fatal(err)
	}
	for a, want := range map[clew.Address]op.TokenSaid{contract: said(contract, "ONE"), other: said(other, "OTHER")} {
		got, err := kept.Said(clew.Ethereum, []clew.Address{a, clew.EVMAddress(clew.Ethereum, [20]byte{9})})
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
	if got, err := kept.Said(clew.Base, []clew.Address{contract}); len(got) > 0 || err != nil {
		t.Errorf("of another chain: %v, %v", got, err)
	}
}
