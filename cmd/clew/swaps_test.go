package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// knownToken is a swap of stolen ether in a pool of which nothing is said, for USDC,
// of which a built-in claim says that it is a token, and one for a token of which
// nothing is said.
const knownToken = `chain,height,index,class,ordinal,time,tx,asset,from,to,amount
eip155:1,601,0,native,0,2026-03-01T10:00:00Z,0x0000000000000000000000000000000000000000000000000000000023d28f4b,eip155:1/slip44:60,0x00000000000000000000000000000000000000e1,0x00000000000000000000000000000000000000e2,3000
eip155:1,602,0,native,0,2026-03-02T10:00:00Z,0x0000000000000000000000000000000000000000000000000000000023e1d18e,eip155:1/slip44:60,0x00000000000000000000000000000000000000e2,0x00000000000000000000000000000000000000e3,1000
eip155:1,602,0,log,0,2026-03-02T10:00:00Z,0x0000000000000000000000000000000000000000000000000000000023e1d18e,eip155:1/erc20:TOKEN,0x00000000000000000000000000000000000000e3,0x00000000000000000000000000000000000000e2,4000000
`

// TestTraceSwapsInto: by default a trace goes on in a token that a built-in claim
// names, whoever exchanged it, and not in one of which nothing is said.
func TestTraceSwapsInto(t *testing.T) {
	for token, want := range map[string]struct{ table, row string }{
		"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48": {"conversions", "swap,1000,4000000,inferred"},
		"0x00000000000000000000000000000000000000E9": {"not-crossed", `swap,1000,"what it leads to is a token of which nothing is said`},
	} {
		home := t.TempDir()
		file := filepath.Join(home, "swap.csv")
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(knownToken, "TOKEN", token)), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := clewIn(t.Context(), home, "import", file, "--quiet"); r.code != 0 {
			t.Fatalf("%+v", r)
		}
		r := clewIn(t.Context(), home, "trace", "601/0/native/0", "--chain", "ethereum", "--csv", "--table", want.table)
		if !strings.Contains(r.stdout, want.row) {
			t.Errorf("%s: nothing of %q in\n%s%s", token, want.row, r.stdout, r.stderr)
		}
	}
}
