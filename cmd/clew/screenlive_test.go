package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/config"
)

// A safe buffer may be written to and read at once.
type safe struct {
	mutex sync.Mutex
	b     strings.Builder
	wrote chan struct{}
}

func (s *safe) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	n, err := s.b.Write(p)
	s.wrote <- struct{}{}
	return n, err
}

// One that pipes addresses in has each answered before the next is sent, by the
// files as they were last read whole: changed ones when asked to or when the
// clock says so, and never wrong ones.
func TestScreenPipedIsReadAnew(t *testing.T) {
	home := t.TempDir()
	pack := filepath.Join(home, "pack.yaml")
	write := func(actor string) {
		t.Helper()
		text := "title: T\nsource: s\ncurrency: ETH\nlabel: L\ntags:\n- {address: '0x00000000000000000000000000000000000000a1', actor: " + actor + "}\n"
		if err := os.WriteFile(pack, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("somebody")
	in, lines := io.Pipe()
	answers, out := io.Pipe()
	hangups, ticks := make(chan struct{}), make(chan struct{})
	errs := &safe{wrote: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	code := make(chan int)
	go func() {
		c := run(ctx, &system{
			Args:  []string{"screen", "--file", "-", "--json", "--tags", pack},
			Stdin: in, Stdout: out, Stderr: errs, Now: func() time.Time { return at }, Hangups: func() <-chan struct{} { return hangups },
			Sleep: func(ctx context.Context, _ time.Duration) error {
				select {
				case <-ticks:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			},
			Environment: config.Environment{OS: "linux", Getenv: func(name string) string {
				return map[string]string{"CLEW_LEDGER": filepath.Join(home, "ledger"), "CLEW_LISTS": filepath.Join(home, "lists")}[name]
			}},
		})
		out.Close()
		code <- c
	}()
	answer := bufio.NewScanner(answers)
	asked := 0
	ask := func(want string) {
		t.Helper()
		asked++
		fmt.Fprintln(lines, "0x00000000000000000000000000000000000000a1")
		if !answer.Scan() || !strings.Contains(answer.Text(), fmt.Sprintf(`"line":%d`, asked)) || strings.Contains(answer.Text(), "own-dprk") != (want == "dprk") {
			t.Fatalf("line %d: %s, want %s", asked, answer.Text(), want)
		}
	}
	told := func(want string) {
		t.Helper()
		<-errs.wrote
		errs.mutex.Lock()
		defer errs.mutex.Unlock()
		if !strings.Contains(errs.b.String(), want) {
			t.Fatalf("%q is not told: %s", want, errs.b.String())
		}
		errs.b.Reset()
	}
	ask("nobody")
	write("lazarusgroup")
	ask("nobody")
	hangups <- struct{}{}
	told("were read anew")
	ask("dprk")
	write("[") // no tag pack any more
	hangups <- struct{}{}
	told("the last good files stay in service: tags")
	ask("dprk")
	write("anybody")
	for range 3 {
		ticks <- struct{}{}
	}
	told("were read anew")
	ask("nobody")
	lines.Close()
	if !answer.Scan() || !strings.Contains(answer.Text(), `"reloads":[3,5]`) {
		t.Errorf("the sum: %s", answer.Text())
	}
	if c := <-code; c != 4 { // unknown: no whole list is held
		t.Errorf("exit %d", c)
	}
}

// A pipe on which nothing comes does not keep an interruption waiting.
func TestScreenPipedIsInterrupted(t *testing.T) {
	in, lines := io.Pipe()
	defer lines.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var out strings.Builder
	code := make(chan int)
	go func() {
		code <- run(ctx, &system{Args: []string{"screen", "--file", "-"}, Stdin: in, Stdout: &out, Stderr: io.Discard, Now: func() time.Time { return at },
			Sleep: sleep, Environment: config.Environment{OS: "linux", Getenv: func(string) string { return "" }}})
	}()
	fmt.Fprintln(lines, "0x00000000000000000000000000000000000000a1")
	cancel()
	if c := <-code; c != 4 || !strings.Contains(out.String(), "--from-line") {
		t.Errorf("exit %d\n%s", c, out.String())
	}
}
