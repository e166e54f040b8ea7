package ingest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	pages "github.com/parquet-go/parquet-go/format"
)

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
	plain    []byte          // instead: values of one size that lie one after another, not used
	size     int             // of such a value
	whole    []int64         // instead: whole numbers, not used
	half     []int32         // likewise
	codes    []int32         // instead: numbers of words, not used
	words    [][]byte        // of a dictionary
	wordsOf  parquet.Dictionary
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
		if c.page != nil { // all plain values are used
			parquet.Release(c.page)
			c.page = nil
		}
		page, err := c.pages.ReadPage()
		if err != nil {
			return err
		}
		c.page = page
		if !c.takePlain(page) {
			c.values = page.Values()
		} else if c.taken() > 0 {
			return nil
		}
	}
}

// taken returns how much is left of values that were taken as they lie.
func (c *columnReader) taken() int { return len(c.plain) + len(c.whole) + len(c.half) + len(c.codes) }

// takePlain takes a page's values as they lie, if they can be copied so: all
// there, and of one size or numbers of words.
func (c *columnReader) takePlain(page parquet.Page) bool {
	if c.repeated || page.NumNulls() > 0 {
		return false
	}
	if page.Dictionary() != nil {
		return c.takeCodes(page)
	}
	data := page.Data()
	switch kind := page.Type().Kind(); {
	case c.shape.kind == rawBytes && kind == parquet.FixedLenByteArray:
		c.plain, c.size = data.FixedLenByteArray()
		c.plain = c.plain[:len(c.plain)-len(c.plain)%max(1, c.size)]
	case c.shape.kind == integer && kind == parquet.Int64:
		c.whole = data.Int64()
	case c.shape.kind == integer && kind == parquet.Int32:
		c.half = data.Int32()
	default:
		return false
	}
	return true
}

// takeCodes does so for a page of words, which all must be in its dictionary.
func (c *columnReader) takeCodes(page parquet.Page) bool {
	d := page.Dictionary()
	if kind := page.Type().Kind(); d.Len() == 0 || kind != parquet.ByteArray && kind != parquet.FixedLenByteArray {
		return false
	}
	if c.wordsOf != d {
		c.wordsOf, c.words = d, wordsOf(d)
	}
	data := page.Data()
	c.codes = data.Int32()
	for _, code := range c.codes {
		if uint(code) >= uint(len(c.words)) {
			panic("a value that is not in the dictionary") // as the library would; see damaged
		}
	}
	return true
}

// wordsOf returns a copy of what is in a dictionary.
func wordsOf(d parquet.Dictionary) [][]byte {
	words, all := make([][]byte, d.Len()), make([]byte, 0, d.Size())
	for i := range words {
		word := d.Index(int32(i))
		from := len(all)
		all = append(all, word.ByteArray()...)
		words[i] = all[from:len(all):len(all)]
	}
	return words
}

// read appends the values of the next rows to into.
func (c *columnReader) read(rows int, into *column) error {
	into.name, into.kind, into.scale, into.unit, into.unsigned = c.name, c.shape.kind, c.shape.scale, c.shape.unit, c.shape.unsigned
	if c.repeated {
		into.kind = textual
		return c.readLists(rows, into)
	}
	for rows > 0 {
		if len(c.have)+c.taken() == 0 {
			if err := c.fill(); err != nil {
				return unexpected(err)
			}
		}
		rows -= c.give(rows, into)
	}
	return nil
}

// give appends as many values as there are, at most rows, and returns how many.
func (c *columnReader) give(rows int, into *column) (n int) {
	switch {
	case len(c.plain) > 0:
		n = min(rows, len(c.plain)/c.size)
		into.addPlain(c.plain[:n*c.size], c.size)
		c.plain = c.plain[n*c.size:]
	case len(c.whole) > 0:
		n = min(rows, len(c.whole))
		into.ints = append(into.ints, c.whole[:n]...)
		into.null = append(into.null, make([]bool, n)...)
		c.whole = c.whole[n:]
	case len(c.half) > 0:
		n = min(rows, len(c.half))
		into.addHalves(c.half[:n])
		c.half = c.half[n:]
	case len(c.codes) > 0:
		n = min(rows, len(c.codes))
		into.addCodes(c.words, c.codes[:n])
		c.codes = c.codes[n:]
	default:
		n = min(rows, len(c.have))
		into.spell()
		for i := range c.have[:n] {
			into.addValue(&c.have[i])
		}
		c.have = c.have[n:]
	}
	return n
}

// unexpected names an end that comes before all rows were read.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("fewer values than rows; is the file cut short?")
	}
	return err
}

// addHalves appends numbers of 32 bits.
func (c *column) addHalves(values []int32) {
	for _, v := range values {
		n := int64(v)
		if c.unsigned {
			n = int64(uint32(v))
		}
		c.ints = append(c.ints, n)
	}
	c.null = append(c.null, make([]bool, len(values))...)
}

// addPlain appends values of one size that lie one after another.
func (c *column) addPlain(values []byte, size int) {
	c.spell()
	end := len(c.data)
	c.data = append(c.data, values...)
	for end < len(c.data) {
		end += size
		c.ends, c.null = append(c.ends, end), append(c.null, false)
	}
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
