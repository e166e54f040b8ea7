package bitcoin

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

var errValue = errors.New("not an amount of coins with at most eight digits after the point")

// parseValue reads an amount in whole coins, as nodes write it, and returns
// smallest units. No digit passes through floating point.
func parseValue(b []byte) (uint64, error) {
	if len(b) > 40 {
		return 0, errValue
	}
	mantissa, exponent := b, 0
	if i := bytes.IndexAny(b, "eE"); i >= 0 {
		n, err := strconv.Atoi(string(b[i+1:]))
		if err != nil || n < -40 || n > 40 {
			return 0, errValue
		}
		mantissa, exponent = b[:i], n
	}
	whole, fraction, _ := bytes.Cut(mantissa, []byte{'.'})
	if len(whole) == 0 {
		return 0, errValue
	}
	var units uint64
	for _, part := range [...][]byte{whole, fraction} {
		for _, c := range part {
			if c < '0' || c > '9' || units > (1<<63)/10 {
				return 0, errValue
			}
			units = units*10 + uint64(c-'0')
		}
	}
	return scaled(units, 8+exponent-len(fraction))
}

// scaled returns units times ten to the power of places, if that is whole.
func scaled(units uint64, places int) (uint64, error) {
	for ; places > 0 && units > 0; places-- {
		if units > (1<<63)/10 {
			return 0, errValue
		}
		units *= 10
	}
	for ; places < 0 && units > 0; places++ {
		if units%10 != 0 {
			return 0, errValue
		}
		units /= 10
	}
	return units, nil
}

// value takes an amount in whole coins.
func (s *scanner) value() uint64 {
	word := s.word()
	if s.err != nil {
		return 0
	}
	units, err := parseValue(word)
	if err != nil {
		s.fail(fmt.Errorf("%q: %w", word, err))
	}
	return units
}

// integer takes a whole number from least to most.
func (s *scanner) integer(least, most int64) int64 {
	word := s.word()
	if s.err != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(word), 10, 64)
	if err != nil || n < least || n > most {
		s.fail(fmt.Errorf("%q: not a whole number from %d to %d", word, least, most))
		return 0
	}
	return n
}

// uint32 takes a number of 32 bits; some nodes write versions as signed.
func (s *scanner) uint32() uint32 { return uint32(s.integer(-1<<31, 1<<32-1)) }

// hex takes a string of hexadecimal digits and appends its bytes to b.
func (s *scanner) hex(b []byte) []byte {
	text := s.text()
	if s.err != nil {
		return b
	}
	b, ok := appendHex(b, text)
	if !ok {
		s.fail(fmt.Errorf("%.40q: not bytes in hexadecimal digits", text))
	}
	return b
}

// hash takes the name of a block or a transaction.
func (s *scanner) hash() (id [32]byte) {
	if b := s.hex(s.small[:0]); s.err == nil && len(b) == 32 {
		copy(id[:], b)
	} else {
		s.fail(fmt.Errorf("a hash of %d bytes", len(b)))
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

// appendHex appends what hexadecimal digits stand for, and reports whether they
// all are such and even in number.
func appendHex(b, digits []byte) ([]byte, bool) {
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
