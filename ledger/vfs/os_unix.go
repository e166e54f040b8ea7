//go:build unix

package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// lockFile takes a lock that ends with the process, however that ends.
func lockFile(path string, mode fs.FileMode) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, mode)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, lockedError(path)
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	// The holder's name is for messages alone, so failing to write it is no error.
	if f.Truncate(0) == nil {
		fmt.Fprintf(f, "process %d\n", os.Getpid())
	}
	return f, nil
}

type mapping struct{ bytes []byte }

func mapFile(path string) (Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > math.MaxInt {
		return nil, notRegular(path)
	}
	if info.Size() == 0 {
		return &mapping{}, nil // an empty mapping is refused by the kernel
	}
	bytes, err := unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	return &mapping{bytes}, nil
}

func (m *mapping) Bytes() []byte { return m.bytes }

// Advise rounds the part outward to whole pages, as the kernel wants it.
func (m *mapping) Advise(offset, length int, how Advice) {
	page := os.Getpagesize()
	from := max(offset, 0) / page * page
	to := min(max(offset, 0)+max(length, 0), len(m.bytes))
	if from >= to {
		return
	}
	advice := unix.MADV_RANDOM
	switch how {
	case Sequential:
		advice = unix.MADV_SEQUENTIAL
	case Soon:
		advice = unix.MADV_WILLNEED
	}
	// Advice that the kernel refuses costs time, not rightness.
	_ = unix.Madvise(m.bytes[from:to], advice)
}

func (m *mapping) Close() error {
	if m.bytes == nil {
		return nil
	}
	bytes := m.bytes
	m.bytes = nil
	return unix.Munmap(bytes)
}
