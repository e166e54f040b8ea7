package ingest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

const (
	stolen2022 = 1641600000 // 2022-01
	later2022  = 1654000000 // 2022-06
)

// withHeights is a file of two payments, and withoutHeights one between them.
func withHeights() string {
	return "height,time,asset,from,to,amount\n" +
		fmt.Sprintf("14000000,%d,native,%s,%s,100\n17000000,1681500000,native,%s,%s,50\n", stolen2022, hexAddress("a1"), hexAddress("b0"), hexAddress("ca"), hexAddress("da"))
}

func withoutHeights() string {
	return fmt.Sprintf("time_utc,from,to,eth\n%d,%s,%s,100\n", later2022, hexAddress("b0"), hexAddress("ca"))
}

// TestMadeUpHeightsHaveALedgerOfTheirOwn wants times never to stand among
// blocks, whichever came first and in whatever form, and nothing to be kept of
// what is refused.
func TestMadeUpHeightsHaveALedgerOfTheirOwn(t *testing.T) {
	timesOf := func(format string) string {
		m := memories{}
		if _, err := Import(t.Context(), fstest.MapFS{"f": {Data: []byte(withoutHeights())}}, []string{"f"}, m, Options{}); err != nil {
			t.Fatal(err)
		}
		return string(written(t, format, m.transfers(t, clew.Ethereum)))
	}
	chained := "chain,time,asset,from,to,amount\n" + fmt.Sprintf("ethereum,%d,native,%s,%s,100\n", later2022, hexAddress("b0"), hexAddress("ca"))
	noHeights := `second: want a ledger of its own, with --ledger DIR: its rows state no heights, and this ledger of ethereum has blocks`
	heights := `second: want a ledger of its own, with --ledger DIR: its rows state heights, and this ledger of ethereum is in the order of stated times, without heights`
	for _, c := range []struct{ name, first, second, want string }{
		{"times after blocks", withHeights(), withoutHeights(), noHeights},
		{"times after blocks, with a column of chains", withHeights(), chained, noHeights},
		{"times after blocks, written out as JSON", withHeights(), timesOf(clewLinesFormat), noHeights},
		{"times after blocks, written out as CSV", withHeights(), timesOf(clewCSVFormat), noHeights},
		{"times after blocks, written out as Parquet", withHeights(), timesOf(clewFlatFormat), noHeights},
		{"blocks after times", withoutHeights(), withHeights(), heights},
		{"empty blocks after times", withoutHeights(), "number,hash,parent_hash,timestamp,miner\n14000000,,,1641600000,\n", heights},
		{"blocks after times, written out", timesOf(clewFlatFormat), withHeights(), heights},
		{"times after times", withoutHeights(), chained, ""},
		{"blocks after blocks", withHeights(), withHeights() + ownRowAt(18000000), ""},
		{"blocks after times of another chain", strings.Replace(chained, "ethereum,", "bnb,", 1), withHeights(), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := memories{}
			if _, err := Import(t.Context(), fstest.MapFS{"first": {Data: []byte(c.first)}}, []string{"first"}, m, Options{}); err != nil {
				t.Fatal(err)
			}
			before := len(held(t, m))
			_, err := Import(t.Context(), fstest.MapFS{"second": {Data: []byte(c.second)}}, []string{"second"}, m, Options{})
			var input *clew.InputError
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (!errors.As(err, &input) || err.Error() != c.want || len(held(t, m)) != before):
				t.Errorf("%v\nwant %s\n%v", err, c.want, held(t, m))
			}
		})
	}
}

func ownRowAt(height int) string {
	return fmt.Sprintf("%d,1690000000,native,%s,%s,7\n", height, hexAddress("a1"), hexAddress("b0"))
}

// TestMadeUpHeightsBesideBlocks wants files that cannot share a ledger to be
// refused before any of them is read.
func TestMadeUpHeightsBesideBlocks(t *testing.T) {
	m := memories{}
	files := fstest.MapFS{"a.csv": {Data: []byte(withHeights())}, "b.csv": {Data: []byte(withoutHeights())}}
	report, err := Import(t.Context(), files, []string{"."}, m, Options{})
	want := "b.csv: want a ledger of its own, with --ledger DIR: its rows state no heights, and a.csv, for the same ledger of ethereum, does"
	if err == nil || err.Error() != want || len(m) != 0 || len(report.Sets) != 0 || len(report.Left) != 2 {
		t.Errorf("%v, %+v, %v", err, report, m)
	}
	mixed := "height,time,asset,from,to,amount\n" + ownRowAt(18000000) + strings.Replace(ownRowAt(18000001), "18000001", "1690000000", 1)
	if _, err := Import(t.Context(), fstest.MapFS{"f": {Data: []byte(mixed)}}, []string{"f"}, m, Options{}); err == nil || !strings.Contains(err.Error(), "f: want rows of ethereum that all state heights, or none") {
		t.Error(err)
	}
}

// TestRollbackFreesALedger wants a ledger that holds nothing any more to take
// either.
func TestRollbackFreesALedger(t *testing.T) {
	m := memories{}
	for _, data := range []string{withHeights(), withoutHeights(), withHeights()} {
		if _, err := Import(t.Context(), fstest.MapFS{"f": {Data: []byte(data)}}, []string{"f"}, m, Options{}); err != nil {
			t.Fatal(err)
		}
		if err := m[clew.Ethereum].Rollback(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWrittenTimesStayMadeUp wants Clew's own files of made-up heights to say
// so again when they are read.
func TestWrittenTimesStayMadeUp(t *testing.T) {
	for _, format := range []string{clewCSVFormat, clewLinesFormat, clewFlatFormat} {
		data := []byte(withoutHeights())
		for range 2 {
			m := memories{}
			report, err := Import(t.Context(), fstest.MapFS{"f": {Data: data}}, []string{"f"}, m, Options{})
			if err != nil || footingOf(&report.Sets[0].Coverage[0]) != onTimes {
				t.Fatalf("%s: %+v %v", format, report, err)
			}
			data = written(t, format, m.transfers(t, clew.Ethereum))
		}
	}
}
