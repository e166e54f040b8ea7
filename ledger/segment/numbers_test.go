package segment

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clew"
)

// TestDocumentedNumbers holds the numbers that docs/FORMAT.md gives against
// those in the code. What was given once is never another thing's.
func TestDocumentedNumbers(t *testing.T) {
	text, err := os.ReadFile("../../docs/FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "### Numbers\n")
	section, _, _ = strings.Cut(section, "\n### ")
	var got [3][]string // classes, kinds, carriers
	var forms []string
	for _, row := range regexp.MustCompile(`(?m)^\| .*\|$`).FindAllString(section, -1) {
		cells := strings.Split(strings.Trim(row, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) == 3 {
			if cells[0][0] <= '9' && cells[0][0] >= '0' {
				forms = append(forms, cells[0]+" "+cells[1])
			}
			continue
		}
		for i := range got {
			if pair := cells[2*i] + " " + cells[2*i+1]; pair[0] >= '0' && pair[0] <= '9' {
				got[i] = append(got[i], pair)
			}
		}
	}
	var want [3][]string
	for c := clew.Native; c <= clew.BlockLevel; c++ {
		want[0] = append(want[0], fmt.Sprintf("%d %s", c, c))
	}
	for i, k := range clew.ActKinds() {
		want[1] = append(want[1], fmt.Sprintf("%d %s", i, k))
	}
	for i, c := range clew.Carriers() {
		want[2] = append(want[2], fmt.Sprintf("%d %s", i, c))
	}
	for i, name := range []string{"classes", "kinds", "carriers"} {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%s: the document has %q, the code %q", name, got[i], want[i])
		}
	}
	var sizes []string
	for f := range formCount {
		sizes = append(sizes, fmt.Sprintf("%d %d", f, clew.Form(f).Size()))
	}
	if !slices.Equal(forms, sizes) {
		t.Errorf("forms: the document has %q, the code %q", forms, sizes)
	}
}
