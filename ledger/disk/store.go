// Package disk keeps the ledger of one chain in one directory: immutable
// segments, a log of the blocks that may still be reorganised, and a manifest
// that names the live files. What it has acknowledged survives a crash.
//
// It decides which files make up the ledger and when they are written. What a
// segment looks like inside is the business of package segment; how parts
// answer as one is that of package ledger. docs/FORMAT.md has the bytes.
package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
	"clew/ledger/vfs"
)

// Options say how a ledger is kept. The zero value is right for most.
type Options struct {
	// ReadOnly opens the ledger as it stands, beside a writer if need be, and
	// refuses all changes. It changes no file.
	ReadOnly bool

	// Finality is how many blocks below the head may still be reorganised; 0
	// means 128. Deeper ones move to segments. A deeper reorganisation is
	// possible, and dear.
	Finality int

	// SealTransfers is how many transfers must have gathered below finality to
	// make a segment; 0 means 65,536. One is made in any case after 16 times
	// Finality blocks.
	SealTransfers int

	// Runs is how many transfers a load holds in memory at once; 0 means
	// 524,288, of about 180 bytes each, twice.
	Runs int

	// Segment is passed on to the segments' writer.
	Segment segment.Options
}

func (o Options) withDefaults() Options {
	for field, fallback := range map[*int]int{&o.Finality: 128, &o.SealTransfers: 1 << 16, &o.Runs: 1 << 19} {
		if *field <= 0 {
			*field = fallback
		}
	}
	return o
}

// A Store is a [ledger.Store] on disk. Its methods may be called from several
// goroutines.
type Store struct {
	fs      vfs.FS
	chain   clew.Chain
	options Options
	lock    io.Closer // nil: read only

	// writing is held through every change, so that changes come one by one.
	writing  sync.Mutex
	log      *blockLog
	broken   error  // why nothing can be changed any more
	lastLoad uint64 // number of the last load
	seal     error  // of the last attempt to seal or merge in passing
	logRead  int64  // how much of the log was read, where it is not written

	// mu guards what follows, and is held for moments.
	mu       sync.Mutex
	manifest *manifest // replaced, never changed
	segments []*live   // in the order of the manifest
	blocks   []clew.Block
	head     []headPart // indexes of the first blocks, as far as made
	closed   bool
}

// ErrReadOnly is returned by changes to a ledger that was opened for reading.
var ErrReadOnly = errors.New("the ledger was opened for reading only")

// errClosed is returned by everything after Close.
var errClosed = errors.New("the ledger is closed")

// Open opens the ledger of chain in a directory, and makes one in an empty
// directory. A second writer is refused with an error that wraps
// [ledger.ErrLocked].
func Open(ctx context.Context, d vfs.FS, chain clew.Chain, options Options) (*Store, error) {
	s := &Store{fs: d, chain: chain, options: options.withDefaults()}
	if options.ReadOnly {
		if err := s.openReadOnly(ctx); err != nil {
			return nil, err
		}
		return s, nil
	}
	lock, err := d.Lock()
	if errors.Is(err, vfs.ErrLocked) {
		return nil, fmt.Errorf("%w: %w", err, ledger.ErrLocked)
	}
	if err != nil {
		return nil, err
	}
	s.lock = lock
	if err := s.open(ctx); err != nil {
		if s.log != nil {
			err = errors.Join(err, s.log.file.Close())
		}
		s.release()
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	m, err := readManifest(s.fs)
	if err == nil && m == nil {
		m, err = s.create()
	}
	if err != nil {
		return err
	}
	size, torn, err := s.load(ctx, m)
	if err != nil {
		return err
	}
	if err := s.removeLeftovers(m); err != nil {
		return err
	}
	if size != m.LogBytes || torn {
		// Cutting also syncs what a killed process wrote and did not sync.
		if err := s.fs.Truncate(m.Log, size); err != nil {
			return err
		}
	}
	if s.log, err = appendLog(s.fs, m.Log, size); err != nil {
		return err
	}
	return s.acknowledge()
}

// acknowledge writes down how long the log is, so that it cannot be cut short
// unnoticed.
func (s *Store) acknowledge() error {
	if s.log.size == s.manifest.LogBytes || s.broken != nil {
		return nil
	}
	m := s.manifest.clone()
	m.LogBytes = s.log.size
	if err := s.replaceManifest(m); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manifest = m
	return nil
}

// create makes the first files of a ledger.
func (s *Store) create() (*manifest, error) {
	if _, err := clew.ParseChain(string(s.chain)); err != nil {
		return nil, err
	}
	names, err := s.fs.List()
	if err != nil {
		return nil, err
	}
	m := &manifest{
		Chain: s.chain, Next: 2, Log: fileName(logPrefix, 1), LogBytes: int64(len(logHead(s.chain))),
		Coverage: clew.Coverage{Chain: s.chain},
	}
	for _, name := range names {
		// A crash while the ledger was made leaves these two at most.
		if name == m.Log && s.isEmptyLog(name) || name == manifestName+temporary {
			continue
		}
		if isOurs(name) {
			return nil, fmt.Errorf("%s: missing beside %s: %w", manifestName, name, ledger.ErrDamaged)
		}
		return nil, &clew.InputError{Field: "ledger directory", Value: name, Want: "an empty directory or a ledger, and no other files"}
	}
	log, err := createLog(s.fs, m.Log, s.chain, nil)
	if err != nil {
		return nil, err
	}
	if err := log.file.Close(); err != nil {
		return nil, err
	}
	if err := s.fs.Sync(); err != nil {
		return nil, err
	}
	_, err = writeManifest(s.fs, m)
	return m, err
}

func (s *Store) isEmptyLog(name string) bool {
	content, err := s.fs.ReadFile(name)
	return err == nil && findRecord(content) < 0
}

// load opens what a manifest names, and returns how many bytes of the log are
// whole, and whether more follow.
func (s *Store) load(ctx context.Context, m *manifest) (size int64, torn bool, err error) {
	if m.Chain != s.chain {
		return 0, false, &clew.InputError{Field: "chain", Value: string(s.chain), Want: string(m.Chain) + ", which this ledger is of"}
	}
	for _, ref := range m.Segments {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		one, err := openSegment(s.fs, m.Chain, ref)
		if err != nil {
			return 0, false, err
		}
		s.segments = append(s.segments, one)
	}
	s.manifest = m
	content, err := s.fs.ReadFile(m.Log)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, fmt.Errorf("%s: missing: %w", m.Log, ledger.ErrDamaged)
	}
	if err != nil {
		return 0, false, err
	}
	size, err = replay(m.Log, content, m.LogBytes, m.Chain, func(blocks []clew.Block) error {
		tip := ledger.Tip{Any: true} // what loads held when the first was appended is not known
		if ref, ok := lastBlock(m, s.blocks); ok {
			tip = ledger.Tip{Next: ref.Height + 1, Block: ref.Hash}
		}
		if err := ledger.CheckBlocks(m.Chain, tip, blocks); err != nil {
			return err
		}
		s.blocks = append(s.blocks, blocks...)
		return nil
	}, func(height uint64) { s.blocks = cutBlocks(s.blocks, height) })
	return size, size < int64(len(content)), err
}

// removeLeftovers removes what a crash left half done, and files that were no
// longer live.
func (s *Store) removeLeftovers(m *manifest) error {
	names, err := s.fs.List()
	if err != nil {
		return err
	}
	for _, name := range names {
		named := name == m.Log || slices.ContainsFunc(m.Segments, func(r segmentRef) bool { return r.Name == name })
		if named || !isOurs(name) {
			continue
		}
		if err := s.fs.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// openReadOnly tries again where the writer replaced files in between.
func (s *Store) openReadOnly(ctx context.Context) error {
	var err error
	for range 5 {
		var m *manifest
		if m, err = readManifest(s.fs); err != nil {
			return err
		}
		if m == nil {
			return fmt.Errorf("ledger of %s: %w", s.chain.Name(), clew.ErrNotFound)
		}
		if s.logRead, _, err = s.load(ctx, m); err == nil {
			return nil
		}
		s.release()
		if again, readErr := readManifest(s.fs); readErr != nil || again.Log == m.Log && slices.Equal(again.Segments, m.Segments) {
			return err
		}
	}
	return err
}

// Close releases the directory. Snapshots stay valid until they are closed.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	done := s.closed
	s.closed = true
	s.mu.Unlock()
	if done {
		return nil
	}
	var err error
	if s.log != nil {
		err = errors.Join(s.acknowledge(), s.log.file.Close())
	}
	s.release()
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// release gives up the store's own hold on segments.
func (s *Store) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.segments {
		one.drop(s.fs)
	}
	s.segments, s.blocks, s.head = nil, nil, nil
}

// begin reports why nothing can be changed. The caller holds writing.
func (s *Store) begin(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosed
	case s.lock == nil:
		return ErrReadOnly
	case s.broken != nil:
		return s.broken
	}
	return ctx.Err()
}
