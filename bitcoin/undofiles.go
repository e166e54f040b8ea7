package bitcoin

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"clew"
)

// maxUndo bounds an undo record. What a block spends can be longer than a block,
// for it was made by many.
const maxUndo = 64 << 20

// undoFiles is how many undo files' records are remembered: blocks that follow
// one another stand in one file or in its neighbours.
const undoFiles = 8

// An undoPlace is where a block's undo record stands in the undo file that
// belongs to its block file.
type undoPlace struct{ at, size int64 }

// ReadUndo appends to undo the record, with its checksum, that says what the
// block at a height spends, for [Decoder.DecodeUndo]. It is [clew.ErrNotFound]
// where the files hold none: for the chain's first block, and for blocks that
// the node had not yet connected.
//
// Undo files do not say which block a record is of. A record's checksum does:
// the first call for a block file reads its undo file whole.
func (c *FileChain) ReadUndo(height uint64, undo []byte) ([]byte, error) {
	e, err := c.entry(height)
	if err != nil {
		return undo, err
	}
	name := strings.Replace(c.files.names[e.file], "blk", "rev", 1)
	places, matched := c.undo[e.file]
	if !matched {
		if places, err = c.matchUndo(e.file, name); err != nil {
			return undo, err
		}
		if len(c.undo) >= undoFiles {
			clear(c.undo)
		}
		c.undo[e.file] = places
	}
	place, ok := places[height]
	if !ok {
		return undo, fmt.Errorf("undo record of block %d: %w", height, clew.ErrNotFound)
	}
	if err := c.files.useName(name); err != nil {
		return undo, err
	}
	start := len(undo)
	undo = slices.Grow(undo, int(place.size))[:start+int(place.size)]
	if err := c.files.open.read(undo[start:], place.at); err != nil {
		return undo[:start], err
	}
	return undo, nil
}

// matchUndo finds the records of one undo file. They stand in the order in which
// the node connected the blocks, which is mostly that of height.
func (c *FileChain) matchUndo(file uint32, name string) (map[uint64]undoPlace, error) {
	var heights []uint64 // of the chain's blocks in the block file
	for i, at := range c.path {
		if c.files.entries[at].file == file {
			heights = append(heights, c.first+uint64(i))
		}
	}
	places := make(map[uint64]undoPlace, len(heights))
	err := c.files.useName(name)
	if errors.Is(err, fs.ErrNotExist) {
		return places, nil
	}
	if err != nil {
		return nil, err
	}
	f := c.files.open
	f.least, f.most, f.sum = 1, maxUndo, undoSum
	next := 0
	var record []byte
	// Damage hides records, and their blocks are then without one: it says so.
	_, _, err = f.each(func(at, size int64) error {
		record = slices.Grow(record[:0], int(size+undoSum))[:size+undoSum]
		if err := f.read(record, at); err != nil {
			return err
		}
		for try := range heights {
			height := heights[(next+try)%len(heights)]
			if undoOf(record, c.parent(height)) {
				places[height], next = undoPlace{at, size + undoSum}, next+try+1
				break
			}
		}
		return nil
	})
	return places, err
}

// parent returns the parent's hash of the block at a height of the window.
func (c *FileChain) parent(height uint64) clew.TxID {
	return c.files.entries[c.path[height-c.first]].parent
}
