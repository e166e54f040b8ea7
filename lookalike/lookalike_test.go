package lookalike

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clew/indicator"
)

// TestRules holds names against others, by the rule that tells most.
func TestRules(t *testing.T) {
	for _, x := range []struct {
		asked, protected, want string // want: a rule, a distance and words; empty: nothing
	}{
		{"bіnance.com", "binance.com", "letters that look alike 1"},        // Cyrillic i
		{"binancé.com", "binance.com", "letters that look alike 1"},        // an accent
		{"ƀinance.com", "binance.com", "letters that look alike 1"},        // a stroke
		{"xn--bnance-pvf.com", "binance.com", "letters that look alike 1"}, // as a browser may show it
		{"rnyethervvallet.com", "myetherwallet.com", "letters that look alike 4"},
		{"myetherwa11et.com", "myetherwallet.com", "letters that look alike 2"},
		{"paypai.com", "paypal.com", "letters that look alike 1"},
		{"b1nance.net", "binance.com", "letters that look alike 1"},
		{"binance.com.evil.example", "binance.com", "the name before another domain 0"},
		{"binance.evil.example", "binance.com", "the name before another domain 0"},
		{"login-binance.evil.example", "binance.com", "the name before another domain 0 login"},
		{"www.evil.example", "binance.com", ""},
		{"claim-binance.com", "binance.com", "words beside the name 0 claim"},
		{"claimbinance.com", "binance.com", "words beside the name 0 claim"},
		{"binance-anything.com", "binance.com", "words beside the name 0 anything"},
		{"binance2024.com", "binance.com", "words beside the name 0 2024"},
		{"www-myethervvallet.com", "myetherwallet.com", "letters that look alike 2 www"},
		{"walletconnect-app.com", "walletconnect.com", "words beside the name 0 app"},
		{"verybinancely.com", "binance.com", ""},
		{"bin-ance.com", "binance.com", "hyphens 1"},
		{"binance.net", "binance.com", "another ending 0"},
		{"binance.co.uk", "binance.com", "another ending 0"},
		{"biannce.com", "binance.com", "two letters changed places 1"},
		{"binnce.com", "binance.com", "a letter left out 1"},
		{"binannce.com", "binance.com", "a letter put in 1"},
		{"binamce.com", "binance.com", "a neighbouring key 1"},
		{"binancm.com", "binance.com", "one bit that differs 1"},
		{"bxnance.com", "binance.com", "a letter replaced 1"},
		{"bianncce.com", "binance.com", ""}, // two slips in seven letters
		{"walltconect.com", "walletconnect.com", "few letters that differ 2"},
		{"rnyelherwallet.com", "myetherwallet.com", "few letters that differ 1"}, // and one pair that looks alike
		{"metannask-verification.com", "metamask.io", "letters that look alike 2 verification"},
		{"bybiit.com", "bybit.com", "a letter put in 1"},
		{"bybut.com", "bybit.com", ""}, // five letters, one replaced: too many words are so
		{"okex.com", "okx.com", ""},
		{"okx.net", "okx.com", "another ending 0"},
		{"coinswap.com", "coin.mx", ""}, // a name that is one of the words
		{"evil.example", "binance.com", ""},
		{"github.io", "binance.com", ""},
		{"192.0.2.7", "binance.com", ""},
		{"https://binance.com@evil.example/", "binance.com", "the name within a page's address 0"},
		{"https://evil.example/binance.com/login", "binance.com", "the name within a page's address 0"},
		{"https://binance.com@192.0.2.7/", "binance.com", "the name within a page's address 0"},
		{"http://[2001:db8::7]/binance.com/login", "binance.com", "the name within a page's address 0"},
		{"http://192.0.2.7/login", "binance.com", ""},
		{"https://evil.example/notbinance.com", "binance.com", ""},
		{"https://evil.example/binance", "binance.com", ""},
		{"https://binance.evil.example/", "binance.com", "the name before another domain 0"},
		{"metamask.github.io", "metamask.io", "another ending 0"},
		{"аррӏе.com", "apple.com", "letters that look alike 5"},
	} {
		kind, value, err := indicator.Guess(x.asked)
		if x.asked == "github.io" {
			kind, value, err = indicator.Domain, x.asked, nil
		}
		if err != nil {
			t.Errorf("%s: %v", x.asked, err)
			continue
		}
		a := NewGuard([]string{x.protected}).Check(kind, value)
		got := ""
		for _, f := range a.Findings {
			got += strings.TrimSpace(fmt.Sprintf("%s %d %s", f.Rule, f.Distance, strings.Join(f.Words, " ")))
			if f.Protected != x.protected || f.Part == "" || f.With == "" {
				t.Errorf("%s: %+v", x.asked, f)
			}
		}
		if got != x.want || a.Own != "" {
			t.Errorf("%s beside %s: %q (own %q), want %q", x.asked, x.protected, got, a.Own, x.want)
		}
	}
}

// TestOwn wants what is protected itself, or below it, to be compared with nothing.
func TestOwn(t *testing.T) {
	g := NewGuard([]string{"app.binance.com", "binance.us", "com"})
	for _, domain := range []string{"binance.com", "www.binance.com", "binance.us"} {
		if a := g.Check(indicator.Domain, domain); a.Own != a.Registrable || len(a.Findings) > 0 {
			t.Errorf("%s: %+v", domain, a)
		}
	}
	if a := g.Check(indicator.Domain, "binance.net"); len(a.Findings) != 2 || len(g.names) != 2 {
		t.Errorf("%+v", a)
	}
}

// TestVariants wants every name that is made of another to be one that
// somebody can register, to be found again by a rule at least as telling, and
// of each rule that makes names at least one.
func TestVariants(t *testing.T) {
	for _, domain := range []string{"binance.com", "myetherwallet.com", "app.uniswap.org", "wallet-connect.co.uk"} {
		g, made := NewGuard([]string{domain}), map[Rule]int{}
		list := Variants(domain)
		for _, v := range list {
			a := g.Check(indicator.Domain, v.Domain)
			if a.Registrable != v.Domain || len(a.Findings) != 1 {
				t.Errorf("%s by %s: %+v", v.Domain, v.Rule, a)
				continue
			}
			if rank(a.Findings[0].Rule) > rank(v.Rule) {
				t.Errorf("%s by %s is found by %s", v.Domain, v.Rule, a.Findings[0].Rule)
			}
			made[v.Rule]++
		}
		for _, r := range []Rule{Letters, Words, Hyphens, Ending, Swapped, Missing, Extra, Neighbour, Bit} {
			if made[r] == 0 {
				t.Errorf("%s: nothing is made by %s", domain, r)
			}
		}
	}
	if list := Variants("com"); len(list) > 0 {
		t.Errorf("of a public suffix: %v", list)
	}
	long := strings.Repeat("a", 63) + ".com"
	if list := Variants(long); len(list) == 0 || len(list) > MaxVariants {
		t.Errorf("of a long name: %d", len(list))
	}
}

// TestDistanceAgainstSlow holds the count of edits against one that tries
// every way.
func TestDistanceAgainstSlow(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	word := func() []rune {
		w := make([]rune, draw.IntN(7))
		for i := range w {
			w[i] = rune('a' + draw.IntN(3))
		}
		return w
	}
	for range 3000 {
		a, b, most := word(), word(), 1+draw.IntN(4)
		if got, want := distance(a, b, most), min(slow(a, b), most+1); got != want {
			t.Fatalf("%s and %s, at most %d: %d, want %d", string(a), string(b), most, got, want)
		}
	}
}

// slow is the same count by its definition.
func slow(a, b []rune) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	n := slow(a[1:], b[1:])
	if a[0] != b[0] {
		n++
	}
	n = min(n, slow(a[1:], b)+1, slow(a, b[1:])+1)
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		n = min(n, slow(a[2:], b[2:])+1)
	}
	return n
}

// TestNeighbours holds some keys against a keyboard, and wants touching to go
// both ways.
func TestNeighbours(t *testing.T) {
	for _, x := range []struct {
		key  rune
		near string
	}{{'g', "ftyhvb"}, {'q', "12wa"}, {'p', "0ol"}, {'a', "qwsz"}, {'m', "njk"}, {'1', "2q"}} {
		for other := 'a'; other <= 'z'; other++ {
			if neighbours(x.key, other) != strings.ContainsRune(x.near, other) || neighbours(other, x.key) != neighbours(x.key, other) {
				t.Errorf("%c and %c", x.key, other)
			}
		}
	}
}

// FuzzCheck wants no names to hurt, and a name to be alike to itself below
// another ending.
func FuzzCheck(f *testing.F) {
	f.Add("binance.com", "https://b1nance.evil.example/x")
	f.Add("xn--bcher-kva.example", "192.0.2.7")
	f.Add("a-b-c-d-1-2-3.com", "walletwalletwallet.com")
	f.Fuzz(func(t *testing.T, protect, asked string) {
		p, err := indicator.Normal(indicator.Domain, protect)
		if err != nil {
			return
		}
		g := NewGuard([]string{p})
		if kind, value, err := indicator.Guess(asked); err == nil {
			g.Check(kind, value)
		}
		for _, v := range Variants(p) {
			if indicator.Registrable(v.Domain) != v.Domain {
				t.Fatalf("%s", v.Domain)
			}
		}
		if a := g.Check(indicator.Domain, p); a.Own == "" || len(a.Findings) > 0 {
			t.Fatalf("%s: %+v", p, a)
		}
	})
}
