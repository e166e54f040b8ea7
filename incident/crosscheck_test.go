package incident

import (
	"encoding/csv"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"clew/internal/sample"
)

// otherThefts are rows of the collection that bear a victim's name and are of
// another theft of about that time, by the figure.
var otherThefts = map[string]string{
	"htx-heco-2023 8000000.0": "the theft of htx-september-2023",
	"uwu-lend-2024 3700000.0": "a second theft, three days after the first",
	"mirror-2021 2000000.0":   "another fault, dated as the first; what it links to is of 2022-05-30",
}

// TestRecordAgainstCollection holds every figure of a public collection of thefts
// against those of the record's entry of the same victim and time: one of them, of
// whoever it is, must be within a tenth of it. A rival figure that differs more has
// to stand in the entry too. Days may be two months apart, as publishers' are.
func TestRecordAgainstCollection(t *testing.T) {
	f, err := os.Open(filepath.Join(sample.Dir(t, "incidents"), "defi_exploits.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, i := range record(t) {
		for _, row := range rows[1:] {
			if !sameTheft(i, row[1], row[0]) || otherThefts[i.ID+" "+row[4]] != "" {
				continue
			}
			figure, ok := new(big.Rat).SetString(row[4])
			if !ok {
				continue // the collection has none
			}
			compared++
			if !anyNear(i, figure) {
				t.Errorf("%s: the collection says %s US dollars on %s, and no figure of the entry is near", i.ID, row[4], row[0])
			}
		}
	}
	t.Logf("%d figures of the collection were compared", compared)
	if compared < 40 {
		t.Errorf("only %d figures were compared", compared)
	}
}

// sameTheft reports whether a row of another collection names a victim of an entry,
// at most two months apart.
func sameTheft(i *Incident, name, day string) bool {
	there, err := time.Parse(time.DateOnly, day)
	here, wrong := time.Parse(time.DateOnly, string(i.Dates.Occurred.Last()))
	if err != nil || wrong != nil || here.Sub(there).Abs() > 60*24*time.Hour {
		return false
	}
	for _, v := range i.Victims {
		if bare(v.Name) == bare(name) {
			return true
		}
	}
	return false
}

// bare returns a victim's name without what publishers add or leave out.
func bare(name string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "users of ")
	for _, word := range []string{" bridge", " exchange", " network", " finance", " protocol"} {
		name = strings.TrimSuffix(name, word)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name)
}

// anyNear reports whether some figure of an entry is within a tenth of another.
func anyNear(i *Incident, figure *big.Rat) bool {
	tenth := new(big.Rat).Quo(figure, big.NewRat(10, 1))
	for _, v := range i.Values {
		usd, ok := new(big.Rat).SetString(string(v.USD))
		if ok && new(big.Rat).Abs(usd.Sub(usd, figure)).Cmp(tenth) <= 0 {
			return true
		}
	}
	return false
}
