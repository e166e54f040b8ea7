package clew

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// someAmount returns an amount of up to 256 bits, short ones as often as long.
func someAmount(r *rand.Rand) Amount {
	var limbs [4]uint64
	for i := range limbs {
		limbs[i] = r.Uint64()
	}
	n := AmountOf(limbs).Big()
	a, _ := AmountBytes(n.Rsh(n, uint(r.IntN(257))).Bytes())
	return a
}

func mustAmount(t testing.TB, s string) Amount {
	t.Helper()
	a, err := ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const most = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

func TestParseAmount(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"0", "0"}, {"1", "1"}, {"000", "0"}, {"007", "7"}, {most, most}, {"18446744073709551616", "18446744073709551616"},
		{"", ""}, {"-1", ""}, {"+1", ""}, {"1.0", ""}, {"1e3", ""}, {"0x10", ""}, {" 1", ""}, {"1_000", ""}, {"١", ""},
		{"115792089237316195423570985008687907853269984665640564039457584007913129639936", ""},
		{strings.Repeat("9", 78), ""}, {strings.Repeat("9", 1<<20), ""},
	} {
		a, err := ParseAmount(c.in)
		var bad *InputError
		switch {
		case c.want == "" && !errors.As(err, &bad):
			t.Errorf("%.90q: no input error: %v", c.in, err)
		case c.want != "" && (err != nil || a.String() != c.want):
			t.Errorf("%q: got %s, %v", c.in, a, err)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("the error for %.20q… has %d letters", c.in, len(err.Error()))
		}
	}
}

func TestParseUnits(t *testing.T) {
	for _, c := range []struct {
		in       string
		decimals int
		want     string
	}{
		{"1.0569", 18, "1056900000000000000"}, {"1.0569", 4, "10569"}, {"1.05690000", 4, "10569"}, {"0.1", 1, "1"},
		{".5", 1, "5"}, {"5.", 1, "50"}, {"0", 0, "0"}, {"0.0", 0, "0"}, {"007", 2, "700"}, {"173600", 18, "173600000000000000000000"},
		{most, 0, most},
		{"", 18, ""}, {".", 18, ""}, {"-1", 18, ""}, {"+1", 18, ""}, {"1e18", 18, ""}, {"1.2.3", 18, ""}, {"1,5", 18, ""}, {"abc", 18, ""},
		{"1.05", 1, ""}, {"0.0000000000000000001", 18, ""}, {most, 1, ""}, {"1", -1, ""}, {"1", 78, ""}, {"0x1", 18, ""}, {" 1", 18, ""},
	} {
		a, err := ParseUnits(c.in, c.decimals)
		var bad *InputError
		switch {
		case c.want == "" && !errors.As(err, &bad):
			t.Errorf("%q with %d: got %s, %v", c.in, c.decimals, a, err)
		case c.want != "" && (err != nil || a.String() != c.want):
			t.Errorf("%q with %d: got %s, %v, want %s", c.in, c.decimals, a, err, c.want)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		amount   uint64
		decimals int
		want     string
	}{
		{10569, 4, "1.0569"}, {0, 18, "0"}, {1, 18, "0.000000000000000001"}, {100, 2, "1"}, {120, 2, "1.2"}, {7, 0, "7"}, {7, -1, "7"}, {10, 1, "1"}, {99, 3, "0.099"},
	} {
		if got := Units(c.amount).Format(c.decimals); got != c.want {
			t.Errorf("%d with %d: got %s, want %s", c.amount, c.decimals, got, c.want)
		}
	}
}

func TestFormatRoundTrip(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		a, decimals := someAmount(r), r.IntN(78)
		text := a.Format(decimals)
		if back, err := ParseUnits(text, decimals); err != nil || back != a {
			t.Fatalf("seed %d: %s with %d decimals is %s, which is %s, %v", seed, a, decimals, text, back, err)
		}
	}
}

// Amounts compute what big integers do, and say when it does not fit.
func TestArithmeticAgainstBig(t *testing.T) {
	limit := new(big.Int).Lsh(big.NewInt(1), 256)
	check := func(seed uint64, name string, got Amount, ok bool, want *big.Int) {
		t.Helper()
		if fits := want.Cmp(limit) < 0; ok != fits || fits && got.Big().Cmp(want) != 0 {
			t.Fatalf("seed %d: %s is %s (fits: %t), want %s", seed, name, got, ok, want)
		}
	}
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		a, b, c := someAmount(r), someAmount(r), someAmount(r)
		sum, ok := a.Add(b)
		check(seed, "a+b", sum, ok, new(big.Int).Add(a.Big(), b.Big()))
		three := new(big.Int).Add(a.Big(), b.Big())
		sum, ok = Sum(a, b, c)
		check(seed, "a+b+c", sum, ok, three.Add(three, c.Big()))
		if !c.IsZero() {
			q, ok := a.MulDiv(b, c)
			product := new(big.Int).Mul(a.Big(), b.Big())
			check(seed, "a·b/c", q, ok, product.Quo(product, c.Big()))
		}
		if got, want := a.Cmp(b), a.Big().Cmp(b.Big()); got != want || a.Less(b) != (want < 0) {
			t.Fatalf("seed %d: %s against %s: %d", seed, a, b, got)
		}
		low, high := a.Min(b), a.Max(b)
		if high.Less(low) || high.Minus(low) != a.MinusOrZero(b).Plus(b.MinusOrZero(a)) {
			t.Fatalf("seed %d: differences of %s and %s", seed, a, b)
		}
	}
}

func TestAmountCodecs(t *testing.T) {
	for seed := range uint64(500) {
		a := someAmount(rand.New(rand.NewPCG(seed, 2)))
		if AmountOf(a.Limbs()) != a {
			t.Fatalf("limbs of %s", a)
		}
		if back, ok := AmountBytes(append(make([]byte, 40), a.Big().Bytes()...)); !ok || back != a {
			t.Fatalf("bytes of %s give %s", a, back)
		}
		text, _ := a.MarshalText()
		var back Amount
		if err := back.UnmarshalText(text); err != nil || back != a {
			t.Fatalf("text of %s gives %s, %v", a, back, err)
		}
	}
	if _, ok := AmountBytes(append([]byte{1}, make([]byte, 32)...)); ok {
		t.Error("33 bytes are an amount")
	}
	if n, ok := mustAmount(t, "18446744073709551616").Uint64(); ok || n != 0 {
		t.Errorf("2^64 fits 64 bits: %d", n)
	}
	kept := Units(7)
	if err := kept.UnmarshalText([]byte("x")); err == nil || kept != Units(7) {
		t.Errorf("a bad text left %s, %v", kept, err)
	}
}

func TestAmountLimits(t *testing.T) {
	if MaxAmount.String() != most {
		t.Errorf("the largest amount is %s", MaxAmount)
	}
	if _, ok := MaxAmount.Add(Units(1)); ok {
		t.Error("the largest amount has a successor")
	}
	if q, ok := MaxAmount.MulDiv(MaxAmount, MaxAmount); !ok || q != MaxAmount {
		t.Errorf("max·max/max is %s", q)
	}
	if _, ok := Units(1).MulDiv(Units(1), Units(0)); ok {
		t.Error("divided by nothing")
	}
	for name, call := range map[string]func(){
		"Plus":  func() { MaxAmount.Plus(Units(1)) },
		"Minus": func() { Units(1).Minus(Units(2)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

// Whatever is read as an amount is written back as the same number.
func FuzzParseUnits(f *testing.F) {
	f.Add("1.0569", 18)
	f.Add(".", 0)
	f.Add(most, 0)
	f.Fuzz(func(t *testing.T, s string, decimals int) {
		a, err := ParseUnits(s, decimals)
		if err != nil {
			return
		}
		if back, err := ParseUnits(a.Format(decimals), decimals); err != nil || back != a {
			t.Errorf("%q with %d is %s, which is written %s", s, decimals, a, a.Format(decimals))
		}
	})
}

func TestSetUint128IsAmountOf(t *testing.T) {
	for _, limbs := range [][4]uint64{{}, {1, 2}, {1<<64 - 1, 1<<64 - 1}} {
		a := MaxAmount
		if a.SetUint128(limbs[0], limbs[1]); a != AmountOf(limbs) {
			t.Errorf("%v: %s", limbs, a)
		}
	}
}
