package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"clew/config"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// at is when all commands of the tests run.
var at = time.Date(2022, 6, 1, 12, 0, 0, 0, time.UTC)

// A reply is what a command did.
type reply struct {
	code           int
	stdout, stderr string
}

// clewIn runs a command as if from a shell, with its ledger and its cache in
// home.
func clewIn(ctx context.Context, home string, args ...string) reply {
	var out, errs bytes.Buffer
	variables := map[string]string{"CLEW_LEDGER": filepath.Join(home, "ledger"), "XDG_CACHE_HOME": filepath.Join(home, "cache"), "CLEW_LISTS": filepath.Join(home, "lists"),
		"CLEW_DECISIONS": filepath.Join(home, "decisions"), "CLEW_CASES": filepath.Join(home, "cases"), "CLEW_INCIDENTS": filepath.Join(home, "incidents"), "CLEW_BY": "AB"}
	code := run(ctx, &system{
		Args: args, Stdout: &out, Stderr: &errs, Now: func() time.Time { return at }, Sleep: sleep, Random: zeros{},
		Environment: config.Environment{OS: "linux", Getenv: func(name string) string { return variables[name] }},
	})
	return reply{code, out.String(), errs.String()}
}

// zeros are what commands of the tests take for random, so that hashes are the
// same every time.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestTranscripts runs the commands of every file in testdata, in order and on
// one ledger that is empty at first, and compares what they write. DIR stands
// for that ledger's home, and TESTDATA for the folder of the files.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			if testing.Short() && strings.HasPrefix(filepath.Base(file), "eval") {
				t.Skip("what measures takes minutes under the race detector")
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(t.Context(), homeOf(t), string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(want) {
				t.Errorf("%s differs (go test ./cmd/clew -update rewrites it):\n%s", file, firstDifference(string(want), got))
			}
		})
	}
}

// homeOf makes a home whose name is short, and as long in every run: tables and
// lines are laid out by the length of what stands in them.
func homeOf(t *testing.T) string {
	t.Helper()
	base, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	const length = 32
	if len(base) > length-2 {
		t.Fatalf("transcripts are laid out for paths of %d characters; set TMPDIR to a folder shorter than %q", length, base)
	}
	home := filepath.Join(base, strings.Repeat("h", length-1-len(base)))
	if err := os.Mkdir(home, 0o755); err != nil {
		t.Fatal(err)
	}
	return home
}

// replay runs the commands of a transcript and returns it as it is now.
// Comments and empty lines before a command stay.
func replay(ctx context.Context, home, transcript string) string {
	var b strings.Builder
	for _, line := range strings.Split(transcript, "\n") {
		if strings.HasPrefix(line, "# ") {
			b.WriteString(line + "\n")
		}
		command, ok := strings.CutPrefix(line, "$ clew")
		if !ok {
			continue
		}
		args := strings.Fields(strings.NewReplacer("DIR", home, "TESTDATA", "testdata").Replace(command))
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "\\s", " ")
		}
		r := clewIn(ctx, home, args...)
		fmt.Fprintf(&b, "%s\n", line)
		for _, l := range strings.SplitAfter(r.stderr, "\n") {
			if l != "" {
				b.WriteString("! " + hidden(l, home))
			}
		}
		b.WriteString(hidden(r.stdout, home))
		fmt.Fprintf(&b, "exit %d\n\n", r.code)
	}
	return b.String()
}

// sizes finds the files and bytes of a ledger, which change with its format.
var sizes = regexp.MustCompile(`(?m)^(  ethereum  .*)  +\d+  [0-9,]+$`)

// hidden replaces what differs from run to run.
func hidden(s, home string) string {
	return sizes.ReplaceAllString(strings.ReplaceAll(s, home, "DIR"), "$1  FILES  BYTES")
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			return fmt.Sprintf("line %d\nwant %q\ngot  %q", i+1, part(w, i), part(g, i))
		}
	}
	return "nowhere"
}

func part(lines []string, i int) string {
	if i >= len(lines) {
		return "the end"
	}
	return lines[i]
}
