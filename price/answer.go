package price

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"clew"
)

const msPerDay = 24 * 60 * 60 * 1000

// ReadAnswer reads a series from what a source of prices answers over HTTP, in
// one of three forms:
//
//   - CSV, as [ReadCSV] takes it;
//   - an object with a member prices, a list of [milliseconds, price]: what
//     was paid at a moment. One at midnight is the close of the day before;
//     others are passed over, and counted as empty;
//   - a list of candles [opened, open, high, low, close, …, closed, …] of a day
//     each, in milliseconds, the prices as text and the seventh entry the last
//     millisecond.
//
// A day that was not over at now is passed over, and counted as empty. An answer
// without a whole day is an error. No price passes through floating point.
func ReadAnswer(ctx context.Context, name, source string, now clew.Time, answer []byte) (*Series, error) {
	b := builder{name: name, source: source}
	text := bytes.TrimSpace(answer)
	var err error
	switch {
	case len(text) > 0 && text[0] == '{':
		err = b.points(text)
	case len(text) > 0 && text[0] == '[':
		err = b.candles(text)
	default:
		if err := b.readCSV(ctx, bytes.NewReader(answer)); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	whole := len(b.rows)
	b.rows = slices.DeleteFunc(b.rows, func(r row) bool { return r.day >= DayOf(now) })
	b.empty += whole - len(b.rows)
	if len(b.rows) == 0 {
		return nil, &clew.InputError{Field: name, Want: "an answer with at least one whole day in it"}
	}
	return b.series()
}

func decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("not the JSON that a source of prices answers: %w", err)
	}
	return nil
}

func (b *builder) points(text []byte) error {
	var answer struct {
		Prices [][2]json.Number
	}
	if err := decode(text, &answer); err != nil {
		return err
	}
	if answer.Prices == nil {
		return &clew.InputError{Field: "answer", Want: "an object with a member prices"}
	}
	for _, p := range answer.Prices {
		ms, err := p[0].Int64()
		if err != nil || ms < 0 || ms > 1<<48 {
			return &clew.InputError{Field: "moment", Value: p[0].String(), Want: "milliseconds since 1970"}
		}
		if ms%msPerDay != 0 || ms == 0 {
			b.empty++
			continue
		}
		if err := b.addDay(Day(ms/msPerDay)-1, withoutExponent(p[1].String())); err != nil {
			return err
		}
	}
	return nil
}

// withoutExponent returns a number of JSON with the same value and no exponent, as
// sources write small prices; text as it is if it is none of that, or beyond what
// a price may have of digits.
func withoutExponent(text string) string {
	number, power, found := strings.Cut(strings.ToLower(text), "e")
	by, err := strconv.Atoi(power)
	whole, fraction, _ := strings.Cut(number, ".")
	if !found || err != nil || by < -digitsMax || by > digitsMax || strings.HasPrefix(whole, "-") {
		return text
	}
	point := len(whole) + by // of the digits
	digits := whole + fraction
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	digits += strings.Repeat("0", max(0, point-len(digits)))
	if point == len(digits) {
		return digits
	}
	return digits[:point] + "." + digits[point:]
}

func (b *builder) candles(text []byte) error {
	var answer [][]any
	if err := decode(text, &answer); err != nil {
		return err
	}
	for _, c := range answer {
		want := &clew.InputError{Field: "candle", Value: fmt.Sprint(c), Want: "the millisecond of its day's first moment, four prices as text, a volume, and that day's last millisecond"}
		if len(c) < 7 {
			return want
		}
		opened, okOpened := milliseconds(c[0])
		closed, okClosed := milliseconds(c[6])
		closing, okClosing := c[4].(string)
		if !okOpened || !okClosed || !okClosing || opened%msPerDay != 0 || closed != opened+msPerDay-1 {
			return want
		}
		if err := b.addDay(Day(opened/msPerDay), closing); err != nil {
			return err
		}
	}
	return nil
}

func milliseconds(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	ms, err := n.Int64()
	return ms, err == nil && ms >= 0 && ms <= 1<<48
}

func (b *builder) addDay(day Day, closing string) error {
	if len(b.rows) == daysMax {
		return fmt.Errorf("more than %d days", daysMax)
	}
	price, err := ParseDecimal(closing)
	if err != nil {
		return err
	}
	b.rows = append(b.rows, row{day, price, len(b.rows) + 1})
	return nil
}

// Write writes the series as CSV that [ReadCSV] reads back, each row with the
// source. A pegged coin has no rows to write.
func (s *Series) Write(w io.Writer) error {
	if s.pegged {
		return errors.New("price: a pegged coin has no days to write")
	}
	rows := csv.NewWriter(w)
	err := rows.Write([]string{"date", "close", "source"})
	for i := 0; i < len(s.days) && err == nil; i++ {
		err = rows.Write([]string{s.days[i].String(), s.closes[i].String(), strings.Join(strings.Fields(s.source), " ")})
	}
	rows.Flush()
	return errors.Join(err, rows.Error())
}

// Span returns the first and the last day that have a close; equal days for an
// empty series.
func (s *Series) Span() (first, last Day) {
	if len(s.days) == 0 {
		return 0, 0
	}
	return s.days[0], s.days[len(s.days)-1]
}

// StampOf returns how a source that was asked at a moment is named.
func StampOf(host string, at clew.Time) string {
	return host + ", fetched " + at.UTC().Format(time.RFC3339)
}
