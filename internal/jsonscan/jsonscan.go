// Package jsonscan reads JSON in order and in bounded memory, without making
// anything of what is not asked for. Nodes' answers are read with it: they are
// long, and most of what they hold is not wanted.
package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Bounds of what a scanner takes in.
const (
	Window   = 64 << 10     // bytes read at a time
	MaxText  = 8<<20 + 1024 // bytes of the longest string that is kept: a Bitcoin block in hexadecimal digits
	MaxDepth = 64           // objects and arrays in each other, of those stepped over
)

// A Scanner reads JSON in order, from a stream, in the memory of one token. It
// remembers its first failure, and then answers nothing. What is stepped over
// is checked for its brackets and strings alone.
type Scanner struct {
	r     io.Reader // nil: buf is all there is
	buf   []byte
	at    int // next byte
	end   int
	left  int64    // bytes that may still be read
	name  [32]byte // of an object's field
	small [64]byte // for hashes
	Err   error    // the first failure
}

// ErrCut is the failure of an answer that ends in its middle.
var ErrCut = errors.New("the answer ends in its middle")

// New returns a scanner of what r holds, of which it reads no more than limit
// bytes.
func New(r io.Reader, limit int64) *Scanner {
	return &Scanner{r: r, buf: make([]byte, Window), left: limit}
}

// Bytes returns a scanner of what is in memory. It does not change b.
func Bytes(b []byte) *Scanner { return &Scanner{buf: b, end: len(b)} }

// Fail remembers a failure, unless there was one before.
func (s *Scanner) Fail(err error) {
	if s.Err == nil {
		s.Err = err
	}
}

// fill reads more behind what is held from keep on, and moves that to the front.
// It reports whether there was more, and fails if there was not.
func (s *Scanner) fill(keep int) bool {
	if s.r == nil {
		s.Fail(ErrCut)
	}
	if s.Err != nil {
		return false
	}
	copy(s.buf, s.buf[keep:s.end])
	s.at, s.end = s.at-keep, s.end-keep
	if s.end == len(s.buf) {
		if len(s.buf) >= MaxText {
			s.Fail(fmt.Errorf("a string of more than %d bytes", MaxText))
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	if s.left <= 0 {
		s.Fail(errors.New("it is longer than allowed"))
		return false
	}
	room := s.buf[s.end:min(int64(len(s.buf)), int64(s.end)+s.left)]
	n, err := io.ReadAtLeast(s.r, room, 1)
	s.end, s.left = s.end+n, s.left-int64(n)
	switch {
	case n > 0:
		return true
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		s.Fail(ErrCut)
	default:
		s.Fail(err)
	}
	return false
}

// Next returns the next byte that is not space, without taking it; 0 at the end.
func (s *Scanner) Next() byte {
	for {
		for ; s.at < s.end; s.at++ {
			if c := s.buf[s.at]; c > ' ' {
				return c
			}
		}
		if !s.fill(s.end) {
			return 0
		}
	}
}

// Is takes the next byte if it is c.
func (s *Scanner) Is(c byte) bool {
	if s.Next() != c || s.Err != nil {
		return false
	}
	s.at++
	return true
}

// Expect takes c.
func (s *Scanner) Expect(c byte) {
	if !s.Is(c) && s.Err == nil {
		s.Fail(fmt.Errorf("%q where %q should be", s.Next(), c))
	}
}

// Finish wants nothing but space up to the end. It is for scanners that have
// not failed.
func (s *Scanner) Finish() {
	if c := s.Next(); s.Err == nil {
		s.Fail(fmt.Errorf("%q after the end", c))
	} else if s.Err == ErrCut {
		s.Err = nil
	}
}

// Object calls field with each name, of which only the beginning is kept; field
// takes the value. The name is valid until then.
func (s *Scanner) Object(field func(name []byte)) {
	s.Expect('{')
	for first := true; s.Err == nil && !s.Is('}'); first = false {
		if !first {
			s.Expect(',')
		}
		n := copy(s.name[:], s.Text())
		s.Expect(':')
		if s.Err == nil {
			field(s.name[:n])
		}
	}
}

// Array calls item for each value, which item takes.
func (s *Scanner) Array(item func()) {
	s.Expect('[')
	for first := true; s.Err == nil && !s.Is(']'); first = false {
		if !first {
			s.Expect(',')
		}
		if s.Err == nil {
			item()
		}
	}
}

// Text takes a string and returns its bytes, valid until the next call. One with
// escapes may be no longer than a window.
func (s *Scanner) Text() []byte {
	s.Expect('"')
	seen, escapes := 0, false // bytes from s.at on that hold no end
	for s.Err == nil {
		window := s.buf[s.at:s.end]
		if i := endOfString(window, seen); i >= 0 {
			s.at += i + 1
			return unescaped(window[:i])
		}
		escapes = escapes || bytes.IndexByte(window[seen:], '\\') >= 0
		if seen = len(window); escapes && seen >= Window {
			s.Fail(errors.New("a long string with escapes"))
		}
		s.fill(s.at)
	}
	return nil
}

// endOfString returns where the quote is that ends a string, looking from seen
// on; -1 if it is not there.
func endOfString(b []byte, seen int) int {
	i := bytes.IndexByte(b[seen:], '"')
	if i < 0 {
		return -1
	}
	i += seen
	if bytes.IndexByte(b[:i], '\\') < 0 {
		return i
	}
	for i = 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// unescaped returns what a string's inside stands for.
func unescaped(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	var text string
	quoted := append(append([]byte{'"'}, b...), '"')
	if json.Unmarshal(quoted, &text) != nil {
		return b
	}
	return []byte(text)
}

// Word takes a number, true, false or null, and returns it, valid until the next
// call.
func (s *Scanner) Word() []byte {
	s.Next()
	n := 0
	for s.Err == nil {
		for ; s.at+n < s.end; n++ {
			if c := s.buf[s.at+n]; !isWord(c) {
				s.at += n
				if n == 0 {
					s.Fail(fmt.Errorf("%q where a number should be", c))
				}
				return s.buf[s.at-n : s.at]
			}
		}
		if n > 64 {
			s.Fail(errors.New("a number of more than 64 characters"))
			break
		}
		s.fill(s.at)
	}
	return nil
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}

// Skip steps over a value.
func (s *Scanner) Skip() {
	switch s.Next() {
	case '"':
		s.skipText()
	case '{', '[':
		s.skipNested()
	default:
		s.Word()
	}
}

// skipText steps over a string, however long.
func (s *Scanner) skipText() {
	s.Expect('"')
	for s.Err == nil {
		window := s.buf[s.at:s.end]
		quote := bytes.IndexByte(window, '"')
		if quote >= 0 {
			window = window[:quote]
		}
		switch escape := bytes.IndexByte(window, '\\'); {
		case escape >= 0:
			s.at += escape + 1
			if s.at == s.end && !s.fill(s.end) {
				return
			}
			s.at++
		case quote >= 0:
			s.at += quote + 1
			return
		default:
			s.at = s.end
			s.fill(s.end)
		}
	}
}

// skipNested steps over an object or an array with all that is in it.
func (s *Scanner) skipNested() {
	var open [MaxDepth]byte
	depth := 0
	for s.Err == nil {
		c := s.Next()
		switch c {
		case '{', '[':
			if depth == MaxDepth {
				s.Fail(fmt.Errorf("more than %d values in each other", MaxDepth))
				return
			}
			open[depth] = c + 2 // the closing one
			depth++
		case '}', ']':
			if depth--; open[depth] != c {
				s.Fail(fmt.Errorf("%q where %q should be", c, open[depth]))
				return
			}
		case '"':
			s.skipText()
			continue
		}
		s.at++
		if depth == 0 {
			return
		}
	}
}
