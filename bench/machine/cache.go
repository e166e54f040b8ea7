// Package machine measures what a machine can do at all, and what a process
// took of it. It knows Linux; elsewhere what it cannot read is 0.
package machine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// DropCache writes out the files under dir and drops them from the page cache.
// Files that are mapped stay in it.
func DropCache(dir string) error {
	return eachFile(dir, func(path string, _ int64) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(drop(f), f.Close())
	})
}

// Size returns how many bytes the files under dir have.
func Size(dir string) (int64, error) {
	var total int64
	err := eachFile(dir, func(_ string, size int64) error {
		total += size
		return nil
	})
	return total, err
}

func eachFile(dir string, visit func(path string, size int64) error) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return visit(path, info.Size())
	})
}
