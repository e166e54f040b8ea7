// Package price values amounts in money of account by daily closes.
//
// A value is a view with a stated basis, never a fact, and never traced. A day
// without a price is a gap: prices are not interpolated, and no coin is taken
// to be worth a dollar unless the table says so.
package price

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"clew"
)

// A Basis says which day's close values an amount.
type Basis string

// The bases.
const (
	AtTheft      Basis = "at theft"      // the day of the theft
	AtDisclosure Basis = "at disclosure" // the day on which it was made public
	AtMove       Basis = "at move"       // the day of each transfer
	Now          Basis = "now"           // the day that the caller gives as today
)

// Bases returns the bases in the order in which they are explained.
func Bases() []Basis { return []Basis{AtTheft, AtDisclosure, AtMove, Now} }

// Dates are the moments that the bases refer to. A zero one is not known.
type Dates struct {
	Theft      clew.Time
	Disclosure clew.Time
	Now        clew.Time
}

// Moment returns the moment whose day values a transfer made at move; zero if
// it is not known. An unknown basis is an input error.
func (d Dates) Moment(b Basis, move clew.Time) (clew.Time, error) {
	switch b {
	case AtTheft:
		return d.Theft, nil
	case AtDisclosure:
		return d.Disclosure, nil
	case AtMove:
		return move, nil
	case Now:
		return d.Now, nil
	}
	return 0, &clew.InputError{Field: "basis", Value: string(b), Want: "at theft, at disclosure, at move or now"}
}

// A Day counts days since 1970-01-01, in UTC.
type Day int32

// DayOf returns the day of a moment.
func DayOf(t clew.Time) Day {
	day := t / 86400
	if t%86400 < 0 {
		day--
	}
	return Day(day)
}

// String returns YYYY-MM-DD.
func (d Day) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// A Quote is the close that values an amount.
type Quote struct {
	Day    Day
	Close  Decimal // US dollars for one whole unit
	Source string
	Assume bool // taken to be so, not observed: a coin pegged to the dollar
}

// A Table holds the series of several assets. It never changes.
type Table struct {
	series map[clew.Asset]*Series
}

// NewTable returns a table with the series of each asset.
func NewTable(series map[clew.Asset]*Series) *Table {
	return &Table{series: maps.Clone(series)}
}

// Assets returns the assets that t has a series of, in order of their names.
func (t *Table) Assets() []clew.Asset {
	return slices.SortedFunc(maps.Keys(t.series), func(a, b clew.Asset) int {
		if a.String() < b.String() {
			return -1
		}
		return 1
	})
}

// Quote returns the close of the day of a moment, or the gap where none is
// held.
func (t *Table) Quote(asset clew.Asset, at clew.Time) (Quote, *clew.Gap) {
	gap := &clew.Gap{Kind: clew.GapPrice, Chain: asset.Chain(), Asset: asset}
	s, ok := t.series[asset]
	switch {
	case !ok:
		gap.Note = "no prices of this asset"
		return Quote{}, gap
	case !at.Known():
		gap.Note = "the day to value at is not known"
		return Quote{}, gap
	}
	day := DayOf(at)
	q, ok := s.On(day)
	if !ok {
		gap.Note = fmt.Sprintf("none for %s in %s", day, s.source)
		return Quote{}, gap
	}
	return q, nil
}

// Value returns what an amount of an asset with the given decimals is worth at
// the close of the day of a moment, or the gap where no price is held.
func (t *Table) Value(asset clew.Asset, amount clew.Amount, decimals int, at clew.Time) (Money, *clew.Gap) {
	q, gap := t.Quote(asset, at)
	if gap != nil {
		return Money{}, gap
	}
	return q.Close.Times(amount, decimals), nil
}
