package incident

import (
	"time"

	"clew"
)

// A Day is a date in UTC, as YYYY-MM-DD. The empty Day is not known.
type Day string

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(text []byte) error {
	if _, err := time.Parse(time.DateOnly, string(text)); err != nil {
		return &clew.InputError{Field: "day", Value: string(text), Want: "a day that there is, as YYYY-MM-DD"}
	}
	*d = Day(text)
	return nil
}

// Time returns the day's first second; unknown for the empty Day.
func (d Day) Time() clew.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return clew.TimeOf(t)
}

// A Moment is a time in UTC, exact to the second.
type Moment clew.Time

// UnmarshalText reads RFC 3339, such as 2022-03-23T13:29:09Z.
func (m *Moment) UnmarshalText(text []byte) error {
	return (*clew.Time)(m).UnmarshalText(text)
}

// MarshalText writes what [Moment.UnmarshalText] reads.
func (m Moment) MarshalText() ([]byte, error) { return clew.Time(m).MarshalText() }

// Time returns m as a block's time.
func (m Moment) Time() clew.Time { return clew.Time(m) }

// A Quantity is an amount in whole units, exactly as a source prints it. How
// many smallest units it is depends on the asset's decimals.
type Quantity string

// UnmarshalText keeps the text; the decimals are checked with the asset's.
func (q *Quantity) UnmarshalText(text []byte) error {
	*q = Quantity(text)
	return nil
}

// Units returns q in smallest units.
func (q Quantity) Units(decimals int) (clew.Amount, error) {
	return clew.ParseUnits(string(q), decimals)
}

// A Network is a chain by name or CAIP-2.
type Network clew.Chain

// UnmarshalText reads "ethereum" or "eip155:1".
func (n *Network) UnmarshalText(text []byte) error {
	chain, err := clew.ParseChain(string(text))
	*n = Network(chain)
	return err
}
