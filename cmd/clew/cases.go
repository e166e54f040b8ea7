package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clew"
	"clew/config"
	"clew/ledger/vfs"
	"clew/op"
)

// casesIn returns where cases are kept, each in a folder of its name.
func casesIn(c config.Cases, random io.Reader) op.Cases {
	placed := func() error {
		if c.Dir == "" {
			return &clew.InputError{Field: config.CasesVariable, Want: "a folder to keep cases in: the environment names no home"}
		}
		return nil
	}
	return op.Cases{
		Name: c.Dir, By: c.By, Random: random,
		Names: func() ([]string, error) {
			if err := placed(); err != nil {
				return nil, err
			}
			return foldersIn(c.Dir)
		},
		Open: func(name string, make bool) (vfs.FS, error) {
			if err := placed(); err != nil {
				return nil, err
			}
			open := vfs.OS
			if make {
				open = vfs.MakePrivateOS
			}
			dir, err := open(filepath.Join(c.Dir, name))
			if errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("a case called %s in %s: %w", name, c.Dir, clew.ErrNotFound)
			}
			return dir, err
		},
	}
}

// foldersIn returns the names of a folder's folders, in their order. No folder
// has none.
func foldersIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}
