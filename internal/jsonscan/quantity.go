package jsonscan

import (
	"bytes"
	"fmt"
)

// Field takes the name of an object's next field, or its closing bracket, and
// reports which. It is what [Scanner.Object] does, for loops that a function for
// each field would slow down or that must not go deeper with each object. The
// opening bracket is taken before; first says that no field was taken yet. The
// name is valid until the next one.
func (s *Scanner) Field(first bool) (name []byte, more bool) {
	if !s.Item('}', first) {
		return nil, false
	}
	n := copy(s.name[:], s.Text())
	s.Expect(':')
	return s.name[:n], s.Err == nil
}

// Item takes the comma before an array's or object's next part, or the closing
// bracket, and reports whether there is a next part. The opening bracket is
// taken before; first says that there was no part yet.
func (s *Scanner) Item(closing byte, first bool) bool {
	if s.Is(closing) {
		return false
	}
	if !first {
		s.Expect(',')
	}
	return s.Err == nil
}

// Null takes null, if that is next, and reports whether it was.
func (s *Scanner) Null() bool {
	if s.Next() != 'n' || s.Err != nil {
		return false
	}
	if word := s.Word(); s.Err == nil && string(word) != "null" {
		s.Fail(fmt.Errorf("%q where null should be", word))
	}
	return true
}

// digits takes a string that begins with 0x and returns the rest.
func (s *Scanner) digits() []byte {
	text := s.Text()
	if s.Err == nil && (len(text) < 2 || text[0] != '0' || text[1]|0x20 != 'x') {
		s.Fail(fmt.Errorf("%.40q: not 0x and hexadecimal digits", text))
	}
	if s.Err != nil {
		return nil
	}
	return text[2:]
}

// Quantity takes a whole number of at most 256 bits as Ethereum's nodes write
// it: 0x and hexadecimal digits in a string, of which there is at least one. It
// returns 64-bit limbs, least significant first.
func (s *Scanner) Quantity() (n [4]uint64) {
	text := s.digits()
	if s.Err == nil && len(text) == 0 {
		s.Fail(fmt.Errorf("%q: a number without digits", "0x"))
	}
	if len(text) > 64 {
		text = bytes.TrimLeft(text, "0")
	}
	if len(text) > 64 {
		s.Fail(fmt.Errorf("a number of %d hexadecimal digits, of at most 64", len(text)))
		return n
	}
	var bad byte
	for i, c := range text {
		digit, place := nibbles[c], len(text)-1-i
		bad |= digit
		n[place/16] |= uint64(digit&15) << (place % 16 * 4)
	}
	if bad >= 16 {
		s.Fail(fmt.Errorf("%.40q: not hexadecimal digits", text))
		return [4]uint64{}
	}
	return n
}

// Count takes a whole number of at most 63 bits, written as a quantity or, as
// some nodes do, as a plain number.
func (s *Scanner) Count() uint64 {
	if s.Next() != '"' {
		return uint64(s.Integer(0, 1<<63-1))
	}
	n := s.Quantity()
	if n[0]>>63|n[1]|n[2]|n[3] != 0 {
		s.Fail(fmt.Errorf("a count of more than 63 bits"))
		return 0
	}
	return n[0]
}

// Data takes a string of 0x and an even number of hexadecimal digits, and
// appends its bytes to b.
func (s *Scanner) Data(b []byte) []byte {
	text := s.digits()
	if s.Err != nil {
		return b
	}
	longer, ok := AppendHex(b, text)
	if !ok {
		s.Fail(fmt.Errorf("%.40q: not bytes in hexadecimal digits", text))
		return b
	}
	return longer
}

// Fixed takes a string of 0x and hexadecimal digits for exactly as many bytes as
// b is long, into b. For null it reports false, and leaves b as it is.
func (s *Scanner) Fixed(b []byte) bool {
	if s.Null() {
		return false
	}
	text := s.digits()
	if s.Err != nil {
		return false
	}
	if len(text) != 2*len(b) {
		s.Fail(fmt.Errorf("%.40q: %d hexadecimal digits where %d should be", text, len(text), 2*len(b)))
		return false
	}
	if _, ok := AppendHex(b[:0], text); !ok {
		s.Fail(fmt.Errorf("%.40q: not hexadecimal digits", text))
		return false
	}
	return true
}
