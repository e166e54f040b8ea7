package main

import (
	"errors"
	"fmt"
	"io/fs"

	"clew"
	"clew/config"
	"clew/decision"
	"clew/ledger/vfs"
	"clew/op"
)

// decisionsIn returns where decisions are kept.
func decisionsIn(c config.Decisions) op.Decisions {
	return op.Decisions{Name: c.Dir, Years: c.Years, Log: func(make bool) (*decision.Log, error) {
		if c.Dir == "" {
			return nil, &clew.InputError{Field: config.DecisionsVariable, Want: "a folder to keep decisions in: the environment names no home"}
		}
		open := vfs.OS
		if make {
			open = vfs.MakeOS
		}
		dir, err := open(c.Dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("decisions in %s: %w", c.Dir, clew.ErrNotFound)
		}
		if err != nil {
			return nil, err
		}
		return decision.Open(dir), nil
	}}
}
