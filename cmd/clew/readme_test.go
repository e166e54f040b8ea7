package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The README's transcript is what the demo prints: its lines, in their order,
// with "[…]" where some are left out.
func TestReadmeShowsWhatTheDemoPrints(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```\n")
	if len(parts) < 3 {
		t.Fatal("README.md has no transcript")
	}
	rest := clewIn(t.Context(), t.TempDir(), "demo").stdout
	shown := 0
	for line := range strings.Lines(parts[1]) {
		if strings.TrimSpace(line) == "[…]" {
			continue
		}
		shown++
		_, after, found := strings.Cut("\n"+rest, "\n"+line)
		if !found {
			t.Fatalf("the demo does not print, or not in this order: %q", line)
		}
		rest = after
	}
	if shown < 10 {
		t.Errorf("README.md shows %d lines of the demo", shown)
	}
}

// documented finds commands in a document: in lines of code, in transcripts and in
// the text.
var documented = regexp.MustCompile("(?m)^(?:    |\\$ )clew (.*)$|`clew ([^`\n]+)`")

// Every command that a document names is one, with flags that it has. What it needs
// beside them may be left out in the text.
func TestDocumentsNameCommandsThatAre(t *testing.T) {
	notShort(t)
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range append(files, "../../README.md", "../../SECURITY.md", "../../CHANGELOG.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range documented.FindAllStringSubmatch(string(text), -1) {
			line := m[1] + m[2]
			if seen[line] {
				continue
			}
			seen[line] = true
			g := newGrammar(&system{Stdout: io.Discard, Stderr: io.Discard})
			_, err := g.parser.Parse(joined(wordsOf(line)))
			if err != nil && !g.exited && !strings.Contains(err.Error(), "expected ") && !strings.Contains(err.Error(), "missing value") {
				t.Errorf("%s: clew %s: %v", file, line, err)
			}
		}
	}
	if len(seen) < 200 {
		t.Errorf("%d commands were found", len(seen))
	}
}

// wordsOf splits a line as a shell does, up to a comment; of a choice it takes the
// first, and what may be left out it takes.
func wordsOf(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	line, _, _ = strings.Cut(line, "   ")
	list := shellWords(strings.NewReplacer(`"`, "'", "[", "", "]", "").Replace(line))
	for i, word := range list {
		list[i], _, _ = strings.Cut(word, "|")
	}
	return slices.DeleteFunc(list, func(word string) bool { return word == "..." })
}
