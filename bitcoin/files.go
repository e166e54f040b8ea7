package bitcoin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"clew"
)

// maxFileInMemory bounds a block file that can only be read from front to back
// and is therefore read whole; nodes write 128 MiB.
const maxFileInMemory = 1 << 30

// Files are a node's block files (blk*.dat) in one folder. Nodes write blocks as
// they arrive: out of order, and with blocks that lost a race among them.
//
// What is held of each block takes about 130 bytes of memory.
type Files struct {
	// Damage lists pieces that hold no block, in order; Tail is the last block
	// of the last file where that is cut short, as it is while a node writes.
	Damage []Damage
	Tail   *Damage

	fsys    fs.FS
	params  Params
	key     Key
	names   []string
	scanned []scanned // by name
	entries []entry   // in the order of the files
	open    blockFile // the one last read
	closer  io.Closer
}

// A scanned says how one of the files was when it was looked through.
type scanned struct {
	size    int64
	changed time.Time // when it was last written
	entries int       // that the files before it have
}

// An entry is one block in the files.
type entry struct {
	hash, parent clew.TxID
	at           int64 // of the block's first byte
	size         uint32
	file         uint32 // index of names
	bits         uint32
	time         uint32
}

// ErrTooMany says that there are more blocks than the caller allows.
var ErrTooMany = errors.New("more blocks than allowed")

// OpenFiles looks through the block files of a folder and notes at most so many
// blocks. It reads headers alone; what a block holds is checked when it is
// decoded. Close ends the use of the folder.
func OpenFiles(ctx context.Context, fsys fs.FS, chain clew.Chain, blocks int) (*Files, error) {
	params, ok := ParamsOf(chain)
	if !ok {
		return nil, &clew.InputError{Field: "chain", Value: string(chain), Want: "a chain of Bitcoin's kind that is known by name"}
	}
	f := &Files{fsys: fsys, params: params}
	var err error
	if f.key, err = readKey(fsys); err != nil {
		return nil, err
	}
	if _, err := f.Update(ctx, blocks); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Update looks through the files that were written since, and those after
// them, and reports whether there were any. No [FileChain] made before may be
// used once it was called. After an error the files must be opened anew.
func (f *Files) Update(ctx context.Context, blocks int) (changed bool, err error) {
	names, err := fs.Glob(f.fsys, "blk*.dat")
	if err != nil {
		return false, err
	}
	if len(names) == 0 {
		return false, &clew.InputError{Field: "block files", Want: "a folder with files named blk00000.dat and so on"}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	now := make([]scanned, len(names))
	same := 0 // as many files are as they were
	for i, name := range names {
		info, err := fs.Stat(f.fsys, name)
		if err != nil {
			return false, err
		}
		now[i] = scanned{size: info.Size(), changed: info.ModTime()}
		if same == i && i < len(f.scanned) && f.names[i] == name && f.scanned[i].size == info.Size() && f.scanned[i].changed.Equal(info.ModTime()) {
			now[i].entries = f.scanned[i].entries
			same++
		}
	}
	if same == len(names) && same == len(f.names) {
		return false, nil
	}
	same = max(0, min(same, len(names)-1, len(f.names)-1)) // of the last file alone a block cut short is no damage
	if err := f.forget(same); err != nil {
		return true, err
	}
	f.names, f.scanned = names, now
	for i := same; i < len(names); i++ {
		f.scanned[i].entries = len(f.entries)
		if err := f.scan(ctx, i, blocks); err != nil {
			return true, err
		}
	}
	return true, nil
}

// forget drops what was noted of all files but the first so many.
func (f *Files) forget(same int) error {
	if same < len(f.scanned) {
		f.entries = f.entries[:f.scanned[same].entries]
	}
	kept := map[string]bool{}
	for _, name := range f.names[:same] {
		kept[name] = true
	}
	f.Damage = slices.DeleteFunc(f.Damage, func(d Damage) bool { return !kept[d.File] })
	f.Tail = nil
	return f.Close()
}

// readKey reads xor.dat; there is none beside files of older nodes.
func readKey(fsys fs.FS) (key Key, err error) {
	b, err := fs.ReadFile(fsys, "xor.dat")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return key, nil
	case err != nil:
		return key, err
	case len(b) != len(key):
		return key, fmt.Errorf("xor.dat: %d bytes, where a key has %d", len(b), len(key))
	}
	return Key(b), nil
}

// scan notes the blocks of one file.
func (f *Files) scan(ctx context.Context, file, most int) error {
	if err := f.use(file); err != nil {
		return err
	}
	raw := make([]byte, headerSize)
	var foreign []Damage
	damage, cut, err := f.open.each(func(at, size int64) error {
		if len(f.entries)%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(f.entries) >= most {
			return fmt.Errorf("%s: %w: %d", f.names[file], ErrTooMany, most)
		}
		if err := f.open.read(raw, at); err != nil {
			return err
		}
		header := parseHeader(raw)
		sum := double(raw)
		hash := reversed(sum[:])
		if err := f.params.checkWork(&header, hash); err != nil {
			if len(foreign) > maxDamage {
				return fmt.Errorf("%s at %d: %w", f.names[file], at, err)
			}
			foreign = append(foreign, Damage{f.names[file], at, size, err.Error()})
			return nil
		}
		f.entries = append(f.entries, entry{hash, header.Parent, at, uint32(size), uint32(file), header.Bits, header.Time})
		return nil
	})
	if cut && file == len(f.names)-1 && err == nil {
		f.Tail = &damage[len(damage)-1]
		damage = damage[:len(damage)-1]
	}
	f.Damage = append(f.Damage, damage...)
	f.Damage = append(f.Damage, foreign...)
	return err
}

// use opens one of the block files.
func (f *Files) use(file int) error { return f.useName(f.names[file]) }

// useName opens a file, unless it is the one last used.
func (f *Files) useName(name string) error {
	if f.closer != nil && f.open.name == name {
		return nil
	}
	if err := f.Close(); err != nil {
		return err
	}
	opened, err := f.fsys.Open(name)
	if err != nil {
		return err
	}
	f.closer = opened
	info, err := opened.Stat()
	if err != nil {
		return err
	}
	r, ok := opened.(io.ReaderAt)
	if !ok {
		if r, err = inMemory(opened, info.Size()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	f.open = blockFile{name: name, r: r, size: info.Size(), key: f.key, magic: f.params.Magic, least: leastBlock, most: MaxBlock}
	return nil
}

// inMemory reads a file whole.
func inMemory(r io.Reader, size int64) (io.ReaderAt, error) {
	if size > maxFileInMemory {
		return nil, fmt.Errorf("%d bytes in a file that can only be read from front to back", size)
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	return held(b), nil
}

// held is a file's bytes in memory.
type held []byte

// ReadAt copies what stands at a place.
func (h held) ReadAt(b []byte, at int64) (int, error) {
	if at >= int64(len(h)) {
		return 0, io.EOF
	}
	n := copy(b, h[at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// Close ends the use of the folder. Reading opens it again.
func (f *Files) Close() error {
	if f.closer == nil {
		return nil
	}
	err := f.closer.Close()
	f.closer, f.open = nil, blockFile{}
	return err
}

// Blocks returns how many blocks the files hold, stale ones included.
func (f *Files) Blocks() int { return len(f.entries) }
