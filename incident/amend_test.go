package incident

import (
	"bytes"
	"strings"
	"testing"
)

// TestAmended adds an act to every entry of the record: nothing but the trail
// and the status says anything else then.
func TestAmended(t *testing.T) {
	for _, id := range RecordIDs() {
		data, err := FileOfRecord(id)
		if err != nil {
			t.Fatal(err)
		}
		before, err := OfRecord(id)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Amended(id, data, TrailEntry{Day: "2099-01-02", Act: ActDisputed, By: "a reader: of the press", Of: "values", Text: "it says \"less\", # and\nmore {than} that", Was: "1", Is: "true"})
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		after, err := Read(id, bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if d := strings.Join(Differ(before, after), " "); d != "status trail" || after.Status != StatusDisputed {
			t.Errorf("%s: differs in %s, status %q", id, d, after.Status)
		}
		last := after.Trail[len(after.Trail)-1]
		if last.Text != "it says \"less\", # and\nmore {than} that" || last.By != "a reader: of the press" || last.Was != "1" || last.Is != "true" || last.Day != "2099-01-02" {
			t.Errorf("%s: %+v", id, last)
		}
	}
}

// TestAmendedRefuses wants an act that may not follow, and one that makes an issue,
// to be errors.
func TestAmendedRefuses(t *testing.T) {
	for _, c := range []struct {
		name, text string
		act        TrailEntry
		want       string
	}{
		{"no entry of a record", small, TrailEntry{Day: "2026-11-28", Act: ActReviewed, By: "x"}, "an act that may follow the status"},
		{"an act that may not follow", entryText, TrailEntry{Day: "2026-11-28", Act: ActUpheld, By: "x", Text: "y"}, "corrected, disputed, reviewed, withdrawn"},
		{"before the last act", entryText, TrailEntry{Day: "2026-11-27", Act: ActReviewed, By: "x"}, "an earlier act has day"},
		{"no ground", entryText, TrailEntry{Day: "2026-11-28", Act: ActDisputed, By: "x"}, "want the ground"},
		{"a file with issues", entryText + "more: x\n", TrailEntry{Day: "2026-11-28", Act: ActReviewed, By: "x"}, "more: unknown key"},
	} {
		if _, err := Amended("e.yaml", []byte(c.text), c.act); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestDiffer changes one key at a time.
func TestDiffer(t *testing.T) {
	base := read1(t, entryText)
	for _, c := range []struct{ old, new, want string }{
		{"usd: 3100000, verified: false", "usd: 3100000", "values"},
		{"usd: 2600000", "usd: 2600001", "values"},
		{"time: 2022-03-01T13:29:09Z", "time: 2022-03-01T13:29:10Z", "dates"},
		{"customers, figure: 200000", "customers, figure: 200001", "victims"},
		{"transactions:\n", "# a comment\n\ntransactions:\n", ""},
		{"6afdb083", "6afdb084", "transactions"},
		{"techniques: [T1566.002]", "techniques: [T1566.001]", "methods"},
		{"note: on paper}\n  - {id: a", "note: in print}\n  - {id: a", "sources"},
	} {
		if got := strings.Join(Differ(base, read1(t, strings.Replace(entryText, c.old, c.new, 1))), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.new, got, c.want)
		}
	}
}
