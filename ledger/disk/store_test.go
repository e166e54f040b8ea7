package disk

import (
	"context"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/segment"
	"clew/ledger/vfs"
)

// small makes everything happen early, so that short histories reach it.
var small = Options{Finality: 2, SealTransfers: 6, Runs: 5, Segment: segment.Options{PartRows: 16}}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, d vfs.FS, chain clew.Chain, options Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), d, chain, options)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func TestContract(t *testing.T) {
	for name, options := range map[string]Options{"small": small, "default": {}} {
		t.Run(name, func(t *testing.T) {
			ledgertest.Run(t, func(t *testing.T, chain clew.Chain) ledger.Store {
				return open(t, vfs.NewMem(), chain, options)
			})
		})
	}
	if testing.Short() {
		return // files add nothing to what the race detector can see
	}
	t.Run("files", func(t *testing.T) {
		ledgertest.Run(t, func(t *testing.T, chain clew.Chain) ledger.Store {
			d, err := vfs.OS(t.TempDir())
			must(t, err)
			return open(t, unsynced{d}, chain, small)
		})
	})
}

// unsynced is a file system that does not wait for the medium.
type unsynced struct{ vfs.FS }

func (unsynced) Sync() error { return nil }

func (u unsynced) Create(name string) (vfs.File, error) {
	f, err := u.FS.Create(name)
	return unsyncedFile{f}, err
}

func (u unsynced) Append(name string) (vfs.File, error) {
	f, err := u.FS.Append(name)
	return unsyncedFile{f}, err
}

type unsyncedFile struct{ vfs.File }

func (unsyncedFile) Sync() error { return nil }
