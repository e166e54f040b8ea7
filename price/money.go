package price

import (
	"math/big"
	"strings"

	"clew"
)

// digitsMax bounds a price's digits: enough for any source, and small enough
// that arithmetic on hostile text stays cheap.
const digitsMax = 60

// A Decimal is a price: an exact number that is not negative. The zero
// Decimal is 0.
type Decimal struct {
	digits *big.Int // the number times 10^scale; nil: 0; never changed
	scale  int      // digits after the point, 0 to digitsMax
}

// ParseDecimal reads digits with an optional point, such as "3031.07". Signs,
// exponents and separators are errors.
func ParseDecimal(s string) (Decimal, error) {
	bad := &clew.InputError{Field: "price", Value: s, Want: "a decimal number such as 3031.07"}
	whole, fraction, point := strings.Cut(s, ".")
	text := whole + fraction
	if text == "" || len(text) > digitsMax || strings.Trim(text, "0123456789") != "" || point && (whole == "" || fraction == "") {
		return Decimal{}, bad
	}
	digits, _ := new(big.Int).SetString(text, 10)
	return Decimal{digits, len(fraction)}, nil
}

// IsZero reports whether d is 0.
func (d Decimal) IsZero() bool { return orZero(d.digits).Sign() == 0 }

// String returns d exactly, with the digits that it was given.
func (d Decimal) String() string { return pointed(orZero(d.digits).String(), d.scale) }

// MarshalText writes d exactly.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Times returns the value of an amount of smallest units, of which 10^decimals
// make the unit that d prices. It is exact.
func (d Decimal) Times(amount clew.Amount, decimals int) Money {
	units := amount.Big()
	return Money{units.Mul(units, orZero(d.digits)), d.scale + max(decimals, 0)}
}

// Money is an exact amount of US dollars, not negative. It is rounded only
// where it is printed. The zero Money is 0.
type Money struct {
	units *big.Int // the amount times 10^scale; nil: 0; never changed
	scale int
}

// IsZero reports whether m is exactly 0.
func (m Money) IsZero() bool { return orZero(m.units).Sign() == 0 }

// Plus returns m+n.
func (m Money) Plus(n Money) Money {
	scale := max(m.scale, n.scale)
	sum := scaled(m.units, scale-m.scale)
	return Money{sum.Add(sum, scaled(n.units, scale-n.scale)), scale}
}

// Cmp returns -1, 0 or 1 as m is less than, equal to or greater than n.
func (m Money) Cmp(n Money) int {
	scale := max(m.scale, n.scale)
	return scaled(m.units, scale-m.scale).Cmp(scaled(n.units, scale-n.scale))
}

// scaled returns n·10^by as a new number.
func scaled(n *big.Int, by int) *big.Int {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(by)), nil)
	return power.Mul(power, orZero(n))
}

func orZero(n *big.Int) *big.Int {
	if n == nil {
		return new(big.Int)
	}
	return n
}

// Exact returns all digits of m.
func (m Money) Exact() string {
	text := pointed(orZero(m.units).String(), m.scale)
	if m.scale > 0 {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Rounded returns m with the given number of digits after the point, 0 to 18;
// halves go to the even digit.
func (m Money) Rounded(places int) string {
	places = min(max(places, 0), 18)
	if places >= m.scale {
		return pointed(scaled(m.units, places-m.scale).String(), places)
	}
	unit := scaled(big.NewInt(1), m.scale-places)
	quotient, rest := new(big.Int).QuoRem(m.units, unit, new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(unit) {
	case 1:
		quotient.Add(quotient, big.NewInt(1))
	case 0:
		quotient.Add(quotient, big.NewInt(int64(quotient.Bit(0))))
	}
	return pointed(quotient.String(), places)
}

// String returns m in cents, such as "526193752.00"; halves go to the even
// cent.
func (m Money) String() string { return m.Rounded(2) }

// MarshalText writes cents, as [Money.String] does.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a decimal number, such as [Money.MarshalText] writes.
func (m *Money) UnmarshalText(text []byte) error {
	d, err := ParseDecimal(string(text))
	if err == nil {
		*m = Money{d.digits, d.scale}
	}
	return err
}

// pointed puts a point before the last scale digits.
func pointed(digits string, scale int) string {
	if scale == 0 {
		return digits
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	return digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
