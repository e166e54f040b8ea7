package main

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// A dry import asks nobody, reads nothing and makes no ledger.
func TestDryImport(t *testing.T) {
	s, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	go func() {
		if c, err := s.Accept(); err == nil {
			t.Error("somebody was asked")
			c.Close()
		}
	}()
	home := t.TempDir()
	r := clewIn(t.Context(), home, "import", "no-such-file.csv", "--node", "ethereum=http://"+s.Addr().String(), "--dry")
	if r.code != 0 || !strings.Contains(r.stdout, s.Addr().String()) || !strings.Contains(r.stdout, "which tokens the files are of on ethereum") {
		t.Errorf("%+v", r)
	}
	if made, _ := filepath.Glob(filepath.Join(home, "*")); len(made) > 0 {
		t.Errorf("it made %v", made)
	}
}
