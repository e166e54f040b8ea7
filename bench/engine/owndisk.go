package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"clew"
	"clew/bench/gen"
	"clew/ingest"
	"clew/ledger"
	"clew/ledger/disk"
	"clew/ledger/vfs"
)

// Ingest reads the file through package ingest, as "clew import" does.
func (Own) Ingest(ctx context.Context, file, dir string) error {
	store, err := openDisk(ctx, dir, false)
	if err != nil {
		return err
	}
	return errors.Join(importInto(ctx, store, file), store.Close())
}

// importInto reads a file of transfers into a store. The file holds the whole
// history of its chain, which the import is told.
func importInto(ctx context.Context, store ledger.Store, file string) error {
	span, err := gen.Span(file)
	if err != nil {
		return err
	}
	options := ingest.Options{Format: "clew-parquet", Chain: gen.Chain, Whole: span}
	_, err = ingest.Import(ctx, os.DirFS(filepath.Dir(file)), []string{filepath.Base(file)}, sink{store}, options)
	return err
}

// sink lets package ingest fill one store.
type sink struct{ store ledger.Store }

func (s sink) Load(ctx context.Context, _ clew.Chain, source ledger.Source) (ledger.Load, error) {
	return s.store.Load(ctx, source)
}

func (s sink) Coverage(ctx context.Context) ([]*clew.Coverage, error) {
	snapshot, err := s.store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return []*clew.Coverage{snapshot.Coverage()}, snapshot.Close()
}

// Settle merges the ledger's segments, as "clew ledger merge" does.
func (Own) Settle(ctx context.Context, dir string) error {
	store, err := openDisk(ctx, dir, false)
	if err != nil {
		return err
	}
	return errors.Join(store.Merge(ctx), store.Close())
}

// OpenOwn opens the ledger in dir and takes a snapshot; the second result is to
// be called when that is closed.
func OpenOwn(ctx context.Context, dir string) (ledger.Snapshot, func() error, error) {
	store, err := openDisk(ctx, dir, true)
	if err != nil {
		return nil, nil, err
	}
	snapshot, err := store.Snapshot(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return snapshot, store.Close, nil
}

func openDisk(ctx context.Context, dir string, readOnly bool) (*disk.Store, error) {
	folder, err := vfs.MakeOS(dir)
	if err != nil {
		return nil, err
	}
	return disk.Open(ctx, folder, gen.Chain, disk.Options{ReadOnly: readOnly})
}
