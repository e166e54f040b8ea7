package main

import (
	"os"
	"path/filepath"
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

// TestIncidentsSayWhatIsNotCompared: value of an incident's facts that stops at a bridge
// is not compared with what came out, and the answer says so; over the user's ledgers
// it says which suppositions of the file are not in it.
func TestIncidentsSayWhatIsNotCompared(t *testing.T) {
	home := t.TempDir()
	c := newCrossed(t)
	c.into(t, home)
	text := strings.ReplaceAll(crossedCase, "TX", c.transfers["eip155:1"][0].Tx.String())
	text = strings.Replace(text, "origins:", `      - {id: over, time: 2023-11-14T22:15:20Z, from: 0x00000000000000000000000000000000000000e1, to: 0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5, amount: 60}
supposed:
  - asset: ETH
    basis: inferred
    method: somebody's eye
    source: made-up
    rows:
      - {id: guess, time: 2023-11-14T23:00:00Z, from: 0x00000000000000000000000000000000000000e1, to: 0x00000000000000000000000000000000000000e7, amount: 7}
origins:`, 1)
	file := filepath.Join(home, "case.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, flags := range map[string][]string{
		"what went into “across” was not compared with what came out: the facts of the incident's file are what is read; --held walks over your own ledgers, and compares":                    nil,
		"1 supposed transfers and conversions of the incident's file: 7 ETH from 0x00000000000000000000000000000000000000e1 to 0x00000000000000000000000000000000000000e7, by somebody's eye": {"--held"},
	} {
		r := clewIn(t.Context(), home, append([]string{"trace", "incident:" + file, "--wide"}, flags...)...)
		if !strings.Contains(strings.Join(strings.Fields(r.stdout), " "), want) {
			t.Errorf("%v: exit %d, %snothing of %q in\n%s", flags, r.code, r.stderr, want, r.stdout)
		}
	}
}
