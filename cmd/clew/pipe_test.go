//go:build unix

package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A device stays one: it is written into, never replaced.
func TestOutLeavesDevicesInPlace(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	got := make(chan string)
	go func() {
		f, err := os.Open(pipe)
		if err != nil {
			got <- err.Error()
			return
		}
		defer f.Close()
		data, _ := io.ReadAll(f)
		got <- string(data)
	}()
	if r := clewIn(t.Context(), t.TempDir(), "version", "--out", pipe); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.stderr)
	}
	if text := <-got; !strings.HasPrefix(text, "clew") {
		t.Errorf("the pipe was given %q", text)
	}
	if info, err := os.Lstat(pipe); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("the pipe became %v, %v", info.Mode(), err)
	}
}

// A pipe where a file is wanted is refused, not waited for.
func TestPipesAreNotRead(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, args := range [][]string{
		{"import", pipe},
		{"import", "x.csv", "--map", pipe},
		{"trace", "incident:" + pipe},
		{"trace", "incident:ronin-2022", "--tags", pipe},
		{"trace", "incident:ronin-2022", "--prices", "native=" + pipe},
		{"ledger", "stats", "--ledger", pipe},
	} {
		ended := make(chan int, 1)
		go func() { ended <- clewIn(ctx, dir, args...).code }()
		select {
		case code := <-ended:
			if code != exitInput {
				t.Errorf("%v: exit %d", args, code)
			}
		case <-ctx.Done():
			t.Fatalf("%v waits for a pipe", args)
		}
	}
}

// What the standard output goes to is written to, not replaced, where it is
// named as a file too.
func TestOutToTheStandardOutput(t *testing.T) {
	name := filepath.Join(t.TempDir(), "all")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stdout := os.Stdout
	os.Stdout = f
	defer func() { os.Stdout = stdout }()
	for _, text := range []string{"one ", "two"} {
		if err := writeFile(name, []byte(text), openMode); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, name); got != "one two" {
		t.Errorf("got %q", got)
	}
}

// New files follow the umask; what is of a case, released or marked for a few is its
// owner's alone whatever the umask lets. A file that is there keeps its mode.
func TestNewFilesFollowTheUmask(t *testing.T) {
	home := t.TempDir()
	there := filepath.Join(home, "there")
	if err := os.WriteFile(there, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(there, 0o640); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		umask, args, file string
		want              fs.FileMode
	}{
		{"002", "version --out FILE", "open", 0o664},
		{"077", "version --out FILE", "closed", 0o600},
		{"022", "version --out FILE", "there", 0o640},
		{"022", "chains --html FILE", "page", 0o644},
		{"022", "share stix ronin-2022 --to FILE", "shared", 0o644},
		{"022", "share stix ronin-2022 --tlp green --to FILE", "community", 0o644},
		{"022", "share misp ronin-2022 --tlp amber --to FILE", "few", 0o600},
		{"022", "share stix ronin-2022 --tlp green --release victims --to FILE", "released", 0o600},
		{"022", "whois 0x28C6c06298d514Db089934071355E5743bf21d60 --bundle FILE", "bundle", 0o600},
		{"000", "case open c --title T --question Q --tlp clear --out FILE", "opened", 0o600},
		{"000", "case export c --for X --to FILE", "exported", 0o600},
		{"000", "case report c --pdf FILE", "report", 0o600},
	} {
		file := filepath.Join(home, step.file)
		child := exec.Command("/bin/sh", append([]string{"-c", "umask " + step.umask + ` && exec "$0" "$@"`, os.Args[0]}, strings.Fields(strings.ReplaceAll(step.args, "FILE", file))...)...)
		child.Env = append(os.Environ(), "CLEW_TEST_AS_COMMAND=1", "HOME="+home, "CLEW_CASES="+filepath.Join(home, "cases"), "CLEW_LEDGER="+filepath.Join(home, "ledger"), "CLEW_BY=AB")
		out, _ := child.CombinedOutput()
		info, err := os.Stat(file)
		if err != nil {
			t.Fatalf("clew %s: %v\n%s", step.args, err, out)
		}
		if got := info.Mode().Perm(); got != step.want {
			t.Errorf("umask %s, clew %s: %v, not %v", step.umask, step.args, got, step.want)
		}
	}
}
