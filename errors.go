package clew

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotFound says that a well-formed question has no answer in what is held.
// It is wrapped with what was looked for.
var ErrNotFound = errors.New("not found")

// An InputError is the caller's mistake. Its text is fit for a user: it says
// which field, what was given and what was wanted.
type InputError struct {
	Field string // the flag, parameter, column or key
	Value string // as given; bounded and escaped when printed
	Want  string // what would have been right
}

// Error returns one sentence.
func (e *InputError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: want %s", e.Field, e.Want)
	}
	return fmt.Sprintf("%s %q: want %s", e.Field, boundedText(e.Value, 120), e.Want)
}

// boundedText returns at most n bytes of s, so that text from outside cannot
// fill a message or a decoder.
func boundedText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

// Nearest returns the candidate that s most likely meant, or "" if none is
// near: at most a third of its letters may differ (Levenshtein's distance).
func Nearest(s string, candidates []string) string {
	if len(s) > 64 {
		return "" // no name is that long
	}
	best, bestDistance := "", len(s)/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(s), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance counts the single-letter edits that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
