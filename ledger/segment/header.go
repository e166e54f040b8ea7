package segment

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"clew"
	"clew/ledger"
)

// An extent is a part of the file.
type extent struct{ at, size uint64 }

// A header is the file's first block.
type header struct {
	version  uint32
	chain    clew.Chain
	numbers  numbers
	sections [sectionCount]extent
	end      uint64 // where the checksums of blocks begin
}

// marshal returns headerSize bytes.
func (h *header) marshal() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, magic...)
	b = le.AppendUint32(b, h.version)
	b = le.AppendUint32(b, headerSize)
	b = le.AppendUint64(b, h.end)
	b = le.AppendUint64(b, uint64(len(h.chain)))
	var name [maxChain]byte
	copy(name[:], h.chain)
	b = append(b, name[:]...)
	for _, v := range h.numbers.fields() {
		b = le.AppendUint64(b, *v)
	}
	for _, s := range h.sections {
		b = le.AppendUint64(b, s.at)
		b = le.AppendUint64(b, s.size)
	}
	return append(b, make([]byte, headerSize-len(b))...)
}

// maxChain is the most bytes of a chain's name.
const maxChain = 64

// unmarshal reads a header whose checksum was right, and checks that sections
// lie in the file and have the sizes that the numbers ask for.
func (h *header) unmarshal(b []byte, end uint64) error {
	h.version = le.Uint32(b[8:])
	h.end = le.Uint64(b[16:])
	length := le.Uint64(b[24:])
	if h.end != end || length > maxChain {
		return errors.New("header does not fit the file")
	}
	h.chain = clew.Chain(b[32 : 32+length])
	b = b[32+maxChain:]
	for _, v := range h.numbers.fields() {
		*v = le.Uint64(b)
		b = b[8:]
	}
	if err := h.numbers.check(); err != nil {
		return err
	}
	var sizes [sectionCount]uint64
	want := h.numbers.sizes()
	for i := range h.sections {
		h.sections[i] = extent{le.Uint64(b), le.Uint64(b[8:])}
		b = b[16:]
		if sizes[i] = h.sections[i].size; sizes[i] > end || (want[i] != anySize && want[i] != sizes[i]) {
			return fmt.Errorf("%s: size does not fit", sectionNames[i])
		}
	}
	if extents, filled := arrange(sizes); extents != h.sections || filled != end {
		return errors.New("sections do not fill the file")
	}
	return nil
}

// order returns the sections in the order of the file.
func (h *header) order() []int {
	order := make([]int, sectionCount)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(h.sections[i].at, h.sections[j].at) })
	return order
}

// check reports numbers that cannot be.
func (n *numbers) check() error {
	if n.forms[0] > 0 || n.several > 1 || n.high > 1 || n.odd > 1 || n.maxClass > math.MaxUint8 ||
		max(n.maxIndex, n.maxOrdinal, n.maxLeg, n.rows, n.records[0], n.records[1], n.addresses(), n.acts, n.actEntries) > math.MaxUint32 {
		return errors.New("header: out of range")
	}
	return nil
}

// anySize stands for a size that the numbers do not tell.
const anySize = 1<<64 - 1

// sizes returns the size of each section.
func (n *numbers) sizes() [sectionCount]uint64 {
	var s [sectionCount]uint64
	most := []uint64{n.rows, n.runs, n.blocks, n.assets, n.wide, n.extras, n.spends, n.heavy, n.records[0], n.records[1],
		n.groups[0], n.groups[1], n.maxIndex, n.maxOrdinal, n.addresses(), n.acts, n.actEntries}
	for _, count := range append(most, n.forms[:]...) {
		if count > 1<<33 { // no section can be so long; products below must not overflow
			for i := range s {
				s[i] = anySize - 1
			}
			return s
		}
	}
	for form, count := range n.forms {
		s[secKeys] += count * formSize(form)
		s[secKeyDir] += dirBytes(count)
	}
	s[secAssetEnds], s[secAssetNames] = 4*n.assets, anySize
	s[secBlocks], s[secBlockFirsts] = n.blockShape().size*n.blocks, 4*n.blocks
	s[secRunBits], s[secRunRanks] = rankBytes(n.rows)
	s[secRunBlock], s[secRunIndex] = packedBytes(n.runs, n.runBlockWidth()), packedBytes(n.runs, n.indexWidth())
	s[secRunTx], s[secTxOrder], s[secTxDir] = 32*n.runs, anySize, anySize
	s[secFrom], s[secTo], s[secLo] = 4*n.rows, 4*n.rows, 8*n.rows
	s[secHi] = 2 * n.rows * n.high
	s[secAsset] = packedBytes(n.rows, n.assetWidth())
	s[secOrdinal] = packedBytes(n.rows, n.classWidth()+n.ordinalWidth())
	s[secWideRows], s[secWideValues] = 4*n.wide, wideBytes*n.wide
	s[secExtraRows], s[secExtraEnds], s[secExtra] = 4*n.extras, 8*n.extras, anySize
	s[secSpends] = 16 * n.spends
	s[secHeavyBits], s[secHeavyRanks] = rankBytes(n.addresses())
	for side := range section(2) {
		first := secSides + side*sideSections
		l := n.layout()
		s[first+sideStarts] = 4 * (n.addresses() + 1)
		s[first+sideRecords] = l.size * n.records[side]
		s[first+sideHeavy] = heavyBytes * (n.heavy + 1)
		s[first+sideGroups] = groupBytes * n.groups[side]
		s[first+sideOrder], s[first+sideAnchors] = anySize, anySize
	}
	s[secActs], s[secActEnds] = anySize, 8*((n.acts+actGroup-1)/actGroup)
	s[secActIndex], s[secActDir] = 8*n.actEntries, dirBytes(n.actEntries)
	return s
}

// trailer returns the file's last bytes, given its checksums.
func trailer(end uint64, table []byte) []byte {
	b := make([]byte, 0, trailerSize)
	b = le.AppendUint64(b, end)
	b = le.AppendUint64(b, end+uint64(len(table))+trailerSize)
	b = le.AppendUint32(b, crc32.Checksum(table, castagnoli))
	b = append(b, trailMagic...)
	b = le.AppendUint32(b, 0)
	return le.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// readTrailer finds where checksums begin, and checks them.
func readTrailer(data []byte) (end uint64, table []byte, err error) {
	size := uint64(len(data))
	if size < headerSize+trailerSize {
		return 0, nil, errors.New("too short for a segment: cut short, or another kind of file")
	}
	t := data[size-trailerSize:]
	if crc32.Checksum(t[:trailerSize-4], castagnoli) != le.Uint32(t[trailerSize-4:]) || string(t[20:24]) != trailMagic || le.Uint64(t[8:]) != size {
		return 0, nil, errors.New("trailer: cut short, or bytes are not what was written")
	}
	end = le.Uint64(t)
	if end < headerSize || end > size-trailerSize || (size-trailerSize-end) != (end+blockSize-1)/blockSize*4 {
		return 0, nil, errors.New("trailer does not fit the file")
	}
	table = data[end : size-trailerSize]
	if crc32.Checksum(table, castagnoli) != le.Uint32(t[16:]) {
		return 0, nil, fmt.Errorf("checksums, at offset %d: bytes are not what was written", end)
	}
	return end, table, nil
}

// damaged returns an error about one file.
func damaged(name string, err error) error {
	return fmt.Errorf("segment %s: %w: %w", name, ledger.ErrDamaged, err)
}
