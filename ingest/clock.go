package ingest

import (
	"strconv"
	"strings"
	"time"

	"clew"
)

// timeLayouts are the forms of a time that are understood without being told.
// Those without a zone are in UTC.
var timeLayouts = []string{
	time.RFC3339,
	"2006-01-02 15:04:05 UTC",
	"2006-01-02 15:04:05-07:00",
	"2006-01-02 15:04:05",
	"2006-01-02T15:04:05",
}

// Times accepted lie between these: outside, a column in milliseconds was
// taken for one in seconds.
const (
	timeMin = 0
	timeMax = 1 << 33 // in the year 2242
)

// time reads a block's time in whole seconds; unknown for none. With no layout
// it takes seconds since 1970 or one of the usual forms.
func (r *row) time(c int, layout string) clew.Time {
	if !r.has(c) {
		return 0
	}
	col := &r.b.cols[c]
	if col.kind == integer {
		n := col.ints[r.i]
		if col.unit > 0 {
			n = floorDiv(n, int64(time.Second/col.unit))
		}
		return r.seconds(c, n)
	}
	text := strings.TrimSpace(r.text(c))
	if seconds, err := strconv.ParseInt(strings.TrimSuffix(text, ".0"), 10, 64); err == nil && (layout == "" || layout == unixLayout) {
		return r.seconds(c, seconds)
	}
	layouts := timeLayouts
	if layout != "" {
		layouts = []string{layout}
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return r.seconds(c, t.Unix())
		}
	}
	want := "a time, such as 2022-03-23T13:29:09Z or seconds since 1970"
	if layout != "" {
		want = "a time written as " + layout
	}
	r.fail(c, want)
	return 0
}

// unixLayout names the form of a time that counts seconds since 1970.
const unixLayout = "unix"

func (r *row) seconds(c int, n int64) clew.Time {
	if n < timeMin || n > timeMax {
		r.fail(c, "a time from 1970 to 2242 (in seconds, where it is a number)")
		return 0
	}
	return clew.Time(n)
}

func floorDiv(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}
