// Package sample finds the real data that tests read and the project does not
// carry. It is for tests alone, and holds no data.
package sample

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder of one data set, such as "harvest-2020": below
// $CLEW_DATA, else below ../shared/data beside the repository. The test skips,
// saying so, where it is absent.
func Dir(t testing.TB, name string) string {
	t.Helper()
	base := os.Getenv("CLEW_DATA")
	if base == "" {
		base = filepath.Join(root(t), "..", "shared", "data")
	}
	return existing(t, filepath.Join(base, name))
}

// Facts returns the folder of the published facts: $CLEW_FACTS, else
// ../shared/facts beside the repository. The test skips where it is absent.
func Facts(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CLEW_FACTS")
	if dir == "" {
		dir = filepath.Join(root(t), "..", "shared", "facts")
	}
	return existing(t, dir)
}

func existing(t testing.TB, dir string) string {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("real data is not here: %v (set CLEW_DATA or CLEW_FACTS to where it is)", err)
	}
	return dir
}

// root returns the repository's folder: the one above the test that holds the
// module's file.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("real data is not here: the test does not run inside the repository")
		}
		dir = up
	}
}
