package segment

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"

	"clew"
	"clew/ledger/vfs"
)

// An encoder makes a segment from sorted streams. Its numbers must say from
// the start what widths depend on: blocks, assets, addresses by form, and the
// greatest index, ordinal, class and leg.
//
// What is written depends on the streams alone, so merging parts gives the
// bytes of writing the whole.
type encoder struct {
	spools   *spools
	chain    clew.Chain
	n        numbers
	sections [sectionCount]*spool
	blocks   []blockEntry
	ranks    []uint32 // by block, the first of its height; nil if each height has one
	keys     keyWriter
	rows     *rowWriter
	pots     *potWriter
}

// A blockEntry is a height and a time. Transfers of one height mostly have one
// time, but facts from poor sources may not.
type blockEntry struct {
	height uint64
	time   clew.Time
	first  uint32 // row of the height
}

func compareBlocks(a, b blockEntry) int {
	return cmp.Or(cmp.Compare(a.height, b.height), cmp.Compare(a.time, b.time))
}

const blockBytes = 24

func newEncoder(s *spools, chain clew.Chain, n numbers, blocks []blockEntry, fungible []bool) *encoder {
	e := &encoder{spools: s, chain: chain, n: n, blocks: blocks}
	for i := range e.sections {
		e.sections[i] = s.new()
	}
	if e.ranks = heightRanks(blocks); e.ranks != nil {
		e.n.odd = 1
	}
	e.keys.to = e.sections[secKeys]
	e.rows = newRowWriter(e)
	e.pots = newPotWriter(e, fungible)
	return e
}

// heightRanks returns for each block the first of its height, or nil if each
// height has but one.
func heightRanks(blocks []blockEntry) []uint32 {
	var ranks []uint32
	for i := 1; i < len(blocks); i++ {
		if blocks[i].height != blocks[i-1].height {
			continue
		}
		if ranks == nil {
			ranks = make([]uint32, len(blocks))
			for j := range ranks {
				ranks[j] = uint32(j)
			}
		}
		ranks[i] = ranks[i-1]
	}
	return ranks
}

func (e *encoder) heightRank(block uint32) uint32 {
	if e.ranks == nil {
		return block
	}
	return e.ranks[block]
}

// comparePos compares the positions of two rows.
func (e *encoder) comparePos(a, b *record) int {
	x, y := uint64(e.heightRank(a.block))<<32|uint64(a.index), uint64(e.heightRank(b.block))<<32|uint64(b.index)
	if x != y {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(uint64(a.class)<<32|uint64(a.ordinal), uint64(b.class)<<32|uint64(b.ordinal))
}

// A keyWriter writes the sorted addresses and their directories.
type keyWriter struct {
	to     *spool
	counts [formCount][]uint32 // by leading bits of the key
	bits   uint                // how many
}

// reserve prepares for about n addresses, at least as many as will come.
func (w *keyWriter) reserve(n uint64) { w.bits = dirBits(n) }

func (w *keyWriter) add(form clew.Form, key *[32]byte) {
	w.to.write(key[:formSize(int(form))])
	if w.counts[form] == nil {
		w.counts[form] = make([]uint32, 1<<w.bits)
	}
	w.counts[form][keyPrefix(key[:], w.bits)]++
}

// keyPrefix returns the leading bits of a key, at most 22.
func keyPrefix(key []byte, bits uint) uint32 { return binary.BigEndian.Uint32(key) >> 1 >> (31 - bits) }

// finish writes the directories: where the keys of each prefix begin.
func (w *keyWriter) finish(n *numbers, dir *spool) {
	for form, count := range n.forms {
		if count == 0 {
			continue
		}
		bits := dirBits(count)
		folded := make([]uint32, 1<<bits)
		for prefix, c := range w.counts[form] {
			folded[prefix>>(w.bits-bits)] += c
		}
		writeDir(dir, folded)
	}
}

// writeDir writes running sums.
func writeDir(dir *spool, counts []uint32) {
	sum := uint32(0)
	for _, c := range counts {
		dir.u32(sum)
		sum += c
	}
	dir.u32(sum)
}

// addAsset adds the next asset in the order of names.
func (e *encoder) addAsset(name string) {
	names := e.sections[secAssetNames]
	names.write([]byte(name))
	e.sections[secAssetEnds].u32(uint32(names.size))
}

// finish writes the file, whose columns and pots are done, and makes it
// durable.
func (e *encoder) finish() (Info, error) {
	defer e.drop()
	e.keys.finish(&e.n, e.sections[secKeyDir])
	e.pots.finish()
	for _, b := range e.blocks {
		blocks := e.sections[secBlocks]
		blocks.u64(b.height)
		blocks.u64(uint64(b.time))
		blocks.u64(uint64(b.first))
	}
	if e.n.records[0] > maxRows || e.n.records[1] > maxRows || e.sections[secAssetNames].size > math.MaxUint32 {
		return Info{}, errors.New("too many rows for one segment")
	}
	return e.save()
}

func (e *encoder) drop() {
	for _, s := range e.sections {
		s.drop()
	}
	e.rows.drop()
}

// save writes under a temporary name, syncs, renames, and syncs the directory.
func (e *encoder) save() (Info, error) {
	temp := e.spools.name + ".tmp"
	f, err := e.spools.fs.Create(temp)
	if err != nil {
		return Info{}, err
	}
	h := header{version: Version, chain: e.chain, numbers: e.n}
	at := uint64(headerSize)
	for i, s := range e.sections {
		h.sections[i] = extent{at, s.size}
		at = (at + s.size + slack + align - 1) / align * align
	}
	h.end = at
	err = e.saveTo(f, &h)
	if err = errors.Join(err, f.Close()); err != nil {
		return Info{}, errors.Join(err, ignoreStopped(e.spools.fs, temp))
	}
	if err := e.spools.fs.Rename(temp, e.spools.name); err != nil {
		return Info{}, err
	}
	if e.spools.scratch {
		return h.info(), nil
	}
	return h.info(), e.spools.fs.Sync()
}

// ignoreStopped removes a file that is worth nothing; if that fails too, the
// next opening of the directory does it.
func ignoreStopped(fs vfs.FS, name string) error {
	_ = fs.Remove(name)
	return nil
}

func (e *encoder) saveTo(f vfs.File, h *header) error {
	w := &fileWriter{file: f}
	w.write(h.marshal())
	for i, s := range e.sections {
		w.pad(h.sections[i].at)
		if err := s.copyTo(w.write); err != nil {
			return err
		}
	}
	w.pad(h.end)
	if w.at&(blockSize-1) != 0 {
		w.endBlock()
	}
	w.raw(w.table)
	w.raw(trailer(h.end, w.table))
	w.flush()
	if w.err != nil || e.spools.scratch {
		return w.err
	}
	return f.Sync()
}
