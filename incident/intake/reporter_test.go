package intake

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"clew/ledger/vfs"
)

// TestAReporterWhoIsGone wants nobody to review a report once it cannot be told any
// more who handed it in.
func TestAReporterWhoIsGone(t *testing.T) {
	dir := vfs.NewMem()
	b := bookIn(dir)
	take(t, b, theft("a-2026"))
	if err := dir.Remove(ReporterFile(1)); err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"Rita Reporter", "CD"} {
		_, err := b.Review(t.Context(), Reviewing{At: now, By: by, Report: 1, Act: ActAccept, Reason: "x"})
		if err == nil || !strings.Contains(err.Error(), "is not kept any more") {
			t.Errorf("by %s: %v", by, err)
		}
	}
	sound(t, b, 1)
}

// TestPersonsAreNoMark wants two thefts from persons to be two: that both are persons
// makes them no one theft.
func TestPersonsAreNoMark(t *testing.T) {
	b := bookIn(vfs.NewMem())
	person := func(id string) []byte {
		return bytes.Replace(theft(id), []byte("name: Synthetic Exchange "+id+", kind: exchange"), []byte("name: a private person, kind: private person"), 1)
	}
	take(t, b, person("a-2026"))
	if r := take(t, b, person("b-2026")); r.Same != nil {
		t.Errorf("the same as %v", r.Same)
	}
	same := bytes.Replace(theft("c-2026"), []byte("name: Synthetic Exchange c-2026"), []byte("name: Synthetic Exchange"), 1)
	take(t, b, same)
	if r := take(t, b, bytes.ReplaceAll(same, []byte("c-2026"), []byte("d-2026"))); fmt.Sprint(r.Same) != "[3]" {
		t.Errorf("of one exchange: the same as %v", r.Same)
	}
}
