package lookalike

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew/indicator"
	"clew/internal/sample"
	"clew/tag"
)

// actors returns what the actors of the tag packs registered, by their own
// word: each once, in order.
func actors(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(filepath.Join(sample.Dir(t, "tagpacks"), "actors", "graphsense.actorpack.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, list, _ := tag.ReadActors("actors", f)
	var domains []string
	for _, a := range list {
		host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a.Website, "https://"), "http://"), "/")
		if d, err := indicator.Normal(indicator.Domain, host); err == nil {
			domains = append(domains, indicator.Registrable(d))
		}
	}
	slices.Sort(domains)
	return slices.Compact(domains)
}

// called counts how many of some names are called look-alikes, by the most
// telling rule.
func called(g *Guard, names []string) (n int, by map[Rule]int) {
	by = map[Rule]int{}
	for _, d := range names {
		if a := g.Check(indicator.Domain, d); len(a.Findings) > 0 {
			n++
			by[a.Findings[0].Rule]++
		}
	}
	return n, by
}

func told(by map[Rule]int) string {
	var parts []string
	for _, r := range Rules() {
		if by[r] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", r, by[r]))
		}
	}
	return strings.Join(parts, ", ")
}

// TestActors counts how many genuine names of services look like another's: of
// every fourth, beside all others.
// The figures stand in docs/ACCURACY.md.
func TestActors(t *testing.T) {
	domains := actors(t)
	all, pairs, alike, by := NewGuard(domains), 0, 0, map[Rule]int{}
	for i := 0; i < len(domains); i += 4 {
		d := domains[i]
		others := &Guard{slices.Delete(slices.Clone(all.names), i, i+1)}
		found := others.Check(indicator.Domain, d).Findings
		pairs += len(found)
		alike += min(len(found), 1)
		for _, f := range found {
			by[f.Rule]++
		}
	}
	got := fmt.Sprintf("%d domains, %d like another, %d pairs: %s", (len(domains)+3)/4, alike, pairs, told(by))
	const want = "947 domains, 165 like another, 238 pairs: letters that look alike 1, words beside the name 40, hyphens 1, another ending 43, two letters changed places 2, a letter left out 46, " +
		"a letter put in 21, a neighbouring key 9, one bit that differs 13, a letter replaced 45, few letters that differ 17"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestDetector counts how many of the names that MetaMask's list blocks, and
// how many that it lists as genuine since they look alike, are called
// look-alikes of those that it protects. Both halves were looked at while the
// rules were chosen. The figures stand in docs/ACCURACY.md.
func TestDetector(t *testing.T) {
	f, err := os.Open(filepath.Join(sample.Dir(t, "eth-phishing-detect"), "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := indicator.ReadList("config.json", f, indicator.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	var protect []string
	listed := map[string][]string{}
	for n, i := range l.Indicators {
		switch {
		case i.Type != indicator.Domain:
		case strings.HasSuffix(i.Text, "imitated"):
			protect = append(protect, i.Value)
		default:
			half := fmt.Sprintf("%s, half %d", i.Text, n%2+1)
			listed[half] = append(listed[half], i.Value)
		}
	}
	var got []string
	for _, half := range slices.Sorted(maps.Keys(listed)) {
		for _, g := range []*Guard{NewGuard(protect), NewGuard(actors(t))} {
			n, by := called(g, listed[half])
			got = append(got, fmt.Sprintf("%s: %d of %d like one of %d", half, n, len(listed[half]), len(g.names)))
			t.Logf("%s: %s", got[len(got)-1], told(by))
		}
	}
	want := strings.TrimSpace(`
blocked, half 1: 1110 of 6874 like one of 15
blocked, half 1: 3344 of 6874 like one of 3787
blocked, half 2: 1119 of 6871 like one of 15
blocked, half 2: 3350 of 6871 like one of 3787
genuine, half 1: 39 of 569 like one of 15
genuine, half 1: 128 of 569 like one of 3787
genuine, half 2: 49 of 569 like one of 15
genuine, half 2: 121 of 569 like one of 3787
`)
	if strings.Join(got, "\n") != want {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}
