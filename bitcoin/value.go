package bitcoin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"clew/internal/jsonscan"
)

// A scanner reads JSON and, beyond what is common, what Bitcoin's nodes write.
type scanner struct{ *jsonscan.Scanner }

func newScanner(r io.Reader, limit int64) *scanner { return &scanner{jsonscan.New(r, limit)} }

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
	word := s.Word()
	if s.Err != nil {
		return 0
	}
	units, err := parseValue(word)
	if err != nil {
		s.Fail(fmt.Errorf("%q: %w", word, err))
	}
	return units
}
