package ingest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/parquet-go/parquet-go"
)

// A parquetTable reads a Parquet file column by column, without building rows.
// Lists of text become text parted by commas.
type parquetTable struct {
	in     *input
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
	file, err := parquet.OpenFile(in.at, in.size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, brokenFile(in.name, "Parquet", err.Error())
	}
	if err := checkPacking(in.name, file); err != nil {
		return nil, err
	}
	t = &parquetTable{in: in, file: file, groups: file.RowGroups()}
	for _, column := range file.Root().Columns() {
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

// checkPacking refuses LZ4: the library keeps a page's empty room instead of
// what it unpacked wherever that took more room than it had got, so numbers
// come out wrong without a word; and a damaged page makes it ask for memory
// without end.
func checkPacking(name string, file *parquet.File) error {
	for _, group := range file.Metadata().RowGroups {
		for i := range group.Columns {
			if group.Columns[i].MetaData.Codec == parquet.Lz4Raw.CompressionCodec() {
				return wrongFile(name, "Parquet packed by zstd, snappy, gzip, brotli or not at all; this is by LZ4, which is not read reliably: write it anew, with cryo by --compression zstd")
			}
		}
	}
	return nil
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
		t.beginGroup()
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

func (t *parquetTable) beginGroup() {
	group := t.groups[0]
	t.groups = t.groups[1:]
	t.left = group.NumRows()
	chunks := group.ColumnChunks()
	t.columns = make([]*columnReader, len(t.places))
	for i, place := range t.places {
		if place >= 0 && t.leaves[place] != nil {
			t.columns[i] = newColumnReader(t.leaves[place], t.names[place], chunks[t.leaves[place].Index()])
		}
	}
}
