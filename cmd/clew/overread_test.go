package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingIsWrittenOverWhatWasRead wants a file that a command reads refused as the
// one to write, under whatever name it goes: what is left out of the other form would
// be lost.
func TestNothingIsWrittenOverWhatWasRead(t *testing.T) {
	home := t.TempDir()
	mine := write(t, filepath.Join(home, "mine.yaml"), "tags: []\n")
	names := map[string]string{"the same": mine, "by a way around": home + "/x/../mine.yaml", "a link": filepath.Join(home, "link.yaml")}
	if err := os.Symlink("mine.yaml", names["a link"]); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(home, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{
		"tags import FILE", "tags export FILE", "share read FILE", "share stix FILE", "share misp FILE", "share tagpack FILE",
		"share stix --tags FILE", "share stix --indicators FILE", "share misp --indicators FILE", "indicators read FILE",
	} {
		for is, to := range names {
			r := clewIn(t.Context(), home, append(strings.Fields(strings.Replace(command, "FILE", mine, 1)), "--to", to)...)
			if data, err := os.ReadFile(mine); r.code != exitInput || !strings.Contains(strings.Join(strings.Fields(r.stderr), " "), "another file than those that are read") || string(data) != "tags: []\n" || err != nil {
				t.Errorf("%s --to %s: exit %d, %s\nthe file: %q, %v", command, is, r.code, r.stderr, data, err)
			}
		}
	}
}
