package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// ErrLocked is wrapped by the error of taking a lock that another holds.
var ErrLocked = errors.New("locked")

// lockName is the file that a writer locks. It is never listed, and stays
// behind unlocked: removing it would let two writers lock two files.
const lockName = "LOCK"

// OS returns a directory of the operating system's file system, which must
// exist; otherwise the error wraps fs.ErrNotExist. What is made in it can be read
// and written by those who can read and write the directory, and by nobody else.
func OS(dir string) (FS, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s: not a directory", dir)
	}
	return osFS{dir, info.Mode().Perm() & 0o666}, nil
}

// MakeOS is [OS], but makes the directory and its parents if need be, so that
// they survive a crash.
func MakeOS(dir string) (FS, error) { return makeOS(dir, 0o755) }

// MakePrivateOS is [MakeOS] for what nobody but the user is to read. A directory
// that is there keeps its mode: its owner may share it.
func MakePrivateOS(dir string) (FS, error) { return makeOS(dir, 0o700) }

func makeOS(dir string, mode fs.FileMode) (FS, error) {
	var missing []string
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}
		missing = append(missing, d)
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return nil, err
	}
	for _, d := range missing {
		if err := syncDir(filepath.Dir(d)); err != nil {
			return nil, err
		}
	}
	return OS(dir)
}

type osFS struct {
	dir  string
	mode fs.FileMode // of files that are made
}

func (o osFS) path(name string) (string, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, `/\`) {
		return "", fmt.Errorf("file name %q is not plain", name)
	}
	return filepath.Join(o.dir, name), nil
}

func (o osFS) open(name string, flags int) (File, error) {
	path, err := o.path(name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, flags, o.mode)
	if err != nil {
		return nil, err // not f: a nil *os.File in an interface is not nil
	}
	return f, nil
}

func (o osFS) Create(name string) (File, error) {
	return o.open(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY)
}

func (o osFS) Append(name string) (File, error) {
	return o.open(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY)
}

func (o osFS) ReadFile(name string) ([]byte, error) {
	path, err := o.path(name)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func (o osFS) Map(name string) (Mapping, error) {
	path, err := o.path(name)
	if err != nil {
		return nil, err
	}
	return mapFile(path)
}

func (o osFS) Rename(from, to string) error {
	source, err := o.path(from)
	if err != nil {
		return err
	}
	target, err := o.path(to)
	if err != nil {
		return err
	}
	return os.Rename(source, target)
}

func (o osFS) Remove(name string) error {
	path, err := o.path(name)
	if err != nil {
		return err
	}
	return os.Remove(path)
}

func (o osFS) Truncate(name string, size int64) error {
	path, err := o.path(name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = f.Truncate(size)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (o osFS) List() ([]string, error) {
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Name() != lockName && !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	sort.Strings(names)
	return names, nil
}

func (o osFS) Sync() error { return syncDir(o.dir) }

func (o osFS) Lock() (io.Closer, error) {
	return lockFile(filepath.Join(o.dir, lockName), o.mode)
}

// lockedError says who holds a lock, as far as the holder wrote it down.
func lockedError(path string) error {
	text, err := os.ReadFile(path)
	holder := strings.TrimSpace(string(text[:min(len(text), 64)]))
	if err != nil || holder == "" {
		return fmt.Errorf("%s: %w", filepath.Dir(path), ErrLocked)
	}
	return fmt.Errorf("%s: %w by %s", filepath.Dir(path), ErrLocked, holder)
}

func notRegular(path string) error {
	return &fs.PathError{Op: "map", Path: path, Err: errors.New("not a regular file")}
}
