package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clew"
	"clew/ledger/disk"
	"clew/ledger/vfs"
	"clew/node"
	"clew/op"
)

// ledgers are the ledgers in a directory, one folder for each chain, opened
// when they are first asked for. One operation uses them, from one goroutine.
type ledgers struct {
	dir  string
	open map[clew.Chain]opened
}

type opened struct {
	store  *disk.Store
	writer bool
}

// folderOf names a chain's folder: eip155-1 for eip155:1, for a colon cannot
// stand in a file's name everywhere.
func folderOf(chain clew.Chain) string { return strings.Replace(string(chain), ":", "-", 1) }

// Chains returns the chains that have a folder, in order of their names.
func (l *ledgers) Chains() ([]clew.Chain, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(l.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var chains []clew.Chain
	for _, e := range entries {
		chain, err := clew.ParseChain(strings.Replace(e.Name(), "-", ":", 1))
		if e.IsDir() && err == nil && folderOf(chain) == e.Name() {
			chains = append(chains, chain)
		}
	}
	slices.Sort(chains)
	return chains, nil
}

// check says of a ledger that is no directory that the user named it wrongly.
func (l *ledgers) check() error {
	if info, err := os.Stat(l.dir); err == nil && !info.IsDir() {
		return &clew.InputError{Field: "ledger", Value: l.dir, Want: "a directory; this is none"}
	}
	return nil
}

// Open opens the ledger of a chain.
func (l *ledgers) Open(ctx context.Context, chain clew.Chain, access op.Access) (op.Keeper, error) {
	have, ok := l.open[chain]
	if ok && (have.writer || access == op.Reading) {
		return keeper{have.store}, nil
	}
	if ok {
		delete(l.open, chain)
		if err := have.store.Close(); err != nil {
			return nil, err
		}
	}
	if l.dir == "" {
		return nil, &clew.InputError{Field: "ledger", Want: "a directory by --ledger or CLEW_LEDGER: the environment names no home"}
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	dir := filepath.Join(l.dir, folderOf(chain))
	place, err := vfs.OS(dir)
	if access == op.Making {
		place, err = vfs.MakeOS(dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("a ledger of %s in %s (clew import makes one): %w", chain.Name(), l.dir, clew.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	store, err := disk.Open(ctx, place, chain, disk.Options{ReadOnly: access == op.Reading, Finality: node.Unsettled(chain)})
	if err != nil {
		return nil, fmt.Errorf("ledger in %s: %w", dir, err)
	}
	if l.open == nil {
		l.open = map[clew.Chain]opened{}
	}
	l.open[chain] = opened{store, access != op.Reading}
	return keeper{store}, nil
}

// A keeper is a ledger on disk as operations see it.
type keeper struct{ *disk.Store }

// Transfers returns what the ledger's parts say that they hold.
func (k keeper) Transfers(ctx context.Context) (uint64, error) {
	stats, err := k.Stats(ctx)
	return stats.Transfers, err
}

// CountActs does so for acts.
func (k keeper) CountActs(ctx context.Context) (uint64, error) {
	stats, err := k.Stats(ctx)
	return stats.Acts, err
}

// Segments counts the segments.
func (k keeper) Segments(ctx context.Context) (int, error) {
	stats, err := k.Stats(ctx)
	return len(stats.Segments), err
}

// Size adds up the files of a chain's folder.
func (l *ledgers) Size(chain clew.Chain) (files int, bytes int64, err error) {
	entries, err := os.ReadDir(filepath.Join(l.dir, folderOf(chain)))
	if err != nil {
		return 0, 0, err
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // a writer beside us has just removed it
		}
		if err != nil {
			return 0, 0, err
		}
		files++
		bytes += info.Size()
	}
	return files, bytes, nil
}

func (l *ledgers) close() error {
	var errs []error
	for _, one := range l.open {
		errs = append(errs, one.store.Close())
	}
	return errors.Join(errs...)
}

// userFiles opens files by the names that a user gives on the command line,
// relative or not.
type userFiles struct{}

// Open opens a file.
func (userFiles) Open(name string) (fs.File, error) { return os.Open(name) }

// ReadDir lists a folder.
func (userFiles) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// Stat describes a file.
func (userFiles) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }
