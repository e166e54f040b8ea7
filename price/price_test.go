package price

import (
	"context"
	"errors"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

var ether = clew.NativeAsset(clew.Ethereum)

func mustDecimal(t testing.TB, s string) Decimal {
	t.Helper()
	d, err := ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func moment(t testing.TB, s string) clew.Time {
	t.Helper()
	var m clew.Time
	if err := m.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"3031.07", "3031.07"}, {"0", "0"}, {"0.10", "0.10"}, {"007.5", "7.5"}, {"12", "12"},
		{strings.Repeat("9", 60), strings.Repeat("9", 60)},
	} {
		if got := mustDecimal(t, c.in).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.in, got, c.want)
		}
	}
	for _, in := range []string{"", ".", "1.", ".5", "-1", "+1", "1e5", "1,000", "1.2.3", " 1", "NaN", "0x10", strings.Repeat("9", 61)} {
		if d, err := ParseDecimal(in); err == nil {
			t.Errorf("%q: got %s, want an error", in, d)
		}
	}
}

func TestMoneyIsExactAndRoundsHalfToEven(t *testing.T) {
	for _, c := range []struct {
		name, price   string
		amount        clew.Amount
		decimals      int
		exact, rounds string
	}{
		{"whole units", "3031.07", clew.Units(2), 0, "6062.14", "6062.14"},
		{"half to even, down", "0.125", clew.Units(1), 0, "0.125", "0.12"},
		{"half to even, up", "0.135", clew.Units(1), 0, "0.135", "0.14"},
		{"just over half", "0.12500000000000001", clew.Units(1), 0, "0.12500000000000001", "0.13"},
		{"one wei", "3031.07", clew.Units(1), 18, "0.00000000000000303107", "0.00"},
		{"carry", "0.999", clew.Units(1), 0, "0.999", "1.00"},
		{"nothing", "3031.07", clew.Units(0), 18, "0", "0.00"},
	} {
		m := mustDecimal(t, c.price).Times(c.amount, c.decimals)
		if m.Exact() != c.exact || m.String() != c.rounds {
			t.Errorf("%s: got %s and %s, want %s and %s", c.name, m.Exact(), m, c.exact, c.rounds)
		}
	}
	var zero Money
	if zero.String() != "0.00" || !zero.IsZero() || zero.Plus(zero).Exact() != "0" {
		t.Errorf("zero money prints %s", zero)
	}
}

// TestTheftValues holds the two published values of one theft apart: they
// differ by the day alone.
func TestTheftValues(t *testing.T) {
	amount, err := clew.ParseUnits("173600", 18)
	if err != nil {
		t.Fatal(err)
	}
	usdc, _ := ParseDecimal("25500000")
	for _, c := range []struct{ close, want string }{{"3031.07", "551693752.00"}, {"3401.99", "616085464.00"}} {
		sum := mustDecimal(t, c.close).Times(amount, 18).Plus(usdc.Times(clew.Units(1), 0))
		if sum.String() != c.want {
			t.Errorf("at %s: got %s, want %s", c.close, sum, c.want)
		}
	}
}

// TestMoneyAgainstRationals compares sums and rounding with math/big's
// rationals, which share no code with it.
func TestMoneyAgainstRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var sum Money
	want := new(big.Rat)
	for i := range 2000 {
		price := big.NewRat(r.Int64N(1e9), []int64{1, 10, 1000, 1e8}[r.IntN(4)])
		decimals := r.IntN(20)
		amount := clew.AmountOf([4]uint64{r.Uint64(), r.Uint64N(1 << 40)})
		value := mustDecimal(t, price.FloatString(8)).Times(amount, decimals)
		sum = sum.Plus(value)
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
		exact := new(big.Rat).Mul(price, new(big.Rat).SetFrac(amount.Big(), scale))
		want.Add(want, exact)
		if got, _ := new(big.Rat).SetString(value.Exact()); got.Cmp(exact) != 0 {
			t.Fatalf("step %d: got %s, want %s", i, value.Exact(), exact.FloatString(30))
		}
	}
	if got, _ := new(big.Rat).SetString(sum.Exact()); got.Cmp(want) != 0 {
		t.Errorf("sum: got %s, want %s", sum.Exact(), want.FloatString(30))
	}
	if sum.Cmp(sum.Plus(Money{})) != 0 || sum.Cmp(sum.Plus(sum)) != -1 {
		t.Error("order is not that of the numbers")
	}
}

const march = "Date,Adj_Close\n2022-03-23,3031.067138671875\n2022-03-25,3106.67\n2022-03-29,3401.98779296875\n2022-03-30,\n"

func TestMissingDayIsAGap(t *testing.T) {
	s, err := ReadCSV(context.Background(), "eth.csv", "a public series", strings.NewReader(march))
	if err != nil {
		t.Fatal(err)
	}
	table := NewTable(map[clew.Asset]*Series{ether: s})
	one, _ := clew.ParseUnits("1", 18)
	for _, c := range []struct{ at, want string }{
		{"2022-03-23T00:00:00Z", "3031.07"},
		{"2022-03-23T23:59:59Z", "3031.07"},
		{"2022-03-24T00:00:00Z", ""},
		{"2022-03-22T23:59:59Z", ""},
		{"2022-03-29T13:00:00Z", "3401.99"},
		{"2022-03-30T13:00:00Z", ""}, // the row is there, its price is not
	} {
		m, gap := table.Value(ether, one, 18, moment(t, c.at))
		switch {
		case c.want == "" && (gap == nil || gap.Kind != clew.GapPrice || gap.Asset != ether):
			t.Errorf("%s: got %s and gap %v, want a gap", c.at, m, gap)
		case c.want != "" && (gap != nil || m.String() != c.want):
			t.Errorf("%s: got %s and gap %v, want %s", c.at, m, gap, c.want)
		}
	}
	if _, gap := table.Value(ether, one, 18, 0); gap == nil {
		t.Error("an unknown moment got a value")
	}
	if s.Empty() != 1 || s.Days() != 3 {
		t.Errorf("%d days and %d empty, want 3 and 1", s.Days(), s.Empty())
	}
}

func TestStablecoinOnlyIfTheTableSaysSo(t *testing.T) {
	contract, _ := clew.ParseAddress("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", clew.Ethereum)
	usdc := clew.Token("erc20", contract)
	day := moment(t, "2022-03-23T00:00:00Z")
	if _, gap := NewTable(nil).Value(usdc, clew.Units(5), 6, day); gap == nil {
		t.Error("a token without prices got a value")
	}
	table := NewTable(map[clew.Asset]*Series{usdc: Pegged("taken as one dollar")})
	m, gap := table.Value(usdc, clew.Units(5_000_000), 6, day)
	if gap != nil || m.String() != "5.00" {
		t.Errorf("got %s and gap %v", m, gap)
	}
	if _, gap := table.Value(usdc, clew.Units(5_000_000), 6, 0); gap == nil {
		t.Error("a moment that is not known has a day after all")
	}
	if q, _ := table.Quote(usdc, day); !q.Assume {
		t.Error("the quote does not say that it is an assumption")
	}
}

func TestMoment(t *testing.T) {
	d := Dates{Theft: 1, Disclosure: 2, Now: 3}
	for i, b := range Bases() {
		got, err := d.Moment(b, 4)
		if want := []clew.Time{1, 2, 4, 3}[i]; err != nil || got != want {
			t.Errorf("%s: got %d and %v, want %d", b, got, err, want)
		}
	}
	var input *clew.InputError
	if _, err := d.Moment("at noon", 4); !errors.As(err, &input) {
		t.Errorf("unknown basis: %v", err)
	}
}

func TestReadCSVRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "p.csv: header"},
		{"no close", "date,open\n", "a column close"},
		{"bad date", "date,close\n2022-13-01,1\n", "p.csv:2: date"},
		{"not midnight", "date,close\n2022-01-01 12:00:00,1\n", "p.csv:2: date"},
		{"bad price", "date,close\n2022-01-01,1\n2022-01-02,1e5\n", "p.csv:3: price"},
		{"negative price", "date,close\n2022-01-01,-1\n", "p.csv:2: price"},
		{"short row", "date,close\n2022-01-01\n", "p.csv: record on line 2"},
		{"two closes", "date,close\n2022-01-01,1\n2022-01-01,2\n", "p.csv:3: 2022-01-01 has two closes"},
	} {
		_, err := ReadCSV(context.Background(), "p.csv", "s", strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestReadCSVStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadCSV(ctx, "p.csv", "s", strings.NewReader(march)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestJoin(t *testing.T) {
	a := Single(1, mustDecimal(t, "2"), "a")
	b := Single(2, mustDecimal(t, "3"), "b")
	joined, err := a.Join(b)
	if err != nil || joined.Days() != 2 || joined.Source() != "a; b" {
		t.Errorf("got %v and %v", joined, err)
	}
	if _, err := a.Join(Single(1, mustDecimal(t, "2.5"), "b")); err == nil {
		t.Error("two closes of one day were joined")
	}
	if _, err := a.Join(Pegged("c")); err == nil {
		t.Error("a pegged coin was joined")
	}
}

// TestRealSeries reads every series of the shared data.
func TestRealSeries(t *testing.T) {
	dir := sample.Dir(t, "prices")
	files, _ := filepath.Glob(filepath.Join(dir, "*.csv"))
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadCSV(context.Background(), filepath.Base(name), "public", f)
		f.Close()
		if err != nil || s.Days() < 2000 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if filepath.Base(name) == "ETH-USD.csv" {
			q, _ := s.On(DayOf(moment(t, "2022-03-23T00:00:00Z")))
			if got := q.Close.Times(clew.Units(1), 0).String(); got != "3031.07" {
				t.Errorf("close of the theft's day: %s", got)
			}
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(march))
	f.Add([]byte("timestamp,open,close\n2011-08-18 00:00:00,10.9,10.9\n"))
	f.Add([]byte("close,date\n\"1\n,2\",x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ReadCSV(context.Background(), "p.csv", "s", strings.NewReader(string(data)))
		if err != nil {
			return
		}
		for i, day := range s.days {
			if i > 0 && s.days[i-1] >= day {
				t.Fatalf("days out of order: %s, %s", s.days[i-1], day)
			}
			if q, ok := s.On(day); !ok || q.Close.String() == "" {
				t.Fatalf("%s is not found", day)
			}
		}
	})
}
