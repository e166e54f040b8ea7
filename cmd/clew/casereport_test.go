package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCaseReportFromBundle works on a case as its users do, from a trace to pages for a
// court, and wants the same pages again.
func TestCaseReportFromBundle(t *testing.T) {
	home := t.TempDir()
	file := func(name string) string { return filepath.Join(home, name) }
	const tx = "0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7"
	for _, args := range [][]string{
		{"trace", "incident:ronin-2022", "--policy", "fifo", "--bundle", file("ronin.clew")},
		{"case", "open", "ronin", "--title", "T", "--question", "Q?", "--tlp", "amber", "--by", "AB"},
		{"case", "add", "ronin", file("ronin.clew"), "--says", "the trace", "--by", "AB"},
		{"case", "find", "ronin", "--kind", "fact", "--text", "The bridge paid one address.", "--rests", "2:" + tx, "--by", "AB"},
		{"case", "report", "ronin", "--html", file("one.html"), "--pdf", file("one.pdf"), "--by", "AB"},
		{"case", "report", "ronin", "--html", file("two.html"), "--pdf", file("two.pdf"), "--by", "CD"},
	} {
		if r := clewIn(t.Context(), home, args...); r.code != 0 {
			t.Fatalf("%v: %d\n%s%s", args, r.code, r.stdout, r.stderr)
		}
	}
	read := func(name string) string {
		text, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	page := read("one.html")
	for _, want := range []string{tx, "The bridge paid one address.", "173,600", "Clayton", "Exhibit 2: the same question by other policies", "clew verify ronin.clew", "to be filled in by the expert"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if read("two.html") != page || read("two.pdf") != read("one.pdf") || !strings.HasPrefix(read("one.pdf"), "%PDF-") {
		t.Error("the same case gives other pages")
	}
	trail := clewIn(t.Context(), home, "case", "trail", "ronin", "--json").stdout
	for _, name := range []string{"one.html", "one.pdf"} {
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(read(name)))); strings.Count(trail, sum) != 2 {
			t.Errorf("the trail notes %s %d times: %s", name, strings.Count(trail, sum), trail)
		}
	}
	r := clewIn(t.Context(), home, "case", "report", "ronin", "--csv", "--table", "cover", "--quiet")
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(r.stdout))); !strings.Contains(clewIn(t.Context(), home, "case", "trail", "ronin", "--wide").stdout, "csv, SHA-256 "+sum) {
		t.Error("what went to the screen is not noted")
	}
	if r := clewIn(t.Context(), home, "case", "report", "ronin", "--for", "exchange", "--service", "nobody"); r.code != 2 || strings.Contains(r.stderr, "panic") {
		t.Errorf("%d %s", r.code, r.stderr)
	}
}
