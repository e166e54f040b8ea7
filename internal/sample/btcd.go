package sample

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BTCD returns the folder of real blocks that the module btcd carries, as
// CLEW_BTCD_DATA names it or as the module cache holds it. The test skips where
// it is absent.
func BTCD(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CLEW_BTCD_DATA")
	if dir == "" {
		cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
		if err != nil {
			t.Skipf("real data is not here: go env GOMODCACHE: %v", err)
		}
		for _, version := range []string{"v0.26.2", "v0.24.2"} {
			dir = filepath.Join(strings.TrimSpace(string(cache)), "github.com", "btcsuite", "btcd@"+version, "blockchain", "testdata")
			if _, err := os.Stat(dir); err == nil {
				return dir
			}
		}
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("real data is not here: go mod download github.com/btcsuite/btcd@v0.26.2, or name their folder in CLEW_BTCD_DATA")
	}
	return dir
}
