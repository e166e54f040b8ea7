package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"clew"
	"clew/config"
	"clew/ledger/vfs"
	"clew/op"
)

// incidentsIn returns where reports about the record are kept. The folder is
// made for its owner alone: who reported something is in it.
func incidentsIn(c config.Incidents, random io.Reader) op.Incidents {
	return op.Incidents{Name: c.Dir, By: c.By, Random: random, Open: func(make bool) (vfs.FS, error) {
		if c.Dir == "" {
			return nil, &clew.InputError{Field: config.IncidentsVariable, Want: "a folder to keep reports in: the environment names no home"}
		}
		dir, err := vfs.OS(c.Dir)
		if !errors.Is(err, fs.ErrNotExist) {
			return dir, err
		}
		if !make {
			return nil, fmt.Errorf("reports in %s: %w", c.Dir, clew.ErrNotFound)
		}
		if _, err := vfs.MakeOS(c.Dir); err != nil {
			return nil, err
		}
		if err := os.Chmod(c.Dir, 0o700); err != nil {
			return nil, err
		}
		return vfs.OS(c.Dir)
	}}
}
