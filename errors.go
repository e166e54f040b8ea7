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
// near: at most a third of its letters may differ, or s is the beginning, of
// three letters or more, of one candidate alone.
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
	if best == "" && len(s) >= 3 {
		return begun(s, candidates)
	}
	return best
}

// begun returns the only candidate that begins with s, or "".
func begun(s string, candidates []string) (only string) {
	for _, c := range candidates {
		if len(c) < len(s) || !strings.EqualFold(c[:len(s)], s) {
			continue
		}
		if only != "" && only != c {
			return ""
		}
		only = c
	}
	return only
}

// distance counts the edits that turn a into b: a letter put in, left out or
// replaced, or two neighbours swapped (the optimal string alignment distance).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			if a[i] == b[j] {
				row[j+1] = last[j]
			} else {
				row[j+1] = 1 + min(last[j], last[j+1], row[j])
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
