package decision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"clew"
	"clew/ledger/vfs"
	"clew/trail"
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
	data, err := l.trail.View()
	if err != nil {
		return err
	}
	defer data.Close()
	n := 0
	for text := range bytes.Lines(data.Whole) {
		n++
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := readLine(text)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", fileName, n, err)
		}
		k := Kept{Record: p.record, Hash: p.Hash, Gone: p.Record == nil}
		k.Number, k.Previous = p.Number, p.Previous
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
	*trail.Proof
	Expired int `json:"expired"`
}

// Verify reads all, and reports every record that was changed, taken out, put
// in or moved, and every answer that is missing or was changed; see
// [trail.Trail.Verify] for what head is.
func (l *Log) Verify(ctx context.Context, head string) (*Proof, error) {
	expired, gone := map[int]bool{}, map[int]bool{} // records that another says were taken out, and those that were
	p, err := l.trail.Verify(ctx, head, func(p *trail.Proof, n int, line *trail.Line) {
		one := placed{Line: *line}
		if gone[n] = line.Record == nil; gone[n] {
			return
		}
		if err := one.read(); err != nil {
			p.Fault("line %d: %v", n, err)
			return
		}
		for _, number := range one.record.Expired {
			expired[number] = true
		}
		l.checkAnswer(p, n, &one)
	})
	if err != nil {
		return nil, err
	}
	out := &Proof{Proof: p}
	for n := 1; n <= p.Records; n++ {
		if gone[n] {
			out.Expired++
		}
		if gone[n] && !expired[n] {
			p.Fault("line %d: its record was taken out, and none says that its time was over", n)
		}
	}
	return out, nil
}

func (l *Log) checkAnswer(p *trail.Proof, n int, one *placed) {
	if one.record.Answer == nil {
		return
	}
	if _, err := l.AnswerOf(one.record); err != nil {
		p.Fault("line %d: %v", n, err)
	}
}
