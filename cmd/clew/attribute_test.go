package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/internal/sample"
)

// heldTheft is an incident's file whose walk begins with one transfer of a real
// flow: the time, from, to, the dollars, the transaction and the block.
const heldTheft = `schema: 1
id: harmony-2022
title: The theft from the Harmony bridge, as a test begins it
victims:
  - {name: Harmony bridge, kind: bridge, source: data}
dates:
  occurred: {day: 2022-06-23, source: data}
values:
  - {usd: 100000000, about: true, by: the data, source: data}
chains:
  - {chain: ethereum, covers: what was moved in January 2023, source: data}
assets:
  - {id: USD, asset: "eip155:1/reported:usd", symbol: USD, decimals: 18, source: data}
transfers:
  - asset: USD
    basis: fact
    source: data
    rows:
      - {id: one, time: %s, from: %s, to: %s, amount: %s, tx: %s, height: %s}
origins:
  - {id: loot, name: what the first address sent, transfers: [one], source: data}
sources:
  - {id: data, title: Flows that somebody wrote down, publisher: AnonymousMFTracer, kind: collection, note: launder-flows of the public data}
`

// TestAttributeHeld does over the flows of two real thefts what a user does: import,
// profile, compare, and leave out what came later.
func TestAttributeHeld(t *testing.T) {
	t.Parallel()
	home, dir, data := t.TempDir(), t.TempDir(), sample.Dir(t, "launder-flows")
	run := func(code int, want string, args ...string) {
		t.Helper()
		r := clewIn(t.Context(), home, args...)
		if r.code != code || !strings.Contains(r.stdout+r.stderr, want) {
			t.Errorf("clew %s: %d\n%s%s\nwant %d and %q", strings.Join(args, " "), r.code, r.stdout, r.stderr, code, want)
		}
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"HB/HB.csv", "Atomic/Atomic.csv"} {
		run(0, "", "import", filepath.Join(data, name), "-q")
	}
	row := firstFlow(t, filepath.Join(data, "HB", "HB.csv"))
	text := fmt.Sprintf(heldTheft, strings.Replace(row[0], " ", "T", 1)+"Z", row[3], row[5], row[7], row[2], row[1])
	if err := os.WriteFile(file("theft.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run(0, "17 transactions in 1 session", "attribute", "profile", file("theft.yaml"), "--held", "--to", file("held.json"))
	run(0, "100.0 %", "attribute", "profile", row[3], "--sent", "--theft", "harmony-2022", "--to", file("sent.json"))
	run(0, "known up to              2023-01-13", "attribute", "profile", row[3], "--sent", "--theft", "harmony-2022", "--until", "2023-01-13")
	run(2, "--sent say nothing of an incident", "attribute", "profile", file("theft.yaml"), "--sent")
	run(2, "clew attribute profile ADDRESS", "attribute", "atomic-wallet-2023", "--held")
	source := firstFlow(t, filepath.Join(data, "Atomic", "Atomic.csv"))
	run(0, "", "attribute", "profile", source[3], "--sent", "--theft", "atomic-wallet-2023", "--until", "2023-07-31", "--to", file("atomic.json"))
	run(3, "is no identity", "attribute", file("atomic.json"), "--against", file("held.json"))
	run(2, "may rest on what came after", "attribute", file("atomic.json"), "--against", file("held.json"), "--until", "2023-06-03")
	run(3, "after the time asked for", "attribute", "ronin-2022", "--against", file("held.json"), "--until", "2022-12-31", "--csv", "--table", "left")
}

// firstFlow returns the first row of a file of flows.
func firstFlow(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	rows.Read() // the header
	row, err := rows.Read()
	if err != nil || len(row) < 8 {
		t.Fatalf("%q, %v", row, err)
	}
	return row
}
