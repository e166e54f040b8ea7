package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestOutToAFullDevice(t *testing.T) {
	const full = "/dev/full"
	before, err := os.Lstat(full)
	if err != nil || before.Mode()&fs.ModeCharDevice == 0 {
		t.Skip("no such device here")
	}
	if os.Geteuid() == 0 { // were it replaced, nothing would put it back
		t.Skip("not as root: TestOutLeavesDevicesInPlace has the same with a pipe")
	}
	if r := clewIn(t.Context(), t.TempDir(), "version", "--out", full); r.code != exitFailure || !strings.Contains(r.stderr, "no space left") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
}

func TestOutFollowsLinksAndKeepsModes(t *testing.T) {
	dir := t.TempDir()
	file, link, broken := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "broken")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Skip("no links here:", err)
	}
	if err := os.Symlink("new", broken); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{link, broken} {
		if err := writeFile(name, []byte(name), openMode); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(name); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is no link any more", name)
		}
	}
	if got := read(t, file); got != link {
		t.Errorf("behind the link is %q", got)
	}
	if got := read(t, filepath.Join(dir, "new")); got != broken {
		t.Errorf("behind the broken link is %q", got)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode became %v", info.Mode())
	}
	round := filepath.Join(dir, "round")
	if err := os.Symlink("round", round); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(round, nil, openMode); err == nil {
		t.Error("a circle of links was written to")
	}
}

// Nobody asked for the demo's page: that it cannot be written is a note.
func TestDemoWithoutACache(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "cache"), nil, 0o600); err != nil { // where a folder is wanted
		t.Fatal(err)
	}
	r := clewIn(t.Context(), home, "demo")
	if r.code != 0 || !strings.HasPrefix(r.stderr, "clew: note: no page was written") || strings.Contains(r.stdout, "Page:") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	if r = clewIn(t.Context(), home, "demo", "--quiet"); r.code != 0 || r.stderr != "" {
		t.Errorf("quiet: exit %d: %s", r.code, r.stderr)
	}
	if r = clewIn(t.Context(), home, "demo", "--html", filepath.Join(home, "cache", "p.html")); r.code != exitInput || r.stdout != "" {
		t.Errorf("a page that was asked for: exit %d", r.code)
	}
}
