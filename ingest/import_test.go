package ingest

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"slices"
	"testing"

	"clew"
	"clew/internal/sample"
	"clew/ledger"
	"clew/ledger/memory"
)

// memories is a sink of ledgers in memory.
type memories map[clew.Chain]*memory.Ledger

func (m memories) Load(ctx context.Context, chain clew.Chain, source ledger.Source) (ledger.Load, error) {
	if m[chain] == nil {
		m[chain] = memory.New(chain)
	}
	return m[chain].Load(ctx, source)
}

func (m memories) Coverage(ctx context.Context) ([]*clew.Coverage, error) {
	var all []*clew.Coverage
	for _, chain := range slices.Sorted(maps.Keys(m)) {
		snapshot, err := m[chain].Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, snapshot.Coverage())
	}
	return all, nil
}

// transfers returns all transfers held of a chain, in order.
func (m memories) transfers(t *testing.T, chain clew.Chain) []clew.Transfer {
	t.Helper()
	if m[chain] == nil {
		return nil
	}
	snapshot, err := m[chain].Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []clew.Transfer
	err = snapshot.Sweep(t.Context(), clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			transfer, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			all = append(all, transfer)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// An fsDir is files to import.
type fsDir struct {
	fsys  fs.FS
	names []string
}

// sampleFS opens a folder of real data.
func sampleFS(t *testing.T, name string) fs.FS {
	t.Helper()
	return os.DirFS(sample.Dir(t, name))
}
