package ingest

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"clew"
)

// shownMax is how much of a file's name a message shows: its end.
const shownMax = 100

// wrongFile is the user's mistake of naming a file that cannot be used.
func wrongFile(name, want string) *clew.InputError {
	if len(name) > shownMax {
		at := len(name) - shownMax
		for at < len(name) && !utf8.RuneStart(name[at]) {
			at++
		}
		name = "…" + name[at:]
	}
	return &clew.InputError{Field: "file", Value: name, Want: want}
}

// A broken file is cut short or damaged. Unlike one of no known format, it ends
// an import even where it was found in a folder: what it held is missing.
type broken struct{ *clew.InputError }

// Unwrap returns the mistake as the vocabulary has it.
func (b broken) Unwrap() error { return b.InputError }

func brokenFile(name, sort, why string) error {
	return broken{wrongFile(name, fmt.Sprintf("a whole %s file; this one is cut short or damaged (%s)", sort, why))}
}

// named adds a file's name to an error that does not say it. A row too long is
// the file's mistake, not a failure to read it.
func named(name string, err error) error {
	if errors.Is(err, errLongRow) {
		return broken{wrongFile(name, fmt.Sprintf("rows of at most %d MB; is a quote never closed?", rowBytesMax>>20))}
	}
	if input := (*clew.InputError)(nil); errors.As(err, &input) {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// An unzipper reads a gzip file and says in the user's words what is wrong
// with it.
type unzipper struct {
	name string
	gzip *gzip.Reader
}

func newUnzipper(name string, r io.Reader) (*unzipper, error) {
	u := &unzipper{name: name}
	var err error
	u.gzip, err = gzip.NewReader(r)
	return u, u.explain(err)
}

func (u *unzipper) Read(p []byte) (int, error) {
	n, err := u.gzip.Read(p)
	return n, u.explain(err)
}

// explain leaves the end of the file and errors of the disk as they are.
func (u *unzipper) explain(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return brokenFile(u.name, "gzip", err.Error())
	}
	return err
}
