package ingest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	pages "github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// cryoName is a name by which a file of transactions is known as cryo's.
const cryoName = "ethereum__transactions__00000100_to_00000114.parquet"

// TestParquetByLZ4 reads files of other writers, and wants what the same table
// gives by zstd. See testdata/lz4/make.py.
func TestParquetByLZ4(t *testing.T) {
	read := func(name string, codec pages.CompressionCodec) string {
		data, err := os.ReadFile("testdata/lz4/" + name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := openPages(name, bytes.NewReader(data), int64(len(data)))
		if err != nil || !usesCodec(file, codec) {
			t.Fatalf("%s is not packed by %s: %v", name, codec, err)
		}
		got, _, err := importFiles(t, fstest.MapFS{cryoName: {Data: data}}, Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		return got
	}
	want := read("zstd.parquet", pages.Zstd)
	if lines := strings.Count(want, "\n"); lines < 30 {
		t.Fatalf("%d lines", lines)
	}
	for _, name := range []string{"plain1.parquet", "words2.parquet", "polars.parquet"} {
		if got := read(name, pages.Lz4Raw); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
		}
	}
}

// anyRow has a column of every shape.
type anyRow struct {
	Number  int64     `parquet:"number"`
	Code    uint32    `parquet:"code,delta"`
	Maybe   *int64    `parquet:"maybe,optional"`
	Word    string    `parquet:"word,dict"`
	Text    *string   `parquet:"text,optional"`
	Zero    [32]byte  `parquet:"zero"`
	Yes     bool      `parquet:"yes"`
	Double  float64   `parquet:"double"`
	List    []string  `parquet:"list,list" json:",omitempty"`
	Zstd    string    `parquet:"zstd,zstd"`
	Nothing *[20]byte `parquet:"nothing,optional"`
}

func anyRows(random *rand.Rand, n int) []anyRow {
	rows := make([]anyRow, n)
	for i := range rows {
		r := &rows[i]
		r.Number, r.Code, r.Yes = random.Int64N(1<<random.IntN(62)+1), uint32(i), random.IntN(3) == 0
		r.Word, r.Zstd = fmt.Sprint("word", random.IntN(5)), strings.Repeat("z", random.IntN(9))
		r.Double = float64(random.IntN(100))
		if random.IntN(2) == 0 {
			r.Maybe, r.Text = &r.Number, ptr(strings.Repeat("ab", random.IntN(300)))
		}
		for range random.IntN(4) {
			r.List = append(r.List, fmt.Sprint(random.IntN(1000)))
		}
		r.Zero[random.IntN(32)] = byte(random.IntN(2))
	}
	return rows
}

// viewOf opens a file as an import does.
func viewOf(data []byte) (*lz4View, error) {
	in := &input{name: "a.parquet", at: bytes.NewReader(data), size: int64(len(data))}
	file, err := openPages(in.name, in.at, in.size)
	if err != nil {
		return nil, err
	}
	return newLZ4View(&parquetTable{in: in}, file.Metadata())
}

func TestLZ4ViewOfRandomFiles(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 7))
		rows := anyRows(random, 1+random.IntN(600))
		data := parquetOf(t, rows, parquet.Compression(&parquet.Lz4Raw), parquet.DataPageVersion(1+int(seed%2)),
			parquet.PageBufferSize(1<<(5+random.IntN(12))), parquet.MaxRowsPerRowGroup(1+random.Int64N(400))).Data
		view, err := viewOf(data)
		if err != nil {
			t.Fatal(seed, err)
		}
		got, err := parquet.Read[anyRow](view, view.end)
		if err != nil {
			t.Fatal(seed, err)
		}
		have, _ := json.Marshal(got)
		want, _ := json.Marshal(rows)
		if !bytes.Equal(have, want) {
			t.Fatalf("seed %d:\n%.300s\nwant:\n%.300s", seed, have, want)
		}
		checkWindows(t, random, view)
		checkSeek(t, random, view, rows)
	}
}

// checkSeek begins to read at some row, which it finds by where the footer says
// that data begin.
func checkSeek(t *testing.T, random *rand.Rand, view *lz4View, rows []anyRow) {
	t.Helper()
	file, err := openPages("a.parquet", view, view.end)
	if err != nil {
		t.Fatal(err)
	}
	r := parquet.NewGenericReader[anyRow](file)
	defer r.Close()
	row, got := random.IntN(len(rows)), make([]anyRow, 1)
	if err := r.SeekToRow(int64(row)); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Read(got); n != 1 {
		t.Fatal(err)
	}
	have, _ := json.Marshal(got[0])
	if want, _ := json.Marshal(rows[row]); !bytes.Equal(have, want) {
		t.Fatalf("row %d:\n%s\nwant:\n%s", row, have, want)
	}
	for _, group := range file.Metadata().RowGroups {
		for i := range group.Columns {
			m := &group.Columns[i].MetaData
			if h, _, err := readHeader(view, m.DataPageOffset, view.end); err != nil || h.Type == pages.DictionaryPage {
				t.Fatalf("column %d: a page of the kind %s where data begin: %v", i, h.Type, err)
			}
		}
	}
}

// checkWindows reads parts of a view and wants what the whole has there.
func checkWindows(t *testing.T, random *rand.Rand, view *lz4View) {
	t.Helper()
	whole := make([]byte, view.end)
	if n, err := view.ReadAt(whole, 0); int64(n) != view.end || err != nil {
		t.Fatal(n, err)
	}
	for range 50 {
		from := random.Int64N(view.end)
		part := make([]byte, 1+random.IntN(5000))
		n, err := view.ReadAt(part, from)
		if !bytes.Equal(part[:n], whole[from:][:n]) || (err == io.EOF) != (n < len(part)) || err == io.EOF && from+int64(n) != view.end {
			t.Fatalf("at %d: %d of %d bytes, %v", from, n, len(part), err)
		}
	}
}

// TestDamagedLZ4 turns over every byte of a file whose pages have checksums,
// and cuts it everywhere: where a page was hit, an error that names the file;
// nowhere a panic.
func TestDamagedLZ4(t *testing.T) {
	rows := []cryoMove{
		{Block: 100, Index: ptr(uint32(0)), Tx: make([]byte, 32), From: make([]byte, 20), To: raw(t, hexAddress("a1")), Value: "1"},
		{Block: 100, Index: ptr(uint32(1)), Tx: make([]byte, 32), From: make([]byte, 20), To: raw(t, hexAddress("b0")), Value: "2"},
	}
	for version := 1; version <= 2; version++ {
		whole := parquetOf(t, rows, parquet.Compression(&parquet.Lz4Raw), parquet.DataPageVersion(version)).Data
		view, err := viewOf(whole)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := importFiles(t, fstest.MapFS{"a.parquet": {Data: whole}}, Options{})
		if err != nil || want == "" {
			t.Fatal(want, err)
		}
		for at := range whole {
			for _, bits := range []byte{0x55, byte(1 << (at % 8))} {
				flipped := bytes.Clone(whole)
				flipped[at] ^= bits
				got, _, err := importFiles(t, fstest.MapFS{"a.parquet": {Data: flipped}}, Options{})
				if inPage(view, int64(at)) && (err == nil || got != "" || !strings.Contains(err.Error(), "a.parquet") || !strings.Contains(err.Error(), "damaged")) {
					t.Fatalf("%#x at %d: %v\n%s", bits, at, err, got)
				}
			}
			if _, _, err := importFiles(t, fstest.MapFS{"a.parquet": {Data: whole[:at]}}, Options{}); err == nil {
				t.Fatalf("cut at %d", at)
			}
		}
	}
}

func inPage(view *lz4View, at int64) bool {
	for i := range view.parts {
		if p := &view.parts[i]; at >= p.at && at < p.at+int64(p.packed) {
			return true
		}
	}
	return false
}

// TestLZ4WithoutChecksums turns bytes over in files of other writers: no panic,
// and every page that is given has the size that it states.
func TestLZ4WithoutChecksums(t *testing.T) {
	for _, name := range []string{"words2.parquet", "polars.parquet"} {
		whole, err := os.ReadFile("testdata/lz4/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(whole); at += 61 {
			flipped := bytes.Clone(whole)
			flipped[at] ^= byte(1 << (at % 8))
			importFiles(t, fstest.MapFS{cryoName: {Data: flipped}}, Options{})
		}
	}
}

// The library doubled its room for ever on such a page.
func TestLZ4PageThatNeverUnpacks(t *testing.T) {
	rows := []cryoFloatTx{{Block: 100, Hash: raw(t, hexID("01")), From: raw(t, hexAddress("a1")), To: raw(t, hexAddress("b0")), Float: 1000}}
	data := parquetOf(t, rows, parquet.Compression(&parquet.Lz4Raw)).Data
	view, err := viewOf(data)
	if err != nil {
		t.Fatal(err)
	}
	p := view.parts[0]
	for i := range p.packed {
		data[p.at+int64(i)] = 0xff
	}
	_, _, err = importFiles(t, fstest.MapFS{cryoName: {Data: data}}, Options{})
	if err == nil || !strings.Contains(err.Error(), "does not match its checksum") {
		t.Error(err)
	}
	view.parts[0].crc = 0
	if _, err := view.ReadAt(make([]byte, view.end-view.size), view.size); err == nil || !strings.Contains(err.Error(), "does not unpack into") {
		t.Error(err)
	}
}

// naiveLZ4 unpacks a block as the format's description says: sequences of a
// token, literals, an offset and a length. It returns nil for damage.
func naiveLZ4(packed []byte, size int) []byte {
	out, ok := []byte{}, true
	next := func() (b byte) {
		if ok = ok && len(packed) > 0; ok {
			b, packed = packed[0], packed[1:]
		}
		return b
	}
	long := func(n int) int {
		for b := byte(255); n >= 15 && b == 255 && ok; n += int(b) {
			b = next()
		}
		return n
	}
	for ok && len(packed) > 0 {
		token := next()
		for n := long(int(token >> 4)); n > 0 && ok; n-- {
			out = append(out, next())
		}
		if len(packed) == 0 { // the last sequence has no match
			ok = ok && token&15 == 0
			break
		}
		back := int(next()) | int(next())<<8
		if back == 0 || back > len(out) {
			return nil
		}
		for n := long(int(token&15)) + 4; n > 0 && len(out) <= size; n-- {
			out = append(out, out[len(out)-back])
		}
	}
	if !ok || len(out) != size {
		return nil
	}
	return out
}

func TestUnpackLZ4(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	good := 0
	for round := range 30_000 {
		text := make([]byte, random.IntN(90))
		for i := range text {
			text[i] = byte(random.IntN(1 + round%5))
		}
		packed := make([]byte, lz4.CompressBlockBound(len(text)))
		n, err := new(lz4.Compressor).CompressBlock(text, packed)
		if err != nil {
			t.Fatal(err)
		}
		packed = packed[:n]
		size := len(text)
		switch round % 4 {
		case 1:
			packed = packed[:random.IntN(n+1)]
		case 2:
			size = max(0, size+random.IntN(9)-4)
		case 3:
			for range random.IntN(3) {
				packed[random.IntN(n)] ^= byte(1 << random.IntN(8))
			}
		}
		room := bytes.Repeat([]byte{0xee}, size+64)
		err = unpackLZ4(room[:size:size], packed)
		want := naiveLZ4(packed, size)
		if (err == nil) != (want != nil) || err == nil && !bytes.Equal(room[:size], want) {
			t.Fatalf("round %d: %x into %d: %x, %v, want %x", round, packed, size, room[:size], err, want)
		}
		if !bytes.Equal(room[size:], bytes.Repeat([]byte{0xee}, 64)) {
			t.Fatalf("round %d: written behind the room", round)
		}
		if err == nil {
			good++
		}
	}
	if good < 10_000 {
		t.Errorf("only %d whole blocks", good)
	}
}

func TestLZ4PagesThatCannotBe(t *testing.T) {
	v2 := func(rep, def int32, packed bool) pages.PageHeader {
		return pages.PageHeader{Type: pages.DataPageV2, CompressedPageSize: 10, UncompressedPageSize: 20, DataPageHeaderV2: thrift.New(pages.DataPageHeaderV2{
			RepetitionLevelsByteLength: rep, DefinitionLevelsByteLength: def, IsCompressed: thrift.New(packed)})}
	}
	v1 := func(packed, size int32) pages.PageHeader {
		return pages.PageHeader{CompressedPageSize: packed, UncompressedPageSize: size}
	}
	for _, c := range []struct {
		name string
		h    pages.PageHeader
		want string
	}{
		{"whole", v1(10, 20), ""},
		{"as large as can be", v1(10, 2550), ""},
		{"larger than that", v1(10, 2551), "of 10 bytes cannot hold the 2551"},
		{"to the end", v1(1<<21, 20), ""},
		{"behind the end", v1(1<<21+1, 20), "end behind its column"},
		{"a negative length", v1(-1, 20), "end behind its column"},
		{"a negative size", v1(10, -1), "cannot hold"},
		{"too large", v1(1<<21, lz4PageMax+1), "more than 256 MB"},
		{"levels", v2(4, 5, true), ""},
		{"not packed", v2(4, 5, false), ""},
		{"levels longer than the page", v2(4, 7, true), "shorter than its levels"},
		{"levels whose sum overflows", v2(1<<31-1, 1<<31-1, true), "shorter than its levels"},
		{"negative levels", v2(-4, 1, true), "shorter than its levels"},
		{"an unknown kind", pages.PageHeader{Type: 9}, "unknown kind 9"},
	} {
		text, err := thrift.Marshal(new(thrift.CompactProtocol), c.h)
		if err != nil {
			t.Fatal(err)
		}
		data := append(text, make([]byte, 1<<21)...)
		var p lz4Part
		err = eachPage(bytes.NewReader(data), 1<<22, &pages.ColumnMetaData{TotalCompressedSize: int64(len(data))}, func(h *pages.PageHeader, at int64) (err error) {
			if p, err = layOut(h, at); err == nil {
				err = errStop
			}
			return err
		})
		if c.want == "" && (err != errStop || p.at != int64(len(text))) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %+v, %v", c.name, p, err)
		}
	}
}

var errStop = errors.New("laid out")

// withFooter returns a file with its footer changed.
func withFooter(t *testing.T, data []byte, change func(*pages.FileMetaData)) []byte {
	t.Helper()
	end := len(data) - 8
	begin := end - int(binary.LittleEndian.Uint32(data[end:]))
	var footer pages.FileMetaData
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), data[begin:end], &footer); err != nil {
		t.Fatal(err)
	}
	change(&footer)
	text, err := thrift.Marshal(new(thrift.CompactProtocol), footer)
	if err != nil {
		t.Fatal(err)
	}
	out := append(bytes.Clone(data[:begin]), text...)
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(text))), "PAR1"...)
}

func TestLZ4FootersThatCannotBe(t *testing.T) {
	rows := []cryoMove{{Block: 100, Tx: make([]byte, 32), From: make([]byte, 20), To: make([]byte, 20), Value: "1"}}
	whole := parquetOf(t, rows, parquet.Compression(&parquet.Lz4Raw)).Data
	for _, c := range []struct {
		name   string
		change func(*pages.ColumnMetaData)
		want   string
	}{
		{"as it was", func(*pages.ColumnMetaData) {}, ""},
		{"the older LZ4", func(m *pages.ColumnMetaData) { m.Codec = pages.Lz4 }, "older LZ4"},
		{"pages behind the file", func(m *pages.ColumnMetaData) { m.DataPageOffset = 1 << 62 }, "outside of the file"},
		{"pages before the file", func(m *pages.ColumnMetaData) { m.DataPageOffset = -1 }, "outside of the file"},
		{"longer than the file", func(m *pages.ColumnMetaData) { m.TotalCompressedSize = 1<<63 - 1 }, "more than the file"},
		{"a negative length", func(m *pages.ColumnMetaData) { m.TotalCompressedSize = -1 }, "outside of the file"},
		{"cut within a page", func(m *pages.ColumnMetaData) { m.TotalCompressedSize -= 2 }, "end behind its column"},
		{"no pages", func(m *pages.ColumnMetaData) { m.TotalCompressedSize = 0 }, "fewer values than rows"},
	} {
		data := withFooter(t, whole, func(f *pages.FileMetaData) { c.change(&f.RowGroups[0].Columns[0].MetaData) })
		_, _, err := importFiles(t, fstest.MapFS{"a.parquet": {Data: data}}, Options{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "a.parquet")) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	crowd := withFooter(t, whole, func(f *pages.FileMetaData) {
		for range 200 {
			f.RowGroups = append(f.RowGroups, f.RowGroups[0])
		}
	})
	if _, _, err := importFiles(t, fstest.MapFS{"a.parquet": {Data: crowd}}, Options{}); err == nil || !strings.Contains(err.Error(), "more than the file") {
		t.Error(err)
	}
}

// A failing disk fails while pages are read, not before.
type failingAt struct {
	io.ReaderAt
	fail bool
}

var errDisk = errors.New("the disk fails")

func (f *failingAt) ReadAt(b []byte, off int64) (int, error) {
	if f.fail {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(b, off)
}

func TestLZ4ViewOfAFailingDisk(t *testing.T) {
	view, err := viewOf(parquetOf(t, []cryoMove{{Value: "1"}}, parquet.Compression(&parquet.Lz4Raw)).Data)
	if err != nil {
		t.Fatal(err)
	}
	view.file = &failingAt{view.file, true}
	for _, at := range []int64{0, view.size - 1, view.size + int64(len(view.parts[0].header))} {
		if _, err := view.ReadAt(make([]byte, 3), at); !errors.Is(err, errDisk) {
			t.Errorf("at %d: %v", at, err)
		}
	}
}

// The library reads yes and no in runs otherwise than the format has them, by
// whatever codec.
func TestParquetBitsInRunsAreRefused(t *testing.T) {
	type tx struct {
		cryoFloatTx
		Success bool `parquet:"success"`
	}
	row := cryoFloatTx{Block: 100, Hash: raw(t, hexID("01")), From: raw(t, hexAddress("a1")), To: raw(t, hexAddress("b0")), Float: 1000}
	other, err := os.ReadFile("testdata/lz4/runs.parquet")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"by another writer": other}
	for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Zstd, &parquet.Lz4Raw} {
		for version := 1; version <= 2; version++ {
			files[fmt.Sprint(codec, version)] = parquetOf(t, []tx{{row, true}}, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.DefaultEncodingFor(parquet.Boolean, &parquet.RLE)).Data
		}
	}
	for name, data := range files {
		got, _, err := importFiles(t, fstest.MapFS{cryoName: {Data: data}}, Options{})
		if err == nil || got != "" || !strings.Contains(err.Error(), "in runs (RLE)") || !strings.Contains(err.Error(), "column success") {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}
