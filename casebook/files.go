package casebook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clew"
	"clew/incident"
	"clew/trail"
)

// FileMax bounds a file that is kept, in bytes.
const FileMax = 512 << 20

// The names of kept files. What is being copied has a name of its own, which a
// crash can leave behind.
const (
	filePrefix   = "file-"
	incomingName = "incoming"
)

// FormOf returns a form of a report by its bytes.
func FormOf(form string, data []byte) Form { return Form{form, trail.Hash(data), int64(len(data))} }

// Contents is what a case needs to know of an evidence bundle.
type Contents struct {
	Root         string
	Operation    string
	AsOf         string
	Transactions map[clew.TxID]bool
	Answer       json.RawMessage
	Marking      incident.Marking // how far it may be passed on; empty: it does not say
}

// A BundleReader reads a file as an evidence bundle. One that is none gives nil;
// one that does not hold is an error. Nothing of the answer refers to data.
type BundleReader func(ctx context.Context, data []byte) (*Contents, error)

// Attach keeps a file and adds the entry of it, an exhibit or the file of a
// theft, whose hash and size it fills in, and what a bundle says of itself. A
// bundle that does not hold is refused.
func (b *Book) Attach(ctx context.Context, e Entry, file io.Reader) (out Appended, err error) {
	err = b.writing(ctx, func(v *trail.View, s *state) error {
		if s.c.Entries == 0 {
			return fmt.Errorf("a case: %w", clew.ErrNotFound)
		}
		if err := s.allows(&e); err != nil { // before much is copied for nothing
			return err
		}
		a := attachedOf(&e)
		if err := b.keep(ctx, a, file); err != nil {
			return err
		}
		if err = b.describe(ctx, &e, &s.c); err == nil {
			out, err = b.append(ctx, v, s, []Entry{e})
		}
		if err != nil && !s.keeps(a.SHA256) {
			err = errors.Join(err, b.dir.Remove(filePrefix+a.SHA256))
		}
		return err
	})
	return out, err
}

// attachedOf returns the file of an entry; nil: it has none.
func attachedOf(e *Entry) *Attached {
	switch e.Act {
	case ActExhibit:
		return &e.Exhibit.Attached
	case ActIncident:
		return e.Incident
	}
	return nil
}

// attached returns every file of a case, also of rows that were withdrawn.
func (c *Case) attached() []Attached {
	list := append([]Attached(nil), c.Former...)
	if c.Incident != nil {
		list = append(list, *c.Incident)
	}
	for _, e := range c.Exhibits {
		list = append(list, e.Attached)
	}
	return list
}

// keeps reports whether a row of the case needs the file of a hash.
func (s *state) keeps(sha string) bool {
	for _, a := range s.c.attached() {
		if a.SHA256 == sha {
			return true
		}
	}
	return false
}

// keep copies a file into the folder under its hash, so that it survives a
// crash.
func (b *Book) keep(ctx context.Context, a *Attached, file io.Reader) error {
	f, err := b.dir.Create(incomingName)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), &bounded{ctx, file, FileMax})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, b.dir.Remove(incomingName))
	}
	a.Size, a.SHA256 = n, hex.EncodeToString(sum.Sum(nil))
	if err := b.dir.Rename(incomingName, filePrefix+a.SHA256); err != nil {
		return err
	}
	return b.dir.Sync()
}

// A bounded reader ends with an error behind a bound, or when ctx ends.
type bounded struct {
	ctx  context.Context
	r    io.Reader
	left int64
}

func (r *bounded) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return 0, &clew.InputError{Field: "file", Want: fmt.Sprintf("a file of at most %d MiB", FileMax>>20)}
	}
	return n, err
}

// describe fills in what an exhibit says of itself if it is a bundle, which must
// not be marked more strictly than the case.
func (b *Book) describe(ctx context.Context, e *Entry, in *Case) error {
	if e.Act != ActExhibit {
		return nil
	}
	x := e.Exhibit
	c, err := b.contents(ctx, x.Attached)
	if err != nil {
		return &clew.InputError{Field: "file", Value: x.Name, Want: "an evidence bundle that holds: " + err.Error()}
	}
	if c != nil && c.Marking != "" && c.Marking.Stricter(in.Marking) {
		return &clew.InputError{Field: "file", Value: x.Name, Want: "a bundle that this case may hold: it is marked " + string(c.Marking) + ", and the case only " + string(in.Marking)}
	}
	if c != nil {
		x.Root, x.Operation, x.AsOf, x.Marking = c.Root, c.Operation, c.AsOf, c.Marking
		x.Shows = in.shows(c)
	}
	return nil
}
