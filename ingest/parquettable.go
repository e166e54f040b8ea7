package ingest

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	pages "github.com/parquet-go/parquet-go/format"
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

// A columnReader reads the values of one column of one row group.
type columnReader struct {
	name     string
	shape    column // kind, scale and unit
	repeated bool
	pages    parquet.Pages
	page     parquet.Page
	values   parquet.ValueReader
	buffer   []parquet.Value
	have     []parquet.Value // read and not used
}

func newColumnReader(leaf *parquet.Column, name string, chunk parquet.ColumnChunk) *columnReader {
	return &columnReader{
		name: name, shape: shapeOf(leaf.Type()), repeated: leaf.MaxRepetitionLevel() > 0,
		pages: chunk.Pages(), buffer: make([]parquet.Value, batchRows),
	}
}

// shapeOf says how a column of the given type is held in a batch.
func shapeOf(typ parquet.Type) column {
	shape := column{kind: rawBytes, scale: -1}
	logical := typ.LogicalType()
	switch typ.Kind() {
	case parquet.Boolean, parquet.Int32, parquet.Int64:
		shape.kind, shape.scale = integer, 0
	case parquet.Int96:
		shape.kind, shape.scale, shape.unit = integer, 0, time.Second
	case parquet.Float, parquet.Double:
		shape.kind = double
	}
	if logical == nil {
		return shape
	}
	switch l := logical.Value.(type) {
	case *pages.StringType, *pages.EnumType, *pages.JsonType:
		shape.kind = textual
	case *pages.DecimalType:
		shape.scale = int(l.Scale)
	case *pages.IntType:
		shape.unsigned = !l.IsSigned
	case *pages.TimestampType:
		shape.unit = unitOf(l.Unit)
	}
	return shape
}

func unitOf(unit pages.TimeUnit) time.Duration {
	switch unit.Value.(type) {
	case *pages.MilliSeconds:
		return time.Millisecond
	case *pages.MicroSeconds:
		return time.Microsecond
	}
	return time.Nanosecond
}

func (c *columnReader) close() {
	if c.page != nil {
		parquet.Release(c.page)
	}
	c.pages.Close()
}

// fill reads more values; io.EOF at the end of the column.
func (c *columnReader) fill() error {
	for {
		if c.values != nil {
			n, err := c.values.ReadValues(c.buffer)
			c.have = c.buffer[:n]
			if n > 0 {
				return nil
			}
			if !errors.Is(err, io.EOF) && err != nil {
				return err
			}
			parquet.Release(c.page)
			c.page, c.values = nil, nil
		}
		page, err := c.pages.ReadPage()
		if err != nil {
			return err
		}
		c.page, c.values = page, page.Values()
	}
}

// read appends the values of the next rows to into.
func (c *columnReader) read(rows int, into *column) error {
	into.name, into.kind, into.scale, into.unit, into.unsigned = c.name, c.shape.kind, c.shape.scale, c.shape.unit, c.shape.unsigned
	if c.repeated {
		into.kind = textual
		return c.readLists(rows, into)
	}
	for rows > 0 {
		if len(c.have) == 0 {
			if err := c.fill(); err != nil {
				return unexpected(err)
			}
		}
		n := min(rows, len(c.have))
		for i := range c.have[:n] {
			into.addValue(&c.have[i])
		}
		c.have = c.have[n:]
		rows -= n
	}
	return nil
}

// unexpected names an end that comes before all rows were read.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("fewer values than rows; is the file cut short?")
	}
	return err
}

// addValue appends a value read from a Parquet file.
func (c *column) addValue(v *parquet.Value) {
	null := v.IsNull()
	c.null = append(c.null, null)
	switch c.kind {
	case textual, rawBytes:
		if !null {
			c.data = append(c.data, v.ByteArray()...)
		}
		c.ends = append(c.ends, len(c.data))
	case integer:
		c.ints = append(c.ints, intOf(v, c.unsigned))
	case double:
		d := 0.0
		if v.Kind() == parquet.Float {
			d = float64(v.Float())
		} else if !null {
			d = v.Double()
		}
		c.doubles = append(c.doubles, d)
	}
}

func intOf(v *parquet.Value, unsigned bool) int64 {
	switch v.Kind() {
	case parquet.Boolean:
		if v.Boolean() {
			return 1
		}
	case parquet.Int32:
		if unsigned {
			return int64(v.Uint32())
		}
		return int64(v.Int32())
	case parquet.Int64:
		return v.Int64()
	case parquet.Int96:
		return julian(v.Int96())
	}
	return 0
}

// julian returns seconds since 1970 of a time as older writers hold it:
// nanoseconds of a day, and the day's Julian number.
func julian(t [3]uint32) int64 {
	const dayOf1970 = 2_440_588
	nanos := uint64(t[1])<<32 | uint64(t[0])
	return (int64(t[2])-dayOf1970)*86_400 + int64(nanos/1e9)
}

// readLists joins the values of each row by commas.
func (c *columnReader) readLists(rows int, into *column) error {
	for ; rows > 0; rows-- {
		var parts []string
		for first := true; ; first = false {
			if len(c.have) == 0 {
				if err := c.fill(); errors.Is(err, io.EOF) && !first {
					break
				} else if err != nil {
					return unexpected(err)
				}
			}
			if !first && c.have[0].RepetitionLevel() == 0 {
				break
			}
			if v := c.have[0]; !v.IsNull() {
				parts = append(parts, listText(v))
			}
			c.have = c.have[1:]
			if len(parts) > listMax {
				return fmt.Errorf("a list of more than %d values", listMax)
			}
		}
		into.addText(strings.Join(parts, ","))
	}
	return nil
}

// listMax is the most that a list in one row may hold.
const listMax = 1 << 12

func listText(v parquet.Value) string {
	if v.Kind() != parquet.ByteArray && v.Kind() != parquet.FixedLenByteArray {
		return v.String()
	}
	if raw := v.ByteArray(); !isPrintable(raw) {
		return "0x" + hex.EncodeToString(raw)
	}
	return string(v.ByteArray())
}
