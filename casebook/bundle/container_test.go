package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// some are the files of a small bundle.
func some(t testing.TB) Contents {
	c := Contents{AnswerName: []byte(`{"a":1}` + "\n"), "files/1": []byte("rows\n"), "ledgers/eip155-1/asked.jsonl": []byte("{}\n")}
	if err := c.Put(QuestionName, Question{Product: "clew test", Operation: "trace", Input: []byte(`{"start":"x"}`), Made: "2022-06-01T12:00:00Z", AsOf: []AsOf{}}); err != nil {
		t.Fatal(err)
	}
	return c
}

func written(t testing.TB, c Contents) []byte {
	t.Helper()
	data, err := Write(c)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	data := written(t, some(t))
	if again := written(t, some(t)); !bytes.Equal(data, again) {
		t.Error("the same files made other bytes")
	}
	b, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if b.Manifest.Operation != "trace" || string(b.Files["files/1"]) != "rows\n" || len(b.Manifest.Files) != 4 {
		t.Errorf("read %+v", b.Manifest)
	}
	if sum := sha256.Sum256([]byte(`{"a":1}`)); b.Manifest.Answer != hex.EncodeToString(sum[:]) {
		t.Errorf("the answer's hash is %s", b.Manifest.Answer)
	}
}

// TestEveryByteCounts changes each byte of a bundle in turn, and cuts it at
// each.
func TestEveryByteCounts(t *testing.T) {
	data := written(t, some(t))
	for i := range data {
		for _, flip := range []byte{1, 0x20, 0x80} {
			changed := bytes.Clone(data)
			changed[i] ^= flip
			refused(t, changed, "byte", i)
		}
		refused(t, data[:i], "length", i)
	}
	refused(t, append(bytes.Clone(data), 0), "a byte more", 0)
	refused(t, append([]byte{0}, data...), "a byte before", 0)
}

func refused(t *testing.T, data []byte, what string, at int) {
	t.Helper()
	var wrong *DamagedError
	if _, err := Read(data); !errors.As(err, &wrong) {
		t.Fatalf("%s %d: %v", what, at, err)
	}
}

// TestOtherFiles makes containers whose files are not those of the manifest.
func TestOtherFiles(t *testing.T) {
	files := some(t)
	m, err := files.manifest()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := manifestText(&m)
	if err != nil {
		t.Fatal(err)
	}
	good := written(t, some(t))
	with := func(change func(Contents)) func() []byte {
		return func() []byte {
			c := some(t)
			change(c)
			data, err := pack(c, manifest)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
	for _, c := range []struct {
		name, want string
		make       func() []byte
	}{
		{"added", "files/2 is not named", with(func(c Contents) { c["files/2"] = nil })},
		{"removed", "files/1 is named by the manifest and is not there", with(func(c Contents) { delete(c, "files/1") })},
		{"renamed", "files/1 is named", with(func(c Contents) { c["files/3"] = c["files/1"]; delete(c, "files/1") })},
		{"changed", "files/1 was changed", with(func(c Contents) { c["files/1"] = []byte("Rows\n") })},
		{"no question", "question.json is named", with(func(c Contents) { delete(c, QuestionName) })},
		{"doubled", "files/1 stands twice", func() []byte { return zipped(t, zip.Store, "files/1", "files/1") }},
		{"above", `"../etc" is no name`, func() []byte { return zipped(t, zip.Store, "../etc") }},
		{"absolute", `"/etc" is no name`, func() []byte { return zipped(t, zip.Store, "/etc") }},
		{"a folder", `"files/" is no name`, func() []byte { return zipped(t, zip.Store, "files/") }},
		{"compressed", "without compression", func() []byte { return zipped(t, zip.Deflate, "files/1") }},
		{"no manifest", "manifest.json is not there", func() []byte { return zipped(t, zip.Store, "files/1") }},
		{"extra fields", "without compression and extra", func() []byte { return extended(zipped(t, zip.Store, "files/1")) }},
		{"cut short", "files/1 is cut short: 2 of its 5 bytes", func() []byte { return zipped(t, zip.Store, "files/1")[:localHeader+len("files/1")+2] }},
		{"cut in a header", "within the header", func() []byte { return zipped(t, zip.Store, "files/1")[:20] }},
		{"no archive", "no whole ZIP archive", func() []byte { return []byte("PK") }},
		{"another format", "states format 2", func() []byte {
			data, err := pack(some(t), bytes.Replace(manifest, []byte(`"format": 1`), []byte(`"format": 2`), 1))
			if err != nil {
				t.Fatal(err)
			}
			return data
		}},
		{"cut off in its directory", "bundle: the directory at the archive's end", func() []byte { return good[:len(good)-22] }},
		{"bytes behind it", "bundle: the directory at the archive's end", func() []byte { return append(bytes.Clone(good), 0) }},
		{"two behind one another", "bundle: the directory at the archive's end", func() []byte { return append(bytes.Clone(good), good...) }},
		{"another root", "manifest.json was changed", func() []byte {
			data, err := pack(some(t), bytes.Replace(manifest, []byte(m.Root), []byte(strings.Repeat("0", 64)), 1))
			if err != nil {
				t.Fatal(err)
			}
			return data
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Read(c.make()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// extended says of the first file that it has extra fields.
func extended(data []byte) []byte {
	data[extraAt] = 4
	return data
}

// zipped returns an archive of files that hold the same, as they are packed in
// bundles but for the method.
func zipped(t *testing.T, method uint16, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		size := uint64(5)
		if strings.HasSuffix(name, "/") {
			size = 0
		}
		part, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: method, CompressedSize64: size, UncompressedSize64: size})
		if err == nil && size > 0 {
			_, err = part.Write([]byte("rows\n"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFilesThatShareBytes packs one file of a MiB, to which a thousand entries of
// the directory point: who believes the directory reads a GiB of it.
func TestFilesThatShareBytes(t *testing.T) {
	const size, entries = 1 << 20, 1000
	var one bytes.Buffer
	w := zip.NewWriter(&one)
	part, err := w.CreateRaw(&zip.FileHeader{Name: AnswerName, CRC32: crc32.ChecksumIEEE(make([]byte, size)), CompressedSize64: size, UncompressedSize64: size})
	if err == nil {
		_, err = part.Write(make([]byte, size))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	begin := localHeader + len(AnswerName) + size
	file, directory := one.Bytes()[:begin], one.Bytes()[begin:]
	const endRecord = 22
	entry, end := directory[:len(directory)-endRecord], directory[len(directory)-endRecord:]
	data := bytes.Clone(file)
	for i := range entries {
		own := bytes.Clone(entry)
		copy(own[len(own)-len(AnswerName):], fmt.Sprintf("%04d", i))
		data = append(data, own...)
	}
	data = append(data, end...)
	for at, n := range map[int]int{8: entries, 10: entries} {
		binary.LittleEndian.PutUint16(data[len(data)-endRecord+at:], uint16(n))
	}
	binary.LittleEndian.PutUint32(data[len(data)-endRecord+12:], uint32(entries*len(entry)))
	if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err != nil || len(z.File) != entries {
		t.Fatalf("the archive is not what it should be: %v", err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	refused(t, data, "entries", entries)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 8*size {
		t.Errorf("an archive of %d bytes took %d", len(data), took)
	}
}

// TestManyEntries packs more files than a bundle has: they are not gone through
// before that is found.
func TestManyEntries(t *testing.T) {
	var names []string
	for i := range filesMax + 1 {
		names = append(names, fmt.Sprintf("files/%d", i))
	}
	if _, err := Read(zipped(t, zip.Store, names...)); err == nil || !strings.Contains(err.Error(), "more than 4096 files") {
		t.Error(err)
	}
}

// TestRoot holds roots against what sha256sum comes to; docs/EVIDENCE.md has
// the commands.
func TestRoot(t *testing.T) {
	line := func(n int) File { return File{Name: string(rune('a' + n)), SHA256: hashOf([]byte{byte('a' + n)})} }
	hash := func(parts ...string) string { return hashOf([]byte(strings.Join(parts, ""))) }
	raw := func(digits string) string {
		b, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	leaf := func(n int) string { return hash("\x00", line(n).SHA256, "  ", line(n).Name, "\n") }
	node := func(a, b string) string { return hash("\x01", raw(a), raw(b)) }
	for _, c := range []struct {
		files int
		want  string
	}{
		{0, hash()},
		{1, leaf(0)},
		{2, node(leaf(0), leaf(1))},
		{3, node(node(leaf(0), leaf(1)), leaf(2))},
		{5, node(node(node(leaf(0), leaf(1)), node(leaf(2), leaf(3))), leaf(4))},
	} {
		var files []File
		for n := range c.files {
			files = append(files, line(n))
		}
		if got := Root(files); got != c.want {
			t.Errorf("root of %d files is %s, want %s", c.files, got, c.want)
		}
	}
}

// TestRootOfDocs holds the root against the vector of docs/EVIDENCE.md, which
// sha256sum made.
func TestRootOfDocs(t *testing.T) {
	var files []File
	for name, text := range map[string]string{"a": "one\n", "b": "two\n", "c": "three\n"} {
		files = append(files, File{Name: name, SHA256: hashOf([]byte(text))})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	if got := Root(files); got != "356afb1a0cacf90f5c96e30b40daebafc57941ee3bea678044f2846ead63cb1e" {
		t.Error(got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(written(f, some(f)))
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Read(data)
		if err != nil {
			return
		}
		if again, err := Write(b.Files); err != nil || !bytes.Equal(again, data) {
			t.Errorf("what was read is written otherwise: %v", err)
		}
	})
}
