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
	file     vfs.File // made when a section gets its place, or at the end; nil when closed
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

func newEncoder(s *spools, chain clew.Chain, n numbers, blocks []blockEntry, fungible []bool) *encoder {
	e := &encoder{spools: s, chain: chain, n: n, blocks: blocks}
	e.n.setBlocks(blocks)
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

func (w *keyWriter) add(form clew.Form, key []byte) {
	w.to.write(key)
	if w.counts[form] == nil {
		w.counts[form] = make([]uint32, 1<<w.bits)
	}
	w.counts[form][keyPrefix(key, w.bits)]++
}

// keyPrefix returns the leading bits of a key, at most 22.
func keyPrefix(key []byte, bits uint) uint32 {
	if len(key) < 4 {
		var padded [4]byte
		copy(padded[:], key)
		key = padded[:]
	}
	return binary.BigEndian.Uint32(key) >> 1 >> (31 - bits)
}

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
	shape := e.n.blockShape()
	for _, b := range e.blocks {
		shape.write(e.sections[secBlocks], b)
		e.sections[secBlockFirsts].u32(b.first)
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
	if e.file != nil {
		e.discard()
	}
}

// temp is the file's name until it is whole.
func (e *encoder) temp() string { return e.spools.name + ".tmp" }

// discard removes the file that is not whole. It is worth nothing: if that
// fails, the next opening of the directory does it.
func (e *encoder) discard() {
	_ = e.file.Close()
	_ = e.spools.fs.Remove(e.temp())
	e.file = nil
}

// expect says how many transfers, runs and rows will come, where that is known,
// so that long sections are written where they will be.
func (e *encoder) expect(rows, runs uint64, records [2]uint64) error {
	n := e.n
	n.rows, n.runs, n.records = rows, runs, records
	sizes := n.sizes()
	for id, size := range sizes {
		if size == anySize || !section(id).hasOwnBlocks(size) {
			sizes[id] = 0
		}
	}
	extents, _ := arrange(sizes)
	for id, x := range extents {
		if x.size == 0 {
			continue
		}
		if err := e.create(); err != nil {
			return err
		}
		e.sections[id].place = &place{file: e.file, is: x, at: x.at}
	}
	return nil
}

func (e *encoder) create() (err error) {
	if e.file == nil {
		e.file, err = e.spools.fs.Create(e.temp())
	}
	return err
}

// save writes under a temporary name, syncs, renames, and syncs the directory.
func (e *encoder) save() (Info, error) {
	if err := e.create(); err != nil {
		return Info{}, err
	}
	var sizes [sectionCount]uint64
	for i, s := range e.sections {
		sizes[i] = s.size
	}
	h := header{version: Version, chain: e.chain, numbers: e.n}
	h.sections, h.end = arrange(sizes)
	if err := e.saveTo(&h); err != nil {
		return Info{}, err
	}
	err := e.file.Close()
	if err == nil {
		err = e.spools.fs.Rename(e.temp(), e.spools.name)
	}
	if err != nil {
		return Info{}, err
	}
	e.file = nil
	if e.spools.scratch {
		return h.info(), nil
	}
	return h.info(), e.spools.fs.Sync()
}

// saveTo writes what is not in its place yet, and syncs.
func (e *encoder) saveTo(h *header) error {
	w := &fileWriter{file: e.file}
	w.write(h.marshal())
	for _, id := range h.order() {
		s := e.sections[id]
		w.pad(h.sections[id].at)
		if s.place == nil {
			if err := s.copyTo(w.write); err != nil {
				return err
			}
			continue
		}
		if s.place.is != h.sections[id] {
			return contradicts(sectionNames[id], s.size, s.place.is.size)
		}
		if err := s.place.finish(s.chunk); err != nil {
			return err
		}
		w.pass(s.place)
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
	return e.file.Sync()
}
