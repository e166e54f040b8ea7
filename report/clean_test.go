package report

import (
	"strings"
	"testing"
	"unicode"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Tornado Cash, pool of 100 ETH", "Tornado Cash, pool of 100 ETH"},
		{"other scripts", "Биржа 取引所 بورصة", "Биржа 取引所 بورصة"},
		{"terminal escape", "\x1b[31mred\x1b[0m", `\u{1b}[31mred\u{1b}[0m`},
		{"title escape with bell", "\x1b]0;owned\a", `\u{1b}]0;owned\u{7}`},
		{"C1 control", "a\u009b31m", `a\u{9b}31m`},
		{"line breaks", "a\r\nb\u2028c", `a\u{d}\u{a}b\u{2028}c`},
		{"right to left override", "safe\u202egpj.exe", `safe\u{202e}gpj.exe`},
		{"isolates and marks", "\u2066a\u2069\u200f", `\u{2066}a\u{2069}\u{200f}`},
		{"invisible joiners", "US\u200bDT\ufeff", `US\u{200b}DT\u{feff}`},
		{"hidden tag characters", "a\U000e0041", `a\u{e0041}`},
		{"hard space", "a\u00a0b", `a\u{a0}b`},
		{"bad UTF-8", "a\xffb", `a\x{ff}b`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestCleanIsBounded(t *testing.T) {
	for _, in := range []string{strings.Repeat("a", 1<<20), strings.Repeat("\xff", maxText), strings.Repeat("\x1b", 1<<20), strings.Repeat("\xff", 1<<20)} {
		if got := Clean(in); len(got) > maxText+20 || !strings.HasSuffix(got, "…") {
			t.Errorf("Clean of %d bytes has %d", len(in), len(got))
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[2J\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		for _, c := range got {
			if c != ' ' && !unicode.IsPrint(c) {
				t.Fatalf("Clean(%q) has %U", s, c)
			}
		}
		if len(got) > maxText+20 {
			t.Fatalf("Clean(%q) has %d bytes", s, len(got))
		}
	})
}

// A whole text is cleaned to its end, whatever stands where it is parted.
func TestCleanWhole(t *testing.T) {
	long := strings.Repeat("é", 1000) + "\x1b[31m" + strings.Repeat("x", 1000) + "\xff"
	got := cleanWhole(long)
	if want := strings.Repeat("é", 1000) + `\u{1b}[31m` + strings.Repeat("x", 1000) + `\x{ff}`; got != want {
		t.Errorf("got %d bytes, ending %q", len(got), got[max(0, len(got)-20):])
	}
}
