package ingest

import (
	"math/big"
	"strings"
	"testing"

	"clew"
)

func TestParseAmount(t *testing.T) {
	max := clew.MaxAmount.String()
	for _, c := range []struct {
		text     string
		decimals int
		want     string // "" for an error
		rounded  bool
	}{
		{"0", 0, "0", false},
		{"7", 0, "7", false},
		{"007", 0, "7", false},
		{"12337356470080", 0, "12337356470080", false},
		{max, 0, max, false},
		{"4.9e+21", 0, "4900000000000000000000", true},
		{"4.9E21", 0, "4900000000000000000000", true},
		{"2.6230465043e+20", 0, "262304650430000000000", true},
		{"1e+18", 0, "1000000000000000000", true},
		{"0.0", 0, "0", true},
		{"5042000000.0", 0, "5042000000", true},
		{"1.5", 1, "15", false},
		{"1.0569", 18, "1056900000000000000", false},
		{"1e-05", 18, "10000000000000", true},
		{"7.77e-05", 18, "77700000000000", true},
		{"945646.73", 18, "945646730000000000000000", false},
		{".5", 1, "5", false},
		{"5.", 0, "5", true},
		{"100", 2, "10000", false},
		{"12.5e-1", 2, "125", true},
		{"0e400", 0, "0", true},
		{"", 0, "", false},
		{".", 0, "", false},
		{"e5", 0, "", false},
		{"1.5", 0, "", false},
		{"4.95e+1", 0, "", false},
		{"0.001", 2, "", false},
		{"-1", 0, "", false},
		{"-0", 0, "", false},
		{"+1", 0, "", false},
		{"1e401", 0, "", false},
		{"1e78", 0, "", false},
		{"1" + max, 0, "", false},
		{"115792089237316195423570985008687907853269984665640564039457584007913129639936", 0, "", false},
		{"1,000", 0, "", false},
		{"0x10", 0, "", false},
		{"NaN", 0, "", false},
		{"1 ", 0, "", false},
		{"1e", 0, "", false},
		{"1e5.5", 0, "", false},
		{"1e99999999999999999999", 0, "", false},
		{strings.Repeat("1", 200), 0, "", false},
	} {
		got, rounded, err := parseAmount(c.text, c.decimals)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%q with %d decimals: %s, want an error", c.text, c.decimals, got)
		case c.want != "" && (err != nil || got.String() != c.want || rounded != c.rounded):
			t.Errorf("%q with %d decimals: %s %v %v, want %s %v", c.text, c.decimals, got, rounded, err, c.want, c.rounded)
		}
	}
}

func TestParseGrouped(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"1,234.56", "123456"}, {"1,234,567", "123456700"}, {"12", "1200"}, {"0.5", "50"},
		{"1,23", ""}, {"1234,567", ""}, {",123", ""}, {"1,,234", ""}, {"1.5,000", ""}, {"-1,000", ""},
	} {
		got, _, err := parseGrouped(c.text, 2)
		if (err != nil) != (c.want == "") || err == nil && got.String() != c.want {
			t.Errorf("%q: %s %v, want %q", c.text, got, err, c.want)
		}
	}
}

// FuzzParseAmount compares with exact rationals.
func FuzzParseAmount(f *testing.F) {
	for _, seed := range []string{"4.9e+21", "0.0", "1e-05", "945646.73", "-1", "1e400", "99999999999999999999999999999999"} {
		f.Add(seed, 18)
	}
	f.Fuzz(func(t *testing.T, text string, decimals int) {
		if decimals < 0 || decimals > 77 {
			return
		}
		got, _, err := parseAmount(text, decimals)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%q was taken as %s", text, got)
		}
		want.Mul(want, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
		if !want.IsInt() || want.Num().Cmp(got.Big()) != 0 {
			t.Fatalf("%q with %d decimals: %s, want %s", text, decimals, got, want)
		}
	})
}
