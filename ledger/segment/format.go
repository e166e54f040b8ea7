package segment

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"

	"clew"
)

// Version is the format that this package writes. See docs/FORMAT.md.
const Version = 1

const (
	magic       = "clewseg\n"
	trailMagic  = "gesw"
	blockShift  = 14
	blockSize   = 1 << blockShift // bytes under one checksum
	headerSize  = 2048
	trailerSize = 32
	align       = 64 // of sections
	slack       = 8  // zero bytes after each section at least, so that eight bytes can be read at its end

	lightRows   = 64 // an address with more rows on a side is heavy
	anchorEvery = 32 // rows between sums
	wideHi      = 1<<16 - 1
	wideBytes   = 32        // of a wide amount
	nobody      = 1<<32 - 1 // in the columns from and to
	noAnchors   = 1<<32 - 1
	maxRows     = 1<<32 - 2
	formCount   = 11
)

var (
	le         = binary.LittleEndian
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// A section is one part of the file. Numbers never change.
type section int

const (
	secKeys section = iota
	secKeyDir
	secAssetEnds
	secAssetNames
	secBlocks
	secBlockFirsts
	secRunBits
	secRunRanks
	secRunBlock
	secRunIndex
	secRunTx
	secTxOrder
	secTxDir
	secFrom
	secTo
	secAsset
	secLo
	secHi
	secOrdinal
	secWideRows
	secWideValues
	secExtraRows
	secExtraEnds
	secExtra
	secSpends
	secHeavyBits
	secHeavyRanks
	secSides // the first of one side's; the other side's follow
)

// Sections of a side, counted from secSides for out and sideSections later for in.
const (
	sideStarts section = iota
	sideRecords
	sideHeavy
	sideGroups
	sideOrder
	sideAnchors
	sideSections
)

// Sections of acts, behind those of both sides.
const (
	secActs = secSides + 2*sideSections + iota
	secActEnds
	secActIndex
	secActDir
	secEnd
)

const sectionCount = int(secEnd)

var sectionNames = [sectionCount]string{
	"addresses", "address directory", "asset ends", "asset names", "blocks", "block firsts",
	"run bits", "run ranks", "run blocks", "run indexes", "transactions", "transaction order", "transaction directory",
	"from", "to", "asset", "amount low", "amount high", "ordinal", "wide rows", "wide amounts",
	"extra rows", "extra ends", "extra", "spends", "heavy bits", "heavy ranks",
	"out starts", "out rows", "out heavy", "out groups", "out order", "out sums",
	"in starts", "in rows", "in heavy", "in groups", "in order", "in sums",
	"acts", "act ends", "act index", "act directory",
}

// numbers are what the header counts.
type numbers struct {
	rows, runs, blocks, assets uint64
	forms                      [formCount]uint64 // addresses by form
	wide, extras, spends       uint64
	heavy                      uint64
	records, groups            [2]uint64 // by side
	maxIndex, maxOrdinal       uint64
	maxClass, maxLeg           uint64
	several                    uint64    // 1 if a side of a transfer has several legs
	high                       uint64    // 1 if an amount exceeds 64 bits
	odd                        uint64    // 1 if a height has several times
	leastHeight, maxRise       uint64    // of the blocks' heights, and by how much the greatest is above it
	leastTime, maxLapse        uint64    // likewise of their times; as two's complement
	first, last                [4]uint64 // positions of transfers
	acts, actEntries           uint64    // the latter in their index
	firstAct, lastAct          [4]uint64 // positions
}

// fields lists the numbers in the order of the file.
func (n *numbers) fields() []*uint64 {
	list := []*uint64{&n.rows, &n.runs, &n.blocks, &n.assets}
	for i := range n.forms {
		list = append(list, &n.forms[i])
	}
	list = append(list, &n.wide, &n.extras, &n.spends, &n.heavy,
		&n.records[0], &n.records[1], &n.groups[0], &n.groups[1],
		&n.maxIndex, &n.maxOrdinal, &n.maxClass, &n.maxLeg, &n.several, &n.high, &n.odd,
		&n.leastHeight, &n.maxRise, &n.leastTime, &n.maxLapse)
	list = appendPos(appendPos(list, &n.first), &n.last)
	list = append(list, &n.acts, &n.actEntries)
	return appendPos(appendPos(list, &n.firstAct), &n.lastAct)
}

func appendPos(list []*uint64, pos *[4]uint64) []*uint64 {
	for i := range pos {
		list = append(list, &pos[i])
	}
	return list
}

func (n *numbers) addresses() uint64 {
	var sum uint64
	for _, count := range n.forms {
		sum += count
	}
	return sum
}

// widthOf returns how many bits hold numbers up to most.
func widthOf(most uint64) uint { return uint(bits.Len64(most)) }

// lastOf returns count-1, the greatest of count numbers from 0; 0 for none.
func lastOf(count uint64) uint64 {
	if count == 0 {
		return 0
	}
	return count - 1
}

// packedBytes returns how many bytes count numbers of width bits take.
func packedBytes(count uint64, width uint) uint64 { return (count*uint64(width) + 7) / 8 }

func (n *numbers) assetWidth() uint    { return widthOf(lastOf(n.assets)) }
func (n *numbers) runBlockWidth() uint { return widthOf(lastOf(n.blocks)) }
func (n *numbers) indexWidth() uint    { return widthOf(n.maxIndex) }
func (n *numbers) classWidth() uint    { return widthOf(n.maxClass) }
func (n *numbers) ordinalWidth() uint  { return widthOf(n.maxOrdinal) }

// bytesOf returns how many bytes hold numbers up to most.
func bytesOf(most uint64) uint64 { return uint64(widthOf(most)+7) / 8 }

// A blockShape says how the height and time of a block are laid down: above
// the least of all, in as many bytes as the greatest takes. So the blocks of
// long histories stay near the processor.
type blockShape struct {
	height, time uint64 // the least
	rise, lapse  uint64 // masks
	at, size     uint64 // where the time begins, and where both end
}

func (n *numbers) blockShape() blockShape {
	rise, lapse := bytesOf(n.maxRise), bytesOf(n.maxLapse)
	return blockShape{n.leastHeight, n.leastTime, 1<<(8*rise) - 1, 1<<(8*lapse) - 1, rise, rise + lapse}
}

// get reads a block from b, which has slack after it.
func (x *blockShape) get(b []byte) (height uint64, time clew.Time) {
	return x.height + le.Uint64(b)&x.rise, clew.Time(x.time + le.Uint64(b[x.at:])&x.lapse)
}

// write appends a block to a spool.
func (x *blockShape) write(to *spool, b blockEntry) {
	var rise, lapse [8]byte
	le.PutUint64(rise[:], b.height-x.height)
	le.PutUint64(lapse[:], uint64(b.time)-x.time)
	to.write(rise[:x.at])
	to.write(lapse[:x.size-x.at])
}

// setBlocks takes the least and the greatest of heights and times.
func (n *numbers) setBlocks(blocks []blockEntry) {
	if len(blocks) == 0 {
		return
	}
	least, greatest := blocks[0].time, blocks[0].time
	for _, b := range blocks {
		least, greatest = min(least, b.time), max(greatest, b.time)
	}
	n.leastHeight, n.maxRise = blocks[0].height, blocks[len(blocks)-1].height-blocks[0].height
	n.leastTime, n.maxLapse = uint64(least), uint64(greatest)-uint64(least)
}

// dirBits returns the bits of a directory of count sorted keys: about four
// keys share an entry.
func dirBits(count uint64) uint {
	if count <= 4 {
		return 0
	}
	return min(widthOf((count-1)/4), 22)
}

func dirBytes(count uint64) uint64 {
	if count == 0 {
		return 0
	}
	return (1<<dirBits(count) + 1) * 4
}

// orderWidth returns the bytes of a slot in the chain order of n rows.
func orderWidth(n uint64) uint { return (widthOf(lastOf(n)) + 7) / 8 }

// A layout says where in a record each field lies. Amounts come first: eight
// bytes, and two more where any amount exceeds 64 bits.
type layout struct {
	size                                                 uint64
	high                                                 bool
	block, index, class, ordinal, asset, peer, leg, many field
}

// A field is up to 32 bits at a byte offset and shift.
type field struct {
	at           uint32
	shift, width uint8
	mask         uint64
}

func (f field) get(b []byte) uint32 {
	return uint32(le.Uint64(b[f.at:f.at+8]) >> f.shift & f.mask)
}

// recordSpan is more than the bytes that reading a record may look at. Behind
// the last record there are as many, of sections and checksums.
const recordSpan = 72

// recordAt returns the bytes of a record at a place in a section of such.
func recordAt(records []byte, at uint64) *[recordSpan]byte {
	return (*[recordSpan]byte)(records[at : at+recordSpan])
}

// of returns the field of a record.
func (f field) of(b *[recordSpan]byte) uint32 {
	return uint32(le.Uint64(b[f.at&63:]) >> (f.shift & 63) & f.mask)
}

// layout returns the layout of records for n.
func (n *numbers) layout() layout {
	l := layout{high: n.high != 0}
	at := uint(64)
	if l.high {
		at += 16
	}
	next := func(width uint) field {
		f := field{uint32(at / 8), uint8(at % 8), uint8(width), 1<<width - 1}
		at += width
		return f
	}
	l.block = next(n.runBlockWidth())
	l.index = next(n.indexWidth())
	l.class = next(n.classWidth())
	l.ordinal = next(n.ordinalWidth())
	l.asset = next(n.assetWidth())
	l.peer = next(widthOf(n.addresses())) // the count itself is nobody
	l.leg = next(widthOf(n.maxLeg))
	l.many = next(uint(n.several))
	l.size = uint64(at+7) / 8
	return l
}

// A record is a row of one address on one side, in memory.
type record struct {
	lo                                      uint64 // the amount's low 64 bits, or the number of a wide amount
	block, index, ordinal, asset, peer, leg uint32
	hi                                      uint16 // the next 16 bits, or wideHi
	class, many                             uint8
}

// maxRecord is the most bytes that a record takes.
const maxRecord = 48

// encodeTo appends a record to a spool.
func (l *layout) encodeTo(to *spool, r *record) {
	if len(to.chunk)+maxRecord > cap(to.chunk) || len(to.chunk)+maxRecord > spoolChunk {
		var b [maxRecord]byte
		to.write(l.encode(&b, r))
		return
	}
	at := len(to.chunk)
	b := (*[maxRecord]byte)(to.chunk[at : at+maxRecord])
	l.encode(b, r)
	to.chunk = to.chunk[:at+int(l.size)]
	to.size += l.size
}

// encode gathers the fields in a register: they follow one another without
// gaps, and reading back bytes just written would wait for the memory.
func (l *layout) encode(b *[maxRecord]byte, r *record) []byte {
	le.PutUint64(b[:], r.lo)
	at := 8
	if l.high {
		le.PutUint16(b[8:], r.hi)
		at = 10
	}
	w := bitJoiner{to: b[:], at: at}
	w.put(r.block, l.block.width)
	w.put(r.index, l.index.width)
	w.put(uint32(r.class), l.class.width)
	w.put(r.ordinal, l.ordinal.width)
	w.put(r.asset, l.asset.width)
	w.put(r.peer, l.peer.width)
	w.put(r.leg, l.leg.width)
	w.put(uint32(r.many), l.many.width)
	le.PutUint64(b[w.at:], w.held)
	return b[:l.size]
}

// A bitJoiner packs numbers of up to 32 bits.
type bitJoiner struct {
	to   []byte
	at   int
	held uint64
	n    uint8 // of the bits held, less than 32
}

func (w *bitJoiner) put(v uint32, width uint8) {
	w.held |= uint64(v) << (w.n & 63)
	if w.n += width; w.n >= 32 {
		le.PutUint32(w.to[w.at:], uint32(w.held))
		w.at += 4
		w.held >>= 32
		w.n -= 32
	}
}

// decode reads a record.
func (l *layout) decode(b *[recordSpan]byte, r *record) {
	r.lo = le.Uint64(b[:])
	r.hi = 0
	if l.high {
		r.hi = le.Uint16(b[8:])
	}
	r.block, r.index = l.block.of(b), l.index.of(b)
	r.class, r.ordinal = uint8(l.class.of(b)), l.ordinal.of(b)
	r.asset, r.peer = l.asset.of(b), l.peer.of(b)
	r.leg, r.many = 0, 0
	if l.leg.width|l.many.width != 0 {
		r.leg, r.many = l.leg.of(b), uint8(l.many.of(b))
	}
}

// A packed is a column of numbers of width bits, with slack after it.
type packed struct {
	bytes []byte
	width uint
	mask  uint64
}

func newPacked(b []byte, width uint) packed { return packed{b, width, 1<<width - 1} }

func (p packed) get(i uint64) uint64 {
	bit := i * uint64(p.width)
	return le.Uint64(p.bytes[bit>>3:]) >> (bit & 7) & p.mask
}
