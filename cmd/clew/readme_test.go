package main

import (
	"os"
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
