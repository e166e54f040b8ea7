package decision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"clew"
	"clew/ledger/vfs"
)

// A Kept is a record as it stands in the log.
type Kept struct {
	Record
	Hash string `json:"hash"`
	Gone bool   `json:"expired,omitempty"` // its time was over: number and hash are left
}

// All calls visit with every record in order, and stops at its first error. It
// checks each record's own hash, but not the chain: [Log.Verify] does.
func (l *Log) All(ctx context.Context, visit func(Kept) error) error {
	return vfs.Guard(func() error { return l.all(ctx, visit) })
}

func (l *Log) all(ctx context.Context, visit func(Kept) error) error {
	data, size, err := l.bytes()
	if err != nil {
		return err
	}
	defer data.Close()
	n := 0
	for text := range bytes.Lines(data.Bytes()[:size]) {
		n++
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := readLine(text)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", fileName, n, err)
		}
		k := Kept{Record: p.record, Hash: p.Hash, Gone: p.Record == nil}
		k.Number, k.Previous = p.number, p.Previous
		if err := visit(k); err != nil {
			return err
		}
	}
	return nil
}

// AnswerOf returns the answer that a decision rests on, in canonical JSON.
func (l *Log) AnswerOf(r Record) ([]byte, error) {
	if r.Answer == nil {
		return nil, fmt.Errorf("an answer of decision %d: %w", r.Number, clew.ErrNotFound)
	}
	text, err := l.dir.ReadFile(fmt.Sprintf(answerName, r.Answer.SHA256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the answer of decision %d: %w", r.Number, clew.ErrNotFound)
	}
	if err == nil && Hash(text) != r.Answer.SHA256 {
		err = fmt.Errorf("the answer of decision %d was changed: it has another hash", r.Number)
	}
	return text, err
}

// A Proof says whether a log is as it was written.
type Proof struct {
	Records int      `json:"records"`
	Expired int      `json:"expired"`
	Head    string   `json:"head"`             // hash of the last record: note it elsewhere, for who can write the folder can write it anew
	Found   bool     `json:"found"`            // the hash that was asked for is among them
	Torn    int      `json:"torn,omitempty"`   // bytes of a record that was cut short, which nobody was told is kept
	Faults  []string `json:"faults,omitempty"` // what is not as it was written
	More    int      `json:"more,omitempty"`   // faults that are not named
}

// faultsMax is how many faults are named.
const faultsMax = 100

func (p *Proof) fault(format string, args ...any) {
	if len(p.Faults) == faultsMax {
		p.More++
		return
	}
	p.Faults = append(p.Faults, fmt.Sprintf(format, args...))
}

// Verify reads all, and reports every record that was changed, taken out, put
// in or moved, and every answer that is missing or was changed. Without the hash
// of some record that was noted elsewhere it cannot tell that the last ones were
// cut off, or all was written anew: head is such a hash, or empty.
func (l *Log) Verify(ctx context.Context, head string) (p *Proof, err error) {
	err = vfs.Guard(func() error {
		p, err = l.verify(ctx, head)
		return err
	})
	return p, err
}

func (l *Log) verify(ctx context.Context, head string) (*Proof, error) {
	data, size, err := l.bytes()
	if err != nil {
		return nil, err
	}
	defer data.Close()
	v := verifying{log: l, head: head, proof: &Proof{Torn: len(data.Bytes()) - size, Found: head == ""}, expired: map[int]bool{}, gone: map[int]bool{}}
	for text := range bytes.Lines(data.Bytes()[:size]) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v.line(text)
	}
	return v.end(), nil
}

// A verifying is one under way.
type verifying struct {
	log           *Log
	head          string
	proof         *Proof
	previous      string       // hash of the record before; empty: it could not be read
	expired, gone map[int]bool // records that another says were taken out, and those that were
}

func (v *verifying) line(text []byte) {
	p := v.proof
	p.Records++
	n := p.Records
	one, err := readLine(text)
	if err != nil {
		p.fault("line %d: %v", n, err)
		v.previous = ""
		return
	}
	if one.number != n {
		p.fault("line %d: it is number %d, want %d", n, one.number, n)
	}
	if one.Previous != v.previous && (v.previous != "" || n == 1) {
		p.fault("line %d: it does not follow the record before it", n)
	}
	v.previous, p.Head, p.Found = one.Hash, one.Hash, p.Found || one.Hash == v.head
	v.gone[n] = one.Record == nil
	for _, number := range one.record.Expired {
		v.expired[number] = true
	}
	v.log.checkAnswer(p, n, &one)
}

func (v *verifying) end() *Proof {
	p := v.proof
	for n := 1; n <= p.Records; n++ {
		if v.gone[n] {
			p.Expired++
		}
		if v.gone[n] && !v.expired[n] {
			p.fault("line %d: its record was taken out, and none says that its time was over", n)
		}
	}
	if !p.Found {
		p.fault("no record has the hash %s: records were cut off, or all was written anew", v.head)
	}
	return p
}

func (l *Log) checkAnswer(p *Proof, n int, one *placed) {
	if one.record.Answer == nil {
		return
	}
	if _, err := l.AnswerOf(one.record); err != nil {
		p.fault("line %d: %v", n, err)
	}
}
