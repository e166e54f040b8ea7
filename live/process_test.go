//go:build unix

// Package live holds what Clew reads of real nodes against what these nodes say
// themselves. It has tests alone, which install geth and btcd, run them on this
// machine, and make transactions. It is a module of its own: what signs those is
// no part of the product.
//
//	cd live && go test ./...
package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Limits of what a test may take.
const (
	installTime = 15 * time.Minute
	testTime    = 8 * time.Minute
	startTime   = time.Minute
)

// within returns the context in which a test runs its programs.
func within(t *testing.T, most time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), most)
	t.Cleanup(cancel)
	return ctx
}

// install returns the path of a program from a Go module, which it builds if no
// run has done so before. It has its own folder, and the module's own versions
// of what that requires. Where the module cannot be had the test skips, but not
// in CI.
func install(t *testing.T, module, folder, version string) string {
	t.Helper()
	program := filepath.Base(module + folder)
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "clew-live", program+"-"+version)
	path := filepath.Join(dir, program)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	ctx := within(t, installTime)
	if text, err := goCommand(ctx, nil, "mod", "download", module+"@"+version); err != nil {
		absent(t, "%s@%s cannot be had: %v: %s", module, version, err, text)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	made, err := os.MkdirTemp(filepath.Dir(dir), "making-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(made)
	if text, err := goCommand(ctx, []string{"GOBIN=" + made}, "install", module+folder+"@"+version); err != nil {
		t.Fatalf("go install %s%s@%s: %v: %s", module, folder, version, err, text)
	}
	if err := os.Rename(made, dir); err != nil && !errors.Is(err, os.ErrExist) {
		if _, gone := os.Stat(path); gone != nil { // else another run was first
			t.Fatal(err)
		}
	}
	return path
}

// absent ends a test for want of something from outside.
func absent(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("in CI this must not be missing: "+format, args...)
	}
	t.Skipf(format, args...)
}

// goCommand runs the go command outside of any module.
func goCommand(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = os.TempDir(), append(os.Environ(), env...)
	text, err := cmd.CombinedOutput()
	return lastLines(text), err
}

// build returns the path of the clew command, built from this repository.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clew")
	cmd := exec.CommandContext(within(t, installTime), "go", "build", "-o", path, "./cmd/clew")
	cmd.Dir = ".."
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build ./cmd/clew: %v: %s", err, lastLines(text))
	}
	return path
}

func lastLines(text []byte) string {
	return string(text[max(0, len(text)-3000):])
}

// A process is a program that a test started, with what that starts itself.
type process struct {
	name  string
	cmd   *exec.Cmd
	log   string
	ended chan struct{}
	err   error // once ended
}

// start starts a program in a process group of its own, which ends with the test.
func start(t *testing.T, dir, path string, args ...string) *process {
	t.Helper()
	p := &process{name: filepath.Base(path), ended: make(chan struct{})}
	log, err := os.CreateTemp(dir, p.name+"-*.log")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p.log = log.Name()
	p.cmd = exec.Command(path, args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s said at the end: %s", p.name, p.said())
		}
	})
	return p
}

func (p *process) said() string {
	text, _ := os.ReadFile(p.log)
	return lastLines(text)
}

// kill ends the process group at once, as kill -9 does, and waits.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may have ended
	<-p.ended
}

// stop asks the process to end, and fails if it does not.
func (p *process) stop(t *testing.T, sign syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sign); err != nil {
		t.Fatalf("%s has ended before it was asked to: %v: %s", p.name, err, p.said())
	}
	select {
	case <-p.ended:
	case <-time.After(startTime):
		t.Fatalf("%s does not end: %s", p.name, p.said())
	}
}

// await asks again and again until a condition holds, or any of the processes
// ends.
func await(t *testing.T, what string, condition func() error, needs ...*process) {
	t.Helper()
	err := errors.New("not asked")
	for end := time.Now().Add(startTime); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = condition(); err == nil {
			return
		}
		for _, p := range needs {
			select {
			case <-p.ended:
				t.Fatalf("%s: %s ended, %v: %s", what, p.name, p.err, p.said())
			default:
			}
		}
	}
	t.Fatalf("%s: %v", what, err)
}

// freePorts returns ports of this machine that nobody listens at.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var ports []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
	}
	return ports
}

// folder returns a folder whose name is short enough for a socket in it.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "clew-live-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() && os.Getenv("CLEW_KEEP") != "" {
			t.Logf("kept in %s", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// figure returns a figure of the file that clew follow keeps by --metrics.
func figure(file, name string) (n uint64, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "clew_follow_"+name+"{"); ok {
			_, value, _ := strings.Cut(rest, "} ")
			_, err := fmt.Sscan(value, &n)
			return n, err
		}
	}
	return 0, fmt.Errorf("%s: no figure %s", file, name)
}
