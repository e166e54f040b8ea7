package decision

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"clew"
	"clew/ledger/vfs"
)

// A Log is a folder of decisions: one file of lines, to which is only ever
// added, and one file for each answer that was decided on, named by its hash.
// It may be used by one goroutine at a time.
//
// A line is {"hash":HASH,"record":RECORD}, where HASH is the SHA-256 of
// RECORD's bytes as they stand, and RECORD names the hash of the one before.
type Log struct {
	dir vfs.FS
}

// The names of files.
const (
	fileName   = "decisions.jsonl"
	answerName = "answer-%s.json"
)

// lineMax bounds a line, in bytes.
const lineMax = 4 << 20

// Open returns the log of a folder.
func Open(dir vfs.FS) *Log { return &Log{dir} }

// A line is one of the file: a record, or what is left of one whose time is over.
type line struct {
	Hash     string          `json:"hash"`
	Record   json.RawMessage `json:"record,omitempty"`
	Number   int             `json:"number,omitempty"`   // of what is left
	Previous string          `json:"previous,omitempty"` // likewise
}

// An Appended says where a decision was kept.
type Appended struct {
	Record  Record `json:"record"`
	Hash    string `json:"hash"`
	Dropped int    `json:"dropped,omitempty"` // bytes of a record that was cut short before it was acknowledged
}

// Append keeps a decision with the answer it rests on, in canonical JSON, and
// returns once both survive a crash. What is decided is kept once: the same
// again, by the same person on the same answer for the same reason, is an error
// that names the record. Another process that writes is an error.
func (l *Log) Append(ctx context.Context, r Record, answer []byte) (Appended, error) {
	if err := r.Check(); err != nil {
		return Appended{}, err
	}
	held, err := l.dir.Lock()
	if errors.Is(err, vfs.ErrLocked) {
		err = fmt.Errorf("somebody else is adding to the decisions; nothing was kept, try again: %w", err)
	}
	if err != nil {
		return Appended{}, err
	}
	defer held.Close()
	var out Appended
	err = vfs.Guard(func() error {
		out, err = l.append(ctx, r, answer)
		return err
	})
	return out, err
}

func (l *Log) append(ctx context.Context, r Record, answer []byte) (out Appended, err error) {
	data, size, err := l.bytes()
	if err != nil {
		return out, err
	}
	defer data.Close()
	last, err := lastLine(data.Bytes()[:size])
	if err != nil {
		return out, err
	}
	if err := follows(data.Bytes()[:size], &r); err != nil {
		return out, err
	}
	r.Number, r.Previous, r.Content = last.number+1, last.Hash, contentOf(r)
	if err := isNew(data.Bytes()[:size], &r); err != nil {
		return out, err
	}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	if out.Dropped = len(data.Bytes()) - size; out.Dropped > 0 {
		if err := l.dir.Truncate(fileName, int64(size)); err != nil {
			return out, err
		}
	}
	if r.Answer != nil {
		if err := l.keep(r.Answer.SHA256, answer); err != nil {
			return out, err
		}
	}
	text, hash, err := encode(r)
	if err != nil {
		return out, err
	}
	out.Record, out.Hash = r, hash
	return out, l.write(text, int64(size))
}

// write adds a line. What was written of one that cannot be kept is cut off, so
// that an error never leaves half a record, or one that was not acknowledged.
func (l *Log) write(text []byte, size int64) error {
	f, err := l.dir.Append(fileName)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil && size == 0 {
		err = l.dir.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the decision was not kept: %w", err), l.dir.Truncate(fileName, size))
	}
	return nil
}

// encode returns the line of a record, and its hash.
func encode(r Record) (text []byte, hash string, err error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, "", err
	}
	hash = Hash(raw)
	if text, err = json.Marshal(line{Hash: hash, Record: raw}); err == nil && len(text) >= lineMax {
		err = &clew.InputError{Field: "answer", Want: "an answer with fewer findings: a record has at most 4 MiB"}
	}
	return append(text, '\n'), hash, err
}

// contentOf returns the hash of what is decided, without when and in which place.
func contentOf(r Record) string {
	r.Number, r.At, r.Previous, r.Content = 0, 0, "", ""
	raw, err := json.Marshal(r)
	if err != nil {
		panic("decision: " + err.Error()) // texts and numbers only
	}
	return Hash(raw)
}

// bytes maps the file, and returns how much of it is whole lines. No file is
// none.
func (l *Log) bytes() (vfs.Mapping, int, error) {
	m, err := l.dir.Map(fileName)
	if errors.Is(err, fs.ErrNotExist) {
		return nothing{}, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	return m, bytes.LastIndexByte(m.Bytes(), '\n') + 1, nil
}

// nothing is the mapping of no file.
type nothing struct{}

func (nothing) Bytes() []byte               { return nil }
func (nothing) Advise(int, int, vfs.Advice) {}
func (nothing) Close() error                { return nil }

// A placed line is one with the number of its record.
type placed struct {
	line
	number int
	record Record
}

// lastLine reads the last of whole lines, whose hash must be right: nothing is
// added behind what was changed.
func lastLine(data []byte) (placed, error) {
	if len(data) == 0 {
		return placed{}, nil
	}
	text := data[bytes.LastIndexByte(data[:len(data)-1], '\n')+1:]
	p, err := readLine(text)
	if err != nil {
		return p, fmt.Errorf("%s: the last line: %w; nothing is added behind it", fileName, err)
	}
	return p, nil
}

// readLine reads a line and checks its hash.
func readLine(text []byte) (p placed, err error) {
	if len(text) > lineMax {
		return p, errors.New("too long")
	}
	if err := json.Unmarshal(text, &p.line); err != nil {
		return p, fmt.Errorf("no record: %w", err)
	}
	if p.Record == nil {
		p.number = p.Number
		if p.number < 1 || len(p.Hash) != 64 {
			return p, errors.New("no record")
		}
		return p, nil
	}
	if Hash(p.Record) != p.Hash {
		return p, errors.New("it was changed: its bytes have another hash")
	}
	if err := json.Unmarshal(p.Record, &p.record); err != nil {
		return p, fmt.Errorf("no record: %w", err)
	}
	p.number, p.Previous = p.record.Number, p.record.Previous
	return p, nil
}

// isNew reports a decision that is kept already.
func isNew(data []byte, r *Record) error {
	at := bytes.Index(data, []byte(`"content":"`+r.Content+`"`))
	if at < 0 {
		return nil
	}
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	p, err := readLine(data[start : at+bytes.IndexByte(data[at:], '\n')])
	if err != nil {
		return err
	}
	return &clew.InputError{Field: "reason", Value: r.Reason, Want: fmt.Sprintf("another decision, or another reason: the same is kept as number %d", p.number)}
}

// follows reports a decision that follows one that is not there, or cannot be
// followed so, and fills in whose address it is about.
func follows(data []byte, r *Record) error {
	if r.Of == 0 {
		return nil
	}
	for text := range bytes.Lines(data) {
		p, err := readLine(text)
		if err != nil {
			return fmt.Errorf("%s: %w", fileName, err)
		}
		if p.number != r.Of || p.Record == nil {
			continue
		}
		switch {
		case r.Action == Release && p.record.Action != Block:
			return &clew.InputError{Field: "of", Value: fmt.Sprint(r.Of), Want: "the number of a decision to block"}
		case r.Subject == "":
			r.Subject = p.record.Subject
		case r.Subject != p.record.Subject:
			return &clew.InputError{Field: "of", Value: fmt.Sprint(r.Of), Want: "the number of a decision about the same address, " + p.record.Subject}
		}
		return nil
	}
	return &clew.InputError{Field: "of", Value: fmt.Sprint(r.Of), Want: "the number of an earlier decision that is still kept"}
}

// keep writes the answer that a decision rests on, once.
func (l *Log) keep(hash string, answer []byte) error {
	if Hash(answer) != hash {
		return &clew.InputError{Field: "answer", Want: "the answer whose hash the record states"}
	}
	name := fmt.Sprintf(answerName, hash)
	if have, err := l.dir.ReadFile(name); err == nil && Hash(have) == hash {
		return nil
	}
	return l.put(name, answer)
}

// put writes a file whole or not at all, in the place of one before.
func (l *Log) put(name string, text []byte) error {
	f, err := l.dir.Create(name + ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = l.dir.Rename(name+".new", name)
	}
	if err == nil {
		err = l.dir.Sync()
	}
	return err
}
