package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"clew"
	"clew/config"
	"clew/ledger/disk"
	"clew/ledger/vfs"
	"clew/op"
	"clew/remote"
	"clew/report"
)

func TestExitCode(t *testing.T) {
	for _, c := range []struct {
		name    string
		err     error
		outcome report.Outcome
		want    int
	}{
		{"found", nil, report.Found, 0},
		{"failure", errors.New("disk on fire"), report.Found, 1},
		{"bad input", fmt.Errorf("trace: %w", &clew.InputError{Field: "x", Want: "y"}), report.Found, 2},
		{"bad command line", fmt.Errorf("%w", &kong.ParseError{}), report.Found, 2},
		{"nothing found", fmt.Errorf("address: %w", clew.ErrNotFound), report.Found, 3},
		{"a budget spent before an answer", fmt.Errorf("address: %w", remote.ErrBudget), report.Found, 4},
		{"an empty answer", nil, report.Nothing, 3},
		{"cut short", nil, report.Incomplete, 4},
		{"interrupted without an answer", context.Canceled, report.Found, 4},
		{"too late", context.DeadlineExceeded, report.Found, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := exitCode(c.err, c.outcome); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// TestTableAndFlagsAgree: what the parser makes of the table of operations has
// the table's names and defaults.
// notShort skips a test that is long under the race detector and has nothing for it:
// all of it is done by one goroutine.
func notShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("one goroutine does it all, for long")
	}
}

func TestTableAndFlagsAgree(t *testing.T) {
	notShort(t)
	for _, o := range op.All() {
		args := strings.Fields(o.Name)
		for _, f := range op.Fields(o.Zero()) {
			if f.Positional && !f.Optional {
				args = append(args, "x")
			}
		}
		cmd, err := parse(t.Context(), &system{Args: args, Stdout: io.Discard, Stderr: io.Discard})
		if err != nil {
			t.Fatalf("%s: %v", o.Name, err)
		}
		got, want := reflect.ValueOf(cmd.input).Elem(), reflect.ValueOf(o.Zero()).Elem()
		for _, f := range op.Fields(o.Zero()) {
			name := strings.ToUpper(f.Name[:1]) + f.Name[1:]
			if !f.Positional && !reflect.DeepEqual(got.FieldByName(name).Interface(), want.FieldByName(name).Interface()) {
				t.Errorf("%s: --%s is %v by default, and %v in JSON", o.Name, f.Flag, got.FieldByName(name), want.FieldByName(name))
			}
		}
		help := clewIn(t.Context(), t.TempDir(), append([]string{"help"}, strings.Fields(o.Name)...)...).stdout
		for _, f := range op.Fields(o.Zero()) {
			if !f.Positional && !strings.Contains(help, "--"+f.Flag) {
				t.Errorf("%s: help does not name --%s", o.Name, f.Flag)
			}
		}
	}
}

func TestExamplesParse(t *testing.T) {
	notShort(t)
	for _, o := range op.All() {
		for _, e := range o.Examples {
			cmd, err := parse(t.Context(), &system{Args: shellWords(e.Line), Stdout: io.Discard, Stderr: io.Discard})
			if err != nil || cmd.op.Name != o.Name {
				t.Errorf("clew %s: %v", e.Line, err)
			}
		}
	}
}

// shellWords splits a line as a shell does: what stands in single quotes stays
// together.
func shellWords(line string) (words []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := clewIn(ctx, t.TempDir(), "trace", "incident:ronin-2022")
	if r.code != exitIncomplete {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	if r.stdout != "" || r.stderr != "clew: interrupted before there was an answer\n" {
		t.Errorf("interrupted at once: %q, %q", r.stdout, r.stderr)
	}
}

func TestColoursAreForTerminalsAlone(t *testing.T) {
	for _, c := range []struct {
		name      string
		width     int
		args      []string
		variables map[string]string
		want      bool
	}{
		{"a terminal", 100, nil, nil, true},
		{"no terminal", 0, nil, nil, false},
		{"NO_COLOR", 100, nil, map[string]string{"NO_COLOR": "1"}, false},
		{"a dumb terminal", 100, nil, map[string]string{"TERM": "dumb"}, false},
		{"--no-color", 100, []string{"--no-color"}, nil, false},
		{"JSON", 100, []string{"--json"}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			run(t.Context(), &system{
				Args: append([]string{"tags", "0xa160cdab225685da1d56aa342ad8841c3b53f291"}, c.args...), Stdout: &out, Stderr: io.Discard,
				Now: time.Now, OutWidth: c.width, Environment: config.Environment{OS: "linux", Getenv: func(n string) string { return c.variables[n] }},
			})
			if got := strings.Contains(out.String(), "\x1b["); got != c.want {
				t.Errorf("colours: %v, want %v", got, c.want)
			}
		})
	}
}

func TestFilesAreWrittenWholeOrNot(t *testing.T) {
	home := t.TempDir()
	answer, page := filepath.Join(home, "a.json"), filepath.Join(home, "p.html")
	r := clewIn(t.Context(), home, "trace", "incident:ronin-2022", "--json", "--out", answer, "--html", page)
	if r.code != 0 || r.stdout != "" {
		t.Fatalf("exit %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
	}
	for name, begins := range map[string]string{answer: "{", page: "<!doctype html>"} {
		if data, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(data), begins) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r = clewIn(t.Context(), home, "trace", "incident:ronin-2022", "--out", filepath.Join(home, "none", "a.txt"))
	if r.code != exitInput || r.stdout != "" || !strings.Contains(r.stderr, "none") {
		t.Errorf("a folder that is not there: exit %d, %s", r.code, r.stderr)
	}
	if err := os.MkdirAll(filepath.Join(home, "folder", "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	if r = clewIn(t.Context(), home, "trace", "incident:ronin-2022", "--out", filepath.Join(home, "folder")); r.code != exitInput {
		t.Errorf("over a folder: exit %d", r.code)
	}
	if left, _ := filepath.Glob(filepath.Join(home, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDemoLeavesNothingBehind(t *testing.T) {
	home := t.TempDir()
	for _, args := range [][]string{{"demo", "--json"}, {"demo"}} {
		if r := clewIn(t.Context(), home, args...); r.code != 0 {
			t.Fatalf("exit %d: %s", r.code, r.stderr)
		}
		if _, err := os.Stat(filepath.Join(home, "cache")); (err == nil) != (len(args) == 1) {
			t.Errorf("%v: the page: %v", args, err)
		}
	}
	if _, err := os.Stat(filepath.Join(home, "ledger")); err == nil {
		t.Error("the demo made a ledger")
	}
}

func TestDemoIsDeterministic(t *testing.T) {
	first := clewIn(t.Context(), t.TempDir(), "demo", "--json")
	for range 3 {
		if again := clewIn(t.Context(), t.TempDir(), "demo", "--json"); again != first {
			t.Fatal("two demos differ")
		}
	}
}

func TestSecondWriterIsRefused(t *testing.T) {
	home := t.TempDir()
	if r := clewIn(t.Context(), home, "import", "testdata/thread.csv"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	place, err := vfs.OS(filepath.Join(home, "ledger", "eip155-1"))
	if err != nil {
		t.Fatal(err)
	}
	writer, err := disk.Open(t.Context(), place, clew.Ethereum, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if r := clewIn(t.Context(), home, "ledger", "merge"); r.code != exitFailure || !strings.Contains(r.stderr, "in use by another process") {
		t.Errorf("merge: exit %d, %s", r.code, r.stderr)
	}
	if r := clewIn(t.Context(), home, "show", "0x00000000000000000000000000000000000000b2"); r.code != 0 {
		t.Errorf("reading beside a writer: exit %d, %s", r.code, r.stderr)
	}
}

func TestDamageIsNamed(t *testing.T) {
	home := t.TempDir()
	clewIn(t.Context(), home, "import", "testdata/thread.csv")
	files, err := filepath.Glob(filepath.Join(home, "ledger", "eip155-1", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no ledger", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) < 64 || strings.HasPrefix(filepath.Base(name), "log") {
			continue
		}
		for _, change := range [][]byte{data[:len(data)/2], flipped(data)} {
			if err := os.WriteFile(name, change, 0o644); err != nil {
				t.Fatal(err)
			}
			if r := clewIn(t.Context(), home, "ledger", "verify"); r.code != exitFailure || !strings.Contains(r.stderr, filepath.Base(name)) {
				t.Errorf("%s damaged: exit %d, %s", filepath.Base(name), r.code, r.stderr)
			}
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if r := clewIn(t.Context(), home, "ledger", "verify"); r.code != 0 {
		t.Errorf("all mended: exit %d, %s", r.code, r.stderr)
	}
}

// flipped returns data with one bit changed in the middle.
func flipped(data []byte) []byte {
	out := append([]byte(nil), data...)
	out[len(out)/2] ^= 1
	return out
}

// A fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestFullDisk(t *testing.T) {
	var errs strings.Builder
	code := run(t.Context(), &system{
		Args: []string{"tags", "0xa160cdab225685da1d56aa342ad8841c3b53f291"}, Stdout: fullDisk{}, Stderr: &errs, Now: time.Now,
		Environment: config.Environment{OS: "linux", Getenv: func(string) string { return "" }},
	})
	if code != exitFailure || !strings.Contains(errs.String(), "no space left") {
		t.Errorf("exit %d, %s", code, errs.String())
	}
}

func TestProgress(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
		quiet bool
		want  string
	}{
		{"a bar is redrawn and taken away", 60, false, "\r\x1b[Kfile  ██"},
		{"plain lines elsewhere", 0, false, "file  10 % of 100 bytes\nfile  90 % of 100 bytes\n"},
		{"quiet", 60, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := at
			var errs strings.Builder
			p := newProgress(&system{Stderr: &errs, ErrWidth: c.width, Now: func() time.Time { return now }}, &config.Config{Quiet: c.quiet})
			p.tell(op.Progress{Doing: "file", Done: 1, Total: 100, Unit: "bytes"}) // too early
			for _, done := range []int64{10, 90} {
				now = now.Add(6 * time.Second)
				p.tell(op.Progress{Doing: "file", Done: done, Total: 100, Unit: "bytes"})
				p.tell(op.Progress{Doing: "file", Done: done + 1, Total: 100, Unit: "bytes"}) // too soon after
			}
			p.end()
			got := errs.String()
			if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" || c.width == 0 && got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.width > 0 && !c.quiet && !strings.HasSuffix(got, "\r\x1b[K") {
				t.Errorf("the bar stays: %q", got)
			}
		})
	}
}

// TestProgressOfLongSteps: what was told too soon is shown after a while, if nothing else
// was told meanwhile; never after the end, and never twice.
func TestProgressOfLongSteps(t *testing.T) {
	now := at
	var errs strings.Builder
	var due []func()
	p := newProgress(&system{Stderr: &errs, Now: func() time.Time { return now }, Later: func(_ time.Duration, f func()) func() bool {
		due = append(due, f)
		return func() bool { return true }
	}}, &config.Config{})
	p.tell(op.Progress{Doing: "first"})
	p.tell(op.Progress{Doing: "second"})
	if len(due) != 1 || errs.String() != "" {
		t.Fatalf("%d are due, %q", len(due), errs.String())
	}
	now = now.Add(6 * time.Second)
	due[0]()
	due[0]()
	p.tell(op.Progress{Doing: "third"}) // too soon after
	now = now.Add(6 * time.Second)
	p.tell(op.Progress{Doing: "fourth"})
	due[1]()
	p.tell(op.Progress{Doing: "fifth"})
	p.end()
	for _, f := range due {
		f()
	}
	if got := errs.String(); got != "second\nfourth\n" {
		t.Errorf("got %q", got)
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script := clewIn(t.Context(), t.TempDir(), "completion", shell).stdout
		for _, word := range []string{"trace", "policy", "taint-first", "verify", "no-color"} {
			if !strings.Contains(script, word) {
				t.Errorf("%s: the script does not know %s", shell, word)
			}
		}
	}
}

func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	script := clewIn(t.Context(), t.TempDir(), "completion", "bash").stdout
	for line, want := range map[string]string{
		"clew tr": "trace", "clew ledger v": "verify", "clew trace --pol": "--policy", "clew trace --policy ta": "taint-first",
		"clew ledger stats --cs": "--csv", "clew import x": "",
	} {
		words := strings.Fields(line)
		ask := fmt.Sprintf("%s\nCOMP_WORDS=(%s)\nCOMP_CWORD=%d\n_clew\necho \"${COMPREPLY[*]}\"\n", script, line, len(words)-1)
		out, err := exec.CommandContext(t.Context(), bash, "--norc", "-c", ask).Output()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s: got %q, want %q (%v)", line, got, want, err)
		}
	}
}

// TestShellsComplete asks the shells themselves. The functions of zsh's
// completion system print what they are given.
func TestShellsComplete(t *testing.T) {
	const zsh = "compdef() {}\n_files() {}\ncompadd() { print -rl -- $@ }\n_describe() { print -rl -- ${(P)2} }\n%s\nwords=(%s)\nCURRENT=%d\n_clew\n"
	for _, c := range []struct {
		shell, plain string
		ask          func(script, line string) string
		want         map[string]string // of a line, what one of the answers begins with
	}{
		{"zsh", "-f", func(script, line string) string { return fmt.Sprintf(zsh, script, line, len(strings.Fields(line))) }, map[string]string{
			"clew tr": "trace:Follow value", "clew ledger v": "verify:Read every byte", "clew trace --pol": "--policy:which units",
			"clew trace --policy ta": "taint-first", "clew ledger stats --cs": "--csv:Write", "clew trace --to": "--direction:forward\\: where",
		}},
		{"fish", "--no-config", func(script, line string) string { return script + "complete -C '" + line + "'\n" }, map[string]string{
			"clew tr": "trace\t", "clew ledger v": "verify\t", "clew trace --pol": "--policy\t",
			"clew trace --policy ta": "taint-first\t", "clew ledger stats --cs": "--csv\t",
		}},
	} {
		t.Run(c.shell, func(t *testing.T) {
			program, err := exec.LookPath(c.shell)
			if err != nil {
				t.Skip(c.shell, "is not here")
			}
			script := clewIn(t.Context(), t.TempDir(), "completion", c.shell).stdout
			for line, want := range c.want {
				command := exec.CommandContext(t.Context(), program, c.plain, "-c", c.ask(script, line))
				command.Env = append(command.Environ(), "HOME="+t.TempDir())
				out, err := command.CombinedOutput()
				if err != nil || !strings.Contains("\n"+string(out), "\n"+want) {
					t.Errorf("%s: got %q, want a line %q (%v)", line, out, want, err)
				}
			}
		})
	}
}

// A page that was asked for is written though nobody reads the answer to its
// end, as where it goes to a pipe that closes.
func TestPagesBeforeTheAnswer(t *testing.T) {
	dir := t.TempDir()
	html, pdf := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	run(t.Context(), &system{
		Args:   []string{"tags", "0xa160cdab225685da1d56aa342ad8841c3b53f291", "--html", html, "--pdf", pdf},
		Stdout: fullDisk{}, Stderr: io.Discard, Now: time.Now,
		Environment: config.Environment{OS: "linux", Getenv: func(string) string { return "" }},
	})
	for _, name := range []string{html, pdf} {
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", filepath.Base(name), info, err)
		}
	}
}
