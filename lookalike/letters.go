package lookalike

import (
	"math/bits"
	"strings"
	"unicode"

	"github.com/mtibben/confusables"
	"golang.org/x/text/unicode/norm"
)

// latin are small letters, digits and pairs that look alike in common faces of
// type and that UTS #39 keeps apart. Its own table has capitals for some.
var latin = strings.NewReplacer(
	"vv", "w", "rn", "m", "nn", "m", "cl", "d", "ci", "d", "ı", "l", "ш", "w", "ӏ", "l",
	"0", "o", "1", "l", "i", "l", "j", "l", "3", "e", "4", "a", "5", "s", "8", "b", "9", "g", "q", "g", "2", "z", "7", "t",
)

// fold returns the form in which letters that look alike are the same: the
// skeleton of UTS #39 without marks, in small letters, and then by the table of
// Latin ones. It is for comparing alone.
func fold(text string) string {
	skeleton := strings.ToLower(confusables.Skeleton(unmarked(strings.ToLower(text))))
	return latin.Replace(unmarked(skeleton))
}

// unmarked takes marks such as accents off letters.
func unmarked(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
}

// distance counts the edits that turn a into b: a letter put in, left out or
// replaced, or two neighbours that change places (optimal string alignment:
// nothing is edited twice). Beyond most it returns most and one.
func distance(a, b []rune, most int) int {
	if most == 0 || len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		least := row[0]
		for j := range b {
			replaced := last[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}

// single says of which kind the one edit is that makes a of b.
func single(a, b []rune) Rule {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	switch {
	case len(a) < len(b):
		return Missing
	case len(a) > len(b):
		return Extra
	case at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at]:
		return Swapped
	case neighbours(a[at], b[at]):
		return Neighbour
	case a[at] < 128 && b[at] < 128 && bits.OnesCount32(uint32(a[at]^b[at])) == 1:
		return Bit
	}
	return Replaced
}

// rows are those of a keyboard (QWERTY); each is shifted by half a key.
var rows = []string{"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"}

// neighbours reports whether two keys touch.
func neighbours(a, b rune) bool {
	for r, row := range rows {
		at := strings.IndexRune(row, a)
		if at < 0 {
			continue
		}
		near := keys(row, at-1, at+1)
		if r > 0 {
			near += keys(rows[r-1], at, at+1)
		}
		if r+1 < len(rows) {
			near += keys(rows[r+1], at-1, at)
		}
		return strings.ContainsRune(near, b)
	}
	return false
}

// keys returns the keys at places of a row that are there.
func keys(row string, places ...int) string {
	var b strings.Builder
	for _, at := range places {
		if at >= 0 && at < len(row) {
			b.WriteByte(row[at])
		}
	}
	return b.String()
}
