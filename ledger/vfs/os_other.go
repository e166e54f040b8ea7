//go:build !unix

package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// syncDir does nothing: such systems have no way to sync a directory.
func syncDir(string) error { return nil }

type exclusive struct {
	file *os.File
	path string
}

// lockFile makes the file, and whoever finds it there is refused. After a crash
// it must be removed by hand; the error names it.
func lockFile(path string, mode fs.FileMode) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w; if none is running, remove %s", lockedError(path), path)
	}
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(f, "process %d\n", os.Getpid())
	return &exclusive{f, path}, nil
}

func (e *exclusive) Close() error { return errors.Join(e.file.Close(), os.Remove(e.path)) }

type mapping struct{ bytes []byte }

func mapFile(path string) (Mapping, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, notRegular(path)
	}
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return &mapping{bytes}, nil
}

func (m *mapping) Bytes() []byte { return m.bytes }

func (m *mapping) Advise(int, int, Advice) {}

func (m *mapping) Close() error {
	m.bytes = nil
	return nil
}
