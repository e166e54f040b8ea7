package decision

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"clew"
	"clew/ledger/vfs"
	"clew/trail"
)

// A Log is a folder of decisions: a trail of records, and one file for each
// answer that was decided on, named by its hash. It may be used by one goroutine
// at a time.
type Log struct {
	dir   vfs.FS
	trail *trail.Trail
}

// The names of files.
const (
	fileName   = "decisions.jsonl"
	answerName = "answer-%s.json"
)

// Open returns the log of a folder.
func Open(dir vfs.FS) *Log { return &Log{dir, trail.Open(dir, fileName, "the decisions")} }

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
func (l *Log) Append(ctx context.Context, r Record, answer []byte) (out Appended, err error) {
	if err := r.Check(); err != nil {
		return Appended{}, err
	}
	err = l.trail.Locked(func() error {
		out, err = l.append(ctx, r, answer)
		return err
	})
	return out, err
}

func (l *Log) append(ctx context.Context, r Record, answer []byte) (out Appended, err error) {
	data, err := l.trail.View()
	if err != nil {
		return out, err
	}
	defer data.Close()
	last, err := data.Last()
	if err != nil {
		return out, err
	}
	if err := follows(data.Whole, &r); err != nil {
		return out, err
	}
	r.Number, r.Previous, r.Content = last.Number+1, last.Hash, contentOf(r)
	if err := isNew(data.Whole, &r); err != nil {
		return out, err
	}
	if err := ctx.Err(); err != nil {
		return out, err
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
	return Appended{r, hash, data.Torn}, l.trail.Add(data, text)
}

// encode returns the line of a record, and its hash.
func encode(r Record) (text []byte, hash string, err error) {
	text, hash, err = trail.Encode(r)
	if errors.Is(err, trail.ErrTooLong) {
		err = &clew.InputError{Field: "answer", Want: "an answer with fewer findings: a record has at most 4 MiB"}
	}
	return text, hash, err
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

// A placed line is one with its record.
type placed struct {
	trail.Line
	record Record
}

// readLine reads a line and checks its hash.
func readLine(text []byte) (p placed, err error) {
	if p.Line, err = trail.ReadLine(text); err != nil || p.Record == nil {
		return p, err
	}
	return p, p.read()
}

// read reads what the line's record says.
func (p *placed) read() error {
	if err := json.Unmarshal(p.Record, &p.record); err != nil {
		return fmt.Errorf("no record: %w", err)
	}
	return nil
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
	return &clew.InputError{Field: "reason", Value: r.Reason, Want: fmt.Sprintf("another decision, or another reason: the same is kept as number %d", p.Number)}
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
		if p.Number != r.Of || p.Record == nil {
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
	return trail.Put(l.dir, name, answer)
}
