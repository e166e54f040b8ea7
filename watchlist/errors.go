package watchlist

import (
	"errors"
	"fmt"
	"io"

	"clew"
)

// A lineError is a fault of a list with its place.
type lineError struct {
	file string
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("%s, line %d: %v", e.file, e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// bad says what stands at a line of a file, and what was wanted.
func bad(file string, line int, what, want string) error {
	return &lineError{file, line, badValue("list", what, want)}
}

func badValue(field, value, want string) error {
	return &clew.InputError{Field: field, Value: value[:min(len(value), 80)], Want: want}
}

// errTooLong ends reading a file that is too long.
var errTooLong = errors.New("the file is too long")

// bound ends r with an error after bytesMax.
func bound(r io.Reader) io.Reader { return &bounded{r, bytesMax} }

type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
