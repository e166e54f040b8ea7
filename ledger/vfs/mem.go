package vfs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"sync"
)

// ErrStopped is returned by every operation of a [Mem] that was told to stop.
var ErrStopped = errors.New("file system stopped")

// A Mem is a file system in memory, for tests: it can stop or fail at any
// step, and then show what a crash would have left.
//
// A step is a write, sync, creation, rename, removal or truncation. Bytes
// survive a crash if they were synced; creations, renames and removals if the
// directory was. What was not may survive, wholly or in part; see [Mem.Crash].
type Mem struct {
	mu      sync.Mutex
	names   map[string]*inode
	durable map[string]*inode // as of the last sync of the directory
	pending []change          // since then
	mapped  int
	locked  bool

	steps  int
	stopAt int // 0: never
	failAt int // 0: never
	failTo int // the last step to fail
	fail   error
}

// An inode is a file whatever its name. A failed sync may have dropped bytes
// that a later one then does not write: those from lostFrom to lostTo.
type inode struct {
	bytes            []byte
	durable          []byte
	lostFrom, lostTo int
}

// A change is one operation on the directory: name now means node, or nothing.
// A rename also takes away the name before.
type change struct {
	name, before string
	node         *inode
}

// NewMem returns an empty file system.
func NewMem() *Mem {
	return &Mem{names: map[string]*inode{}, durable: map[string]*inode{}}
}

// Steps returns how many steps were done.
func (m *Mem) Steps() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.steps
}

// StopAt makes the n-th step from now fail with [ErrStopped], its effect begun
// but not synced, and everything after it fail without effect, as if the power
// went.
func (m *Mem) StopAt(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopAt = m.steps + n
}

// FailAt makes the n-th step from now fail with err, once. A write may have
// written some of its bytes; a sync may have lost what it was to save.
func (m *Mem) FailAt(n int, err error) { m.FailFrom(n, 1, err) }

// FailFrom is [Mem.FailAt] for several steps on end.
func (m *Mem) FailFrom(n, count int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failAt, m.failTo, m.fail = m.steps+n, m.steps+n+count-1, err
}

// Stopped reports whether the file system has stopped.
func (m *Mem) Stopped() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stopped()
}

func (m *Mem) stopped() bool { return m.stopAt > 0 && m.steps >= m.stopAt }

// An effect says what of a step takes place.
type effect uint8

const (
	nothing effect = iota // the file system had stopped before
	partial               // it fails: some bytes of a write, nothing of others
	begun                 // it takes place, and survives if there is no error
)

// step counts a step, and says what becomes of it.
func (m *Mem) step() (effect, error) {
	if m.stopped() {
		return nothing, ErrStopped
	}
	m.steps++
	switch {
	case m.stopped():
		return begun, ErrStopped
	case m.failAt > 0 && m.failAt <= m.steps && m.steps <= m.failTo:
		return partial, m.fail
	}
	return begun, nil
}

// Mapped returns how many mappings are open.
func (m *Mem) Mapped() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mapped
}

// Overwrite replaces a file's bytes, as damage or a foreign hand would.
func (m *Mem) Overwrite(name string, content []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	node := &inode{bytes: bytes.Clone(content), durable: bytes.Clone(content)}
	m.names[name], m.durable[name] = node, node
}

// Create makes an empty file, replacing any of that name.
func (m *Mem) Create(name string) (File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	node := &inode{}
	if err := m.change(change{name: name, node: node}); err != nil {
		return nil, err
	}
	return &memFile{m, node}, nil
}

// change does one operation on the directory.
func (m *Mem) change(c change) error {
	effect, err := m.step()
	if effect == begun {
		apply(m.names, c)
		m.pending = append(m.pending, c)
	}
	return err
}

func apply(names map[string]*inode, c change) {
	delete(names, c.before)
	delete(names, c.name)
	if c.node != nil {
		names[c.name] = c.node
	}
}

// Append opens a file for writing at its end, making it if need be.
func (m *Mem) Append(name string) (File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopped() {
		return nil, ErrStopped
	}
	node := m.names[name]
	if node == nil {
		node = &inode{}
		if err := m.change(change{name: name, node: node}); err != nil {
			return nil, err
		}
	}
	return &memFile{m, node}, nil
}

func (m *Mem) find(op, name string) (*inode, error) {
	if m.stopped() {
		return nil, ErrStopped
	}
	node := m.names[name]
	if node == nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return node, nil
}

// ReadFile returns a copy of a file's bytes.
func (m *Mem) ReadFile(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	node, err := m.find("read", name)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(node.bytes), nil
}

// Map returns a copy of a file's bytes, which is scribbled over when the
// mapping is closed, so that reading it later is noticed.
func (m *Mem) Map(name string) (Mapping, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	node, err := m.find("map", name)
	if err != nil {
		return nil, err
	}
	m.mapped++
	return &memMapping{mem: m, bytes: bytes.Clone(node.bytes)}, nil
}

// Rename gives a file another name, replacing any of that name at once.
func (m *Mem) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	node, err := m.find("rename", from)
	if err != nil {
		return err
	}
	return m.change(change{name: to, before: from, node: node})
}

// Remove deletes a file.
func (m *Mem) Remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.find("remove", name); err != nil {
		return err
	}
	return m.change(change{name: name})
}

// Truncate cuts a file to size.
func (m *Mem) Truncate(name string, size int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	node, err := m.find("truncate", name)
	if err != nil {
		return err
	}
	if size < 0 || size > int64(len(node.bytes)) {
		return &fs.PathError{Op: "truncate", Path: name, Err: fmt.Errorf("size %d of %d", size, len(node.bytes))}
	}
	effect, err := m.step()
	if effect == begun {
		node.bytes = slices.Clip(node.bytes[:size])
		node.lostTo = min(node.lostTo, int(size))
	}
	if err == nil {
		node.sync()
	}
	return err
}

// List returns the names of all files, sorted.
func (m *Mem) List() ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopped() {
		return nil, ErrStopped
	}
	return slices.Sorted(maps.Keys(m.names)), nil
}

// Sync makes creations, renames and removals so far survive a crash.
func (m *Mem) Sync() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.step(); err != nil {
		return err
	}
	m.durable, m.pending = maps.Clone(m.names), nil
	return nil
}

// Lock takes the directory for one writer.
func (m *Mem) Lock() (io.Closer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked {
		return nil, fmt.Errorf("memory: %w", ErrLocked)
	}
	m.locked = true
	return &memLock{mem: m}, nil
}

type memLock struct {
	mem  *Mem
	once sync.Once
}

func (l *memLock) Close() error {
	l.once.Do(func() {
		l.mem.mu.Lock()
		defer l.mem.mu.Unlock()
		l.mem.locked = false
	})
	return nil
}

type memFile struct {
	mem  *Mem
	node *inode
}

func (f *memFile) Write(p []byte) (int, error) {
	f.mem.mu.Lock()
	defer f.mem.mu.Unlock()
	return f.write(p, len(f.node.bytes))
}

func (f *memFile) WriteAt(p []byte, offset int64) (int, error) {
	f.mem.mu.Lock()
	defer f.mem.mu.Unlock()
	return f.write(p, int(offset))
}

// write writes at an offset; what lies between it and the end becomes zeros.
func (f *memFile) write(p []byte, offset int) (int, error) {
	effect, err := f.mem.step()
	switch effect {
	case nothing:
		return 0, err
	case partial:
		p = p[:len(p)/2]
	}
	if end := offset + len(p); end > len(f.node.bytes) {
		f.node.bytes = append(f.node.bytes, make([]byte, end-len(f.node.bytes))...)
	}
	copy(f.node.bytes[offset:], p)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

func (f *memFile) Sync() error {
	f.mem.mu.Lock()
	defer f.mem.mu.Unlock()
	effect, err := f.mem.step()
	if err == nil {
		f.node.sync()
	} else if effect == partial {
		f.node.lostFrom, f.node.lostTo = len(f.node.durable), len(f.node.bytes)
	}
	return err
}

func (n *inode) sync() {
	n.durable = bytes.Clone(n.bytes)
	if n.lostFrom < n.lostTo {
		clear(n.durable[n.lostFrom:n.lostTo])
	}
}

func (f *memFile) Close() error { return nil }

type memMapping struct {
	mem   *Mem
	bytes []byte
	done  bool
}

func (m *memMapping) Bytes() []byte { return m.bytes }

func (m *memMapping) Advise(int, int, Advice) {}

func (m *memMapping) Close() error {
	m.mem.mu.Lock()
	defer m.mem.mu.Unlock()
	if !m.done {
		m.done = true
		m.mem.mapped--
		for i := range m.bytes {
			m.bytes[i] = 0xdd
		}
	}
	return nil
}
