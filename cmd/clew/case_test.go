package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A case by the command line, from a ledger to what a colleague reads: its
// finding rests on transactions of a trace's bundle.
func TestCaseFromLedgerToExport(t *testing.T) {
	home := t.TempDir()
	in := func(name string) string { return filepath.Join(home, name) }
	const held, other = "0x0000000000000000000000000000000000000000000000000000000000002ee0", "0x0000000000000000000000000000000000000000000000000000000000009999"
	for _, c := range []struct {
		code int
		want string // of what is written
		args []string
	}{
		{0, "rows", []string{"import", "testdata/case.csv", "--quiet"}},
		{0, "Evidence bundle", []string{"trace", "0x00000000000000000000000000000000000000a1", "--asset", "native", "--bundle", in("trace.clew")}},
		{0, "Entry 1", []string{"case", "open", "a", "--title", "A", "--question", "Where did it go?"}},
		{0, "It is an evidence bundle that holds: trace", []string{"case", "add", "a", in("trace.clew"), "--says", "the trace"}},
		{exitInput, "want a transaction that exhibit 2 holds", []string{"case", "find", "a", "--kind", "fact", "--text", "It was paid.", "--rests", "2:" + other}},
		{0, "a finding, of kind fact", []string{"case", "find", "a", "--kind", "fact", "--text", "It was paid.", "--rests", "2:" + held}},
		{0, "An exhibit holds the transaction", []string{"case", "victim", "a", "V", "--asset", "eip155:1/slip44:60", "--amount", "1ETH", "--tx", held, "--source", "form"}},
		{0, "Bundles that hold: 1. Transactions and parts found in them: 2. Faults: 0.", []string{"case", "verify", "a"}},
		{0, "1 victim", []string{"case", "export", "a", "--to", in("a.case")}},
		{0, "It was paid.", []string{"case", "read", in("a.case")}},
	} {
		r := clewIn(t.Context(), home, c.args...)
		if all := strings.Join(strings.Fields(r.stdout+r.stderr), " "); r.code != c.code || !strings.Contains(all, c.want) {
			t.Fatalf("%v: exit %d, want %d and %q: %s", c.args, r.code, c.code, c.want, all)
		}
	}
	checkPrivate(t, filepath.Join(home, "cases"))
	name := in("trace.clew")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := clewIn(t.Context(), home, "case", "add", "a", name, "--says", "changed"); r.code != exitInput || !strings.Contains(r.stderr, "want an evidence bundle that holds: bundle: ") {
		t.Errorf("a changed bundle: exit %d, %s", r.code, r.stderr)
	}
}

// checkPrivate wants nobody but the owner to be able to read what lies in a folder.
func checkPrivate(t *testing.T, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if n++; err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", name, info.Mode())
		}
		return err
	})
	if err != nil || n < 5 {
		t.Errorf("%d looked at: %v", n, err)
	}
}
