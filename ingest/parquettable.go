package ingest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/parquet-go/parquet-go"
	pages "github.com/parquet-go/parquet-go/format"
)

// A parquetTable reads a Parquet file column by column, without building rows.
// Lists of text become text parted by commas.
type parquetTable struct {
	in     *input
	at     io.ReaderAt // the file, or a view of it
	size   int64
	file   *parquet.File
	names  []string
	leaves []*parquet.Column
	places []int

	groups  []parquet.RowGroup // not begun
	columns []*columnReader    // of the current group, by place bound
	left    int64              // rows of the current group not yet read
	row     int64              // rows read
}

func openParquet(in *input) (t *parquetTable, err error) {
	defer damaged(in.name, &err)
	if err := checkFooter(in); err != nil {
		return nil, err
	}
	t = &parquetTable{in: in, at: in.at, size: in.size}
	if err := t.open(); err != nil {
		return nil, err
	}
	t.groups = t.file.RowGroups()
	for _, column := range t.file.Root().Columns() {
		t.names = append(t.names, column.Name())
		t.leaves = append(t.leaves, onlyLeaf(column))
	}
	return t, nil
}

// checkFooter sees that the file ends as it should, and that its footer is no
// longer than the file: the library would make room for whatever it says.
func checkFooter(in *input) error {
	var end [8]byte
	if in.size < 12 {
		return brokenFile(in.name, "Parquet", "it is too short for its footer")
	}
	if _, err := in.at.ReadAt(end[:], in.size-8); err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	if string(end[4:]) != "PAR1" || int64(binary.LittleEndian.Uint32(end[:])) > in.size-12 {
		return brokenFile(in.name, "Parquet", "it does not end in a footer")
	}
	return nil
}

// open opens the file, through a view where columns are packed by LZ4_RAW.
func (t *parquetTable) open() error {
	file, err := openPages(t.in.name, t.at, t.size)
	if err != nil {
		return err
	}
	t.file = file
	if usesCodec(file, pages.Lz4) {
		return wrongFile(t.in.name, "Parquet packed by zstd, snappy, gzip, brotli, LZ4_RAW or not at all; this is by the older LZ4, which its writers frame in different ways: write it anew by zstd")
	}
	if !usesCodec(file, pages.Lz4Raw) {
		return nil
	}
	view, err := newLZ4View(t, file.Metadata())
	if err != nil {
		return err
	}
	t.at, t.size = view, view.end
	t.file, err = openPages(t.in.name, t.at, t.size)
	return err
}

func openPages(name string, at io.ReaderAt, size int64) (*parquet.File, error) {
	file, err := parquet.OpenFile(at, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, brokenFile(name, "Parquet", err.Error())
	}
	return file, nil
}

func usesCodec(file *parquet.File, codec pages.CompressionCodec) bool {
	for _, group := range file.Metadata().RowGroups {
		for i := range group.Columns {
			if group.Columns[i].MetaData.Codec == codec {
				return true
			}
		}
	}
	return false
}

// onlyLeaf returns the column that holds the values of a plain column or of a
// list; nil for anything deeper.
func onlyLeaf(column *parquet.Column) *parquet.Column {
	for depth := 0; !column.Leaf(); depth++ {
		inner := column.Columns()
		if len(inner) != 1 || depth > 4 {
			return nil
		}
		column = inner[0]
	}
	return column
}

// damaged turns a panic of the Parquet library into an error: it does not
// promise to survive files whose pages contradict their footer.
func damaged(name string, err *error) {
	if cause := recover(); cause != nil {
		*err = brokenFile(name, "Parquet", fmt.Sprint(cause))
	}
}

func (t *parquetTable) header() []string { return t.names }

func (t *parquetTable) bind(places []int) { t.places = places }

func (t *parquetTable) close() error {
	t.endGroup()
	return t.in.close()
}

func (t *parquetTable) endGroup() {
	for _, c := range t.columns {
		if c != nil {
			c.close()
		}
	}
	t.columns = nil
}

func (t *parquetTable) read(b *batch) (err error) {
	defer damaged(t.in.name, &err)
	b.reset(len(t.places))
	for t.left == 0 {
		t.endGroup()
		if len(t.groups) == 0 {
			return io.EOF
		}
		if err := t.beginGroup(); err != nil {
			return err
		}
	}
	rows := int(min(t.left, batchRows))
	for i, place := range t.places {
		if place < 0 || t.leaves[place] == nil {
			b.cols[i].kind = absent
			continue
		}
		if err := t.columns[i].read(rows, &b.cols[i]); err != nil {
			return t.explain(t.names[place], err)
		}
	}
	for range rows {
		t.row++
		b.lines = append(b.lines, t.row)
	}
	b.rows = rows
	t.left -= int64(rows)
	return nil
}

// explain says what is wrong with a column, but leaves errors of the disk as
// they are.
func (t *parquetTable) explain(column string, err error) error {
	if disk := (*fs.PathError)(nil); errors.As(err, &disk) {
		return named(t.in.name, err)
	}
	return brokenFile(t.in.name, "Parquet", "column "+column+": "+err.Error())
}

func (t *parquetTable) beginGroup() error {
	number := len(t.file.RowGroups()) - len(t.groups)
	group := t.groups[0]
	t.groups = t.groups[1:]
	t.left = group.NumRows()
	chunks := group.ColumnChunks()
	t.columns = make([]*columnReader, len(t.places))
	for i, place := range t.places {
		if place < 0 || t.leaves[place] == nil {
			continue
		}
		leaf := t.leaves[place]
		if leaf.Type().Kind() == parquet.Boolean {
			if err := t.checkBits(number, leaf.Index(), t.names[place]); err != nil {
				return err
			}
		}
		t.columns[i] = newColumnReader(leaf, t.names[place], chunks[leaf.Index()])
	}
	return nil
}

// checkBits refuses yes and no in runs: the library takes the one bit that a
// run repeats for eight, so "true" comes out as one true and seven false.
func (t *parquetTable) checkBits(group, column int, name string) error {
	runs := false
	err := eachPage(t.at, t.size, &t.file.Metadata().RowGroups[group].Columns[column].MetaData, func(h *pages.PageHeader, _ int64) error {
		runs = runs || h.DataPageHeader.V.Encoding == pages.RLE || h.DataPageHeaderV2.V.Encoding == pages.RLE
		return nil
	})
	if err != nil {
		return t.explain(name, err)
	}
	if runs {
		return wrongFile(t.in.name, "Parquet with the bits of column "+name+" one by one (PLAIN), as data pages of version 1 have them; in runs (RLE) they are not read reliably")
	}
	return nil
}
