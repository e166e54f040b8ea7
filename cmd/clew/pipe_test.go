//go:build unix

package main

import (
	"context"
	"io"
	"io/fs"
	"os"
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
		if err := writeFile(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, name); got != "one two" {
		t.Errorf("got %q", got)
	}
}
