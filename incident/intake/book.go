package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
	"clew/trail"
)

// trailName is the file of the trail in the folder.
const trailName = "intake.jsonl"

// A Book is the folder of an intake: its trail, the reports, who reported them,
// and the user's own record. Files are named by the number of the entry that
// they came with. It may be used by one goroutine at a time; several processes
// may, of which one writes.
type Book struct {
	dir    vfs.FS
	trail  *trail.Trail
	random io.Reader
}

// Open returns the intake of a folder, which may be empty. Salt is taken from
// random.
func Open(dir vfs.FS, random io.Reader) *Book {
	return &Book{dir, trail.Open(dir, trailName, "the intake of reports"), random}
}

// Intake reads the trail and returns what it adds up to. One that is not as it
// was written is an error.
func (b *Book) Intake(ctx context.Context) (i *Intake, err error) {
	err = b.reading(ctx, func(s *state) error {
		i = &s.i
		return nil
	})
	return i, err
}

// reading calls do with what the trail adds up to.
func (b *Book) reading(ctx context.Context, do func(*state) error) error {
	return b.trail.Viewed(func(v *trail.View) error {
		s, err := replayed(ctx, v.Whole)
		if err != nil {
			return err
		}
		return do(s)
	})
}

// writing calls do as the only writer, with the trail and what it adds up to.
func (b *Book) writing(ctx context.Context, do func(*trail.View, *state) error) error {
	return b.trail.Writing(func(v *trail.View) error {
		s, err := replayed(ctx, v.Whole)
		if err != nil {
			return err
		}
		return do(v, s)
	})
}

// replayed adds up whole lines of a trail that must be as it was written.
func replayed(ctx context.Context, whole []byte) (*state, error) {
	s, p, err := summed(ctx, whole, "")
	switch {
	case err != nil:
		return nil, err
	case len(p.Faults) > 0:
		return nil, fmt.Errorf("the intake of reports is not as it was written (clew incidents verify says all): %s", p.Faults[0])
	}
	return s, nil
}

// summed adds up whole lines of a trail, and says what is wrong with them.
func summed(ctx context.Context, whole []byte, head string) (*state, *trail.Proof, error) {
	if len(whole) > TrailMax {
		return nil, nil, fmt.Errorf("%s has more than %d MiB: no intake has", trailName, TrailMax>>20)
	}
	s := newState()
	p, err := trail.Check(ctx, whole, head, func(p *trail.Proof, n int, l *trail.Line) {
		if err := s.line(l); err != nil {
			p.Fault("line %d: %v", n, err)
		}
	})
	return s, p, err
}

// append numbers an entry and adds it, once files that it names are kept.
func (b *Book) append(ctx context.Context, v *trail.View, s *state, e *Entry) error {
	e.Number, e.Previous = s.i.Entries+1, s.i.Head
	text, _, err := trail.Encode(e)
	if err != nil {
		return err
	}
	if e.Number > EntriesMax || len(v.Whole)+len(text) > TrailMax {
		return &clew.InputError{Field: "incidents", Want: fmt.Sprintf("a folder of at most %d entries and %d MiB: name another by CLEW_INCIDENTS", EntriesMax, TrailMax>>20)}
	}
	l, err := trail.ReadLine(text)
	if err != nil {
		return err
	}
	if err := s.line(&l); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return b.trail.Add(v, text)
}

// keep writes a file that the next entry names.
func (b *Book) keep(name string, data []byte) (File, error) {
	return File{Name: name, SHA256: trail.Hash(data), Size: len(data)}, trail.Put(b.dir, name, data)
}

// kept returns the bytes of a file, which must have its hash.
func (b *Book) kept(f File) ([]byte, error) {
	data, err := b.dir.ReadFile(f.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", f.Name, clew.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	if trail.Hash(data) != f.SHA256 || len(data) != f.Size {
		return nil, fmt.Errorf("%s was changed: it has another hash", f.Name)
	}
	return data, nil
}

// entry returns a theft as it stands, in the user's own record or in that of the
// program, and its file; nil: there is none of the id.
func (b *Book) entry(s *state, id string) (*incident.Incident, error) {
	if f, ok := s.own[id]; ok {
		data, err := b.kept(f)
		if err != nil {
			return nil, err
		}
		return incident.Read(f.Name, bytes.NewReader(data))
	}
	i, err := incident.OfRecord(id)
	if wrong := new(clew.InputError); errors.As(err, &wrong) {
		return nil, nil
	}
	return i, err
}

// Own returns the thefts of the user's own record, in the order in which they
// came.
func (b *Book) Own(ctx context.Context) (list []*incident.Incident, err error) {
	err = b.reading(ctx, func(s *state) error {
		for _, id := range s.ids {
			i, err := b.entry(s, id)
			if err != nil {
				return err
			}
			list = append(list, i)
		}
		return nil
	})
	return list, err
}

// File returns the file of a theft of the user's own record; an error that wraps
// [clew.ErrNotFound] if it has none of the id.
func (b *Book) File(ctx context.Context, id string) (data []byte, err error) {
	err = b.reading(ctx, func(s *state) error {
		f, ok := s.own[id]
		if !ok {
			return fmt.Errorf("a theft %s of one's own record: %w", id, clew.ErrNotFound)
		}
		data, err = b.kept(f)
		return err
	})
	return data, err
}
