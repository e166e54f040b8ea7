package segment

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/crc32"

	"clew/ledger"
	"clew/ledger/vfs"
)

// bigSection is the size from which a section has blocks of its own, so that
// it can be written, and checked, before it is known how long others are.
const bigSection = spoolChunk

// hasOwnBlocks reports whether a section of some size begins a block: those
// whose sizes are known before anything is written.
func (id section) hasOwnBlocks(size uint64) bool {
	if size < bigSection {
		return false
	}
	switch id {
	case secRunBits, secRunRanks, secRunBlock, secRunIndex, secRunTx, secFrom, secTo, secAsset, secLo, secHi, secOrdinal:
		return true
	}
	side := (id - secSides) % sideSections
	return id >= secSides && id < secActs && (side == sideStarts || side == sideRecords)
}

// arrange returns where sections of given sizes lie, and where the checksums
// begin. Those with blocks of their own come first.
func arrange(sizes [sectionCount]uint64) (extents [sectionCount]extent, end uint64) {
	at := uint64(headerSize)
	for id, size := range sizes {
		if section(id).hasOwnBlocks(size) {
			at = roundUp(at, blockSize)
			extents[id] = extent{at, size}
			at += roundUp(size+slack, blockSize)
		}
	}
	for id, size := range sizes {
		if !section(id).hasOwnBlocks(size) {
			extents[id] = extent{at, size}
			at = roundUp(at+size+slack, align)
		}
	}
	return extents, at
}

// contradicts says of what was written that it is not what the numbers of the
// parts to be merged had promised.
func contradicts(what string, got, want uint64) error {
	return fmt.Errorf("a part to be merged: %w: contents contradict each other: %s take %d bytes where %d were expected", ledger.ErrDamaged, what, got, want)
}

func roundUp(n, to uint64) uint64 { return (n + to - 1) / to * to }

// A place is where a section with blocks of its own is written.
type place struct {
	file  vfs.File
	is    extent // what was expected
	at    uint64 // of what comes next
	sums  []byte // of the blocks before
	lead  int    // how much of the first block belongs to what comes before
	first []byte // that block, if it was written
	err   error
}

// write writes and sums up whole blocks.
func (p *place) write(b []byte) {
	if p.lead > 0 && p.first == nil && len(b) > 0 {
		p.first = bytes.Clone(b[:blockSize])
	}
	for i := 0; i < len(b); i += blockSize {
		p.sums = le.AppendUint32(p.sums, crc32.Checksum(b[i:i+blockSize], castagnoli))
	}
	if p.err == nil {
		_, p.err = p.file.WriteAt(b, int64(p.at))
	}
	p.at += uint64(len(b))
}

// follow goes on where another place ends. rest is what comes before, in the
// block that the other begins with.
func (p *place) follow(next *place, rest []byte) {
	if next.first != nil {
		copy(next.first, rest)
		le.PutUint32(next.sums, crc32.Checksum(next.first, castagnoli))
		if next.err == nil {
			_, next.err = p.file.WriteAt(next.first, int64(p.at))
		}
	}
	p.at, p.sums, p.err = next.at, append(p.sums, next.sums...), cmp.Or(p.err, next.err)
}

// finish writes the last bytes, and zeros to the end of their block.
func (p *place) finish(rest []byte) error {
	size := roundUp(uint64(len(rest))+slack, blockSize)
	p.write(append(rest, make([]byte, size-uint64(len(rest)))...))
	return p.err
}

// A fileWriter writes a file in the order of its bytes and checksums its
// blocks. It passes over what was written before.
type fileWriter struct {
	file  vfs.File
	chunk []byte
	from  uint64 // of the chunk
	at    uint64
	sum   uint32
	table []byte
	err   error
}

func (w *fileWriter) write(b []byte) {
	for rest := b; len(rest) > 0; {
		n := min(len(rest), int(blockSize-w.at&(blockSize-1)))
		w.sum = crc32.Update(w.sum, castagnoli, rest[:n])
		w.at += uint64(n)
		if w.at&(blockSize-1) == 0 {
			w.endBlock()
		}
		rest = rest[n:]
	}
	w.raw(b)
}

func (w *fileWriter) endBlock() {
	w.table = le.AppendUint32(w.table, w.sum)
	w.sum = 0
}

// raw writes without checksums.
func (w *fileWriter) raw(b []byte) {
	if len(b) < spoolChunk/4 {
		w.chunk = append(w.chunk, b...)
		if len(w.chunk) >= spoolChunk {
			w.flush()
		}
		return
	}
	w.flush()
	w.put(b)
}

func (w *fileWriter) flush() {
	w.put(w.chunk)
	w.chunk = w.chunk[:0]
}

func (w *fileWriter) put(b []byte) {
	if w.err == nil && len(b) > 0 {
		_, w.err = w.file.WriteAt(b, int64(w.from))
	}
	w.from += uint64(len(b))
}

// pad writes zero bytes up to an offset.
func (w *fileWriter) pad(to uint64) {
	var zero [256]byte
	for w.at < to {
		w.write(zero[:min(256, to-w.at)])
	}
}

// pass goes on after a section that lies in its place. What comes before it
// ends a block.
func (w *fileWriter) pass(p *place) {
	w.flush()
	w.at, w.from = p.at, p.at
	w.table = append(w.table, p.sums...)
}
