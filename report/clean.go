package report

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText bounds one piece of outside text in a document, in bytes.
const maxText = 400

// Clean returns s fit for a line of a terminal, a cell or a page: control
// characters, terminal escapes, line breaks, and characters that reorder or
// hide text are written out as \u{…}, bad UTF-8 as \x{…}, and what is longer
// than 400 bytes is cut, with an ellipsis.
//
// It does not escape for HTML or CSV; their writers do.
func Clean(s string) string { return CleanUpTo(s, maxText) }

// CleanUpTo is [Clean] where what is longer than most bytes is cut.
func CleanUpTo(s string, most int) string {
	if len(s) <= most && isClean(s) {
		return s
	}
	return escaped(s, most)
}

// cleanWhole is [Clean] of a text that is not cut, such as a reason that
// somebody wrote.
func cleanWhole(s string) string {
	if isClean(s) {
		return s
	}
	return escaped(s, math.MaxInt)
}

// isClean reports whether nothing of a text has to be written out.
func isClean(s string) bool { return !strings.ContainsFunc(s, hostile) && utf8.ValidString(s) }

// escaped writes out what is hostile, and cuts what comes after most bytes.
func escaped(s string, most int) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if b.Len() > most {
			b.WriteString("…")
			break
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x{%02x}`, s[i])
		case hostile(c):
			fmt.Fprintf(&b, `\u{%x}`, c)
		default:
			b.WriteRune(c)
		}
		i += size
	}
	return b.String()
}

// uncut returns a cell with text from outside that is not cut.
func uncut(s string) Cell { return Cell{Text: cleanWhole(s)} }

// hostile reports whether c may do something other than show itself: controls,
// formats (which hold the bidirectional controls and the invisible joiners),
// separators of lines and paragraphs, private and unassigned characters, and
// spaces that are not a space.
func hostile(c rune) bool {
	return c != ' ' && !unicode.IsPrint(c)
}
