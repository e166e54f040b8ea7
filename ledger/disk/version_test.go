package disk

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"clew"
	"clew/ledger/ledgertest"
	"clew/ledger/vfs"
)

var update = flag.Bool("update", false, "write the tiny ledger of the present version")

// TestLedgersOfEveryVersionAreRead opens the tiny ledger that is kept of each
// version. They are never made again: a change that cannot read them needs a
// version of its own. -update makes the one of a new version.
func TestLedgersOfEveryVersionAreRead(t *testing.T) {
	made, m := smallLedger(t)
	dir := filepath.Join("testdata", "v1")
	if *update {
		must(t, os.MkdirAll(dir, 0o755))
		names, err := made.List()
		must(t, err)
		for _, name := range names {
			content, err := made.ReadFile(name)
			must(t, err)
			must(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
		}
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	d := vfs.NewMem()
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		d.Overwrite(e.Name(), content)
	}
	s := open(t, d, clew.Ethereum, small)
	must(t, s.Verify(context.Background()))
	shot, err := s.Snapshot(context.Background())
	must(t, err)
	must(t, ledgertest.Verify(context.Background(), shot, &m.State, 1))
	must(t, shot.Close())
	must(t, s.Merge(context.Background()))
	must(t, isIn(s, m))
}
