package price

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"clew"
)

// daysMax bounds a series: more than three hundred years.
const daysMax = 1 << 17

// A Series is the daily closes of one asset, in US dollars. It never changes.
type Series struct {
	days   []Day // ascending
	closes []Decimal
	empty  int // rows of the source without a price
	source string
	pegged bool
}

// Pegged returns the series of a coin that is taken to be worth one dollar on
// every day. That is an assumption: every quote says so. source names whose it
// is.
func Pegged(source string) *Series { return &Series{pegged: true, source: source} }

// Single returns the series of one day, which an incident's file states.
func Single(day Day, price Decimal, source string) *Series {
	return &Series{days: []Day{day}, closes: []Decimal{price}, source: source}
}

// Source returns where the closes come from.
func (s *Series) Source() string { return s.source }

// Days returns how many days have a close.
func (s *Series) Days() int { return len(s.days) }

// Empty returns how many rows of the source had no price. Their days are gaps.
func (s *Series) Empty() int { return s.empty }

// On returns the close of a day, if one is held.
func (s *Series) On(day Day) (Quote, bool) {
	if s.pegged {
		one, _ := ParseDecimal("1")
		return Quote{Day: day, Close: one, Source: s.source, Assume: true}, true
	}
	at, ok := slices.BinarySearch(s.days, day)
	if !ok {
		return Quote{}, false
	}
	return Quote{Day: day, Close: s.closes[at], Source: s.source}, true
}

// Last returns the newest close of a day that is not after the one given.
func (s *Series) Last(until Day) (Quote, bool) {
	if s.pegged {
		return s.On(until)
	}
	at, ok := slices.BinarySearch(s.days, until)
	if !ok {
		at--
	}
	if at < 0 {
		return Quote{}, false
	}
	return s.On(s.days[at])
}

// Assumed reports whether the coin is taken to be worth one dollar on every day.
func (s *Series) Assumed() bool { return s.pegged }

// Join returns the days of both series; a day that both hold must have the
// same close.
func (s *Series) Join(t *Series) (*Series, error) {
	if s.pegged || t.pegged {
		return nil, errors.New("price: a pegged coin has no days to join")
	}
	b := builder{name: "joined prices", source: s.source}
	if t.source != s.source {
		b.source += "; " + t.source
	}
	for _, part := range []*Series{s, t} {
		b.empty += part.empty
		for i, day := range part.days {
			b.rows = append(b.rows, row{day, part.closes[i], 0})
		}
	}
	return b.series()
}

// dateNames and closeNames are the column names that are understood, in lower
// case without spaces and underscores, best first.
var (
	dateNames  = []string{"date", "day", "timestamp", "time", "snappedat"}
	closeNames = []string{"close", "adjclose", "closeusd", "price", "priceusd"}
)

// ReadCSV reads a series from CSV with a header: one column for the day
// (date, day, timestamp, time) and one for the close (close, adj close, price),
// in any order and case. Other columns are left out, but for one called source,
// whose first entry is put before source. That stands in quotes, name in messages. Errors name file and line.
func ReadCSV(ctx context.Context, name, source string, r io.Reader) (*Series, error) {
	b := builder{name: name, source: source}
	if err := b.readCSV(ctx, r); err != nil {
		return nil, err
	}
	return b.series()
}

func (b *builder) readCSV(ctx context.Context, r io.Reader) error {
	rows := csv.NewReader(r)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return fmt.Errorf("%s: header: %w", b.name, err)
	}
	dateAt, closeAt, sourceAt := column(header, dateNames), column(header, closeNames), column(header, []string{"source"})
	if dateAt < 0 || closeAt < 0 {
		return &clew.InputError{Field: b.name, Value: strings.Join(header, ","), Want: "a header with a column date and a column close"}
	}
	source := b.source
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		line, _ := rows.FieldPos(0)
		if sourceAt >= 0 && len(b.rows) == 0 && record[sourceAt] != "" {
			b.source = record[sourceAt] + "; " + source
		}
		if err := b.add(record[dateAt], record[closeAt], line); err != nil {
			return fmt.Errorf("%s:%d: %w", b.name, line, err)
		}
	}
}

func column(header, names []string) int {
	for _, name := range names {
		for i, given := range header {
			plain := strings.NewReplacer(" ", "", "_", "", "\ufeff", "").Replace(strings.ToLower(given))
			if plain == name {
				return i
			}
		}
	}
	return -1
}

type row struct {
	day   Day
	close Decimal
	line  int
}

type builder struct {
	rows   []row
	empty  int
	name   string // of the file, in messages
	source string
}

func (b *builder) add(date, closing string, line int) error {
	day, err := parseDay(strings.TrimSpace(date))
	if err != nil {
		return err
	}
	closing = strings.TrimSpace(closing)
	if closing == "" || strings.EqualFold(closing, "null") {
		b.empty++
		return nil
	}
	if len(b.rows) == daysMax {
		return fmt.Errorf("more than %d days", daysMax)
	}
	price, err := ParseDecimal(closing)
	if err != nil {
		return err
	}
	b.rows = append(b.rows, row{day, price, line})
	return nil
}

// parseDay reads a date, or a date with the time of its midnight: a later hour
// would say that the row is no daily close.
func parseDay(s string) (Day, error) {
	for _, layout := range []string{time.DateOnly, time.DateTime, time.RFC3339} {
		t, err := time.Parse(layout, s)
		if err == nil && t.Unix()%86400 == 0 && t.Year() >= 1970 && t.Year() <= 9999 {
			return DayOf(clew.TimeOf(t)), nil
		}
	}
	return 0, &clew.InputError{Field: "date", Value: s, Want: "YYYY-MM-DD, with midnight in UTC if there is a time"}
}

// series sorts the rows by day. A day given twice must have one close.
func (b *builder) series() (*Series, error) {
	slices.SortStableFunc(b.rows, func(x, y row) int { return int(x.day) - int(y.day) })
	s := &Series{source: b.source, empty: b.empty}
	for i, r := range b.rows {
		if i > 0 && b.rows[i-1].day == r.day {
			if b.rows[i-1].close.String() != r.close.String() {
				return nil, fmt.Errorf("%s:%d: %s has two closes, %s and %s", b.name, r.line, r.day, b.rows[i-1].close, r.close)
			}
			continue
		}
		s.days, s.closes = append(s.days, r.day), append(s.closes, r.close)
	}
	return s, nil
}
