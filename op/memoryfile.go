package op

import (
	"bytes"
	"io/fs"
	"path"
	"time"
)

// A heldFile is a regular file whose bytes are in memory.
type heldFile struct {
	*bytes.Reader
	name string
	size int64
}

func memoryFile(name string, text []byte) fs.File {
	return &heldFile{bytes.NewReader(text), path.Base(name), int64(len(text))}
}

func (f *heldFile) Stat() (fs.FileInfo, error) { return f, nil }
func (*heldFile) Close() error                 { return nil }

func (f *heldFile) Name() string     { return f.name }
func (f *heldFile) Size() int64      { return f.size }
func (*heldFile) Mode() fs.FileMode  { return 0o444 }
func (*heldFile) ModTime() time.Time { return time.Time{} }
func (*heldFile) IsDir() bool        { return false }
func (*heldFile) Sys() any           { return nil }
