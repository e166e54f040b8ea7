package casebook

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"clew"
	"clew/ledger/vfs"
	"clew/trail"
)

// trailName is the file of the trail in a case's folder.
const trailName = "case.jsonl"

// A Book is the folder of one case: its trail, and the files that it keeps,
// named by their hashes. It may be used by one goroutine at a time; several
// processes may, of which one writes.
type Book struct {
	kept
	dir    vfs.FS
	trail  *trail.Trail
	random io.Reader
}

// Open returns the case in a folder, which need not hold one yet. Bundles among
// its exhibits are read by bundles; the salt of entries is taken from random.
func Open(dir vfs.FS, bundles BundleReader, random io.Reader) *Book {
	return &Book{kept{dir, bundles, map[string]*Contents{}}, dir, trail.Open(dir, trailName, "the case"), random}
}

// An Appended says what was added to the trail.
type Appended struct {
	Case    *Case `json:"case"` // after it
	Entry   Entry `json:"entry"`
	Dropped int   `json:"dropped,omitempty"` // bytes of an entry that was cut short before it was acknowledged
}

// Case reads the trail and returns what it adds up to. No trail is an error that
// wraps [clew.ErrNotFound]; one that is not as it was written is an error too.
func (b *Book) Case(ctx context.Context) (c *Case, err error) {
	err = b.trail.Viewed(func(v *trail.View) error {
		s, err := replayed(ctx, v.Whole)
		if err != nil {
			return err
		}
		c = &s.c
		return nil
	})
	if err == nil && c.Entries == 0 {
		return nil, fmt.Errorf("a case: %w", clew.ErrNotFound)
	}
	return c, err
}

// replayed adds up whole lines of a trail that must be as it was written.
func replayed(ctx context.Context, whole []byte) (*state, error) {
	s, p, err := added(ctx, whole, "")
	switch {
	case err != nil:
		return nil, err
	case len(p.Faults) > 0:
		return nil, fmt.Errorf("the case is not as it was written (clew case verify says all): %s", p.Faults[0])
	case s.c.Withheld > 0:
		return nil, errors.New("entries were taken out of the case (clew case verify says which)")
	}
	return s, nil
}

// added adds up whole lines of a trail, and says what is wrong with them.
func added(ctx context.Context, whole []byte, head string) (*state, *trail.Proof, error) {
	if len(whole) > TrailMax {
		return nil, nil, fmt.Errorf("%s has more than %d MiB: no case has", trailName, TrailMax>>20)
	}
	s := newState()
	p, err := trail.Check(ctx, whole, head, func(p *trail.Proof, n int, l *trail.Line) {
		if _, err := s.line(l); err != nil {
			p.Fault("line %d: %v", n, err)
		}
	})
	return s, p, err
}

// Entries calls visit with every entry of the trail in order, with its hash, and
// stops at its first error.
func (b *Book) Entries(ctx context.Context, visit func(e *Entry, hash string) error) error {
	return b.trail.Viewed(func(v *trail.View) error {
		if _, err := replayed(ctx, v.Whole); err != nil {
			return err
		}
		return entriesOf(ctx, v.Whole, func(e *Entry, l *trail.Line) error { return visit(e, l.Hash) })
	})
}

// Append adds entries, numbered and salted here, and returns once they survive a
// crash; all are kept or none. Nothing is added to what is not as it was
// written, and nothing that stands there already.
func (b *Book) Append(ctx context.Context, entries ...Entry) (out Appended, err error) {
	err = b.writing(ctx, func(v *trail.View, s *state) error {
		if s.c.Entries > 0 && entries[0].Act == ActOpen {
			return &clew.InputError{Field: "case", Value: s.c.Name, Want: "a name that no case has: there is one called that"}
		}
		out, err = b.append(ctx, v, s, entries)
		return err
	})
	return out, err
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

func (b *Book) append(ctx context.Context, v *trail.View, s *state, entries []Entry) (Appended, error) {
	var lines []byte
	for i := range entries {
		text, err := b.next(ctx, s, &entries[i])
		if err != nil {
			return Appended{}, err
		}
		lines = append(lines, text...)
	}
	if len(v.Whole)+len(lines) > TrailMax {
		return Appended{}, &clew.InputError{Field: "case", Value: s.c.Name, Want: fmt.Sprintf("a case whose trail has at most %d MiB: open another", TrailMax>>20)}
	}
	if err := ctx.Err(); err != nil {
		return Appended{}, err
	}
	if err := b.trail.Add(v, lines); err != nil {
		return Appended{}, err
	}
	return Appended{&s.c, entries[len(entries)-1], v.Torn}, nil
}

// next numbers an entry, adds it to the state as whoever reads it will, and
// returns its line.
func (b *Book) next(ctx context.Context, s *state, e *Entry) ([]byte, error) {
	if s.c.Entries == 0 && e.Act != ActOpen {
		return nil, fmt.Errorf("a case: %w", clew.ErrNotFound)
	}
	salt := make([]byte, 16)
	if _, err := io.ReadFull(b.random, salt); err != nil {
		return nil, err
	}
	e.Number, e.Previous, e.Salt = s.c.Entries+1, s.c.Head, hex.EncodeToString(salt)
	if err := e.Check(); err != nil {
		return nil, err
	}
	if err := s.allows(e); err != nil {
		return nil, err
	}
	if e.Act == ActVictim {
		if err := s.isAnother(e.Victim); err != nil {
			return nil, err
		}
	}
	if err := b.look(ctx, s, e); err != nil {
		return nil, err
	}
	text, _, err := trail.Encode(e)
	if errors.Is(err, trail.ErrTooLong) {
		err = &clew.InputError{Field: string(e.Act), Want: "less at once: " + err.Error() + " is not kept"}
	}
	if err != nil {
		return nil, err
	}
	l, err := trail.ReadLine(text)
	if err != nil {
		return nil, err
	}
	_, err = s.line(&l)
	return text, err
}
