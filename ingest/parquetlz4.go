package ingest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	pages "github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

const (
	// lz4PageMax is the most that one page may unpack into, in bytes. Writers
	// aim at 1 MB.
	lz4PageMax = 1 << 28

	// lz4PagesMax is the most pages by LZ4 of one file: each is laid out before
	// the first is read, at about 100 bytes.
	lz4PagesMax = 1 << 20

	// lz4Ratio is the most bytes that one packed byte can stand for.
	lz4Ratio = 255
)

// An lz4View shows a Parquet file as if its columns by LZ4_RAW were not packed:
// the file itself, then those columns' pages anew, then a footer that points at
// them. A page is unpacked when it is asked for, and only the last is held.
//
// The Parquet library would unpack them too, but keeps a page's empty room
// instead of what it unpacked wherever that took more room than it had got, and
// asks for memory without end on a damaged page.
//
// A view is read by one goroutine.
type lz4View struct {
	file   io.ReaderAt
	size   int64     // of the file
	unread int64     // of the file, that no column has claimed yet
	parts  []lz4Part // behind the file, in the order of their starts
	end    int64     // of the view

	held   int // the part whose bytes are in room; -1 for none
	room   []byte
	packed []byte
}

// An lz4Part is a page with its new header, or the new footer.
type lz4Part struct {
	start  int64 // in the view
	header []byte
	at     int64  // in the file, behind the page's old header
	plain  int32  // bytes that are not packed: levels, or all
	packed int32  // bytes of the page in the file, with the plain ones
	size   int32  // bytes of the page in the view, likewise
	crc    uint32 // of the page as it lies in the file; 0 for none
}

// newLZ4View lays out the view of a file with the given footer.
func newLZ4View(t *parquetTable, footer *pages.FileMetaData) (*lz4View, error) {
	v := &lz4View{file: t.in.at, size: t.in.size, unread: t.in.size, end: t.in.size, held: -1}
	anew := *footer
	anew.RowGroups = slices.Clone(footer.RowGroups)
	for i := range anew.RowGroups {
		group := &anew.RowGroups[i]
		group.Columns = slices.Clone(group.Columns)
		group.FileOffset, group.TotalCompressedSize = 0, 0
		for j := range group.Columns {
			column := &group.Columns[j]
			if column.MetaData.Codec != pages.Lz4Raw {
				continue
			}
			if err := v.addColumn(column); err != nil {
				return nil, t.explain(strings.Join(column.MetaData.PathInSchema, "."), err)
			}
		}
	}
	text, err := thrift.Marshal(new(thrift.CompactProtocol), anew)
	if err != nil {
		return nil, err
	}
	text = binary.LittleEndian.AppendUint32(text, uint32(len(text)))
	v.add(lz4Part{header: append(text, "PAR1"...)})
	return v, nil
}

func (v *lz4View) add(p lz4Part) {
	p.start = v.end
	v.end += int64(len(p.header)) + int64(p.size)
	v.parts = append(v.parts, p)
}

// addColumn lays out the pages of one column of one row group, and makes its
// description point at them. What it says of indexes is left out.
func (v *lz4View) addColumn(column *pages.ColumnChunk) error {
	m := &column.MetaData
	if m.TotalCompressedSize > v.unread {
		return errors.New("columns are said to take more than the file")
	}
	v.unread -= m.TotalCompressedSize
	begin, data := v.end, int64(-1)
	err := eachPage(v.file, v.size, m, func(h *pages.PageHeader, at int64) error {
		part, err := layOut(h, at)
		if err != nil {
			return err
		}
		if len(v.parts) == lz4PagesMax {
			return fmt.Errorf("more than %d pages by LZ4", lz4PagesMax)
		}
		if h.Type != pages.DictionaryPage && data < 0 {
			data = v.end
		}
		v.add(part)
		return nil
	})
	if err != nil {
		return err
	}
	m.DataPageOffset = begin
	if m.DictionaryPageOffset != 0 {
		m.DictionaryPageOffset, m.DataPageOffset = begin, max(begin, data)
	}
	m.Codec, m.TotalCompressedSize, m.TotalUncompressedSize = pages.Uncompressed, v.end-begin, v.end-begin
	m.IndexPageOffset, m.BloomFilterOffset, m.BloomFilterLength = 0, 0, 0
	column.FileOffset, column.OffsetIndexOffset, column.OffsetIndexLength = 0, 0, 0
	column.ColumnIndexOffset, column.ColumnIndexLength = 0, 0
	return nil
}

// layOut lays out a page that lies at the given place, behind its header.
func layOut(h *pages.PageHeader, at int64) (p lz4Part, err error) {
	p = lz4Part{at: at, packed: h.CompressedPageSize, size: h.UncompressedPageSize, crc: uint32(h.CRC)}
	switch h.Type {
	case pages.DataPage, pages.DictionaryPage:
	case pages.DataPageV2:
		levels := int64(h.DataPageHeaderV2.V.RepetitionLevelsByteLength) + int64(h.DataPageHeaderV2.V.DefinitionLevelsByteLength)
		if levels < 0 || levels > int64(p.packed) {
			return p, errors.New("a page is said to be shorter than its levels")
		}
		p.plain = int32(levels)
		if packed, stated := h.DataPageHeaderV2.V.IsCompressed.Get(); stated && !packed {
			p.plain, p.size = p.packed, p.packed
		}
	default:
		return p, fmt.Errorf("a page of the unknown kind %d", h.Type)
	}
	if p.size > lz4PageMax {
		return p, fmt.Errorf("a page of more than %d MB", lz4PageMax>>20)
	}
	if p.size < p.plain || int64(p.size-p.plain) > lz4Ratio*int64(p.packed-p.plain) {
		return p, fmt.Errorf("a page by LZ4 of %d bytes cannot hold the %d that it states", p.packed, p.size)
	}
	p.header, err = newHeader(*h, p.size)
	return p, err
}

// newHeader returns the header of a page that is no longer packed.
func newHeader(h pages.PageHeader, size int32) ([]byte, error) {
	h.CompressedPageSize, h.UncompressedPageSize, h.CRC = size, size, 0
	h.DataPageHeader.V.Statistics = pages.Statistics{}
	h.DataPageHeaderV2.V.Statistics = pages.Statistics{}
	return thrift.Marshal(new(thrift.CompactProtocol), h)
}

// ReadAt implements io.ReaderAt.
func (v *lz4View) ReadAt(b []byte, off int64) (n int, err error) {
	if off < v.size {
		n = int(min(int64(len(b)), v.size-off))
		if err := readWhole(v.file, b[:n], off); err != nil {
			return 0, err
		}
	}
	for n < len(b) {
		at := off + int64(n)
		if at >= v.end {
			return n, io.EOF
		}
		i := sort.Search(len(v.parts), func(i int) bool { return v.parts[i].start > at }) - 1
		p := &v.parts[i]
		inside := int(at - p.start)
		if inside < len(p.header) {
			n += copy(b[n:], p.header[inside:])
			continue
		}
		if err := v.unpack(i); err != nil {
			return n, err
		}
		n += copy(b[n:], v.room[inside-len(p.header):])
	}
	return n, nil
}

// unpack brings a page's bytes into room.
func (v *lz4View) unpack(i int) error {
	if v.held == i {
		return nil
	}
	v.held = -1
	p := &v.parts[i]
	v.packed = sized(v.packed, int(p.packed))
	if err := readWhole(v.file, v.packed, p.at); err != nil {
		return err
	}
	if p.crc != 0 && p.crc != crc32.ChecksumIEEE(v.packed) {
		return errors.New("a page does not match its checksum")
	}
	v.room = sized(v.room, int(p.size))
	copy(v.room, v.packed[:p.plain])
	if err := unpackLZ4(v.room[p.plain:], v.packed[p.plain:]); err != nil {
		return err
	}
	v.held = i
	return nil
}

// unpackLZ4 fills room, neither more nor less.
func unpackLZ4(room, packed []byte) error {
	n, err := 0, error(nil)
	if len(room) > 0 {
		n, err = lz4.UncompressBlock(packed, room)
	} else if len(packed) > 1 || len(packed) == 1 && packed[0] != 0 { // nothing is packed as nothing, or as one token that says so
		err = errors.New("more than nothing")
	}
	if err != nil || n != len(room) {
		return fmt.Errorf("a page by LZ4 does not unpack into the %d bytes that it states", len(room))
	}
	return nil
}

// sized returns b with the given length, and whatever in it.
func sized(b []byte, n int) []byte { return slices.Grow(b[:0], n)[:n] }
