package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestVersionHasForms(t *testing.T) {
	home := t.TempDir()
	text := clewIn(t.Context(), home, "version").stdout
	var v struct{ Program, Compiler string }
	if err := json.Unmarshal([]byte(clewIn(t.Context(), home, "version", "--json").stdout), &v); err != nil || v.Program != "clew" || !strings.Contains(text, v.Compiler) {
		t.Errorf("%+v, %v", v, err)
	}
	name := filepath.Join(home, "v.txt")
	if r := clewIn(t.Context(), home, "version", "--out", name); r.code != 0 || r.stdout != "" || read(t, name) != text {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	name = filepath.Join(home, "clew.bash")
	if r := clewIn(t.Context(), home, "completion", "bash", "--out", name); r.code != 0 || !strings.HasPrefix(read(t, name), "# bash completion") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
}

func TestNegativeNumbersAreNoFlags(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"trace x --hops -1", "trace x --hops=-1"}, {"trace x --dust -5ETH -q", "trace x --dust=-5ETH -q"},
		{"trace x --hops=3 -1", "trace x --hops=3 -1"}, {"trace -1", "trace -1"}, {"trace -- --hops -1", "trace -- --hops -1"}, {"trace x --hops -", "trace x --hops -"},
	} {
		if got := strings.Join(joined(strings.Fields(c.in)), " "); got != c.want {
			t.Errorf("%s: got %s", c.in, got)
		}
	}
}
