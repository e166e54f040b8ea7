package bitcoin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Bounds of what a scanner takes in.
const (
	scanWindow = 64 << 10          // read at a time
	tokenBytes = 2*MaxBlock + 1024 // the longest string that is kept: a block in hexadecimal digits
	scanDepth  = 64                // objects and arrays in each other
)

// A scanner reads JSON in order, from a stream, in the memory of one token. It
// remembers its first failure, and then answers nothing. What is stepped over
// is checked for its brackets and strings alone.
type scanner struct {
	r     io.Reader
	buf   []byte
	at    int // next byte
	end   int
	left  int64    // bytes that may still be read
	name  [32]byte // of an object's field
	small [64]byte // for hashes
	err   error
}

var errCut = errors.New("the answer ends in its middle")

func newScanner(r io.Reader, limit int64) *scanner {
	return &scanner{r: r, buf: make([]byte, scanWindow), left: limit}
}

func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// fill reads more behind what is held from keep on, and moves that to the front.
// It reports whether there was more, and fails if there was not.
func (s *scanner) fill(keep int) bool {
	if s.err != nil {
		return false
	}
	copy(s.buf, s.buf[keep:s.end])
	s.at, s.end = s.at-keep, s.end-keep
	if s.end == len(s.buf) {
		if len(s.buf) >= tokenBytes {
			s.fail(fmt.Errorf("a string of more than %d bytes", tokenBytes))
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	if s.left <= 0 {
		s.fail(errors.New("it is longer than allowed"))
		return false
	}
	room := s.buf[s.end:min(int64(len(s.buf)), int64(s.end)+s.left)]
	n, err := io.ReadAtLeast(s.r, room, 1)
	s.end, s.left = s.end+n, s.left-int64(n)
	switch {
	case n > 0:
		return true
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		s.fail(errCut)
	default:
		s.fail(err)
	}
	return false
}

// next returns the next byte that is not space, without taking it; 0 at the end.
func (s *scanner) next() byte {
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

// is takes the next byte if it is c.
func (s *scanner) is(c byte) bool {
	if s.next() != c || s.err != nil {
		return false
	}
	s.at++
	return true
}

// expect takes c.
func (s *scanner) expect(c byte) {
	if !s.is(c) && s.err == nil {
		s.fail(fmt.Errorf("%q where %q should be", s.next(), c))
	}
}

// finish wants nothing but space up to the end.
func (s *scanner) finish() {
	if c := s.next(); s.err == nil {
		s.fail(fmt.Errorf("%q after the end", c))
	} else if s.err == errCut {
		s.err = nil
	}
}

// object calls field with each name, of which only the beginning is kept; field
// takes the value. The name is valid until then.
func (s *scanner) object(field func(name []byte)) {
	s.expect('{')
	for first := true; s.err == nil && !s.is('}'); first = false {
		if !first {
			s.expect(',')
		}
		n := copy(s.name[:], s.text())
		s.expect(':')
		if s.err == nil {
			field(s.name[:n])
		}
	}
}

// array calls item for each value, which item takes.
func (s *scanner) array(item func()) {
	s.expect('[')
	for first := true; s.err == nil && !s.is(']'); first = false {
		if !first {
			s.expect(',')
		}
		if s.err == nil {
			item()
		}
	}
}

// text takes a string and returns its bytes, valid until the next call. One with
// escapes may be no longer than a window.
func (s *scanner) text() []byte {
	s.expect('"')
	seen, escapes := 0, false // bytes from s.at on that hold no end
	for s.err == nil {
		window := s.buf[s.at:s.end]
		if i := endOfString(window, seen); i >= 0 {
			s.at += i + 1
			return unescaped(window[:i])
		}
		escapes = escapes || bytes.IndexByte(window[seen:], '\\') >= 0
		if seen = len(window); escapes && seen >= scanWindow {
			s.fail(errors.New("a long string with escapes"))
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

// word takes a number, true, false or null, and returns it, valid until the next
// call.
func (s *scanner) word() []byte {
	s.next()
	n := 0
	for s.err == nil {
		for ; s.at+n < s.end; n++ {
			if c := s.buf[s.at+n]; !isWord(c) {
				s.at += n
				if n == 0 {
					s.fail(fmt.Errorf("%q where a number should be", c))
				}
				return s.buf[s.at-n : s.at]
			}
		}
		if n > 64 {
			s.fail(errors.New("a number of more than 64 characters"))
			break
		}
		s.fill(s.at)
	}
	return nil
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}

// skip steps over a value.
func (s *scanner) skip() {
	switch s.next() {
	case '"':
		s.skipText()
	case '{', '[':
		s.skipNested()
	default:
		s.word()
	}
}

// skipText steps over a string, however long.
func (s *scanner) skipText() {
	s.expect('"')
	for s.err == nil {
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
func (s *scanner) skipNested() {
	var open [scanDepth]byte
	depth := 0
	for s.err == nil {
		c := s.next()
		switch c {
		case '{', '[':
			if depth == scanDepth {
				s.fail(fmt.Errorf("more than %d values in each other", scanDepth))
				return
			}
			open[depth] = c + 2 // the closing one
			depth++
		case '}', ']':
			if depth--; open[depth] != c {
				s.fail(fmt.Errorf("%q where %q should be", c, open[depth]))
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
