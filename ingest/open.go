package ingest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync/atomic"
)

// rowBytesMax is the most that one row of text may hold. Call data of real
// transactions stays far below it.
const rowBytesMax = 16 << 20

// A container says how a file is laid out, told by its first bytes.
type container string

const (
	csvFile     container = "CSV"
	jsonFile    container = "JSON lines"
	parquetFile container = "Parquet"
	emptyFile   container = "empty"
)

// An input is an open file: its text without compression, or for Parquet the
// file itself.
type input struct {
	name      string
	container container
	file      fs.File
	size      int64
	text      *bufio.Reader // nil for Parquet
	at        io.ReaderAt   // for Parquet
}

// open opens a file and finds out what it holds. Bytes read are counted in
// progress.
func open(fsys fs.FS, name string, progress *atomic.Int64) (*input, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	in := &input{name: name, file: file}
	if err := in.sniff(progress); err != nil {
		file.Close()
		return nil, named(name, err)
	}
	return in, nil
}

func (in *input) close() error { return in.file.Close() }

func (in *input) sniff(progress *atomic.Int64) error {
	info, err := in.file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return wrongFile(in.name, "a regular file")
	}
	if ok, _ := path.Match("blk[0-9][0-9][0-9][0-9][0-9].dat", info.Name()); ok {
		return wrongFile(in.name, "files of transfers; block files are read by clew follow --chain bitcoin, with the folder that they are in as --source")
	}
	in.size = info.Size()
	in.text = bufio.NewReaderSize(&counted{r: in.file, n: progress}, 1<<16)
	head, err := in.text.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.Equal(head, []byte("PAR1")) {
		return in.sniffParquet(progress)
	}
	if len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b {
		unzipped, err := newUnzipper(in.name, in.text)
		if err != nil {
			return err
		}
		in.text = bufio.NewReaderSize(unzipped, 1<<16)
	}
	return in.sniffText()
}

func (in *input) sniffParquet(progress *atomic.Int64) error {
	at, ok := in.file.(io.ReaderAt)
	if !ok {
		return wrongFile(in.name, "a place where Parquet can be read out of order, such as a folder")
	}
	in.container, in.text, in.at = parquetFile, nil, &countedAt{r: at, n: progress}
	return nil
}

func (in *input) sniffText() error {
	head, err := in.text.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return wrongFile(in.name, "text in UTF-8; this is in UTF-16")
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		in.text.Discard(3)
		head = head[3:]
	}
	if what := packed(head); what != "" {
		return wrongFile(in.name, "a file that is not packed, or is by gzip alone and then no Parquet; this holds "+what)
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(head) == 0:
		in.container = emptyFile
	case bytes.IndexByte(head, 0) >= 0:
		return wrongFile(in.name, "CSV, JSON lines or Parquet; this is none of them")
	case head[0] == '{':
		in.container = jsonFile
	case head[0] == '[':
		return wrongFile(in.name, "JSON lines, one object a line, not one array")
	default:
		in.container = csvFile
	}
	return nil
}

// packed says what a file holds that was packed in a way that is not read.
func packed(head []byte) string {
	for _, p := range [][2]string{
		{"PAR1", "Parquet in gzip"}, {"PK\x03\x04", "a zip archive"}, {"\x1f\x8b", "gzip in gzip"},
		{"\x28\xb5\x2f\xfd", "zstd"}, {"BZh", "bzip2"}, {"\xfd7zXZ\x00", "xz"},
	} {
		if bytes.HasPrefix(head, []byte(p[0])) {
			return p[1]
		}
	}
	return ""
}

// table returns the rows of in, whatever its container.
func (in *input) table() (table, error) {
	switch in.container {
	case parquetFile:
		return openParquet(in)
	case jsonFile:
		return openLines(in)
	case csvFile:
		return openCSV(in)
	}
	return nil, wrongFile(in.name, "rows; the file is empty")
}

// A counted reader adds up what is read.
type counted struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

type countedAt struct {
	r io.ReaderAt
	n *atomic.Int64
}

func (c *countedAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n.Add(int64(n))
	return n, err
}

// A digest names the contents of files.
type digest string

// digestBeside begins to make the digest in a goroutine of its own, and returns
// a function that waits for it. It may be called again.
func digestBeside(ctx context.Context, fsys fs.FS, names []string) func() (digest, error) {
	var sum digest
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		sum, err = digestOf(ctx, fsys, names)
	}()
	return func() (digest, error) {
		<-done
		return sum, err
	}
}

// digestOf returns the SHA-256 of the files' contents, in order.
func digestOf(ctx context.Context, fsys fs.FS, names []string) (digest, error) {
	sum := sha256.New()
	buffer := make([]byte, 1<<18)
	for _, name := range names {
		one := sha256.New()
		file, err := fsys.Open(name)
		if err != nil {
			return "", err
		}
		_, err = io.CopyBuffer(struct{ io.Writer }{one}, struct{ io.Reader }{interrupted{ctx, file}}, buffer)
		file.Close()
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		sum.Write(one.Sum(nil))
	}
	return digest(hex.EncodeToString(sum.Sum(nil))), nil
}

// interrupted ends a long read with its context.
type interrupted struct {
	ctx context.Context
	r   io.Reader
}

func (i interrupted) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
