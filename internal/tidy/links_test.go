package tidy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// link is a link of Markdown that leads within the repository.
var link = regexp.MustCompile(`\]\(([^)\s:]+)\)`)

// TestLinksLeadSomewhere follows every link between documents of the repository, to
// the file and to the heading within it.
func TestLinksLeadSomewhere(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Glob("../../*.md")
	if err != nil {
		t.Fatal(err)
	}
	followed := 0
	for _, file := range append(files, top...) {
		for _, m := range link.FindAllStringSubmatch(readText(t, file), -1) {
			followed++
			name, heading, _ := strings.Cut(m[1], "#")
			to := file
			if name != "" {
				to = filepath.Join(filepath.Dir(file), name)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s leads to %s, which is not there", file, m[1])
			} else if heading != "" && !slices.Contains(headings(readText(t, to)), heading) {
				t.Errorf("%s leads to %s, which has no such heading", file, m[1])
			}
		}
	}
	if followed < 20 {
		t.Errorf("%d links were found", followed)
	}
}

// headings returns the headings of a document as links name them.
func headings(text string) (names []string) {
	for line := range strings.Lines(text) {
		words, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		if !ok || !strings.HasPrefix(line, "#") {
			continue
		}
		names = append(names, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(words)))
	}
	return names
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
