package price

import (
	"context"
	"errors"
	"strings"
	"testing"

	"clew"
)

func TestAnswers(t *testing.T) {
	now := clew.Time(1641859199) // the last second of a day: it is not over
	for name, answer := range map[string]string{
		"points":  `{"prices":[[1641686400000,3031.07],[1641772800000,3.1005e3],[1641859200000,77],[1641859201000,9]],"market_caps":[]}`,
		"candles": `[[1641600000000,"1","2","3","3031.07","9",1641686399999,"x"],[1641686400000,"1","2","3","3100.5","9",1641772799999],[1641772800000,"1","2","3","77","9",1641859199999]]`,
		"csv":     "day,price\n2022-01-08,3031.07\n2022-01-09,3100.5\n2022-01-10,77\n",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := ReadAnswer(context.Background(), "answer", "host", now, []byte(answer))
			if err != nil {
				t.Fatal(err)
			}
			first, last := s.Span()
			if s.Days() != 2 || first.String() != "2022-01-08" || last.String() != "2022-01-09" {
				t.Fatalf("%d days, %s to %s", s.Days(), first, last)
			}
			quote, ok := s.On(first)
			if !ok || quote.Close.String() != "3031.07" || quote.Source != "host" {
				t.Errorf("%+v", quote)
			}
			if want := map[string]int{"points": 2, "candles": 1, "csv": 1}[name]; s.Empty() != want {
				t.Errorf("%d empty, want %d", s.Empty(), want)
			}
		})
	}
	for name, answer := range map[string]string{
		"a huge exponent":      `{"prices":[[1641686400000,3e300]]}`,
		"a tiny exponent":      `{"prices":[[1641686400000,3e-300]]}`,
		"a negative one":       `{"prices":[[1641686400000,-3e3]]}`,
		"a table without rows": "date,close\n",
		"no prices":            `{"error":"limit"}`,
		"nothing whole":        `{"prices":[[1641686400001,3]]}`,
		"a negative price":     `{"prices":[[1641686400000,-3]]}`,
		"candles of an hour":   `[[1641600000000,"1","2","3","4","9",1641603599999]]`,
		"candles of numbers":   `[[1641600000000,1,2,3,4,9,1641686399999]]`,
		"a short candle":       `[[1641600000000,"1"]]`,
		"broken":               `[[`,
		"two closes of a day":  `{"prices":[[1641686400000,3],[1641686400000,4]]}`,
		"a page":               "<html></html>",
		"empty":                "",
	} {
		if _, err := ReadAnswer(context.Background(), "answer", "host", now, []byte(answer)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestSeriesRoundTrip(t *testing.T) {
	s, err := ReadAnswer(context.Background(), "a", StampOf("prices.example", 1_600_000_000), 1_700_000_000, []byte("date,close\n2022-01-08,3031.070\n2022-01-10,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	back, err := ReadCSV(context.Background(), "b", "ether.csv", strings.NewReader(b.String()))
	if err != nil || back.Days() != 2 || back.Source() != "prices.example, fetched 2020-09-13T12:26:40Z; ether.csv" {
		t.Fatalf("%s\n%v, %v", b.String(), back, err)
	}
	if quote, _ := back.On(DayOf(1641600000)); quote.Close.String() != "3031.070" {
		t.Errorf("%+v", quote)
	}
	if err := Pegged("x").Write(&b); err == nil {
		t.Error("a pegged coin was written")
	}
	var input *clew.InputError
	if _, err := ReadAnswer(context.Background(), "a", "b", 0, []byte(`{"prices":[]}`)); !errors.As(err, &input) {
		t.Errorf("%v", err)
	}
}

func TestExponentsOfPrices(t *testing.T) {
	for text, want := range map[string]string{"7.97e-06": "0.00000797", "3E+3": "3000", "3.5e0": "3.5", "12.5e1": "125", "1.25e1": "12.5", "125e-1": "12.5", "125e-3": "0.125",
		"3031.07": "3031.07", "3e61": "3e61", "3e": "3e", "-3e1": "-3e1"} {
		if got := withoutExponent(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte(`{"prices":[[1641686400000,3031.07]]}`))
	f.Add([]byte(`[[1641600000000,"1","2","3","4","9",1641686399999]]`))
	f.Add([]byte("date,close\n2022-01-08,1\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		s, err := ReadAnswer(context.Background(), "a", "b", 1<<40, answer)
		if err != nil {
			return
		}
		var b strings.Builder
		if err := s.Write(&b); err != nil {
			t.Fatal(err)
		}
		if back, err := ReadCSV(context.Background(), "a", "b", strings.NewReader(b.String())); err != nil || back.Days() != s.Days() {
			t.Fatalf("%s\nis read back as %v, %v", b.String(), back, err)
		}
	})
}
