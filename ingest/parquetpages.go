package ingest

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	pages "github.com/parquet-go/parquet-go/format"
)

const (
	headerRoom    = 1 << 12 // of a page's header, tried first
	headerRoomMax = 1 << 20 // and last: it may quote the page's least and greatest value
)

// eachPage reads the headers of the pages of one column of one row group, in a
// file of the given size. Visit gets each with the place of the page's bytes,
// which lie within the file.
func eachPage(file io.ReaderAt, size int64, m *pages.ColumnMetaData, visit func(h *pages.PageHeader, at int64) error) error {
	at, length := m.DataPageOffset, m.TotalCompressedSize
	if m.DictionaryPageOffset != 0 {
		at = m.DictionaryPageOffset
	}
	if at < 0 || at > size || length < 0 || length > size-at {
		return errors.New("its pages are said to lie outside of the file")
	}
	for end := at + length; at < end; {
		h, n, err := readHeader(file, at, end)
		if err != nil {
			return err
		}
		at += n
		if h.CompressedPageSize < 0 || int64(h.CompressedPageSize) > end-at {
			return errors.New("a page is said to end behind its column")
		}
		if err := visit(&h, at); err != nil {
			return err
		}
		at += int64(h.CompressedPageSize)
	}
	return nil
}

// readHeader reads a page's header, and returns its length in the file.
func readHeader(file io.ReaderAt, at, end int64) (h pages.PageHeader, length int64, err error) {
	for room := int64(headerRoom); ; room *= 16 {
		text := make([]byte, min(room, end-at))
		if err := readWhole(file, text, at); err != nil {
			return h, 0, err
		}
		r := new(thrift.CompactProtocol).NewReaderFromBytes(text)
		h = pages.PageHeader{}
		if err = thrift.NewDecoder(r).Decode(&h); err == nil {
			return h, int64(r.BytesRead()), nil
		}
		if room >= min(headerRoomMax, end-at) {
			return h, 0, fmt.Errorf("a page's header: %w", unexpected(err))
		}
	}
}

// readWhole fills b; a file that ends before it has become shorter.
func readWhole(file io.ReaderAt, b []byte, at int64) error {
	n, err := file.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
