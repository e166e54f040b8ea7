// Package vfs is the little of a file system that a ledger on disk needs, so
// that tests can make it fail at every step.
//
// It is not a general file system: names are plain, in one directory.
package vfs

import "io"

// An FS is one directory. Methods may be called from several goroutines.
type FS interface {
	// Create makes an empty file for writing, replacing any of that name.
	Create(name string) (File, error)

	// Append opens a file for writing at its end, making it if need be.
	Append(name string) (File, error)

	// ReadFile returns a whole small file; it wraps fs.ErrNotExist.
	ReadFile(name string) ([]byte, error)

	// Map opens a file for reading as bytes in memory; it wraps fs.ErrNotExist.
	Map(name string) (Mapping, error)

	// Rename gives a file another name, replacing any of that name at once.
	Rename(from, to string) error

	// Remove deletes a file; it wraps fs.ErrNotExist.
	Remove(name string) error

	// Truncate cuts a file to size, and makes that and all bytes before it
	// survive a crash.
	Truncate(name string, size int64) error

	// List returns the names of all files, sorted.
	List() ([]string, error)

	// Sync makes creations, renames and removals so far survive a crash.
	Sync() error

	// Lock takes the directory for one writer, until the closer is closed; if
	// another has it, it fails at once and wraps [ErrLocked].
	Lock() (io.Closer, error)
}

// A File is being written.
type File interface {
	io.Writer
	io.Closer

	// WriteAt writes p at an offset, where nothing was written before or what
	// was is not synced yet. Several goroutines may write different parts. It
	// is not for files opened by Append, and not to be mixed with Write.
	WriteAt(p []byte, offset int64) (int, error)

	// Sync makes all bytes written so far survive a crash.
	Sync() error
}

// A Mapping is a file's bytes. Reading bytes that the medium cannot give, or
// that somebody truncated away, must be done under [Guard].
type Mapping interface {
	Bytes() []byte
	// Advise tells the kernel how a part of the bytes will be read.
	Advise(offset, length int, how Advice)
	io.Closer
}

// Advice says how bytes will be read.
type Advice uint8

// The kinds of advice.
const (
	Random Advice = iota
	Sequential
	Soon // wanted now: to be fetched at once, without waiting, whatever else was advised
)
