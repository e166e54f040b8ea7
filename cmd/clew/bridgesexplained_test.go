package main

import (
	"strings"
	"testing"
)

// TestBridgesMatchSaysWhatIdentifiersSay: of deposits that a message with an identifier
// explains, a comparison says by which and where they came out, and compares those no
// more; of one whose other end is not held it says so.
func TestBridgesMatchSaysWhatIdentifiersSay(t *testing.T) {
	home := t.TempDir()
	c := newCrossed(t)
	c.into(t, home)
	thief := c.transfers["eip155:1"][0].To[0].Address.Text()
	for _, start := range [][]string{{thief}, {c.transfers["eip155:1"][1].Tx.String(), "--chain", "ethereum"}} {
		r := clewIn(t.Context(), home, append([]string{"bridges", "match", "--wide"}, start...)...)
		text := strings.Join(strings.Fields(r.stdout), " ")
		wants := []string{"1 deposit is explained by the identifier that both ends log", "Across 42", "certain base 0x00000000000000000000000000000000000000e1"}
		if start[0] == thief {
			wants = []string{"2 deposits are explained by the identifier that both ends log", "Across 42", "THORChain", "certain base 0x00000000000000000000000000000000000000e1", "Across 43 not known: ", "its message is Across 43, see above"}
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%v: exit %d, %snothing of %q in\n%s", start, r.code, r.stderr, want, r.stdout)
			}
		}
		if r.code != 0 {
			t.Fatalf("%v: exit %d:\n%s", start, r.code, r.stdout)
		}
	}
}
