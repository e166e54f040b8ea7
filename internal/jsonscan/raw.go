package jsonscan

import (
	"bytes"
	"fmt"
)

// maxRawDepth bounds what may be in each other in a raw value: the calls of an
// EVM transaction are, to 1,024, and each takes an object and an array.
const maxRawDepth = 4096

// Raw takes a value and returns its bytes as they stand, of which only strings
// and the number of brackets were looked at. It is for scanners of what is in
// memory; what it returns is a part of that.
func (s *Scanner) Raw() []byte {
	if s.r != nil {
		panic("jsonscan: raw bytes of a stream")
	}
	c := s.Next()
	from := s.at
	switch {
	case s.Err != nil:
	case c == '"':
		s.skipText()
	case c == '{' || c == '[':
		s.rawNested()
	default:
		s.Word()
	}
	if s.Err != nil {
		return nil
	}
	return s.buf[from:s.at:s.at]
}

// rawNested steps over brackets until as many are closed as were opened.
func (s *Scanner) rawNested() {
	depth := 0
	for i := s.at; i < s.end; i++ {
		switch s.buf[i] {
		case '"':
			if i = s.endOfText(i + 1); i < 0 {
				s.Fail(ErrCut)
				return
			}
		case '{', '[':
			if depth++; depth > maxRawDepth {
				s.Fail(fmt.Errorf("more than %d values in each other", maxRawDepth))
				return
			}
		case '}', ']':
			if depth--; depth == 0 {
				s.at = i + 1
				return
			}
		}
	}
	s.Fail(ErrCut)
}

// endOfText returns where the quote is that ends a string begun before i; -1 if
// there is none.
func (s *Scanner) endOfText(i int) int {
	for i < s.end {
		n := bytes.IndexByte(s.buf[i:s.end], '"')
		if n < 0 {
			return -1
		}
		escaped := bytes.IndexByte(s.buf[i:i+n], '\\')
		if escaped < 0 {
			return i + n
		}
		i += escaped + 2
	}
	return -1
}
