package report

import (
	"strings"
	"testing"
)

// TestLongWordsArePartedByLines: a number that no line holds goes on in the next
// one, and has no space in it.
func TestLongWordsArePartedByLines(t *testing.T) {
	number := strings.Repeat("123,", 40) + "456"
	w := &textWriter{width: defaultWidth}
	w.paragraph("  ", "a "+number+" units of it")
	got := w.String()
	if joined := strings.ReplaceAll(got, "\n  ", ""); !strings.Contains(joined, number) {
		t.Errorf("the number is not whole:\n%s", got)
	}
	for _, line := range strings.Split(got, "\n") {
		if len(line) > defaultWidth {
			t.Errorf("a line of %d: %s", len(line), line)
		}
	}
}
