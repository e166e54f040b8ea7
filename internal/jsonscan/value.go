package jsonscan

import (
	"fmt"
	"strconv"
)

// Integer takes a whole number from least to most.
func (s *Scanner) Integer(least, most int64) int64 {
	word := s.Word()
	if s.Err != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(word), 10, 64)
	if err != nil || n < least || n > most {
		s.Fail(fmt.Errorf("%q: not a whole number from %d to %d", word, least, most))
		return 0
	}
	return n
}

// Uint32 takes a number of 32 bits; some nodes write versions as signed.
func (s *Scanner) Uint32() uint32 { return uint32(s.Integer(-1<<31, 1<<32-1)) }

// Hex takes a string of hexadecimal digits and appends its bytes to b.
func (s *Scanner) Hex(b []byte) []byte {
	text := s.Text()
	if s.Err != nil {
		return b
	}
	b, ok := AppendHex(b, text)
	if !ok {
		s.Fail(fmt.Errorf("%.40q: not bytes in hexadecimal digits", text))
	}
	return b
}

// Hash takes the name of a block or a transaction.
func (s *Scanner) Hash() (id [32]byte) {
	if b := s.Hex(s.small[:0]); s.Err == nil && len(b) == 32 {
		copy(id[:], b)
	} else {
		s.Fail(fmt.Errorf("a hash of %d bytes", len(b)))
	}
	return id
}

// nibbles gives each hexadecimal digit's value; 0xff for other bytes.
var nibbles = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range byte(16) {
		t["0123456789abcdef"[i]], t["0123456789ABCDEF"[i]] = i, i
	}
	return t
}()

// AppendHex appends what hexadecimal digits stand for, and reports whether they
// all are such and even in number.
func AppendHex(b, digits []byte) ([]byte, bool) {
	if len(digits)%2 != 0 {
		return b, false
	}
	start := len(b)
	b = append(b, digits[:len(digits)/2]...)
	var bad byte
	for i := range b[start:] {
		hi, lo := nibbles[digits[2*i]], nibbles[digits[2*i+1]]
		bad |= hi | lo
		b[start+i] = hi<<4 | lo
	}
	return b, bad < 16
}
