package clew

import (
	"math/big"
	"strings"

	"github.com/holiman/uint256"
)

// An Amount is an exact count of an asset's smallest unit, from 0 to 2^256-1.
// The zero Amount is 0. Amounts are comparable with == and never rounded
// unless a method says so.
type Amount struct {
	n uint256.Int
}

// Units returns n smallest units.
func Units(n uint64) Amount { return Amount{*uint256.NewInt(n)} }

// AmountOf returns the amount with the given 64-bit limbs, least significant
// first. It and [Amount.Limbs] are for codecs.
func AmountOf(limbs [4]uint64) Amount { return Amount{uint256.Int(limbs)} }

// SetUint128 makes a the amount with the given 64-bit limbs, in place: for
// codecs that make very many.
func (a *Amount) SetUint128(lo, hi uint64) {
	a.n[0], a.n[1], a.n[2], a.n[3] = lo, hi, 0, 0
}

// AmountBytes returns the amount with the given big-endian bytes, at most 32
// of which may be significant; ok is false if there are more.
func AmountBytes(b []byte) (a Amount, ok bool) {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > 32 {
		return Amount{}, false
	}
	a.n.SetBytes(b)
	return a, true
}

// MaxAmount is the largest amount.
var MaxAmount = AmountOf([4]uint64{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1})

// Limbs returns the 64-bit limbs, least significant first.
func (a Amount) Limbs() [4]uint64 { return a.n }

// IsZero reports whether a is 0.
func (a Amount) IsZero() bool { return a.n.IsZero() }

// Uint64 returns a, and whether it fits 64 bits.
func (a Amount) Uint64() (uint64, bool) { return a.n.Uint64(), a.n.IsUint64() }

// Cmp returns -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int { return a.n.Cmp(&b.n) }

// Less reports whether a is less than b.
func (a Amount) Less(b Amount) bool { return a.n.Lt(&b.n) }

// Add returns a+b, and false if the sum exceeds [MaxAmount].
func (a Amount) Add(b Amount) (Amount, bool) {
	var sum Amount
	_, overflow := sum.n.AddOverflow(&a.n, &b.n)
	return sum, !overflow
}

// Plus returns a+b where the caller knows that it cannot overflow, for both
// are parts of one amount. It panics if they were not.
func (a Amount) Plus(b Amount) Amount {
	sum, ok := a.Add(b)
	if !ok {
		panic("clew: sum of parts exceeds 256 bits")
	}
	return sum
}

// Minus returns a-b. It panics if b is greater than a.
func (a Amount) Minus(b Amount) Amount {
	var diff Amount
	if _, underflow := diff.n.SubOverflow(&a.n, &b.n); underflow {
		panic("clew: part exceeds whole")
	}
	return diff
}

// MinusOrZero returns a-b, or 0 if b is greater than a.
func (a Amount) MinusOrZero(b Amount) Amount {
	if a.Less(b) {
		return Amount{}
	}
	return a.Minus(b)
}

// MulDiv returns a·num/den rounded down, computed without intermediate
// overflow, and false if the result exceeds [MaxAmount] or den is 0.
func (a Amount) MulDiv(num, den Amount) (Amount, bool) {
	if den.IsZero() {
		return Amount{}, false
	}
	var q Amount
	_, overflow := q.n.MulDivOverflow(&a.n, &num.n, &den.n)
	return q, !overflow
}

// Min returns the lesser of a and b.
func (a Amount) Min(b Amount) Amount {
	if b.Less(a) {
		return b
	}
	return a
}

// Max returns the greater of a and b.
func (a Amount) Max(b Amount) Amount {
	if a.Less(b) {
		return b
	}
	return a
}

// Sum returns the sum of amounts, and false if it exceeds [MaxAmount].
func Sum(amounts ...Amount) (Amount, bool) {
	var sum Amount
	ok := true
	for _, a := range amounts {
		var fits bool
		sum, fits = sum.Add(a)
		ok = ok && fits
	}
	return sum, ok
}

// Big returns a as a new [big.Int].
func (a Amount) Big() *big.Int { return a.n.ToBig() }

// String returns the count of smallest units in decimal digits.
func (a Amount) String() string { return a.n.Dec() }

// MarshalText writes decimal digits. In JSON an amount is a string, for
// numbers there lose digits beyond 2^53.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads decimal digits.
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := ParseAmount(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// ParseAmount reads a count of smallest units: decimal digits alone.
func ParseAmount(s string) (Amount, error) {
	if s == "" || len(s) > 78 || strings.Trim(s, "0123456789") != "" {
		return Amount{}, &InputError{Field: "amount", Value: s, Want: "decimal digits, at most 2^256-1"}
	}
	n, err := uint256.FromDecimal(s)
	if err != nil {
		return Amount{}, &InputError{Field: "amount", Value: s, Want: "decimal digits, at most 2^256-1"}
	}
	return Amount{*n}, nil
}

// ParseUnits reads an amount written in whole units with at most decimals
// digits after the point, such as "1.0569" with 18. Exponents and signs are
// errors, and so is a digit that the asset cannot hold.
func ParseUnits(s string, decimals int) (Amount, error) {
	bad := &InputError{Field: "amount", Value: s, Want: "a decimal number with no more digits after the point than the asset has"}
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	if whole+fraction == "" && !strings.Contains(s, "0") || len(fraction) > decimals || decimals < 0 || decimals > 77 {
		return Amount{}, bad
	}
	digits := strings.TrimLeft(whole, "0") + fraction + strings.Repeat("0", decimals-len(fraction))
	if strings.Trim(whole, "0123456789") != "" || strings.Trim(fraction, "0123456789") != "" {
		return Amount{}, bad
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return Amount{}, nil
	}
	a, err := ParseAmount(digits)
	if err != nil {
		return Amount{}, bad
	}
	return a, nil
}

// Format returns a in whole units, exactly, without trailing zeros: 10569 with
// 4 decimals is "1.0569".
func (a Amount) Format(decimals int) string {
	digits := a.String()
	if decimals <= 0 {
		return digits
	}
	if len(digits) <= decimals {
		digits = strings.Repeat("0", decimals-len(digits)+1) + digits
	}
	whole, fraction := digits[:len(digits)-decimals], strings.TrimRight(digits[len(digits)-decimals:], "0")
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}
