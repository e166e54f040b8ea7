package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// filesUnder returns every file of a folder with what it holds.
func filesUnder(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %x\n", path, sha256.Sum256(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestCandidatesLeaveNothing: whatever is asked of those whom a case's candidates
// name is answered by the same bytes after the candidates were worked out as before,
// and no file is another.
func TestCandidatesLeaveNothing(t *testing.T) {
	home := t.TempDir()
	if r := clewIn(t.Context(), home, "import", "testdata/pools.csv", "-q"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	t.Parallel()
	const thief, likely, other = "0x00000000000000000000000000000000000000b2", "0x00000000000000000000000000000000000000C3", "0x00000000000000000000000000000000000000D1"
	var asked [][]string
	for _, who := range []string{likely, other} {
		asked = append(asked, []string{"trace", who, "--json"}, []string{"trace", who, "--direction", "backward", "--json"}, []string{"exposure", who, "--inferred", "--json"}, []string{"screen", who, "--exposure", "--json"},
			[]string{"whois", who, "--json"}, []string{"show", who, "--json"}, []string{"tags", "show", who, "--json"}, []string{"stoppable", who, "--json"}, []string{"cluster", "leads", who, "--json"})
	}
	asked = append(asked, []string{"trace", thief, "--sent", "--json"}, []string{"paths", thief, likely, "--json"}, []string{"tags", "export", "testdata/mine.yaml", "--title", "all", "--to", filepath.Join(home, "shared.yaml")}, []string{"decisions", "list", "--json"},
		[]string{"lists", "status", "--json"}, []string{"typologies", "--json"}, []string{"ledger", "stats", "--json"})
	answers := func() (list []string) {
		for _, args := range asked {
			r := clewIn(t.Context(), home, args...)
			if r.code == 2 {
				t.Fatalf("%v: %s", args, r.stderr)
			}
			list = append(list, fmt.Sprintf("%d\n%s\n%s", r.code, r.stdout, r.stderr))
		}
		return list
	}
	before := answers()
	files := filesUnder(t, home)
	r := clewIn(t.Context(), home, "mixers", "candidates", thief, "--sent", "--asset", "native", "--json")
	if r.code != 0 || !strings.Contains(r.stdout, likely) || !strings.Contains(r.stdout, other) {
		t.Fatalf("%d %s\n%s", r.code, r.stderr, r.stdout)
	}
	if after := filesUnder(t, home); after != files {
		t.Errorf("files:\n%s\nwant\n%s", after, files)
	}
	for i, after := range answers() {
		if after != before[i] {
			t.Errorf("%v differs:\n%s", asked[i], firstDifference(before[i], after))
		}
	}
}

// TestCandidatesAreTakenByNothing: no command that reads files takes an answer of
// candidates for claims, facts, a list or the ground of a decision.
func TestCandidatesAreTakenByNothing(t *testing.T) {
	home := t.TempDir()
	if r := clewIn(t.Context(), home, "import", "testdata/pools.csv", "-q"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	const thief = "0x00000000000000000000000000000000000000b2"
	file := map[string]string{"json": filepath.Join(home, "ethereum.json"), "csv": filepath.Join(home, "answer.csv")}
	for form, name := range file {
		r := clewIn(t.Context(), home, "mixers", "candidates", thief, "--sent", "--asset", "native", "--"+form, "--out", name)
		if r.code != 0 {
			t.Fatal(r.stderr)
		}
	}
	if r := clewIn(t.Context(), home, "mixers", "candidates", thief, "--sent", "--asset", "native", "--csv", "--table", "candidates", "--out", filepath.Join(home, "candidates.csv")); r.code != 0 {
		t.Fatal(r.stderr)
	}
	for _, name := range []string{file["json"], file["csv"], filepath.Join(home, "candidates.csv")} {
		for _, args := range [][]string{
			{"import", name}, // and labels, whose chain is the first word of the file's name
			{"tags", "lint", name},
			{"tags", "import", name, "--to", filepath.Join(home, "pack.yaml")},
			{"tags", "export", name, "--to", filepath.Join(home, "shared.yaml")},
			{"trace", thief, "--tags", name},
			{"trace", thief, "--records", name},
			{"trace", "incident:" + name},
			{"exposure", thief, "--tags", name},
			{"lists", "update", name},
			{"rules", "check", name},
			{"decisions", "record", "--answer", name, "--action", "block", "--by", "one", "--reason", "supposed"},
		} {
			if r := clewIn(t.Context(), home, args...); r.code == 0 || r.code == 4 {
				t.Errorf("%v is taken: %d\n%s", args, r.code, r.stdout)
			}
		}
	}
}
