package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTypologiesOfParts: the same transfers, imported in parts and in whatever order,
// make the same findings, in the same order and with the same words.
func TestTypologiesOfParts(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/typologies.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	head, rows := lines[0], lines[1:]
	part := func(wanted func(i int) bool) (text string) {
		text = head + "\n"
		for i, row := range rows {
			if wanted(i) {
				text += row + "\n"
			}
		}
		return text
	}
	half := len(rows) / 2
	first, second := part(func(i int) bool { return i < half }), part(func(i int) bool { return i >= half })
	even, odd := part(func(i int) bool { return i%2 == 0 }), part(func(i int) bool { return i%2 == 1 })
	want := ""
	for _, files := range [][]string{{string(raw)}, {first, second}, {second, first}, {odd, even}} {
		home := t.TempDir()
		for i, text := range files {
			name := filepath.Join(home, string(rune('a'+i))+".csv")
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if r := clewIn(t.Context(), home, "import", name, "-q"); r.code != 0 {
				t.Fatal(r.stderr)
			}
		}
		r := clewIn(t.Context(), home, "typologies", "--json")
		var answer struct{ Findings []json.RawMessage }
		if err := json.Unmarshal([]byte(r.stdout), &answer); err != nil || len(answer.Findings) < 3 {
			t.Fatalf("%d findings, %v: %s", len(answer.Findings), err, r.stderr)
		}
		got, err := json.Marshal(answer.Findings)
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = string(got)
		}
		if string(got) != want {
			t.Errorf("of %d files:\n%s\nwant\n%s", len(files), got, want)
		}
	}
}
