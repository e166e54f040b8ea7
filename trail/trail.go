// Package trail keeps records in a file of lines to which is only ever added,
// so that whoever knows the hash of the last one can tell whether anything
// before it was changed.
//
// It knows nothing of what a record says but its number and the hash of the
// one before. A crash can hurt no line but the last, and none that was
// acknowledged.
package trail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"clew/ledger/vfs"
)

// LineMax bounds a line, in bytes.
const LineMax = 4 << 20

// ErrTooLong is returned for a record that makes too long a line.
var ErrTooLong = fmt.Errorf("a record of more than %d MiB", LineMax>>20)

// A Trail is a file of records in a folder. It may be used by one goroutine at a
// time.
//
// A line is {"hash":HASH,"record":RECORD}, where HASH is the SHA-256 of
// RECORD's bytes as they stand. RECORD is an object whose member number counts
// records from 1, and whose member previous is the hash of the one before, or
// empty.
type Trail struct {
	dir  vfs.FS
	name string // of the file
	what string // is in it, for messages, such as "the decisions"
}

// Open returns the trail in a file of a folder. Neither is touched yet.
func Open(dir vfs.FS, name, what string) *Trail { return &Trail{dir, name, what} }

// A Line is one of the file: a record, or what is left of one that was taken
// out, which is its number and the two hashes.
type Line struct {
	Hash     string          `json:"hash"`
	Record   json.RawMessage `json:"record,omitempty"` // nil: it was taken out
	Number   int             `json:"number,omitempty"`
	Previous string          `json:"previous,omitempty"`
}

// Left returns the line that is left where a record is taken out.
func (l Line) Left() ([]byte, error) {
	l.Record = nil
	text, err := json.Marshal(l)
	return append(text, '\n'), err
}

// ReadLine reads a line, whose hash must be that of its record.
func ReadLine(text []byte) (l Line, err error) {
	if len(text) > LineMax {
		return l, errors.New("too long")
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("no record: %w", err)
	}
	if as, err := json.Marshal(l); err != nil || !bytes.Equal(as, bytes.TrimSuffix(text, []byte("\n"))) {
		return l, errors.New("it was changed: it is not as it is written here")
	}
	if l.Record == nil {
		if l.Number < 1 || len(l.Hash) != 2*sha256.Size {
			return l, errors.New("no record")
		}
		return l, nil
	}
	if Hash(l.Record) != l.Hash {
		return l, errors.New("it was changed: its bytes have another hash")
	}
	var place struct {
		Number   int
		Previous string
	}
	if err := json.Unmarshal(l.Record, &place); err != nil {
		return l, fmt.Errorf("no record: %w", err)
	}
	l.Number, l.Previous = place.Number, place.Previous
	return l, nil
}

// Encode returns the line of a record, and its hash.
func Encode(record any) (text []byte, hash string, err error) {
	raw, err := json.Marshal(record)
	if err != nil {
		return nil, "", err
	}
	hash = Hash(raw)
	if text, err = json.Marshal(Line{Hash: hash, Record: raw}); err == nil && len(text) >= LineMax {
		err = ErrTooLong
	}
	return append(text, '\n'), hash, err
}

// Hash returns the SHA-256 of bytes, in hexadecimal digits.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Locked calls do as the only writer of the folder. Another process that writes
// is an error that wraps [vfs.ErrLocked].
func (t *Trail) Locked(do func() error) error {
	held, err := t.dir.Lock()
	if errors.Is(err, vfs.ErrLocked) {
		err = fmt.Errorf("somebody else is adding to %s; nothing was kept, try again: %w", t.what, err)
	}
	if err != nil {
		return err
	}
	defer held.Close()
	return vfs.Guard(do)
}

// A View is the file as it is now. Its bytes are read under [vfs.Guard].
type View struct {
	vfs.Mapping
	Whole []byte // the whole lines
	Torn  int    // bytes behind them, of a record that was cut short
	name  string
}

// View opens the file for reading; no file is an empty one.
func (t *Trail) View() (*View, error) {
	m, err := t.dir.Map(t.name)
	if errors.Is(err, fs.ErrNotExist) {
		return &View{Mapping: nothing{}, name: t.name}, nil
	}
	if err != nil {
		return nil, err
	}
	size := bytes.LastIndexByte(m.Bytes(), '\n') + 1
	return &View{m, m.Bytes()[:size], len(m.Bytes()) - size, t.name}, nil
}

// Viewed calls do with the file as it is now, under [vfs.Guard].
func (t *Trail) Viewed(do func(*View) error) error {
	return vfs.Guard(func() error {
		v, err := t.View()
		if err != nil {
			return err
		}
		defer v.Close()
		return do(v)
	})
}

// Writing is Viewed as the only writer; see [Trail.Locked].
func (t *Trail) Writing(do func(*View) error) error {
	return t.Locked(func() error { return t.Viewed(do) })
}

// nothing is the mapping of no file.
type nothing struct{}

func (nothing) Bytes() []byte               { return nil }
func (nothing) Advise(int, int, vfs.Advice) {}
func (nothing) Close() error                { return nil }

// Last reads the last line, whose hash must be right: nothing is added behind
// what was changed. Of an empty file it is the zero Line.
func (v *View) Last() (Line, error) {
	if len(v.Whole) == 0 {
		return Line{}, nil
	}
	l, err := ReadLine(v.Whole[bytes.LastIndexByte(v.Whole[:len(v.Whole)-1], '\n')+1:])
	if err != nil {
		return l, fmt.Errorf("%s: the last line: %w; nothing is added behind it", v.name, err)
	}
	return l, nil
}

// Add adds a line behind a view's whole ones, and returns once it survives a
// crash; what was cut short is dropped. What was written of a line that cannot
// be kept is cut off, so that an error leaves neither half a record nor one that
// was not acknowledged. It is called under [Trail.Locked].
func (t *Trail) Add(v *View, text []byte) error {
	size := int64(len(v.Whole))
	if v.Torn > 0 {
		if err := t.dir.Truncate(t.name, size); err != nil {
			return err
		}
	}
	f, err := t.dir.Append(t.name)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil && size == 0 {
		err = t.dir.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("nothing was kept: %w", err), t.dir.Truncate(t.name, size))
	}
	return nil
}

// Put writes a file of a folder whole or not at all, in the place of one before.
func Put(dir vfs.FS, name string, text []byte) error {
	f, err := dir.Create(name + ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = dir.Rename(name+".new", name)
	}
	if err == nil {
		err = dir.Sync()
	}
	return err
}
