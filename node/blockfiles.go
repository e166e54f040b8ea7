package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"clew"
	"clew/bitcoin"
	"clew/follow"
)

// maxFileBlocks bounds how many blocks a node's files may hold: several times
// what Bitcoin has. Each takes some 150 bytes of memory.
const maxFileBlocks = 8 << 20

// A fileSource takes blocks from the files that a node of Bitcoin's kind keeps,
// whether it runs or not. What inputs were worth is in the files too, but for
// blocks that the node has not connected.
type fileSource struct {
	completer
	name string
	fsys fs.FS

	mu    sync.Mutex // guards what follows
	files *bitcoin.Files
	path  *bitcoin.FileChain
	below []clew.BlockRef // what the ledger holds below the path, which follows it
	tip   clew.BlockRef
	told  bool // the tip was, and nothing was written since
}

// OpenFolder readies the block files in a folder, of which fsys is the content
// and name what it is called: a node's folder "blocks", or the one around it.
// Nothing is read yet.
func OpenFolder(chain clew.Chain, name string, fsys fs.FS, opt Options) (Source, error) {
	if !chain.IsBitcoin() {
		return nil, &clew.InputError{Field: "source", Value: name,
			Want: "a node of " + chain.Name() + ": only the block files of Bitcoin and its kin are read from a folder, with --chain bitcoin"}
	}
	if inner, err := fs.Stat(fsys, "blocks"); err == nil && inner.IsDir() {
		if fsys, err = fs.Sub(fsys, "blocks"); err != nil {
			return nil, err
		}
	}
	s := &fileSource{name: name, fsys: fsys}
	return s, s.begin(chain, opt)
}

func (s *fileSource) Names() []string        { return []string{s.name} }
func (s *fileSource) Hints() <-chan struct{} { return nil }
func (s *fileSource) Gaps() []clew.Gap       { return nil }
func (s *fileSource) Note() string           { return "" }

// Close closes the file that was read last.
func (s *fileSource) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		return nil
	}
	return s.files.Close()
}

// Head returns the last block of the chain with the most work in the files. Once
// nothing new comes, it says where damaged files end a chain of which they hold
// more.
func (s *fileSource) Head(ctx context.Context) (clew.BlockRef, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed, err := s.look(ctx)
	if err != nil {
		s.files, s.path = nil, nil // look at all of them again
		if isOf(err, []error{bitcoin.ErrTooMany, bitcoin.ErrNoHeight, errNoStart}) {
			err = fmt.Errorf("%w: %w", follow.ErrFinal, err)
		}
		return clew.BlockRef{}, err
	}
	if changed {
		s.told = false
	}
	if s.told && s.path.Unlinked > 0 && len(s.files.Damage) > 0 {
		return s.tip, fmt.Errorf("%w: the files hold %d blocks that nothing joins to block %d, and are damaged: %s",
			follow.ErrFinal, s.path.Unlinked, s.tip.Height, s.files.Damage[0])
	}
	s.told = true
	return s.tip, nil
}

// errNoStart says that blocks have no place in the chain.
var errNoStart = errors.New("the files hold neither the chain's first block nor the one after what the ledger holds, so that a hole would be left")

// First returns the first block that the files hold of the chain: not its first
// one where the node prunes them.
func (s *fileSource) First(ctx context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.look(ctx); err != nil {
		s.files, s.path = nil, nil // look at all of them again
		return 0, err
	}
	return s.path.Window().From, nil
}

// look puts what is in the files in order, if they were written.
func (s *fileSource) look(ctx context.Context) (changed bool, err error) {
	if s.files == nil {
		s.files, err = bitcoin.OpenFiles(ctx, s.fsys, s.chain, maxFileBlocks)
		changed = true
	} else {
		changed, err = s.files.Update(ctx, maxFileBlocks)
	}
	if err != nil || !changed {
		return changed, err
	}
	if s.path, err = s.start(ctx); err != nil {
		return true, err
	}
	s.tip, err = s.path.Ref(s.path.Window().To - 1)
	return true, err
}

// start orders the blocks from the chain's first one on, or, in files that
// begin later, after a block that the ledger holds, or else, for a ledger that
// holds none, from the first that the files hold.
func (s *fileSource) start(ctx context.Context) (*bitcoin.FileChain, error) {
	s.below = nil
	path, err := s.files.Chain(ctx, clew.BlockRef{})
	if !errors.Is(err, clew.ErrNotFound) {
		return path, err
	}
	recent, whole, err := s.coins.ends(ctx)
	if err != nil {
		return nil, err
	}
	if len(whole) == 0 {
		return s.files.Stretch(ctx)
	}
	for i, ref := range recent {
		if ref.Hash.IsZero() {
			continue
		}
		if path, err = s.files.Chain(ctx, ref); !errors.Is(err, clew.ErrNotFound) {
			s.below = recent[:i+1]
			return path, err
		}
	}
	return nil, errNoStart
}

// Final returns the last block with six confirmations.
func (s *fileSource) Final(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tip.Height - min(s.tip.Height, confirmations-1), nil
}

// Hash returns the name of the block at a height.
func (s *fileSource) Hash(_ context.Context, height uint64) (clew.TxID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.path == nil {
		return clew.TxID{}, errUnread
	}
	for _, ref := range s.below {
		if ref.Height == height {
			return ref.Hash, nil
		}
	}
	ref, err := s.path.Ref(height)
	return ref.Hash, err
}

var errUnread = errors.New("the files were not looked through yet")

// Block returns the block at a height, or its bytes for Complete where the files
// do not say what its inputs were worth.
func (s *fileSource) Block(ctx context.Context, height uint64) (follow.Block, error) {
	got, undo, err := s.read(height)
	if err != nil || undo == nil {
		return got, err
	}
	d := s.decoders.Get().(*bitcoin.Decoder)
	defer s.decoders.Put(d)
	whole, err := d.DecodeUndo(ctx, got.Raw, undo, height)
	if err != nil {
		return follow.Block{}, &follow.BadBlock{Ref: got.Ref, Parent: got.Parent, Raw: got.Raw, Err: err}
	}
	return follow.Block{Block: whole.Block}, nil
}

// read returns the bytes of a block and of what it spends; of that none if it is
// not in the files.
func (s *fileSource) read(height uint64) (got follow.Block, undo []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.path == nil {
		return got, nil, errUnread
	}
	if first := s.path.Window().From; height < first {
		return got, nil, fmt.Errorf("%w: the files begin with block %d, as those of a node that prunes do, and block %d is wanted: begin a ledger at %d, or take a node that keeps all", follow.ErrFinal, first, height, first)
	}
	if got.Ref, err = s.path.Ref(height); err != nil {
		return got, nil, err
	}
	if got.Parent, err = s.path.Parent(height); err != nil {
		return got, nil, err
	}
	if got.Raw, err = s.path.Read(height, nil); err != nil {
		return got, nil, err
	}
	if undo, err = s.path.ReadUndo(height, nil); errors.Is(err, clew.ErrNotFound) {
		return got, nil, nil
	}
	return got, undo, err
}
