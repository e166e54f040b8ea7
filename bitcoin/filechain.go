package bitcoin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"clew"
)

// A FileChain is the chain with the most work in a node's files, from its start
// up. It is not safe for concurrent use.
type FileChain struct {
	Stale    int // blocks that follow the start and lost to others
	Unlinked int // blocks before the start, or whose forebears up to it are not in the files

	files *Files
	first uint64
	path  []uint32 // entries, by height

	undo map[uint32]map[uint64]undoPlace // of the blocks in some files, by height
}

// A link is what is known of an entry's place in the tree of blocks.
type link struct {
	state  linkState
	start  uint32 // entry that its tree begins with
	height uint64
	work   [2]uint64 // from the start up, the high word first
}

type linkState uint8

const (
	unseen linkState = iota
	linked
	unlinked
)

// Chain puts the blocks that follow after in order of height, by the hashes of
// their parents; with the zero BlockRef, those from the chain's first block on.
// Of two branches with the same work, the one whose last block came first wins,
// as it does in the node. There must be at least one block.
func (f *Files) Chain(ctx context.Context, after clew.BlockRef) (*FileChain, error) {
	first, starts := after.Height+1, func(i int) bool { return f.entries[i].parent == after.Hash }
	if after.Hash.IsZero() {
		first, starts = 0, func(i int) bool { return f.entries[i].hash == f.params.Genesis }
	}
	c, err := f.chain(ctx, first, f.byHash(), starts)
	if c == nil && err == nil {
		err = fmt.Errorf("the block after %s at height %d in the block files: %w", after.Hash, after.Height, clew.ErrNotFound)
	}
	return c, err
}

// ErrNoHeight says that blocks whose forebears are not in the files do not say
// at which heights they stand.
var ErrNoHeight = errors.New("the coinbases of the files' blocks do not name their heights (BIP 34)")

// Stretch puts in order the blocks of the longest stretch in the files, by its
// work, that is of those which a node that prunes keeps. Its first and its last
// block must name their heights, and they must agree; see BIP 34.
func (f *Files) Stretch(ctx context.Context) (*FileChain, error) {
	order := f.byHash()
	c, err := f.chain(ctx, 0, order, func(i int) bool { return f.find(f.entries[i].parent, order) < 0 })
	if err != nil || c == nil {
		return nil, errors.Join(err, ErrNoHeight)
	}
	first, known, err := c.named(0)
	if err != nil {
		return nil, err
	}
	last, agreed, err := c.named(uint64(len(c.path) - 1))
	switch {
	case err != nil:
		return nil, err
	case !known || !agreed || first < max(1, f.params.named) || last != first+uint64(len(c.path)-1):
		return nil, ErrNoHeight
	}
	c.first = first
	return c, nil
}

// named returns the height that a block's coinbase names, and whether it does.
func (c *FileChain) named(height uint64) (named uint64, ok bool, err error) {
	raw, err := c.Read(height, nil)
	if err != nil {
		return 0, false, err
	}
	var block contents
	if block.parse(raw, &c.files.params, false) == nil {
		named, ok = block.namedHeight()
	}
	return named, ok, nil
}

// chain finds the branch with the most work from a start on, of which the first
// block has a height; nil if there is none.
func (f *Files) chain(ctx context.Context, first uint64, order []uint32, starts func(int) bool) (*FileChain, error) {
	links := make([]link, len(f.entries))
	best := -1
	for i := range f.entries {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f.link(i, first, order, starts, links)
		if links[i].state == linked && (best < 0 || less(links[best].work, links[i].work)) {
			best = i
		}
	}
	if best < 0 {
		return nil, nil
	}
	c := &FileChain{files: f, undo: map[uint32]map[uint64]undoPlace{}}
	for i := range links {
		if links[i].state == linked && f.entries[links[i].start].parent == f.entries[links[best].start].parent {
			c.Stale++
		} else {
			c.Unlinked++
		}
	}
	for i := best; i >= 0; i = f.find(f.entries[i].parent, order) {
		c.path, c.first = append(c.path, uint32(i)), links[i].height
		if starts(i) {
			break
		}
	}
	slices.Reverse(c.path)
	c.Stale -= len(c.path)
	return c, nil
}

// byHash returns the entries in the order of their hashes, the first of those
// that are there twice first.
func (f *Files) byHash() []uint32 {
	order := make([]uint32, len(f.entries))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(a, b uint32) int {
		return bytes.Compare(f.entries[a].hash[:], f.entries[b].hash[:])
	})
	return order
}

// find returns the entry with a hash; -1 if there is none.
func (f *Files) find(hash clew.TxID, order []uint32) int {
	at, found := slices.BinarySearchFunc(order, hash, func(i uint32, hash clew.TxID) int {
		return bytes.Compare(f.entries[i].hash[:], hash[:])
	})
	if !found {
		return -1
	}
	return int(order[at])
}

// link finds out the places of entry i and of those it follows.
func (f *Files) link(i int, first uint64, order []uint32, starts func(int) bool, links []link) {
	var above []int // entries whose place depends on the one below
	below := link{state: unlinked}
	for at := i; ; {
		if links[at].state != unseen {
			below = links[at]
			break
		}
		above = append(above, at)
		if starts(at) {
			below = link{state: linked, start: uint32(at), height: first - 1} // so that it stands at first
			break
		}
		if at = f.find(f.entries[at].parent, order); at < 0 {
			break
		}
	}
	for _, at := range slices.Backward(above) {
		if below.state == linked {
			hi, lo := work(f.entries[at].bits)
			var carry uint64
			below.work[1], carry = bits.Add64(below.work[1], lo, 0)
			below.work[0], _ = bits.Add64(below.work[0], hi, carry)
			below.height++
		}
		links[at] = below
	}
}

func less(a, b [2]uint64) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

// Window returns the heights of the chain's blocks.
func (c *FileChain) Window() clew.Window {
	return clew.Window{From: c.first, To: c.first + uint64(len(c.path))}
}

// Ref returns the name of the block at a height of the window.
func (c *FileChain) Ref(height uint64) (clew.BlockRef, error) {
	e, err := c.entry(height)
	if err != nil {
		return clew.BlockRef{}, err
	}
	return clew.BlockRef{Height: height, Hash: e.hash, Time: clew.Time(e.time)}, nil
}

// Parent returns the name of the block before the one at a height of the window.
func (c *FileChain) Parent(height uint64) (clew.TxID, error) {
	e, err := c.entry(height)
	if err != nil {
		return clew.TxID{}, err
	}
	return e.parent, nil
}

func (c *FileChain) entry(height uint64) (*entry, error) {
	if !c.Window().Has(height) {
		return nil, fmt.Errorf("block %d in the block files: %w", height, clew.ErrNotFound)
	}
	return &c.files.entries[c.path[height-c.first]], nil
}

// Read appends the raw bytes of the block at a height to raw.
func (c *FileChain) Read(height uint64, raw []byte) ([]byte, error) {
	e, err := c.entry(height)
	if err != nil {
		return raw, err
	}
	if err := c.files.use(int(e.file)); err != nil {
		return raw, err
	}
	start := len(raw)
	raw = slices.Grow(raw, int(e.size))[:start+int(e.size)]
	if err := c.files.open.read(raw[start:], e.at); err != nil {
		return raw[:start], err
	}
	if sum := double(raw[start : start+headerSize]); reversed(sum[:]) != e.hash {
		return raw[:start], fmt.Errorf("%s at %d: the block has changed since it was noted", c.files.names[e.file], e.at)
	}
	return raw, nil
}
