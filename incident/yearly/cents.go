package yearly

import (
	"math/big"
	"strconv"

	"clew"
	"clew/price"
)

// Cents is an amount of US dollars in whole cents. Differences may be negative.
type Cents int64

// centsMax bounds one figure: what all of the world is worth, and far from where
// sums of thousands of them overflow.
const centsMax = 1_000_000_000_000_000

// centsOf returns money in cents, halves to the even cent; an input error where
// a theft's figure is beyond all that there is.
func centsOf(id string, m price.Money) (Cents, error) {
	c, err := parseCents(m.Rounded(2))
	if err != nil {
		return 0, &clew.InputError{Field: "values of " + id, Value: m.Exact(), Want: "at most 10 million million US dollars"}
	}
	return c, nil
}

// parseCents reads what [Cents.String] writes.
func parseCents(text string) (Cents, error) {
	bad := &clew.InputError{Field: "usd", Value: text, Want: "US dollars with two decimals, such as 1700000000.00"}
	at := len(text) - 3
	if at < 1 || text[at] != '.' {
		return 0, bad
	}
	n, ok := new(big.Int).SetString(text[:at]+text[at+1:], 10)
	if !ok || !n.IsInt64() || n.Int64() > centsMax || n.Int64() < -centsMax {
		return 0, bad
	}
	return Cents(n.Int64()), nil
}

// String returns dollars with two decimals, such as "-936000000.00".
func (c Cents) String() string {
	sign, n := "", int64(c)
	if n < 0 {
		sign, n = "-", -n
	}
	digits := strconv.FormatInt(n, 10)
	for len(digits) < 3 {
		digits = "0" + digits
	}
	return sign + digits[:len(digits)-2] + "." + digits[len(digits)-2:]
}

// MarshalText writes what [Cents.String] does.
func (c Cents) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads it.
func (c *Cents) UnmarshalText(text []byte) error {
	n, err := parseCents(string(text))
	if err == nil {
		*c = n
	}
	return err
}
