package taxii

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"clew/ledger/vfs"
	"clew/share/stix"
)

// A journal is a file of lines, to which is only ever added: of a collection
// that takes objects, each with when it came and from whom; of one that is made
// from files, when each version was first seen in them.
type journal struct {
	dir  vfs.FS
	name string
	size int64
	lost error // why nothing can be added any more
}

// A line is one version of an object.
type line struct {
	Added   string          `json:"added"`
	By      string          `json:"by,omitempty"` // the user; empty: nobody had to say
	Object  json.RawMessage `json:"object,omitempty"`
	ID      string          `json:"id,omitempty"` // of one that is not kept here
	Version string          `json:"version,omitempty"`
	Sum     string          `json:"sha256,omitempty"`
	Status  *Status         `json:"status,omitempty"` // in the file of statuses
}

// openJournal reads a journal, each line by take, and cuts off what a crash left
// of an addition that was not acknowledged. A line that cannot be read is an
// error: nothing is added behind damage.
func openJournal(dir vfs.FS, name string, take func(*line, moment) error) (*journal, error) {
	j := &journal{dir: dir, name: name}
	m, err := dir.Map(name)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	defer m.Close()
	whole := 0
	err = vfs.Guard(func() error {
		whole = bytes.LastIndexByte(m.Bytes(), '\n') + 1
		return readLines(m.Bytes()[:whole], take)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	j.size = int64(whole)
	if whole < len(m.Bytes()) {
		return j, dir.Truncate(name, j.size)
	}
	return j, nil
}

func readLines(data []byte, take func(*line, moment) error) error {
	last := moment(0)
	for number := 1; len(data) > 0; number++ {
		at := bytes.IndexByte(data, '\n')
		var l line
		if err := json.Unmarshal(bytes.Clone(data[:at]), &l); err != nil {
			return fmt.Errorf("line %d is damaged: %w", number, err)
		}
		t, err := parseTime(l.Added)
		if err != nil || momentOf(t) <= last {
			return fmt.Errorf("line %d is damaged: it was added before the one above it", number)
		}
		last = momentOf(t)
		if err := take(&l, last); err != nil {
			return fmt.Errorf("line %d is damaged: %w", number, err)
		}
		data = data[at+1:]
	}
	return nil
}

// add writes lines and returns once they survive a crash. What was written of
// them is cut off again if they cannot be kept.
func (j *journal) add(lines []line) error {
	if j.lost != nil || len(lines) == 0 {
		return j.lost
	}
	text, err := textOf(lines)
	if err != nil {
		return err
	}
	if err = j.write(text); err == nil {
		j.size += int64(len(text))
		return nil
	}
	if back := j.dir.Truncate(j.name, j.size); back != nil {
		j.lost = fmt.Errorf("%s can no longer be written: %w", j.name, errors.Join(err, back))
	}
	return fmt.Errorf("%s: nothing was kept: %w", j.name, err)
}

// textOf writes lines as they stand in the file.
func textOf(lines []line) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	for i := range lines {
		if err := e.Encode(&lines[i]); err != nil { // ends with a line's end
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// replace writes the file anew with lines, whole or not at all. After an error
// nothing can be added any more.
func (j *journal) replace(lines []line) error {
	text, err := textOf(lines)
	if err != nil {
		return err
	}
	fresh := j.name + ".new"
	f, err := j.dir.Create(fresh)
	if err == nil {
		_, err = f.Write(text)
		if err == nil {
			err = f.Sync()
		}
		err = errors.Join(err, f.Close())
	}
	if err == nil {
		err = j.dir.Rename(fresh, j.name)
	}
	if err == nil {
		err = j.dir.Sync()
	}
	if j.size = int64(len(text)); err != nil {
		j.lost = fmt.Errorf("%s can no longer be written: %w", j.name, err)
	}
	return j.lost
}

func (j *journal) write(text []byte) error {
	f, err := j.dir.Append(j.name)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil && j.size == 0 {
		err = j.dir.Sync()
	}
	return err
}

// objectOf reads the object of a line.
func objectOf(l *line) (*stix.Object, error) {
	text := append(append([]byte(`{"objects":[`), l.Object...), `]}`...)
	e, err := stix.ReadEnvelope(bytes.NewReader(text), stix.Bounds{Bytes: stix.MaxObject + 64, Objects: 1})
	switch {
	case err != nil:
		return nil, err
	case len(e.Refused) > 0:
		return nil, errors.New(e.Refused[0].Why)
	case len(e.Objects) != 1:
		return nil, errors.New("it holds no object")
	}
	return &e.Objects[0], nil
}

// seenOf reads which version of which object a line is about.
func seenOf(l *line) (k key, sum [sha256.Size]byte, err error) {
	raw, err := hex.DecodeString(l.Sum)
	if err != nil || copy(sum[:], raw) != len(sum) || len(raw) != len(sum) || stix.TypeOf(l.ID) == "" {
		return k, sum, errors.New("it names no version of an object")
	}
	return key{l.ID, l.Version}, sum, nil
}
